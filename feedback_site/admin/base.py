"""The base classes: rows by hall, nothing deleted, history read-only, look-ups by name only."""

from functools import partial

from django.contrib import admin
from django.contrib.admin.checks import ModelAdminChecks
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpResponseNotAllowed
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin

from feedback_site.admin.filters import choice_label, fitting_filter, scoped_choices
from feedback_site.admin.lists import CappedPaginator, ChangeList
from feedback_site.scoping import visible

# What an address may ask of a field that a list filters by; never `startswith`, with which hidden text can be guessed.
PLAIN_LOOKUPS = {"id", "pk", "exact", "in", "isnull", "gt", "gte", "lt", "lte"}


class BaseAdmin(ModelAdmin):
    """Every admin of the project: rows, choices and autocompletes of the halls one may see; nothing is deleted.

    Rows that matter are deactivated instead, so that a figure can always be traced to what it was made from. A list
    counts no further than its paginator's limit; bare field names in `list_filter` get filters with scoped choices.
    """

    list_per_page = 50
    list_filter_submit = True
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    actions = None
    # unfold's own checks read the permissions from a database that does not exist before the first `migrate`.
    checks_class = ModelAdminChecks
    # Whether the side bar's search looks through the rows (by `search_fields`), not only through the names of pages.
    found_by_sidebar = False

    def get_queryset(self, request):
        return visible(super().get_queryset(request), request.user)

    def get_changelist(self, request, **kwargs):
        return ChangeList

    def get_list_filter(self, request):
        return [fitting_filter(self.model, item) for item in super().get_list_filter(request)]

    def lookup_allowed(self, lookup, value, request=None):
        """Fields that the list filters by, compared plainly; Django would allow any look-up into any own field."""
        try:
            self.model._meta.get_field(lookup.split("__")[0])
        except FieldDoesNotExist:
            return super().lookup_allowed(lookup, value, request)
        items = self.get_list_filter(request) if request else self.list_filter
        offered = (item if isinstance(item, str) else item[0] for item in items if not isinstance(item, type))
        asked = f"{lookup}__"
        return any(
            asked.startswith(f"{name}__") and set(asked.removeprefix(f"{name}__").split("__")) <= {*PLAIN_LOOKUPS, ""}
            for name in offered
        )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        model = db_field.remote_field.model
        if hasattr(model, "hall_path") and "queryset" not in kwargs:
            kwargs["queryset"] = scoped_choices(model, request.user)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.label_from_instance = partial(choice_label, user=request.user)
        return field

    def get_field_queryset(self, db, db_field, request):
        queryset = super().get_field_queryset(db, db_field, request)
        model = db_field.remote_field.model
        if hasattr(model, "hall_path"):
            queryset = visible(queryset if queryset is not None else model._default_manager.all(), request.user)
        return queryset

    def has_delete_permission(self, request, obj=None):
        return False

    def get_visible_or_404(self, request, object_id):
        """The row if the person may see it; for pages of our own beside the list and the form."""
        row = self.get_object(request, unquote(str(object_id)))
        if row is None or not self.has_view_permission(request, row):
            raise Http404
        return row


class ReadOnlyAdmin(BaseAdmin):
    """For what is appended or derived: it can be read by those who may, and changed here by nobody."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class SharedAdmin(ReadOnlyAdmin):
    """For rows that belong to no hall, such as the national dictionary: who has the permission reads all of them."""

    def get_queryset(self, request):
        return self.model._default_manager.all()


class HistoryAdmin(SimpleHistoryAdmin, BaseAdmin):
    """Rows that keep every version: the versions can be read by those who see the row, and put back by nobody.

    django-simple-history would show the versions of rows that `get_queryset` hides, and save a version for people who
    may only view (its form view asks for no more than that).
    """

    def history_view(self, request, object_id, extra_context=None):
        self.get_visible_or_404(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        self.get_visible_or_404(request, object_id)
        if not version_id.isdecimal():
            raise Http404
        return super().history_form_view(request, object_id, version_id, extra_context)

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        super().set_history_delta_changes(request, historical_records, foreign_keys_are_objs)
        for record in historical_records:
            record.history_change_reason = record.history_change_reason or ""  # the page would say "None"

    def revert_disabled(self, request, obj=None):
        return True
