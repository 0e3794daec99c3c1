"""Working time: the hall's opening hours on working days, nothing else. Pure; all moments are aware.

On a make-up working day (调休) the hall keeps Monday's hours. A hall without written hours works all day; one that
writes none for Monday to Friday is reckoned by the usual ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback_site.hours import USUAL, Span, parse
from feedback_site.working_days import Calendar

MONDAY = 1
ALL_DAY = (Span(range(1, 8), time.min, time.max),)
LONGEST = timedelta(days=3660)  # further than any promise; a calendar that never opens must not be searched for ever


class NoWorkingTime(ValueError):
    """The hall does not open within ten years."""


@dataclass(frozen=True)
class Schedule:
    """When a hall works."""

    calendar: Calendar
    zone: ZoneInfo
    opening_hours: str = USUAL  # as `feedback_site.hours` reads it

    def add(self, start: datetime, length: timedelta) -> datetime:
        """The moment by which `length` of working time has passed since `start`. Raises `NoWorkingTime`."""
        return self.counted(start, length)[-1][1] if length else start

    def counted(self, start: datetime, length: timedelta) -> list[tuple[datetime, datetime]]:
        """The spans of working time, in the hall's zone, that make up `length` from `start`; raises `NoWorkingTime`."""
        left, spans = length, []
        for opens, closes in self._spans_from(start) if left else ():
            begins = max(opens, start.astimezone(UTC))
            ends = min(closes, begins + left)
            spans.append((begins.astimezone(self.zone), ends.astimezone(self.zone)))
            left -= ends - begins
            if not left:
                break
        if left:
            raise NoWorkingTime
        return spans

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two moments; nothing when the second is the earlier one."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        passed = timedelta(0)
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            passed += min(closes, end) - max(opens, start)
        return passed

    def _spans_from(self, start) -> Iterator[tuple[datetime, datetime]]:
        """Every span that ends after `start`, as moments, in order."""
        first = start.astimezone(self.zone).date()
        for shift in range(LONGEST.days):
            for opens, closes in self._spans_on(first + timedelta(days=shift)):
                if closes > start:
                    yield opens, closes

    def _spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.calendar.is_working_day(day):
            return []
        weekday = MONDAY if self.calendar.is_made_up(day) else day.isoweekday()
        spans = sorted((span.opens, span.closes) for span in self._hours() if weekday in span.weekdays)
        return [(self._moment(day, opens), self._moment(day, closes)) for opens, closes in spans]

    def _hours(self):
        spans = parse(self.opening_hours) or ALL_DAY
        return spans if any(weekday in span.weekdays for span in spans for weekday in range(1, 6)) else parse(USUAL)

    def _moment(self, day, clock):
        if clock == time.max:
            day, clock = day + timedelta(days=1), time.min
        # In UTC: Python subtracts two moments of one zone by the wall, wrong over a change of the clocks.
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)
