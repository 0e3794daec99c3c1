"""What the page of a ticket shows: its clocks, and its history as one stream. Presents; decides and writes
nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.clock import Reading, State, read_clock
from complaints.deadlines import Promise
from complaints.models import Ticket, TicketEvent
from complaints.people import call_name
from complaints.workflow import FINISHED, Status, SystemEvent, find_move
from feedback_site.zones import zone

ICONS = {
    State.KEPT: "check_circle",
    State.PAUSED: "pause_circle",
    State.OVER: "warning",
    State.SOON: "schedule",
    State.OK: "schedule",
    State.NONE: "",
}
SYSTEM_ICONS = {
    SystemEvent.RATING_AMENDED: "sentiment_satisfied",
    SystemEvent.CALLBACK_ASKED: "call",
    SystemEvent.VOICE_LEFT: "mic",
}


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One promise of the ticket as it stands now."""

    label: str
    reading: Reading
    until: str
    derivation: str
    share_used: int  # percent of the promised time, 0 to 100

    @property
    def icon(self):
        return ICONS[self.reading.state]


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """Words of a person: `public` the citizen sees, `draft` the citizen will see, `internal` stays inside."""

    kind: str
    text: str

    @property
    def icon(self):
        return {"public": "visibility", "draft": "edit_note", "internal": "lock"}[self.kind]

    @property
    def badge(self):
        return {
            "public": _("The citizen sees this"),
            "draft": _("Draft: shown to the citizen once it is approved"),
            "internal": _("Staff only"),
        }[self.kind]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event: who did what and when, and the words that go with it."""

    who: str
    did: str
    at: datetime
    icon: str
    detail: str = ""
    bubbles: list[Bubble] = field(default_factory=list)


def clocks_of(ticket: Ticket, at: datetime) -> list[Clock]:
    """Every clock of the ticket, never the nearest only."""
    where = zone(ticket.hall.timezone)
    finished = ticket.status in FINISHED
    common = {"at": at, "paused_at": ticket.paused_at, "finished": finished}
    spoken_at = ticket.contacted_at or ticket.answered_at
    shown = [
        (_("First contact"), ticket.contact_due_at, spoken_at, ticket.contact_promise),
        (_("Answer"), ticket.due_at, ticket.answered_at, ticket.answer_promise),
    ]
    return [
        Clock(
            label=label,
            reading=read_clock(due_at=due_at, kept_at=kept_at, **common),
            until=until(due_at, where),
            derivation=_derivation(promise, due_at, where),
            share_used=_share_used(ticket.received_at, due_at, kept_at or ticket.paused_at or at),
        )
        for label, due_at, kept_at, promise in shown
        if due_at
    ]


def nearest_clock(ticket: Ticket, at: datetime) -> tuple[str, Reading]:
    """The clock that a list shows: the first that runs, else the answer's; with its name."""
    clocks = [(clock.label, clock.reading) for clock in clocks_of(ticket, at)]
    running = [each for each in clocks if each[1].state not in (State.KEPT, State.NONE)]
    return running[0] if running else clocks[-1]


def until(due_at: datetime, where) -> str:
    """A deadline as a day and time of the hall; midnight is told as the end of the day before."""
    local = localtime(due_at, where)
    if local.time() == time.min:
        return _("until the end of %(day)s") % {"day": _day(local - timedelta(days=1))}
    return _("until %(day)s, %(time)s") % {"day": _day(local), "time": date_format(local, "H:i")}


def lines_of(ticket: Ticket) -> list[Line]:
    """The history, oldest first."""
    where = zone(ticket.hall.timezone)
    events = ticket.events.select_related("actor", "handler").order_by("at", "id")
    return [_line(event, where) for event in events]


def _line(event: TicketEvent, where) -> Line:
    row = find_move(event.move)
    bubbles = []
    if event.public_text:
        bubbles.append(Bubble(kind="public" if event.visible_to_citizen else "draft", text=event.public_text))
    if event.internal_text:
        bubbles.append(Bubble(kind="internal", text=event.internal_text))
    return Line(
        who=call_name(event.actor) or _("System"),
        did=str(event.get_move_display()),
        at=event.at,
        icon=_icon(event, row),
        detail=_detail(event, row, where),
        bubbles=bubbles,
    )


def _icon(event, row):
    if row is not None and (row.contacts or row.attempts or Status.CALLBACK in row.sources):
        return "call"
    if event.move in SYSTEM_ICONS:
        return SYSTEM_ICONS[event.move]
    if event.handler_id:
        return "person"
    return "check"


def _detail(event, row, where):
    parts = []
    if event.handler:
        parts.append(_("to %(name)s") % {"name": call_name(event.handler)})
    if row is not None and row.reasons and event.reason:
        parts.append(str(dict(row.reasons.choices).get(event.reason, event.reason)))
    if event.due_after and event.due_before and event.due_after != event.due_before:
        parts.append(_("answer %(until)s") % {"until": until(event.due_after, where)})
    return " · ".join(parts)


def _derivation(data, due_at, where):
    if not data:
        return ""
    promise = Promise.from_data(data, where)
    if promise.due_at == due_at:
        return promise.derivation
    return _("%(derivation)s; moved since, see the history") % {"derivation": promise.derivation}


def _share_used(received_at, due_at, at):
    whole = (due_at - received_at).total_seconds()
    return round(min(max((at - received_at).total_seconds() / whole, 0), 1) * 100) if whole > 0 else 100


def _day(moment):
    return date_format(moment, "MONTH_DAY_FORMAT")
