"""How much time is left, in words (pure): every clock of a ticket at one moment, pauses shown and never
hidden.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.vocabulary import WORKING, Measure
from complaints.worktime import Schedule

SOON = timedelta(hours=4)
INSTANT = timedelta(microseconds=1)  # a day ends exclusively, with the midnight of the next


class State(StrEnum):
    """What a clock says at a glance; shown by shape and word as well as colour."""

    KEPT = "kept"
    PAUSED = "paused"
    OVER = "over"
    SOON = "soon"
    OK = "ok"
    NONE = "none"  # nothing was promised, or nothing is owed any more


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One clock at one moment: its state and a short sentence in the reader's language."""

    state: State
    words: str


def read_clock(
    *,
    due_at: datetime | None,
    at: datetime,
    kept_at: datetime | None = None,
    paused_at: datetime | None = None,
    finished: bool = False,
    schedule: Schedule | None = None,
    measure: Measure = Measure.HOURS,
) -> Reading:
    """What the clock of a promise says at `at`. A promise kept stays kept, late or not; `kept_at` tells how
    it went. With the hall's schedule, what was promised in working time is told in working time.
    """
    if due_at is None:
        return Reading(state=State.NONE, words="")
    told = _Told(schedule if measure in WORKING else None, measure)
    if kept_at is not None:
        if kept_at < due_at:
            return Reading(state=State.KEPT, words=_("kept, %(span)s to spare") % {"span": told.left(kept_at, due_at)})
        return Reading(state=State.KEPT, words=_("done, %(span)s late") % {"span": told.late(due_at, kept_at)})
    if finished:
        return Reading(state=State.NONE, words="")
    if paused_at is not None:
        words = _("paused for %(span)s, waiting for the citizen") % {"span": span(at - paused_at)}
        return Reading(state=State.PAUSED, words=words)
    if at >= due_at:
        return Reading(state=State.OVER, words=_("%(span)s overdue") % {"span": told.late(due_at, at)})
    left = told.time(at, due_at)
    if not left:  # the hall is closed until the deadline
        return Reading(state=State.SOON, words=_("due before the hall opens again"))
    state = State.SOON if left <= SOON else State.OK
    return Reading(state=state, words=_("%(span)s left") % {"span": told.left(at, due_at)})


@dataclass(frozen=True)
class _Told:
    """Time between two moments: working time with a schedule, else time."""

    schedule: Schedule | None
    measure: Measure

    def time(self, begins, ends) -> timedelta:
        return self.schedule.between(begins, ends) if self.schedule else ends - begins

    def left(self, at, due_at) -> str:
        """`7 working days` where days were promised and today is not the last, else `3 h 30 min`."""
        return self._length(at, due_at, at, due_at - INSTANT)

    def late(self, due_at, at) -> str:
        """`1 working day` once a whole one has passed since, until then `32 min` of working time."""
        return self._length(due_at, at, due_at - INSTANT, at - timedelta(days=1))

    def _length(self, begins, ends, day_before, last_day):
        if self.schedule and self.measure is Measure.WORKING_DAYS:
            days = _days_after(self._day(day_before), self._day(last_day))
            if number := sum(self.schedule.calendar.is_working_day(day) for day in days):
                return working_days(number)
        return span(self.time(begins, ends))

    def _day(self, moment):
        return moment.astimezone(self.schedule.zone).date()


def _days_after(first: date, last: date):
    return (first + timedelta(days=shift) for shift in range(1, (last - first).days + 1))


def working_days(number: int) -> str:
    """`7 working days`."""
    return ngettext("%(days)s working day", "%(days)s working days", number) % {"days": number}


def span(length: timedelta) -> str:
    """A length of time in its two largest units: days and hours, or hours and minutes; minutes are rounded
    down.
    """
    minutes = max(int(length.total_seconds() // 60), 0)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        parts = [_days(days), _hours(hours) if hours else ""]
    elif hours:
        parts = [_hours(hours), _minutes(minutes) if minutes else ""]
    else:
        parts = [_minutes(minutes)]
    return " ".join(part for part in parts if part)


def _days(number):
    return ngettext("%(number)s day", "%(number)s days", number) % {"number": number}


def _hours(number):
    return ngettext("%(number)s h", "%(number)s h", number) % {"number": number}


def _minutes(number):
    return ngettext("%(number)s min", "%(number)s min", number) % {"number": number}
