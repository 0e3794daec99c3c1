"""One ticket as a card of the board or a line of the list: masked, with its deadline in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.clock import State
from complaints.desk.saying import Told, owed_by, tell
from complaints.desk.worktimer import WorkTimer
from complaints.models import Ticket
from complaints.people import call_name
from complaints.workflow import Status

ICONS = {
    Ticket.Channel.RATING: "sun",
    Ticket.Channel.DESK: "ear",
    Ticket.Channel.PHONE: "phone",
    Ticket.Channel.LETTER: "mail",
    Ticket.Channel.QR: "qr",
    Ticket.Channel.WEB: "globe",
    Ticket.Channel.HOTLINE: "phone",
}
# What a card shows and no more: at a hundred cards the rest is most of what the database would send.
SHOWN = (
    *("number", "title", "status", "channel", "revision", "callback_attempts", "window_id", "rating_id", "hall_id"),
    *("received_at", "registered_at", "contact_due_at", "contacted_at", "due_at", "callback_due_at"),
    *("answered_at", "paused_at", "closed_at"),
    *("window__number", "window__name", "window__hall_id", "lead_unit__name"),
    *("handler__username", "handler__first_name", "handler__last_name"),
    *("petitioner__name_masked", "petitioner__phone_masked"),
    *("rating__id", "rating__callback__forgotten_at"),
)


@dataclass(frozen=True, kw_only=True)
class News:
    """A move that somebody else made a moment ago."""

    event: int
    number: str
    words: str
    left: bool  # the ticket is off the board now


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is shown of one ticket among many."""

    pk: int
    number: str
    title: str
    icon: str
    channel: str
    status: str
    status_words: str
    told: Told
    who: str
    owner: str
    owner_mark: str  # one letter of the name, for the round badge
    unit: str
    attempts: int
    revision: int
    news: News | None = None

    @property
    def short(self):
        """The number without the year, as people say it."""
        return self.number[-4:]

    @property
    def tried(self):
        """Whether it was called often enough to be closed without having been reached: other moves are offered then."""
        return min(self.attempts, 3)


def for_cards(rows):
    """The query of tickets with all that `card_of` reads: one query, however many."""
    return rows.select_related("window", "handler", "lead_unit", "petitioner", "rating__callback").only(*SHOWN)


def card_of(ticket: Ticket, at: datetime, timer: WorkTimer, news: News | None = None) -> Card:
    """The card of a ticket that was loaded by `for_cards`."""
    told = Told(state=State.NONE, words="", share=0) if ticket.closed_at else tell(owed_by(ticket), at, timer)
    owner = call_name(ticket.handler)
    return Card(
        pk=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        icon=ICONS.get(ticket.channel, "ear"),
        channel=str(Ticket.Channel(ticket.channel).label),
        status=ticket.status,
        status_words=str(Status(ticket.status).label),
        told=told,
        who=who_of(ticket),
        owner=owner,
        owner_mark=mark_of(owner),
        unit=str(ticket.lead_unit or ""),
        attempts=ticket.callback_attempts,
        revision=ticket.revision,
        news=news,
    )


def who_of(ticket: Ticket) -> str:
    """`林** · 137****6021`; the window where nobody left a name."""
    petitioner = getattr(ticket, "petitioner", None)
    if petitioner and (petitioner.name_masked or petitioner.phone_masked):
        return " · ".join(filter(None, [petitioner.name_masked, petitioner.phone_masked]))
    callback = getattr(ticket.rating, "callback", None) if ticket.rating_id else None
    parts = [_("asks to be called") if callback and not callback.forgotten_at else _("no name left")]
    if ticket.window_id:
        parts.append(str(ticket.window))
    return " · ".join(parts)


def mark_of(name: str) -> str:
    """The one letter in the round badge: the last of a Chinese name (周敏 → 敏), else the first."""
    if not name:
        return ""
    return name[0].upper() if name.isascii() else name[-1]
