"""Time limits in the admin: read by everybody at the desk, added for the own hall, never changed once in force."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import TimeLimit
from complaints.promised import length_told
from complaints.vocabulary import Measure
from feedback_site.admin import HistoryAdmin
from feedback_site.scoping import sees_all_halls, visible
from feedback_site.zones import zone


def today_of(hall):
    """The day it is in the hall; the server's for every hall."""
    return timezone.localdate(timezone=zone(hall.timezone)) if hall else timezone.localdate()


class TimeLimitForm(forms.ModelForm):
    """A limit that begins today or later, for a hall the person may speak for."""

    user = None  # set by the admin

    def clean(self):
        cleaned = super().clean()
        hall, starts_on = cleaned.get("hall"), cleaned.get("starts_on")
        if hall is None and "hall" in self.fields and "hall" not in self.errors and not sees_all_halls(self.user):
            self.add_error("hall", ValidationError(_("Choose your hall: limits for every hall are set elsewhere.")))
        if starts_on and starts_on < today_of(hall):
            self.add_error(
                "starts_on", ValidationError(_("A limit begins today or later: the past stays as promised."))
            )
        return cleaned


@admin.register(TimeLimit)
class TimeLimitAdmin(HistoryAdmin):
    """Which limit applies where; what is in force is superseded by a row with a later day, not edited."""

    form = TimeLimitForm
    list_display = ["scope", "aim", "grade_told", "length", "starts_on", "hall_told", "source"]
    list_display_links = ["scope", "aim"]
    list_filter = ["scope", "aim", "grade"]
    list_select_related = ["hall"]
    sortable_by = []
    fields = ["hall", "scope", "aim", "grade", "amount", "measure", "starts_on", "source"]

    def get_queryset(self, request):
        # Rows of every hall are everybody's; those of one hall are seen by those who see the hall.
        own = visible(TimeLimit.objects.all(), request.user)
        return TimeLimit.objects.filter(Q(hall=None) | Q(pk__in=own.values("pk")))

    def get_changeform_initial_data(self, request):
        return {"hall": request.user.hall_id, **super().get_changeform_initial_data(request)}

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def has_change_permission(self, request, obj=None):
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        may = sees_all_halls(request.user) or (obj.hall_id is not None and obj.hall_id == request.user.hall_id)
        return may and obj.starts_on > today_of(obj.hall)

    @admin.display(description=_("how long"))
    def length(self, limit):
        return length_told(limit.amount, Measure(limit.measure))

    @admin.display(description=_("grade"), ordering="grade")
    def grade_told(self, limit):
        return limit.get_grade_display() or _("every grade")

    @admin.display(description=_("hall"), ordering="hall")
    def hall_told(self, limit):
        return limit.hall or _("every hall")
