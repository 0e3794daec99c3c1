"""All clocks of a ticket as people read them: first contact, answer, call back, days for returning; with their pauses.

Presents; decides and writes nothing. For a list, load one `Book` and pass it: no row then costs a query.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.clock import Reading, State, read_clock, span
from complaints.deadlines import Aim, Promise
from complaints.models import Ticket, TicketEvent
from complaints.promised import WORKING, Measure, length_told
from complaints.promising import Book
from complaints.workflow import FINISHED, Status, WaitingReason
from feedback_site.zones import zone

ICONS = {
    State.KEPT: "check_circle",
    State.PAUSED: "pause_circle",
    State.OVER: "warning",
    State.SOON: "schedule",
    State.OK: "schedule",
    State.NONE: "",
}


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time in which a clock stood; `until` None while it still does. Places are percent of the clock's bar."""

    since: datetime
    until: datetime | None
    why: str
    words: str  # how long: `2 days`
    starts_at: int = 0
    share: int = 0


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One promise of the ticket as it stands now."""

    aim: Aim
    label: str
    reading: Reading
    until: str
    derivation: str
    share_used: int  # percent of the promised time, 0 to 100; a time in which the clock stood is not used
    used: str = ""  # how long it took, or has run so far: `1 h 15 min`
    pauses: tuple[Pause, ...] = ()

    @property
    def icon(self):
        return ICONS[self.reading.state]


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What is needed to read one clock."""

    aim: Aim
    due_at: datetime | None
    promised: dict
    kept_at: datetime | None = None
    over: bool = False  # nothing is owed on it any more, kept or not


def labels():
    """What each clock is called in the reader's language."""
    return {
        Aim.CONTACT: _("First contact"),
        Aim.ANSWER: _("Answer"),
        Aim.CALLBACK: _("Call back"),
        Aim.RETURN: _("May be returned"),
    }


def clocks_of(ticket: Ticket, at: datetime, book: Book | None = None) -> list[Clock]:
    """Every clock of the ticket, never the nearest only; with pauses, from its history. A handful of queries."""
    book = book or Book.load()
    pauses = pauses_of(ticket.events.order_by("at", "id"))
    called = ticket.callbacks.filter(round=ticket.round).order_by("at", "id").values_list("at", flat=True).first()
    clocks = [_read(ticket, shown, at, book, pauses) for shown in _shown(ticket, called) if shown.due_at]
    if ticket.answered_at is None and ticket.is_open and (outlook := _callback_to_come(ticket, at, book)):
        clocks.append(outlook)
    return clocks


def nearest_clock(ticket: Ticket, at: datetime, book: Book | None = None) -> tuple[str, Reading]:
    """The clock that a list shows: of those that run the one that ends first, else the answer's; with its name.

    Asks the database nothing; without a book, time left is told by the clock and not in working time.
    """
    called = at if ticket.callback_attempts else None
    shown = [each for each in _shown(ticket, called) if each.due_at and each.aim is not Aim.RETURN]
    clocks = [_read(ticket, each, at, book, ()) for each in shown]
    named = [(clock.label, clock.reading) for clock in clocks]
    running = [
        (each.due_at, place)
        for place, (each, clock) in enumerate(zip(shown, clocks, strict=True))
        if clock.reading.state not in (State.KEPT, State.NONE)
    ]
    if running:
        return named[min(running)[1]]
    return next(pair for pair, each in zip(named, shown, strict=True) if each.aim is Aim.ANSWER)


def pauses_of(events: Iterable[TicketEvent]) -> tuple[Pause, ...]:
    """The times in which the ticket waited for the citizen, from its history, oldest first."""
    pauses, since = [], None
    for event in events:
        if event.to_status == Status.WAITING and event.from_status != Status.WAITING:
            since = event
        elif since is not None and event.from_status == Status.WAITING and event.to_status != Status.WAITING:
            pauses.append(_pause(since, event.at))
            since = None
    return (*pauses, *([_pause(since, None)] if since is not None else []))


def until(due_at: datetime, where) -> str:
    """A deadline as a day and time of the hall; midnight is told as the end of the day before."""
    local = localtime(due_at, where)
    if local.time() == time.min:
        return _("until the end of %(day)s") % {"day": _day(local - timedelta(days=1))}
    return _("until %(day)s, %(time)s") % {"day": _day(local), "time": date_format(local, "H:i")}


