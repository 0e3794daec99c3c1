"""Filters of lists: choices by hall only, no scan of the rows to be filtered, nonsense ignored."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib.admin import BooleanFieldListFilter
from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    RangeDateFilter,
    RelatedDropdownFilter,
)
from unfold.widgets import INPUT_CLASSES

from feedback_site.models import StaffMember, Window
from feedback_site.scoping import sees_all_halls, visible
from feedback_site.zones import zone

SENSIBLE_YEARS = range(1970, 2200)


def scoped_choices(model, user):
    """The rows of `model` that the person may choose, ready to be named by `choice_label`."""
    rows = model._default_manager.all()
    if hasattr(model, "hall_path"):
        rows = visible(rows, user)
    if model in (Window, StaffMember):
        rows = rows.select_related("hall")
    return rows


def choice_label(row, user):
    """What tells the row from its neighbours; the hall is said to those who see several."""
    if isinstance(row, Window):
        parts = [str(row), row.name]
    elif isinstance(row, StaffMember):
        parts = [row.name, row.staff_no]
    else:
        return str(row)
    if sees_all_halls(user):
        parts.insert(0, row.hall.name)
    return " · ".join(parts)


class ScopedRelatedFilter(RelatedDropdownFilter):
    """A filter by a related row, offering only rows of the halls one may see."""

    def field_choices(self, field, request, model_admin):
        rows = scoped_choices(field.remote_field.model, request.user)
        return [(row.pk, choice_label(row, request.user)) for row in rows]

    def has_output(self):
        return len(self.lookup_choices) > 1


class DayRangeForm(forms.Form):
    """First and last day, as the browser's own date fields."""

    def __init__(self, name, data):
        super().__init__(data=data)
        for end, label in (("from", _("From day")), ("to", _("To day"))):
            widget = forms.TextInput({"type": "date", "class": " ".join(INPUT_CLASSES)})
            self.fields[f"{name}_{end}"] = forms.CharField(label=label, required=False, widget=widget)


class DayRangeFilter(RangeDateFilter):
    """From one day to another, both included, in the time zone of the person's hall; what is no day is ignored."""

    form_class = DayRangeForm
    template = "feedback_site/admin/day_range.html"

    def queryset(self, request, queryset):
        tz = zone(request.user.hall.timezone) if request.user.hall_id else timezone.get_current_timezone()
        first, last = (read_day(self.used_parameters.get(f"{self.parameter_name}_{end}")) for end in ("from", "to"))
        if first:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": self._border(first, tz)})
        if last:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": self._border(last + timedelta(days=1), tz)})
        return queryset

    def _border(self, day, tz):
        return datetime.combine(day, time.min, tz) if isinstance(self.field, models.DateTimeField) else day


def read_day(text):
    """The day of an ISO date, or None for anything else."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if day.year in SENSIBLE_YEARS else None


def fitting_filter(model, item):
    """For a bare field path in `list_filter`: the filter of this house; anything else stays as it is."""
    if not isinstance(item, str):
        return item
    try:
        field = get_fields_from_path(model, item)[-1]
    except (FieldDoesNotExist, NotRelationField):
        return item
    if field.remote_field:
        return (item, ScopedRelatedFilter)
    if isinstance(field, models.DateField):
        return (item, DayRangeFilter)
    if isinstance(field, models.BooleanField):
        return (item, BooleanFieldListFilter if field.null else BooleanRadioFilter)
    return (item, ChoicesDropdownFilter) if field.choices else item
