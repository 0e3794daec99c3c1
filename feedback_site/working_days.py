"""Which days are working days (工作日): Monday to Friday, changed by the State Council's yearly notice. Pure.

The notice closes weekdays (holidays) and opens weekend days (调休, make-up working days). It comes in the November
before; until a year's notice is in the calendar, that year is a guess and everything reckoned from it says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

# Holidays on fixed dates, 全国年节及纪念日放假办法 as revised in 2024, art. 2; lunar ones and the
# make-up days of a year without a notice cannot be known, these can.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
NOTICE_MONTH = 11  # the notices for 2024 to 2026 came out between 25 October and 12 November
SATURDAY = 5  # of `date.weekday()`


@dataclass(frozen=True)
class Calendar:
    """The notices as far as they are known: years, and the days that differ from Monday to Friday."""

    known_years: frozenset[int] = frozenset()
    exceptions: Mapping[date, bool] = field(default_factory=dict)  # True: a working day

    def is_working_day(self, day: date) -> bool:
        """Whether it is one; a guess where `knows(day)` is false."""
        if day in self.exceptions:
            return self.exceptions[day]
        if not self.knows(day) and (day.month, day.day) in FIXED_HOLIDAYS:
            return False
        return day.weekday() < SATURDAY

    def is_made_up(self, day: date) -> bool:
        """Whether it is a working day on a weekend (调休)."""
        return day.weekday() >= SATURDAY and self.is_working_day(day)

    def knows(self, day: date) -> bool:
        """Whether the notice of that year is in the calendar."""
        return day.year in self.known_years


def missing_year(calendar: Calendar, today: date) -> int | None:
    """The year whose notice somebody must type in now: this one, or from November on, when it is out, the next."""
    due = [today.year] + ([today.year + 1] if today.month >= NOTICE_MONTH else [])
    return next((year for year in due if year not in calendar.known_years), None)


def runs(days: tuple[date, ...]) -> Iterator[tuple[date, date]]:
    """Ascending days as (first, last) of each unbroken run, for a sentence that people read."""
    first = last = None
    for day in days:
        if last is not None and day == last + timedelta(days=1):
            last = day
            continue
        if first is not None:
            yield first, last
        first = last = day
    if first is not None:
        yield first, last
