"""Who brought a ticket, for one reader: masked, opened one by one by an officer who is written down."""

from dataclasses import dataclass, field
from datetime import datetime

from complaints.admin_entrusted import EntrustedViews, Shown
from complaints.desk.similar import earlier_of
from complaints.models import Petitioner, PetitionerDisclosure, Ticket
from complaints.petitioners import Gone, may_reveal, reveal
from feedback_site.models import User
from ratings.disclosing import reveal_phone
from ratings.models import CallbackRequest

CALLBACK = "callback"  # the number that a visitor left on the tablet with a bad rating


@dataclass(kw_only=True)
class Person:
    """The panel 是谁."""

    petitioner: Petitioner | None = None
    name: str = ""
    phone: str = ""
    hidden: list[str] = field(default_factory=list)  # what could still be opened
    entrusted: Shown | None = None
    earlier: list[Ticket] = field(default_factory=list)

    @property
    def all_finished(self) -> bool:
        """Whether none of the earlier matters is open."""
        return not any(ticket.is_open for ticket in self.earlier)


def person_of(*, ticket: Ticket, user: User, opened: dict[str, str] | None = None) -> Person:
    """What this reader sees of the person; `opened` is what was opened just now, by its kind."""
    opened = opened or {}
    petitioner = getattr(ticket, "petitioner", None)
    person = Person(
        petitioner=petitioner,
        entrusted=EntrustedViews().entrusted_to(ticket, user, opened.get(CALLBACK, "")),
        earlier=earlier_of(user=user, ticket=ticket),
    )
    if petitioner is not None:
        person.name = opened.get("name") or petitioner.name_masked
        person.phone = opened.get("phone") or petitioner.phone_masked
        if may_reveal(ticket=ticket, user=user) and not petitioner.forgotten_at:
            boxes = {"name": petitioner.name_box, "phone": petitioner.phone_box}
            person.hidden = [kind for kind, box in boxes.items() if box and kind not in opened]
    return person


def open_one(*, ticket: Ticket, kind: str, actor: User, at: datetime) -> str:
    """What was asked for, after it was written down who asked. Raises `DomainError`."""
    if kind == CALLBACK:
        callback = CallbackRequest.objects.select_related("rating__staff").filter(rating=ticket.rating_id).first()
        if callback is None:
            raise Gone()
        return reveal_phone(callback=callback, actor=actor, at=at)
    if kind not in PetitionerDisclosure.Kind.values:
        raise Gone()
    return reveal(ticket=ticket, kind=kind, actor=actor, at=at)
