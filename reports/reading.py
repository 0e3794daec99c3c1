"""Reading summaries with what they are compared to: the week before, the hall, the eight weeks. A few queries each."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from reports.charts import level_bar
from reports.figures import Figures, figures
from reports.models import SUMS, WeekBuild, WeeklySummary
from reports.statistics import Counts, shown
from reports.trend import WeekPoint, weeks_strip
from reports.weather import forecast
from reports.weeks import Week

WEEKS_SHOWN = 8
LEVEL_SUMS = SUMS[:5]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the page; `counts` None where they may not be shown."""

    label: str
    n: int
    counts: Counts | None
    svg: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page of one summary shows."""

    summary: WeeklySummary
    figures: Figures
    before: Figures | None
    build: WeekBuild
    previous: WeeklySummary | None
    following: WeeklySummary | None
    bars: list[Bar]
    weeks: list[WeekPoint]
    strip: str


def figures_of_rows(rows) -> list[WeeklySummary]:
    """The rows, each with its `figures`; the weeks before are fetched together."""
    rows = list(rows)
    before = {
        (row.hall_id, row.staff_id, row.week_starts_on): row.counts
        for row in WeeklySummary.objects.current().filter(
            staff__in={row.staff_id for row in rows},
            week_starts_on__in={row.week_starts_on - timedelta(days=7) for row in rows},
        )
    }
    for row in rows:
        row.figures = figures(row, before.get((row.hall_id, row.staff_id, row.week_starts_on - timedelta(days=7))))
    return rows


def report_of(summary: WeeklySummary) -> Report:
    """The page of one summary: three queries. In fog there are neither bars nor weeks."""
    weeks = summary.week.last(WEEKS_SHOWN)
    mine = {
        row.week: row
        for row in WeeklySummary.objects.current().filter(
            hall=summary.hall_id,
            staff=summary.staff_id,
            week_starts_on__range=(weeks[0].starts_on, summary.week.next().starts_on),
        )
    }
    previous, following = mine.get(summary.week.previous()), mine.get(summary.week.next())
    read = figures(summary, previous.counts if previous else None)
    halls = {} if read.suppressed else _hall_by_week(summary, weeks)
    points = [] if read.suppressed else [_point(week, mine.get(week), halls.get(week)) for week in weeks]
    return Report(
        summary=summary,
        figures=read,
        before=figures(previous) if previous else None,
        build=WeekBuild.objects.get(hall=summary.hall_id, week_starts_on=summary.week_starts_on),
        previous=previous,
        following=following,
        bars=[] if read.suppressed else _bars(summary, previous, halls),
        weeks=points,
        strip=weeks_strip(points, key="weeks"),
    )


def _hall_by_week(summary, weeks):
    """The counts of everybody in the hall together, by week."""
    sums = (
        WeeklySummary.objects.current()
        .filter(hall=summary.hall_id, week_starts_on__range=(weeks[0].starts_on, weeks[-1].starts_on))
        .order_by()
        .values("week_starts_on")
        .annotate(**{f"sum_{name}": Sum(name) for name in LEVEL_SUMS})
    )
    return {Week.starting(row["week_starts_on"]): Counts(*(row[f"sum_{name}"] for name in LEVEL_SUMS)) for row in sums}


def _point(week, row, hall_counts):
    hall_index = hall_counts.index if hall_counts and shown(hall_counts.n) else None
    label = f"W{week.number:02}"
    if row is None:
        return WeekPoint(label, None, hall_index=hall_index)
    sky = forecast(row.counts)
    return WeekPoint(label, row.counts.n, sky.index, sky.interval, hall_index)


def _bars(summary, previous, halls):
    rows = [
        ("this", _("This week"), summary.counts),
        ("last", _("Last week"), previous.counts if previous else None),
        ("hall", _("Whole hall this week"), halls.get(summary.week)),
    ]
    return [
        Bar(
            label=label,
            n=counts.n,
            counts=counts if shown(counts.n) else None,
            svg=level_bar(counts, key=f"bar-{key}", width=880, height=34) if shown(counts.n) else "",
        )
        for key, label, counts in rows
        if counts is not None
    ]
