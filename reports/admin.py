"""The manager's weekly report in the admin: one line a person and week, and one page a summary."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from feedback_site.admin import ReadOnlyAdmin
from feedback_site.admin.lists import ChangeList
from feedback_site.templatetags.drawings import weather
from reports.charts import interval_line, level_bar
from reports.filters import HallFilter, WeekFilter, WindowFilter
from reports.models import WeeklySummary
from reports.reading import figures_of_rows, report_of
from reports.weather import Change, whole


class WeekOverview(ChangeList):
    """The list with its figures; the week before is looked up once for the whole page."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = figures_of_rows(self.result_list)
        chosen = next((spec for spec in self.filter_specs if isinstance(spec, WeekFilter)), None)
        self.week, self.earlier, self.later = chosen.place() if chosen else (None, None, None)
        self.earlier_query = self.get_query_string({WeekFilter.parameter_name: self.earlier})
        self.later_query = self.get_query_string({WeekFilter.parameter_name: self.later})
        for row in self.result_list:
            row.names_week = self.week is None


@admin.register(WeeklySummary)
class WeeklySummaryAdmin(ReadOnlyAdmin):
    """In window order and sortable by nothing that judges: neighbours with overlapping intervals do not differ."""

    list_display = [
        "window_number",
        "person",
        "sky",
        "rated",
        "distribution",
        "index_range",
        "index",
        "trend",
        "served",
    ]
    list_display_links = ["person"]
    list_filter = [WeekFilter, HallFilter, WindowFilter]
    list_filter_sheet = True
    list_fullwidth = True
    list_before_template = "admin/reports/weeklysummary/overview_head.html"
    list_after_template = "admin/reports/weeklysummary/overview_foot.html"
    # Those who sat at no window come last, on every database.
    ordering = [
        "-week_starts_on",
        "hall",
        F("window__position").asc(nulls_last=True),
        "window__number",
        "staff__staff_no",
    ]
    sortable_by = []
    search_fields = ["staff__name", "staff__staff_no", "staff__pinyin"]
    search_help_text = _("Name, pinyin or staff number")

    class Media:
        css = {"all": ["feedback_site/tokens.css", "reports/report.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).current().select_related("hall", "staff", "window")

    def get_changelist(self, request, **kwargs):
        return WeekOverview

    def lookup_allowed(self, lookup, value, request=None):
        # The filters' own parameters and nothing else: `?level_1=3` would find out what fog hides.
        return lookup in {each.parameter_name for each in self.list_filter}

    def changelist_view(self, request, extra_context=None):
        title = _("Weekly report")
        return super().changelist_view(request, {"title": title, "heading": title, **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The report of one person's week; there is nothing to change."""
        summary = self.get_visible_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": summary.staff.name,
            "opts": self.opts,
            "media": self.media,
            "report": report_of(summary),
        }
        return TemplateResponse(request, "admin/reports/weeklysummary/report.html", context)

    @admin.display(description=_("window"))
    def window_number(self, row):
        return row.window.number if row.window else "–"

    @admin.display(description=_("staff member"))
    def person(self, row):
        place = row.window.name if row.window else row.hall.name
        under = f"{place} · {row.week.label}" if row.names_week else place
        return format_html('<b>{}</b><span class="week-under">{}</span>', row.staff.name, under)

    @admin.display(description=_("weather"))
    def sky(self, row):
        sky = row.figures.sky
        if row.figures.suppressed:
            under = _("under 10 ratings")
        elif sky.also:
            under = _("could also be %(weathers)s") % {"weathers": _or(each.words for each in sky.also)}
        else:
            under = ""
        return format_html(
            '<span class="week-sky">{}<span><b>{}</b><span class="week-under">{}</span></span></span>',
            weather(sky.weather, size=38),
            sky.weather.words,
            under,
        )

    @admin.display(description=_("ratings"))
    def rated(self, row):
        return format_html('<span class="week-number">{}</span>', row.figures.n)

    @admin.display(description=_("distribution (people)"))
    def distribution(self, row):
        if row.figures.suppressed:
            return _("under 10 ratings, not shown")
        bar, beside = level_bar(row.figures.counts, key=f"b{row.pk}", width=200), row.figures.beside
        return format_html('{}<span class="week-under">{}</span>', bar, beside) if beside else bar

    @admin.display(description=_("where the index may lie"))
    def index_range(self, row):
        sky = row.figures.sky
        if row.figures.suppressed:
            return interval_line(None, key=f"i{row.pk}", width=150)
        return interval_line(sky.index, *sky.interval, key=f"i{row.pk}", width=150)

    @admin.display(description=_("index"))
    def index(self, row):
        index = row.figures.sky.index
        return format_html('<span class="week-number">{}</span>', "–" if index is None else whole(index))

    @admin.display(description=_("against last week"))
    def trend(self, row):
        arrow = {Change.BETTER: "↑ ", Change.WORSE: "↓ "}.get(row.figures.change, "")
        return format_html(
            '<span class="week-trend week-{}">{}{}</span>', row.figures.change, arrow, row.figures.change.words
        )

    @admin.display(description=_("served"))
    def served(self, row):
        return format_html(
            '<span class="week-number">{}</span>', "–" if row.figures.served is None else row.figures.served
        )


def _or(words):
    return _(" or ").join(str(word) for word in words)
