"""Lists that stay fast at a million rows: they count only so far, and sort only by what an index holds."""

from django.contrib.admin.views.main import ORDER_VAR
from django.core.paginator import Paginator
from django.utils.functional import cached_property
from unfold.views import ChangeList as UnfoldChangeList


class CappedPaginator(Paginator):
    """Counts no further than `limit` rows and offers no page beyond.

    `count(*)` over a million rows takes longer than the list itself.
    Whoever needs older rows narrows the list by a filter instead of leafing through thousands of pages.
    """

    limit = 10_000
    template_name = "feedback_site/admin/pages.html"

    @cached_property
    def _seen(self):
        return self.object_list.order_by()[: self.limit + 1].count()

    @cached_property
    def count(self):
        return min(self._seen, self.limit)

    @property
    def is_capped(self):
        """Whether there are more rows than were counted."""
        return self._seen > self.limit


class ChangeList(UnfoldChangeList):
    """A list whose `?o=` sorts by columns that may be sorted; Django hides the other links, but obeys the address."""

    def get_ordering_field(self, field_name):
        if self.sortable_by is not None and field_name not in self.sortable_by:
            return None
        return super().get_ordering_field(field_name)

    def get_ordering(self, request, queryset):
        if not self._asks_for_an_order():
            self.params.pop(ORDER_VAR, None)
        return super().get_ordering(request, queryset)

    def _asks_for_an_order(self):
        columns = range(len(self.list_display))
        return any(
            column in columns and self.get_ordering_field(self.list_display[column])
            for column in self.get_ordering_field_columns()
        )
