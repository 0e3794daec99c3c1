"""Filters of the list of ratings that go from a few rows beside the ratings to the ratings."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from feedback_site.admin.lists import CappedPaginator
from feedback_site.scoping import visible
from ratings.integrity import Rule
from ratings.models import RatingExclusion, RatingFlag

NEWEST = CappedPaginator.limit + 1  # of exclusions and flags; the list counts no further either


class CountedFilter(DropdownFilter):
    """Which ratings make up the figures, and why the others do not."""

    title = gettext_lazy("counting")
    parameter_name = "counting"

    def lookups(self, request, model_admin):
        return [
            ("counted", _("counted")),
            ("excluded", _("excluded")),
            ("default", _("default, not counted")),
            ("follow-up", _("follow-up, not counted")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "counted":
                return queryset.counted()
            case "excluded":
                return queryset.filter(pk__in=_newest(RatingExclusion.objects.standing(), request))
            case "default":
                return queryset.filter(is_default=True)
            case "follow-up":
                return queryset.filter(ordinal__gt=1)
        return queryset


class FlaggedFilter(DropdownFilter):
    """Ratings that some rule marked, or a certain one."""

    title = gettext_lazy("flagged")
    parameter_name = "flagged"

    def lookups(self, request, model_admin):
        return [("any", _("flagged by any rule")), *Rule.choices]

    def queryset(self, request, queryset):
        rule = self.value()
        if rule == "any":
            return queryset.filter(pk__in=_newest(RatingFlag.objects.all(), request))
        if rule in Rule.values:
            return queryset.filter(pk__in=_newest(RatingFlag.objects.filter(rule=rule), request))
        return queryset


def _newest(rows, request):
    """The ratings of these few rows; PostgreSQL by itself walks all ratings until it met enough."""
    return visible(rows, request.user).order_by("-id")[:NEWEST].values("rating")
