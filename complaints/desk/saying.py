"""What a card says of its deadline: what is owed next, how much working time is left, in words (ux/README D1). Pure.

Lengths count working time only; a promise that ends at midnight is told as the day it ends with.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.clock import State, span
from complaints.desk.worktimer import WorkTimer
from complaints.workflow import Status

SOON = timedelta(hours=2)  # of working time


class Owes(StrEnum):
    """What the citizen waits for next."""

    CONTACT = "contact"
    ANSWER = "answer"
    CALL_BACK = "call_back"


@dataclass(frozen=True, kw_only=True)
class Owed:
    """The promise that runs out first."""

    what: Owes
    due_at: datetime
    since: datetime
    paused_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """A card's chip and bar: the state gives shape and colour, the words say it again."""

    state: State
    words: str
    share: int  # percent of the working time used


def owed_by(ticket) -> Owed:
    """What is owed next; takes anything with a ticket's columns. The board's query orders by the same rule."""
    paused_at = ticket.paused_at
    if ticket.status == Status.CALLBACK and ticket.callback_due_at:
        since = ticket.answered_at or ticket.received_at
        return Owed(what=Owes.CALL_BACK, due_at=ticket.callback_due_at, since=since)
    contact = ticket.contact_due_at
    if contact and not ticket.contacted_at and contact < ticket.due_at:
        return Owed(what=Owes.CONTACT, due_at=contact, since=ticket.received_at, paused_at=paused_at)
    return Owed(what=Owes.ANSWER, due_at=ticket.due_at, since=ticket.received_at, paused_at=paused_at)


def tell(owed: Owed, at: datetime, timer: WorkTimer) -> Told:
    """What the card says at that moment."""
    if owed.paused_at is not None:
        words = _("Paused for %(span)s, waiting for the citizen") % {"span": _whole(at - owed.paused_at)}
        return Told(state=State.PAUSED, words=words, share=timer.share(owed.since, owed.due_at, owed.paused_at))
    if at >= owed.due_at:
        return Told(state=State.OVER, words=_over(owed, at, timer), share=100)
    share = timer.share(owed.since, owed.due_at, at)
    left = timer.between(at, owed.due_at)
    if left <= SOON:
        return Told(state=State.SOON, words=_left(owed, span(left)), share=share)
    today, last = _day(at, timer), _last_day(owed.due_at, timer)
    if last == today:
        return Told(state=State.SOON, words=_by(owed, timer, _("today")), share=share)
    if last == today + timedelta(days=1):
        return Told(state=State.OK, words=_by(owed, timer, _("tomorrow")), share=share)
    days = timer.working_days(at, owed.due_at)
    words = ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}
    return Told(state=State.OK, words=words, share=share)


def _over(owed, at, timer):
    late = timer.between(owed.due_at, at)
    days = timer.working_days(owed.due_at, at)
    told = ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days} if days > 1 else span(late)
    return {
        Owes.CONTACT: _("%(span)s overdue, not contacted"),
        Owes.ANSWER: _("%(span)s overdue, not answered"),
        Owes.CALL_BACK: _("%(span)s overdue, not called back"),
    }[owed.what] % {"span": told}


def _left(owed, told):
    return {
        Owes.CONTACT: _("%(span)s left to contact"),
        Owes.ANSWER: _("%(span)s left to answer"),
        Owes.CALL_BACK: _("%(span)s left to call back"),
    }[owed.what] % {"span": told}


def _by(owed, timer, day):
    clock = owed.due_at.astimezone(timer.zone).time()
    if clock == time.min:
        return {
            Owes.CONTACT: _("Contact within %(day)s"),
            Owes.ANSWER: _("Answer within %(day)s"),
            Owes.CALL_BACK: _("Call back within %(day)s"),
        }[owed.what] % {"day": day}
    return {
        Owes.CONTACT: _("Contact by %(time)s %(day)s"),
        Owes.ANSWER: _("Answer by %(time)s %(day)s"),
        Owes.CALL_BACK: _("Call back by %(time)s %(day)s"),
    }[owed.what] % {"day": day, "time": f"{clock:%H:%M}"}


def _whole(length):
    """Days alone from a day on: how long somebody was waited for needs no hours."""
    if length >= timedelta(days=1):
        return ngettext("%(number)s day", "%(number)s days", length.days) % {"number": length.days}
    return span(length)


def _day(moment, timer):
    return moment.astimezone(timer.zone).date()


def _last_day(due_at, timer):
    return _day(due_at - timedelta(microseconds=1), timer)
