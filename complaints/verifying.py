"""Verifying a bad rating (差评核实): by somebody outside the window, before the answer goes out."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.errors import FieldInvalid, FieldMissing, LoopClosed, NotIndependent, NotVerified, PermissionDenied
from complaints.models import Ticket, TicketEvent, Verification
from complaints.vocabulary import PROPOSING, Finding
from complaints.workflow import TERMINAL, SystemEvent
from feedback_site.models import User
from ratings.cleaning import clean_comment
from ratings.exclusion import exclude_rating, is_of_own_window
from ratings.models import RatingExclusion
from ratings.scale import BAD

VERIFY = "complaints.verify_ticket"


def verify_rating(
    *, ticket: Ticket, finding: str, words: str, words_to_rated: str = "", actor: User, at: datetime
) -> Verification:
    """Sign what was found about the ticket's bad rating; once for each round of answering.

    `words` stay inside; `words_to_rated` are read by the person rated, if one was on duty.
    Raises `PermissionDenied`, `NotIndependent`, `LoopClosed`, `FieldMissing`, `FieldInvalid`.
    """
    if not actor.has_perm(VERIFY):
        raise PermissionDenied()
    check_outside(ticket, actor)
    told = read_words(words=words)
    if ticket.staff_id:
        told |= read_words(for_the_rated=True, words_to_rated=words_to_rated)
    if finding not in Finding.values:
        raise FieldInvalid(fields={"finding": [_("Choose one of the findings.")]})
    now = Ticket.objects.get(pk=ticket.pk)
    if now.rating_id is None or now.status in TERMINAL:
        raise LoopClosed()
    try:
        with transaction.atomic():
            found = Verification.objects.create(
                ticket=now, round=now.round, finding=finding, actor=actor, at=at, **told
            )
            note(SystemEvent.VERIFIED, now, actor, at, found.finding, found.words)
    except IntegrityError:
        raise LoopClosed() from None
    return found


def needs_verification(ticket: Ticket) -> bool:
    """Whether the ticket is of a rating that is bad now, and nobody verified it yet."""
    if ticket.rating_id is None:
        return False
    return Ticket.objects.filter(pk=ticket.pk, rating__level__in=BAD, verifications=None).exists()


def check_verified(ticket: Ticket) -> None:
    """Raises `NotVerified` for a bad rating that nobody verified yet."""
    if needs_verification(ticket):
        raise NotVerified()


def sign_exclusion(*, verification: Verification, reason: str, actor: User, at: datetime) -> RatingExclusion:
    """An auditor signs what the finding proposes: that the rating does not count. Four eyes: never the verifier.

    Raises `LoopClosed`, `NotIndependent`, and what `ratings.exclusion.exclude_rating` raises.
    """
    ticket = verification.ticket
    if verification.finding not in PROPOSING or ticket.verifications.filter(pk__gt=verification.pk).exists():
        raise LoopClosed()
    if actor == verification.actor:
        raise NotIndependent()
    return exclude_rating(rating=ticket.rating, reason=reason, actor=actor, at=at)


def check_outside(ticket: Ticket, actor: User) -> None:
    """Raises `NotIndependent` for the person rated, and for whoever was ever on duty at the window."""
    staff = getattr(actor, "staff_member", None)
    is_rated = staff is not None and ticket.staff_id == staff.pk
    if is_rated or (ticket.rating_id is not None and is_of_own_window(ticket.rating, actor)):
        raise NotIndependent()


def read_words(*, for_the_rated: bool = False, **texts: str) -> dict[str, str]:
    """The texts, cleaned; raises `FieldMissing` for an empty one, `FieldInvalid` for one too long, or for a number
    that identifies somebody where the person rated reads it.
    """
    clean, missing, invalid = {}, {}, {}
    for name, text in texts.items():
        clean[name], flags = clean_comment((text or "").strip())
        if not clean[name]:
            missing[name] = [_("This is needed.")]
        elif "comment_cut" in flags:
            invalid[name] = [_("At most 2,000 characters.")]
        elif for_the_rated and "personal_data" in flags:
            invalid[name] = [_("The person rated reads this: leave out every telephone and identity number.")]
    if missing:
        raise FieldMissing(fields=missing)
    if invalid:
        raise FieldInvalid(fields=invalid)
    return clean


def note(event: SystemEvent, ticket: Ticket, actor: User, at: datetime, finding: str, words: str) -> None:
    """Write the step into the ticket's history, for colleagues only."""
    line = TicketEvent.noting(event, ticket=ticket, at=at)
    with override(settings.LANGUAGE_CODE):
        line.internal_text = f"{Finding(finding).label}\n{words}" if finding else words
    line.actor = actor
    line.save()
