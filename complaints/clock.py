"""How much time is left, in words (pure): every clock of a ticket at one moment, pauses shown and never
hidden.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON = timedelta(hours=4)


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
) -> Reading:
    """What the clock of a promise says at `at`. A promise kept stays kept, late or not; `kept_at` tells how
    it went.
    """
    if due_at is None:
        return Reading(state=State.NONE, words="")
    if kept_at is not None:
        if kept_at < due_at:
            return Reading(state=State.KEPT, words=_("kept, %(span)s to spare") % {"span": span(due_at - kept_at)})
        return Reading(state=State.KEPT, words=_("done, %(span)s late") % {"span": span(kept_at - due_at)})
    if finished:
        return Reading(state=State.NONE, words="")
    if paused_at is not None:
        words = _("paused for %(span)s, waiting for the citizen") % {"span": span(at - paused_at)}
        return Reading(state=State.PAUSED, words=words)
    if at >= due_at:
        return Reading(state=State.OVER, words=_("%(span)s overdue") % {"span": span(at - due_at)})
    state = State.SOON if due_at - at <= SOON else State.OK
    return Reading(state=state, words=_("%(span)s left") % {"span": span(due_at - at)})


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
