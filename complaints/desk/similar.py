"""Which tickets may be about the same matter: those that sound alike, and those of the same telephone number."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from complaints.desk.access import tickets_of
from complaints.desk.likeness import most_alike
from complaints.models import Petitioner, Ticket
from feedback_site.models import Hall, User

SEARCHED = 3_000  # the latest open ones; more than a hall has open at once (2,000)
CLOSED_FOR = timedelta(days=30)  # a matter that comes back soon after its end is the same matter
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Similar:
    """A ticket that may be the same matter, and why it is shown."""

    ticket: Ticket
    percent: int  # how alike it sounds, 0 where only the number is the same
    same_phone: bool

    @property
    def can_go_on(self) -> bool:
        """Whether the new one can be put together with it."""
        return self.ticket.is_open


def similar_to(
    *, user: User, hall: Hall, title: str, at, phone_keys: list[str] = (), but: Ticket | None = None
) -> list[Similar]:
    """At most five, those of the same number first; two queries, three with a number."""
    rows = tickets_of(user).filter(hall=hall)
    rows = rows.exclude(pk=but.pk) if but else rows
    recent = rows.filter(Q(closed_at=None) | Q(closed_at__gt=at - CLOSED_FOR), merged_into=None)
    titles = recent.order_by("-registered_at", "-id").values_list("pk", "title")[:SEARCHED]
    scores = dict(most_alike(title, titles, limit=SHOWN))
    of_number = _of_number(rows, phone_keys)
    found = {row.pk: row for row in rows.filter(pk__in={*scores, *of_number})}
    order = sorted(found, key=lambda pk: (pk not in of_number, -scores.get(pk, 0), -pk))
    return [
        Similar(ticket=found[pk], percent=round(100 * scores.get(pk, 0)), same_phone=pk in of_number)
        for pk in order[:SHOWN]
    ]


def earlier_of(*, user: User, ticket: Ticket) -> list[Ticket]:
    """Other tickets that the person may see and that came from the same number, newest first."""
    petitioner = getattr(ticket, "petitioner", None)
    if petitioner is None or not petitioner.phone_key:
        return []
    rows = tickets_of(user).filter(pk__in=_of_number(Ticket.objects.exclude(pk=ticket.pk), [petitioner.phone_key]))
    return list(rows.order_by("-registered_at", "-id"))


def _of_number(rows, phone_keys):
    if not phone_keys:
        return set()
    known = Petitioner.objects.filter(phone_key__in=phone_keys, forgotten_at=None).exclude(phone_key="")
    return set(rows.filter(pk__in=known.values("pk")).order_by("-id").values_list("pk", flat=True)[:20])
