"""The filters of the weekly report: week, hall, window. Each offers what the viewer may see and ignores the rest."""

from django.contrib.admin import SimpleListFilter
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall, Window
from feedback_site.scoping import visible
from reports.models import WeekBuild
from reports.weeks import InvalidWeek, Week

WEEKS_OFFERED = 60


class WeekFilter(SimpleListFilter):
    """One week at a time, at first the newest that is over; `?week=all` shows all."""

    title = _("week")
    parameter_name = "week"

    def lookups(self, request, model_admin):
        builds = visible(WeekBuild.objects.all(), request.user).exclude(built_at=None).order_by("-week_starts_on")
        mondays = builds.values_list("week_starts_on", flat=True).distinct()[:WEEKS_OFFERED]
        return [(Week.starting(monday).label,) * 2 for monday in mondays]

    def value(self):
        asked = super().value()
        if asked == "all":
            return asked
        try:
            return Week.parse(asked or "").label
        except InvalidWeek:
            running = Week.containing(timezone.now(), timezone.get_current_timezone()).label
            labels = [str(label) for label, _title in self.lookup_choices]
            return next((label for label in labels if label < running), labels[0] if labels else None)

    def queryset(self, request, queryset):
        label = self.value()
        if label in (None, "all"):
            return queryset
        return queryset.filter(week_starts_on=Week.parse(label).starts_on)

    def place(self):
        """The week chosen, and the labels of the built weeks before and after it; each None where there is none."""
        label = self.value()
        if label in (None, "all"):
            return None, None, None
        labels = sorted({offered for offered, _title in self.lookup_choices})
        earlier = [each for each in labels if each < label]
        later = [each for each in labels if each > label]
        return Week.parse(label), earlier[-1] if earlier else None, later[0] if later else None

    def choices(self, changelist):
        for label, title in [*self.lookup_choices, ("all", _("All weeks"))]:
            yield {
                "selected": self.value() == label,
                "query_string": changelist.get_query_string({self.parameter_name: label}),
                "display": title,
            }


class HallFilter(SimpleListFilter):
    title = _("hall")
    parameter_name = "hall"

    def lookups(self, request, model_admin):
        halls = list(visible(Hall.objects.all(), request.user).values_list("code", "name"))
        return halls if len(halls) > 1 else []

    def queryset(self, request, queryset):
        known = {code for code, _name in self.lookup_choices}
        return queryset.filter(hall__code=self.value()) if self.value() in known else queryset


class WindowFilter(SimpleListFilter):
    title = _("window")
    parameter_name = "window"

    def lookups(self, request, model_admin):
        windows = visible(Window.objects.select_related("hall"), request.user).order_by("hall", "position", "number")
        return [(str(window.pk), f"{window.hall.code} · {window.number} {window.name}") for window in windows]

    def queryset(self, request, queryset):
        known = {pk for pk, _label in self.lookup_choices}
        return queryset.filter(window=int(self.value())) if self.value() in known else queryset
