"""The barometer 晴雨: which weather an index is, which it could be, and how a change is worded. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from reports.statistics import Counts, Interval, comparable, index_difference, shown


class Weather(StrEnum):
    """The six kinds of weather, best first, and fog for fewer than ten ratings."""

    SUNNY = "sunny"
    PARTLY = "partly"
    CLOUDY = "cloudy"
    RAIN = "rain"
    STORM = "storm"
    FOG = "fog"

    @property
    def words(self):
        return WORDS[self]


WORDS = {
    Weather.SUNNY: _("Sunny"),
    Weather.PARTLY: _("Sunny with clouds"),
    Weather.CLOUDY: _("Cloudy"),
    Weather.RAIN: _("Light rain"),
    Weather.STORM: _("Heavy rain"),
    Weather.FOG: _("Not clear"),
}

# Lower edge of each band of the index; changed at a year's end only, or trends lie (ux/README.md B3).
BANDS = (
    (Weather.SUNNY, 85.0),
    (Weather.PARTLY, 75.0),
    (Weather.CLOUDY, 65.0),
    (Weather.RAIN, 50.0),
    (Weather.STORM, 0.0),
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The weather of some ratings with its doubt. In fog there is no index, interval or other weather."""

    weather: Weather
    also: tuple[Weather, ...] = ()
    index: float | None = None
    interval: Interval | None = None


class Change(StrEnum):
    """What may be said about this week against the last."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    NOT_COMPARED = "not_compared"
    TOO_FEW = "too_few"

    @property
    def words(self):
        return CHANGE_WORDS[self]


CHANGE_WORDS = {
    Change.BETTER: _("better"),
    Change.WORSE: _("worse"),
    Change.UNCLEAR: _("no clear change"),
    Change.NOT_COMPARED: _("not compared yet, few ratings"),
    Change.TOO_FEW: _("too few ratings"),
}


def weather_at(index: float) -> Weather:
    """The band that an index from 0 to 100 lies in; a lower edge belongs to its band."""
    return next(weather for weather, edge in BANDS if index >= edge)


def whole(index: float) -> int:
    """The index as people read it: rounded, but never into a band that it is not in (84.6 is not yet sunny)."""
    return round(index) if weather_at(round(index)) is weather_at(index) else int(index)


def forecast(counts: Counts) -> Forecast:
    """The weather by the index itself, and every other band that its 95 % interval touches, best first."""
    if not shown(counts.n):
        return Forecast(Weather.FOG)
    weather, interval = weather_at(counts.index), counts.index_interval
    order = [band for band, _edge in BANDS]
    touched = order[order.index(weather_at(interval.high)) : order.index(weather_at(interval.low)) + 1]
    return Forecast(
        weather,
        tuple(band for band in touched if band is not weather),
        counts.index,
        interval,
    )


def change(now: Counts, before: Counts) -> Change:
    """Better or worse only when the interval of the difference excludes zero and both weeks have enough."""
    if not shown(now.n):
        return Change.TOO_FEW
    if not comparable(now.n, before.n):
        return Change.NOT_COMPARED
    difference = index_difference(now, before)
    if not difference.excludes_zero:
        return Change.UNCLEAR
    return Change.BETTER if difference.value > 0 else Change.WORSE
