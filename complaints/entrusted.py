"""Call-backs and spoken remarks at the desk: a ticket for whoever asks, a line in the history, and the end.

All of it is a sweep over what is in the database: it may run at any time, any number of times.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from complaints.models import Ticket, TicketEvent, TrackingTry
from complaints.tracking import TRIES_KEPT_FOR
from complaints.workflow import SystemEvent
from ratings.models import CallbackRequest, ForgottenBecause, QuarantinedRating, Rating, VoiceRemark

KEPT_FOR = timedelta(days=30)  # after the ticket was closed: what the tablet promises (ux/README.md, K2)
NOTED = {SystemEvent.CALLBACK_ASKED: CallbackRequest, SystemEvent.VOICE_LEFT: VoiceRemark}
REFUSED = Q(code__startswith="callback_") | Q(code__startswith="voice_")


def entrusted_without_ticket(*, at: datetime):
    """Ratings of any level whose visitor asks to be called, or said something that nobody would hear otherwise; oldest
    first.

    Bad ratings that are not excluded get their ticket without this (`opening.bad_ratings_without_ticket`).
    """
    left = Q()
    for model in NOTED.values():
        kept = model.objects.filter(forgotten_at=None, received_at__lte=at, rating__ticket=None)
        left |= Q(pk__in=kept.values("pk"))
    waiting = Rating.objects.filter(left)
    return waiting.select_related("hall").prefetch_related("reason_links__reason").order_by("changed_at", "id")


def note_entrusted(*, at: datetime) -> int:
    """Write into every ticket, once, that its visitor asks to be called or left a remark; returns how many lines."""
    events = []
    for move, model in NOTED.items():
        kept = model.objects.filter(forgotten_at=None, received_at__lte=at)
        noted = TicketEvent.objects.filter(ticket=OuterRef("pk"), move=move)
        tickets = Ticket.objects.filter(~Exists(noted), rating__in=kept.values("pk")).only("pk", "status", "due_at")
        events += [TicketEvent.noting(move, ticket=ticket, at=at) for ticket in tickets]
    TicketEvent.objects.bulk_create(events, ignore_conflicts=True)
    return len(events)


def forget_entrusted(*, at: datetime) -> dict[str, int]:
    """Delete numbers, query codes and voices 30 days after their ticket was closed, or after receipt without a ticket.

    Never earlier than 30 days after receipt, and never while a ticket is open. The rows stay as tombstones. What was
    refused goes 30 days after receipt. Returns how many of each kind went; running it again changes nothing.
    """
    line = at - KEPT_FOR
    old = Q(received_at__lte=line)
    causes = {
        ForgottenBecause.CLOSED: old & Q(rating__ticket__closed_at__lte=line),
        ForgottenBecause.NO_TICKET: old & Q(rating__ticket=None),
    }
    empty = {CallbackRequest: {"phone_box": "", "query_code_hash": ""}, VoiceRemark: {"box": b""}}
    gone = {}
    for model, nothing in empty.items():
        gone[model._meta.model_name] = sum(
            model.objects.filter(due, forgotten_at=None).update(forgotten_at=at, forgotten_because=cause, **nothing)
            for cause, due in causes.items()
        )
    refused = QuarantinedRating.objects.filter(REFUSED, received_at__lte=line).exclude(raw__startswith='{"forgotten"')
    TrackingTry.objects.filter(at__lte=at - TRIES_KEPT_FOR).delete()
    gone["quarantinedrating"] = refused.update(raw=f'{{"forgotten":"{at.isoformat()}"}}')
    return gone
