"""One ticket as a card of the board or a line of the list: masked, with its deadline in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.clock import State
from complaints.desk.saying import Told, owed_by, tell
from complaints.desk.worktimer import WorkTimer
from complaints.models import Ticket
from complaints.people import call_name

ICONS = {
    Ticket.Channel.RATING: "sun",
    Ticket.Channel.DESK: "ear",
    Ticket.Channel.PHONE: "phone",
    Ticket.Channel.LETTER: "mail",
    Ticket.Channel.QR: "qr",
    Ticket.Channel.WEB: "globe",
    Ticket.Channel.HOTLINE: "phone",
}
# Long texts that no card shows; at a hundred cards they are most of what the database would send.
NOT_SHOWN = (
    *("description", "remedy", "contact_promise", "answer_promise", "callback_promise", "return_promise"),
    *("rating__modes", "rating__flags", "rating__comment"),
    *("rating__callback__phone_box", "rating__callback__query_code_hash"),
    *("petitioner__name_box", "petitioner__phone_box", "petitioner__query_code_hash"),
)


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
    return rows.select_related("window", "handler", "lead_unit", "petitioner", "rating__callback").defer(*NOT_SHOWN)


def card_of(ticket: Ticket, at: datetime, timer: WorkTimer) -> Card:
    """The card of a ticket that was loaded by `for_cards`."""
    told = Told(state=State.NONE, words="", share=0) if ticket.closed_at else tell(owed_by(ticket), at, timer)
    owner = call_name(ticket.handler)
    return Card(
        pk=ticket.pk,
        number=ticket.number,
        title=ticket.title,
        icon=ICONS.get(ticket.channel, "ear"),
        channel=ticket.get_channel_display(),
        status=ticket.status,
        status_words=ticket.get_status_display(),
        told=told,
        who=who_of(ticket),
        owner=owner,
        owner_mark=mark_of(owner),
        unit=str(ticket.lead_unit or ""),
        attempts=ticket.callback_attempts,
        revision=ticket.revision,
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
