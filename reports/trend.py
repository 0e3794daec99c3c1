"""The trend chart: the index of some weeks with its band, as server-side SVG (see `reports.charts`)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback_site.faces import BRAND, INK, WHITE
from feedback_site.templatetags.drawings import weather
from reports import svg
from reports.statistics import Interval
from reports.weather import BANDS, Weather, weather_at, whole

BAND_FILLS = {
    Weather.SUNNY: "#FFF8E6",
    Weather.PARTLY: "#FBFAF4",
    Weather.CLOUDY: "#F4F6F5",
    Weather.RAIN: "#EAF1F7",
    Weather.STORM: "#DDE8F2",
}


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """One week of `weeks_strip`: `n` None means no summary, `index` None that `n` is too small."""

    label: str
    n: int | None
    index: float | None = None
    interval: Interval | None = None
    hall_index: float | None = None


def weeks_strip(weeks: Sequence[WeekPoint], *, key: str, width: int = 770, height: int = 300) -> SafeString:
    """The index of some weeks, oldest first, with band and weather; a hatched gap for weeks in fog."""
    if not weeks:
        return SafeString("")
    left, top, right, bottom = 44, 58, width - 24, height - 34
    lows = [point.interval.low for point in weeks if point.interval]
    floor = max(0, min(60, math.floor((min(lows, default=60) - 1) / 5) * 5))
    step = (right - left) / max(1, len(weeks) - 1)

    def y(value):
        return round(top + (100 - value) / (100 - floor) * (bottom - top), 1)

    places = [round(left + step * i, 1) for i in range(len(weeks))] if len(weeks) > 1 else [(left + right) / 2]
    placed = list(zip(places, weeks, strict=True))
    parts = ["<defs>", svg.fog(f"{key}-h"), "</defs>", *_grid(left, right, floor, y)]
    halls = [(x, y(point.hall_index)) for x, point in placed if point.hall_index is not None]
    parts.append(svg.polyline(halls, svg.INK_3, 2, dashes="2 5"))
    for has_index, group in groupby(placed, key=lambda pair: pair[1].index is not None):
        run = list(group)
        if has_index:
            parts += _run(run, y)
        else:
            parts += _gaps(run, key, top, bottom)
    for x, point in placed:
        if point.n is not None:
            kind = Weather.FOG if point.index is None else weather_at(point.index)
            parts.append(f'<g transform="translate({x - 15:.1f} 10)">{weather(kind, size=30)}</g>')
        last = point is weeks[-1]
        parts.append(svg.text(x, height - 12, point.label, 13, INK if last else svg.INK_2, bold=last))
    if weeks[-1].index is not None:
        x, point = placed[-1]
        parts.append(svg.dot(x, y(point.index), 6))
        parts.append(svg.text(x - 6, y(point.index) - 11, whole(point.index), 15, INK, bold=True, anchor="end"))
    return svg.picture("weeks-strip", width, height, weeks_in_words(weeks), parts, fluid=True)


def weeks_in_words(weeks: Sequence[WeekPoint]) -> str:
    """The weeks as one sentence, for labels."""
    return _("Index by week: %(weeks)s") % {"weeks": _("; ").join(_week_in_words(point) for point in weeks)}


def _week_in_words(point):
    if point.n is None:
        return _("%(week)s no summary") % {"week": point.label}
    if point.index is None:
        return _("%(week)s too few ratings (%(n)s)") % {
            "week": point.label,
            "n": point.n,
        }
    return _("%(week)s %(index)s (%(low)s to %(high)s, %(n)s ratings)") % {
        "week": point.label,
        "index": whole(point.index),
        "low": whole(point.interval.low),
        "high": whole(point.interval.high),
        "n": point.n,
    }


def _grid(left, right, floor, y):
    parts, upper = [], 100
    for kind, edge in BANDS:
        lower = max(edge, floor)
        if upper > lower:
            parts.append(svg.box(left, y(upper), right - left, y(lower) - y(upper), BAND_FILLS[kind]))
        upper = lower
    for value in [100, *(edge for _kind, edge in BANDS if edge > floor)]:
        if value < 100:
            parts.append(svg.line(left, y(value), right, y(value), svg.LINE, 1))
        parts.append(svg.text(left - 8, y(value) + 5, f"{value:.0f}", 13, svg.INK_2, anchor="end"))
    return parts


def _run(run, y):
    band = [(x, y(point.interval.high)) for x, point in run]
    band += [(x, y(point.interval.low)) for x, point in reversed(run)]
    if len(run) == 1:  # a lone week has no area; its band is a bar
        (x, upper), (_x, lower) = band
        band = [(x - 6, upper), (x + 6, upper), (x + 6, lower), (x - 6, lower)]
    line = [(x, y(point.index)) for x, point in run]
    return [svg.area(band, BRAND), svg.polyline(line, BRAND, 3), *(svg.dot(x, height, 3.5) for x, height in line)]


def _gaps(run, key, top, bottom):
    parts = []
    for x, point in run:
        if point.n is not None:
            parts.append(svg.box(x - 17, top, 34, bottom - top, f"url(#{key}-h)"))
            parts.append(svg.box(x - 15, bottom - 46, 30, 22, WHITE))
            parts.append(svg.text(x, bottom - 30, point.n, 13, svg.INK_2))
    return parts
