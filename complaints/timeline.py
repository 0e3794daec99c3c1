"""What the page of a ticket shows: its history as one stream (its clocks: `complaints.clocks`). Presents; decides and
writes nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.clocks import ICONS, Clock, clocks_of, nearest_clock, until
from complaints.models import Ticket, TicketEvent
from complaints.people import call_name
from complaints.workflow import Status, SystemEvent, find_move
from feedback_site.zones import zone

__all__ = ["ICONS", "Bubble", "Clock", "Line", "clocks_of", "lines_of", "nearest_clock", "until"]

SYSTEM_ICONS = {
    SystemEvent.RATING_AMENDED: "sentiment_satisfied",
    SystemEvent.CALLBACK_ASKED: "call",
    SystemEvent.VOICE_LEFT: "mic",
    SystemEvent.LIMIT_RECKONED: "event_repeat",
    SystemEvent.VERIFIED: "fact_check",
    SystemEvent.APPEALED: "gavel",
    SystemEvent.APPEAL_DECIDED: "gavel",
}


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
