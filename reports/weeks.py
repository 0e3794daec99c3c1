"""The week: Monday to Sunday in a hall's time zone, as one value. Pure: asks no clock and no database."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1970, 2999
_LABEL = re.compile(r"([0-9]{4})-W([0-9]{2})")


class InvalidWeek(ValueError):
    """A week that cannot be; the message is a sentence for people and never repeats what was sent."""

    code = "invalid_week"


@dataclass(frozen=True, order=True, slots=True)
class Week:
    """An ISO 8601 week. Weeks are ordered by time; the end of a week is always exclusive."""

    starts_on: date

    def __post_init__(self) -> None:
        if self.starts_on.weekday() != 0:
            raise InvalidWeek(_("A week starts on a Monday."))
        if not FIRST_YEAR <= self.starts_on.isocalendar().year <= LAST_YEAR:
            raise InvalidWeek(_("That year is out of range."))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2026-W47" (capital W, two digits); anything else raises `InvalidWeek`."""
        match = _LABEL.fullmatch(text)
        if match is None:
            raise InvalidWeek(_("Write a week as year and week number, like 2026-W47."))
        year, number = int(match[1]), int(match[2])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise InvalidWeek(_("That year is out of range."))
        try:
            return cls(date.fromisocalendar(year, number, 1))
        except ValueError:
            raise InvalidWeek(_("That year has no week with that number.")) from None

    @classmethod
    def starting(cls, monday: date) -> Self:
        """The week that starts on this Monday; any other weekday raises `InvalidWeek`."""
        return cls(monday)

    @classmethod
    def containing(cls, moment: datetime, zone: tzinfo) -> Self:
        """The week in which an aware moment falls, on the calendar of that zone."""
        local = moment.astimezone(zone).date()
        week = cls(local - timedelta(days=local.weekday()))
        # A clock set back over midnight shows Sunday again after Monday has begun: the bounds decide.
        return week.next() if moment.astimezone(UTC) >= week.bounds(zone)[1] else week

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Start and exclusive end, each at local midnight, given in UTC.

        In UTC because Python compares two moments of one zone by their wall clocks, wrong around a clock change.
        A midnight that a clock change skips or repeats means its first moment.
        """
        return _midnight(self.starts_on, zone), _midnight(self.starts_on + timedelta(days=7), zone)

    def has_started(self, moment: datetime, zone: tzinfo) -> bool:
        return moment.astimezone(UTC) >= self.bounds(zone)[0]

    def has_ended(self, moment: datetime, zone: tzinfo) -> bool:
        return moment.astimezone(UTC) >= self.bounds(zone)[1]

    @property
    def year(self) -> int:
        """The ISO year, which for the days around New Year is not always the calendar year."""
        return self.starts_on.isocalendar().year

    @property
    def number(self) -> int:
        return self.starts_on.isocalendar().week

    @property
    def label(self) -> str:
        return f"{self.year:04}-W{self.number:02}"

    @property
    def last_day(self) -> date:
        """The Sunday, for people to read; for arithmetic use `bounds`."""
        return self.starts_on + timedelta(days=6)

    def previous(self) -> Self:
        return type(self)(self.starts_on - timedelta(days=7))

    def next(self) -> Self:
        return type(self)(self.starts_on + timedelta(days=7))

    def last(self, count: int) -> list[Self]:
        """`count` weeks up to and including this one, the oldest first."""
        return [type(self)(self.starts_on - timedelta(days=7 * back)) for back in reversed(range(count))]

    def __str__(self) -> str:
        return self.label


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