def _shown(ticket, called_at):
    finished = ticket.status in FINISHED
    spoken_at = ticket.contacted_at or ticket.answered_at
    return [
        _Shown(
            aim=Aim.CONTACT,
            due_at=ticket.contact_due_at,
            promised=ticket.contact_promise,
            kept_at=spoken_at,
            over=finished,
        ),
        _Shown(
            aim=Aim.ANSWER,
            due_at=ticket.due_at,
            promised=ticket.answer_promise,
            kept_at=ticket.answered_at,
            over=finished,
        ),
        _Shown(
            aim=Aim.CALLBACK,
            # A matter taken up again owes an answer first.
            due_at=ticket.callback_due_at if ticket.answered_at else None,
            promised=ticket.callback_promise,
            kept_at=called_at,
            over=ticket.status != Status.CALLBACK,
        ),
        _Shown(
            aim=Aim.RETURN,
            due_at=ticket.return_due_at if ticket.status == Status.DISPATCHED else None,
            promised=ticket.return_promise,
        ),
    ]


def _read(ticket, shown, at, book, pauses):
    where = zone(ticket.hall.timezone)
    schedule = book.schedule(ticket.hall) if book else None
    measure = Promise.measure_of(shown.promised)
    reading = read_clock(
        due_at=shown.due_at,
        at=at,
        kept_at=shown.kept_at,
        paused_at=ticket.paused_at if shown.aim in (Aim.CONTACT, Aim.ANSWER) else None,
        finished=shown.over,
        schedule=schedule,
        measure=measure,
    )
    if shown.aim is Aim.RETURN and reading.state is State.OVER:  # a right that has ended, not a duty
        reading = Reading(state=State.NONE, words=_("no longer"))
    begun_at = _begun_at(ticket, shown.promised, where)
    bar = _Bar(begun_at, shown.due_at, schedule if measure in WORKING else None)
    ends_at = shown.kept_at or (ticket.closed_at if shown.over else None) or at
    if shown.aim not in (Aim.CONTACT, Aim.ANSWER):
        pauses = ()
    stood = [pause for pause in pauses if pause.since < ends_at and (pause.until is None or pause.until > begun_at)]
    return Clock(
        aim=shown.aim,
        label=labels()[shown.aim],
        reading=reading,
        until=until(shown.due_at, where),
        derivation=_derivation(shown.promised, shown.due_at, where),
        share_used=bar.used(ends_at if stood else (shown.kept_at or ticket.paused_at or at), stood),
        used=span(bar.time(begun_at, ends_at) - sum((bar.stood(pause, ends_at) for pause in stood), timedelta())),
        pauses=tuple(bar.placed(pause, at) for pause in stood),
    )


@dataclass(frozen=True)
class _Bar:
    """The time from the beginning of a promise to its end, in working time where it was promised so."""

    begun_at: datetime
    due_at: datetime
    schedule: object

    def time(self, begins, ends):
        begins = max(begins, self.begun_at)
        return self.schedule.between(begins, ends) if self.schedule else max(ends - begins, timedelta())

    def stood(self, pause, at):
        return self.time(pause.since, min(pause.until or at, at))

    def used(self, at, pauses) -> int:
        stood = sum((self.stood(pause, at) for pause in pauses), timedelta())
        ended = sum((self.stood(pause, at) for pause in pauses if pause.until), timedelta())
        # An ended pause was added to the deadline, one that still runs was not yet.
        return _percent(self.time(self.begun_at, at) - stood, self.time(self.begun_at, self.due_at) - ended)

    def placed(self, pause, at) -> Pause:
        whole = self.time(self.begun_at, self.due_at)
        starts_at = _percent(self.time(self.begun_at, pause.since), whole)
        ends_at = _percent(self.time(self.begun_at, pause.until or at), whole)
        return Pause(
            since=pause.since,
            until=pause.until,
            why=pause.why,
            words=pause.words or span(at - pause.since),
            starts_at=starts_at,
            share=ends_at - starts_at,
        )


def _callback_to_come(ticket, at, book):
    rule = book.rule(ticket, Aim.CALLBACK, localtime(at, zone(ticket.hall.timezone)).date())
    if rule is None:
        return None
    length = length_told(rule.amount, Measure(rule.measure))
    return Clock(
        aim=Aim.CALLBACK,
        label=labels()[Aim.CALLBACK],
        reading=Reading(state=State.NONE, words=_("%(length)s after the answer") % {"length": length}),
        until="",
        derivation="",
        share_used=0,
    )


def _pause(event, ended_at):
    return Pause(
        since=event.at,
        until=ended_at,
        why=str(dict(WaitingReason.choices).get(event.reason, "")),
        words=span(ended_at - event.at) if ended_at else "",
    )


def _begun_at(ticket, promised, where):
    if "received_at" in promised:
        return Promise.from_data(promised, where).received_at
    return ticket.received_at


def _derivation(data, due_at, where):
    if not data:
        return ""
    promise = Promise.from_data(data, where)
    if promise.due_at == due_at:
        return promise.derivation
    return _("%(derivation)s; moved since, see the history") % {"derivation": promise.derivation}


def _percent(part, whole):
    return round(min(max(part / whole, 0), 1) * 100) if whole > timedelta() else 100


def _day(moment):
    return date_format(moment, "MONTH_DAY_FORMAT")
