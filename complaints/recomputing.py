"""Promises that reached into a year without a notice are reckoned anew once the notice is known.

A sweep over what is in the database: it may run at any time, any number of times. Only provisional promises of open
tickets change; a firm one never does, nor a deadline that somebody set (an extension).
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.clocks import Pause, labels, pauses_of, until
from complaints.deadlines import Promise, put_off, reckoned_anew
from complaints.models import Ticket, TicketEvent
from complaints.promising import COLUMNS, Book
from complaints.vocabulary import Aim
from complaints.workflow import SystemEvent
from complaints.worktime import NoWorkingTime, Schedule

BATCH = 500
PAUSED_BY_WAITING = {Aim.CONTACT, Aim.ANSWER}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One promise as it stood and as the calendar has it now; `due_at` is the deadline with its pauses."""

    aim: Aim
    before: datetime
    due_at: datetime
    promised: Promise


def recompute_provisional(*, at: datetime, limit: int = 10_000) -> int:
    """Reckon the provisional promises of open tickets anew; returns how many tickets changed.

    A few queries a ticket that changes, and none for one whose year is still unknown beyond reading it. A ticket that
    somebody moves at the same moment is left for the next sweep.
    """
    book, changed, last = Book.load(), 0, 0
    for _batch in range(0, limit, BATCH):
        waiting = Ticket.objects.open().filter(_provisional(), pk__gt=last).select_related("hall").order_by("pk")
        tickets = list(waiting[:BATCH])
        changed += sum(_recompute(ticket, book.schedule(ticket.hall), at) for ticket in tickets)
        if len(tickets) < BATCH:
            break
        last = tickets[-1].pk
    return changed


def _provisional():
    conditions = Q()
    for _due_at, as_data in COLUMNS.values():
        conditions |= Q(**{f"{as_data}__provisional": True})
    return conditions


def _recompute(ticket, schedule, at):
    with transaction.atomic():
        history = list(ticket.events.order_by("at", "id"))
        changes = [change for aim in COLUMNS if (change := _change(ticket, aim, schedule, history)) is not None]
        if not changes:
            return 0
        values = {}
        for change in changes:
            due_at, as_data = COLUMNS[change.aim]
            values |= {due_at: change.due_at, as_data: change.promised.as_data()}
        kept = Ticket.objects.filter(pk=ticket.pk, revision=ticket.revision, closed_at=None)
        if not kept.update(revision=F("revision") + 1, **values):
            return 0
        _event(ticket, changes, at, schedule).save()
    return 1


def _change(ticket, aim, schedule: Schedule, history) -> Change | None:
    """What becomes of one promise; None if it is firm, or its year is still as unknown as it was."""
    due_at, as_data = COLUMNS[aim]
    data, before = getattr(ticket, as_data), getattr(ticket, due_at)
    if before is None or not data.get("provisional"):
        return None
    promised = Promise.from_data(data, schedule.zone)
    if aim is Aim.ANSWER and _was_extended(history, promised):
        return None  # somebody set the day, and it was told to the citizen
    try:
        anew = reckoned_anew(promised, schedule)
        ends_at = _with_pauses(anew, schedule, pauses_of(history) if aim in PAUSED_BY_WAITING else ())
    except NoWorkingTime:
        return None
    if (anew, ends_at) == (promised, before):
        return None
    return Change(aim=aim, before=before, due_at=ends_at, promised=anew)


def _was_extended(history, promised):
    return any(event.move == "grant_extension" and event.at >= promised.received_at for event in history)


def _with_pauses(promised, schedule, pauses: tuple[Pause, ...]):
    """The deadline, put off by every ended pause since the promise, as it was when the pause ended."""
    due_at, data = promised.due_at, promised.as_data()
    for pause in pauses:
        if pause.until and pause.since >= promised.received_at:
            due_at = put_off(due_at, data, stood_from=pause.since, until=pause.until, schedule=schedule)
    return due_at


def _event(ticket, changes, at, schedule):
    """The line that tells before and after; the citizen reads about the answer, whose day was told."""
    event = TicketEvent.noting(SystemEvent.LIMIT_RECKONED, ticket=ticket, at=at)
    with override(settings.LANGUAGE_CODE):
        names = labels()
        lines = []
        for change in changes:
            told = {
                "clock": names[change.aim],
                "before": until(change.before, schedule.zone),
                "after": until(change.due_at, schedule.zone),
                "how": change.promised.derivation,
            }
            lines.append(_("%(clock)s: %(before)s before, now %(after)s (%(how)s)") % told)
            if change.aim is Aim.ANSWER:
                event.due_after = change.due_at
                if change.due_at != change.before:
                    event.visible_to_citizen = True
                    event.public_text = (
                        _("The calendar of working days is known by now: the answer comes %(after)s.") % told
                    )
    event.internal_text = "\n".join(lines)
    return event
