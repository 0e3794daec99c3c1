"""Duties, which people change, and visits, which the queue system reports."""

from django.contrib import admin, messages
from django.db import IntegrityError
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from feedback_site.admin import HistoryAdmin, ReadOnlyAdmin
from feedback_site.scoping import sees_all_halls
from ratings.admin import showing
from ratings.duties import DutyOverlap
from ratings.models import Duty, Visit


@admin.register(Duty)
class DutyAdmin(HistoryAdmin):
    """Who sat where; an overlap is a sentence beside the form, also when another writer was first."""

    list_display = ["window", "staff", "begins", "ends"]
    list_filter = ["window__hall", "window", "staff", "starts_at"]
    list_select_related = ["window__hall", "staff"]
    search_fields = ["staff__name", "staff__staff_no", "staff__pinyin"]
    fields = ["window", "staff", "starts_at", "ends_at"]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # The form saw no overlap; somebody saved one in the meantime, and the database refused this one.
            messages.error(request, DutyOverlap.message)
            return redirect(request.get_full_path())

    @display(description=_("from"), ordering="starts_at")
    def begins(self, duty):
        return showing.in_zone(duty.starts_at, duty.window.hall)

    @display(description=_("until"), ordering="ends_at")
    def ends(self, duty):
        return showing.in_zone(duty.ends_at, duty.window.hall)


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    list_display = ["case_no", "time", "hall", "window", "staff", "item", "outcome"]
    list_filter = ["hall", "window", "outcome", "called_at"]
    list_select_related = ["hall", "window", "staff", "item"]
    sortable_by = ()
    search_fields = ["case_no__exact"]
    fields = ["case_no", "hall", "window", "staff", "item", "outcome", "time", "ended"]
    readonly_fields = ["time", "ended"]

    def get_ordering(self, request):
        # There is an index by time within a hall, none across halls; there the order of arrival is as good.
        return ["-pk"] if sees_all_halls(request.user) else ["-called_at"]

    @display(description=_("called"))
    def time(self, visit):
        return showing.in_zone(visit.called_at, visit.hall)

    @display(description=_("ended"))
    def ended(self, visit):
        return showing.in_zone(visit.ended_at, visit.hall)
