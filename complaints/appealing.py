"""Appeals of people rated against findings (申诉复核), and their decision by somebody independent."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.errors import FieldInvalid, LoopClosed, NotIndependent, PermissionDenied
from complaints.models import Appeal, AppealDecision, Ticket, Verification
from complaints.promising import Book
from complaints.verifying import check_outside, note, read_words
from complaints.vocabulary import PROPOSING, Aim, Finding
from complaints.workflow import SystemEvent
from feedback_site.models import User

DECIDE = "complaints.decide_appeal"


def may_appeal_until(verification: Verification, book: Book | None = None) -> datetime | None:
    """When the time for an appeal ends, counted from the day the finding could be read; None if no limit is set."""
    promised = (book or Book.load()).promise(verification.ticket, Aim.APPEAL, verification.at)
    return promised.due_at if promised else None


def may_appeal(verification: Verification, at: datetime, book: Book | None = None) -> bool:
    """Whether the person rated may still appeal: a finding against them, the last one, not appealed, in time."""
    if verification.finding in PROPOSING or hasattr(verification, "appealed") or verification.appeal_id:
        return False
    if verification.ticket.verifications.filter(pk__gt=verification.pk).exists():
        return False
    ends_at = may_appeal_until(verification, book)
    return ends_at is None or at < ends_at


def lodge_appeal(*, verification: Verification, grounds: str, actor: User, at: datetime) -> Appeal:
    """The person rated appeals, once, with grounds and in time; a decision is promised.

    Raises `PermissionDenied` for everybody else, `LoopClosed`, `FieldMissing`, `FieldInvalid`.
    """
    ticket = verification.ticket
    staff = getattr(actor, "staff_member", None)
    if staff is None or not actor.is_active or ticket.staff_id != staff.pk:
        raise PermissionDenied()
    book = Book.load()
    if not may_appeal(verification, at, book):
        raise LoopClosed()
    told = read_words(grounds=grounds)
    promised = book.promise(ticket, Aim.APPEAL_DECISION, at)
    if promised is None:
        raise LookupError(f"no limit for the decision on an appeal on {at}")
    try:
        with transaction.atomic():
            lodged = Appeal.objects.create(
                verification=verification,
                actor=actor,
                at=at,
                due_at=promised.due_at,
                promise=promised.as_data(),
                **told,
            )
            note(SystemEvent.APPEALED, ticket, actor, at, "", lodged.grounds)
    except IntegrityError:
        raise LoopClosed() from None
    return lodged


def decide_appeal(
    *,
    appeal: Appeal,
    upheld: bool,
    words: str,
    finding: str = "",
    actor: User,
    at: datetime,
) -> AppealDecision:
    """An independent reviewer decides; upheld, the appeal brings a new finding, which may propose an exclusion.

    `words` are read by the person rated. Independent is who never had to do with it: not of the window, not the
    verifier, not the handler, nobody who ever moved the ticket. Raises `PermissionDenied`, `NotIndependent`,
    `LoopClosed`, `FieldMissing`, `FieldInvalid`.
    """
    if not actor.has_perm(DECIDE):
        raise PermissionDenied()
    ticket = appeal.verification.ticket
    check_independent(appeal, actor)
    told = read_words(for_the_rated=True, words=words)
    if upheld and (finding not in Finding.values or finding == appeal.verification.finding):
        raise FieldInvalid(fields={"finding": [_("An upheld appeal brings another finding: choose which.")]})
    try:
        with transaction.atomic():
            decided = AppealDecision.objects.create(appeal=appeal, upheld=upheld, actor=actor, at=at, **told)
            if upheld:
                Verification.objects.create(
                    ticket=ticket,
                    round=ticket.round,
                    finding=finding,
                    words=told["words"],
                    words_to_rated=told["words"],
                    actor=actor,
                    at=at,
                    appeal=appeal,
                )
            note(SystemEvent.APPEAL_DECIDED, ticket, actor, at, finding if upheld else "", told["words"])
    except IntegrityError:
        raise LoopClosed() from None
    return decided


def check_independent(appeal: Appeal, actor: User) -> None:
    """Raises `NotIndependent` for the window, the verifier, the handler, and everybody who moved the ticket."""
    ticket = Ticket.objects.select_related("rating").get(pk=appeal.verification.ticket_id)
    check_outside(ticket, actor)
    involved = {appeal.actor_id, appeal.verification.actor_id, ticket.handler_id}
    moved = ticket.events.exclude(move=SystemEvent.APPEAL_DECIDED).filter(Q(actor=actor) | Q(handler=actor))
    if actor.pk in involved or moved.exists():
        raise NotIndependent()
