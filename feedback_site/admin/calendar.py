"""The working-day calendar: one page a year, its special days as lines of text."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from feedback_site.admin.base import HistoryAdmin
from feedback_site.calendar_year import read_lines, set_days, write_lines
from feedback_site.models import CalendarYear

LISTS = {"days_off": False, "days_at_work": True}


class CalendarYearForm(forms.ModelForm):
    """The year and its two lists of days."""

    days_off = forms.CharField(
        label=_("weekdays off"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 16}),
        help_text=_("One a line: month-day and the holiday's name, such as 10-01 国庆节."),
    )
    days_at_work = forms.CharField(
        label=_("weekend days at work"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}),
        help_text=_("The make-up working days (调休), one a line as above."),
    )

    class Meta:
        model = CalendarYear
        fields = ["year", "source"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            days = list(self.instance.days.all())
            for name, is_working in LISTS.items():
                self.initial[name] = write_lines(days, is_working=is_working)

    def clean(self):
        cleaned = super().clean()
        year = cleaned.get("year") or self.instance.year
        for name, is_working in LISTS.items():
            if year and name in cleaned:
                try:
                    cleaned[name] = read_lines(cleaned[name], year=year, is_working=is_working)
                except ValidationError as problems:
                    self.add_error(name, problems)
        return cleaned


@admin.register(CalendarYear)
class CalendarYearAdmin(HistoryAdmin):
    """Shared by all halls, so changed by superusers alone unless a role is given the right."""

    form = CalendarYearForm
    list_display = ["year", "days_off", "days_at_work", "source"]
    fields = ["year", "source", "days_off", "days_at_work"]

    def get_queryset(self, request):
        # The calendar belongs to no hall.
        return self.model._default_manager.prefetch_related("days")

    def get_readonly_fields(self, request, obj=None):
        return ["year"] if obj else []

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        days = [special for name in LISTS for special in form.cleaned_data[name]]
        set_days(year=form.instance, days=days)

    @admin.display(description=_("weekdays off"))
    def days_off(self, year):
        return sum(not day.is_working for day in year.days.all())

    @admin.display(description=_("weekend days at work"))
    def days_at_work(self, year):
        return sum(day.is_working for day in year.days.all())
