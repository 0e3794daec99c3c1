"""Weekly summaries for signed-in readers."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from rest_framework import generics

from feedback_site.api import TimePages
from feedback_site.scoping import visible
from reports.api.schema import SummaryShown
from reports.models import WeeklySummary
from reports.reading import figures_of_rows
from reports.weeks import InvalidWeek, Week


class WeekField(forms.CharField):
    """Text such as 2026-W47, cleaned to a `Week`."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return Week.parse(text) if text else None
        except InvalidWeek as refusal:
            raise ValidationError(str(refusal), code=refusal.code) from None


class WeekFilter(django_filters.CharFilter):
    field_class = WeekField

    def filter(self, queryset, value):
        return queryset.filter(week_starts_on=value.starts_on) if value else queryset


class SummaryFilter(django_filters.FilterSet):
    """The filters of contract.md; what is well-formed but unknown finds nothing."""

    week = WeekFilter(help_text="ISO week, such as 2026-W47.")
    hall = django_filters.CharFilter(field_name="hall__code", max_length=16)
    staff = django_filters.CharFilter(field_name="staff__staff_no", max_length=20)

    class Meta:
        model = WeeklySummary
        fields = ()


class SummaryPages(TimePages):
    """Newest week first, people in the order in which their rows were made: never by score."""

    ordering = ("-week_starts_on", "id")


class WeeklySummariesView(generics.ListAPIView):
    """The current summaries of the halls one may see, newest week first."""

    queryset = WeeklySummary.objects.current()
    permission = "reports.view_weeklysummary"
    pagination_class = SummaryPages
    filterset_class = SummaryFilter
    serializer_class = SummaryShown

    def get_queryset(self):
        rows = visible(WeeklySummary.objects.current(), self.request.user)
        return rows.with_build().select_related("hall", "staff", "window")

    def paginate_queryset(self, queryset):
        return figures_of_rows(super().paginate_queryset(queryset))
