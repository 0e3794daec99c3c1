"""Looking up one's own matter with a number and a query code, and keeping guesses out (reliability.md D15, d.5).

Whatever is wrong, the same queries are made and one slow hash is compared: neither the answer nor its time tells a
wrong code from an unknown, locked or deleted number.
"""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from complaints.models import TrackingTry
from feedback_site.models import Hall
from ratings.models import CallbackRequest
from ratings.query_codes import matches, read_code
from ratings.receipts import folded
from ratings.secrets import digest

NEAR = timedelta(minutes=15)
DAY = timedelta(days=1)
TRIES_NEAR = 5  # wrong ones per number and network within NEAR
TRIES_A_DAY = 50  # wrong ones per number from anywhere: a stranger cannot lock the owner out with five
TRIES_KEPT_FOR = DAY
# A receipt names no year and a tablet may begin anew: seldom there are two of one number, hardly ever more.
MOST_OF_ONE_NUMBER = 3
YEAR_DIGITS = 4


def look_up(*, number, query_code, network: str, at: datetime) -> CallbackRequest | None:
    """The call-back whose receipt or ticket has this number and whose code this is; None for every other case.

    `number` and `query_code` are as somebody typed them, anything at all. A try is written down before it is judged,
    so that of many at once no more than the permitted ones are; without a database nobody is let through.
    """
    typed, code = folded(number), read_code(query_code)
    tried = TrackingTry.objects.create(key=digest(typed), network=network, at=at)
    locked = _is_locked(tried)
    found = None
    # The dummy is compared when there is nothing to compare with.
    for candidate in _with_number(typed) or [None]:
        if matches(code, candidate.query_code_hash if candidate else "") and code and found is None:
            found = candidate
    if locked:
        found = None
    TrackingTry.objects.filter(pk=tried.pk).update(counts=found is None and not locked)
    return found


def _is_locked(tried):
    near = Q(network=tried.network, at__gt=tried.at - NEAR)
    wrong = TrackingTry.objects.filter(key=tried.key, counts=True, at__gt=tried.at - DAY)
    counted = wrong.aggregate(near=Count("pk", filter=near), day=Count("pk"))  # with this one
    return counted["near"] > TRIES_NEAR or counted["day"] > TRIES_A_DAY


def _with_number(typed):
    """Call-backs that can still be looked up, newest first; always the same three queries."""
    kept = (
        CallbackRequest.objects.filter(forgotten_at=None)
        .select_related("rating__hall", "rating__window", "rating__ticket__hall")
        .order_by("-received_at")
    )
    by_receipt = list(kept.filter(receipt_key=typed or "-")[:MOST_OF_ONE_NUMBER])
    by_ticket = list(kept.filter(rating__ticket__number__in=_ticket_numbers(typed))[:MOST_OF_ONE_NUMBER])
    return (by_receipt + by_ticket)[:MOST_OF_ONE_NUMBER]


def _ticket_numbers(typed):
    """The ticket numbers (complaints.numbering) that may be meant: O and 0 are one letter to whoever types."""
    meant = [""]
    for code in Hall.objects.values_list("code", flat=True):
        start = folded(code)
        rest = typed[len(start) :] if start and typed.startswith(start) else ""
        if rest.isdigit() and len(rest) > YEAR_DIGITS:
            meant.append(f"{code}-{rest[:YEAR_DIGITS]}-{rest[YEAR_DIGITS:]}")
    return meant
