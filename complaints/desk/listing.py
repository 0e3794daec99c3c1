"""The list of a hall's tickets: a page begins after the key of the last row, so that each costs what the first does."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from complaints.desk.board import owed_at, scope, timer_of
from complaints.desk.cards import Card, card_of, for_cards
from feedback_site.models import Hall, User

ROWS = 50
STATES = ("open", "overdue", "done", "every")
# Words are looked for in what is open and what came lately; older ones are found by their number.
WORDS_REACH = timedelta(days=90)
LONGEST_QUERY = 60
_DIGITS = re.compile(r"[0-9]{1,6}")
_CURSOR = re.compile(r"(.{1,40})~([0-9]{1,18})")


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of the list; `after` leads to the next one, "" when this is the last."""

    rows: list[Card]
    after: str


def listing_of(
    *, user: User, hall: Hall, at: datetime, whose: str = "all", state: str = "open", query: str = "", after: str = ""
) -> Listing:
    """A page: what is open by its deadline, everything else newest first; `query` is a number or words of the title."""
    rows = scope(user=user, hall=hall, whose=whose)
    query = " ".join(query.replace("\x00", "").split())[:LONGEST_QUERY]
    if query:
        rows = rows.filter(pk__in=_found(rows, query, hall, at))
    elif state == "open":
        rows = rows.open()
    elif state == "overdue":
        rows = rows.open().annotate(owed_at=owed_at()).filter(owed_at__lte=at)
    elif state == "done":
        rows = rows.exclude(closed_at=None)
    by_deadline = state in ("open", "overdue") and not query
    rows = rows.order_by("due_at", "id") if by_deadline else rows.order_by("-registered_at", "-id")
    begins = _after(after, by_deadline)
    found = list(for_cards(rows.filter(begins) if begins else rows)[: ROWS + 1])
    timer = timer_of(hall)
    last = found[ROWS - 1] if len(found) > ROWS else None
    key = (last.due_at if by_deadline else last.registered_at) if last else None
    return Listing(
        rows=[card_of(row, at, timer) for row in found[:ROWS]],
        after=f"{key.isoformat()}~{last.pk}" if last else "",
    )


def _found(rows, query, hall, at):
    """The keys of what was meant; each look-up goes through an index of its own, together they would read all rows."""
    if _DIGITS.fullmatch(query):
        digits = int(query)
        numbers = [f"{hall.code}-{year}-{digits:06d}" for year in range(at.year - 2, at.year + 2)]
        return list(rows.filter(number__in=numbers).values_list("pk", flat=True))
    named = rows.filter(title__icontains=query).order_by("-registered_at", "-id").values_list("pk", flat=True)
    return {
        *rows.filter(number=query.upper()).values_list("pk", flat=True),
        *named.filter(closed_at=None)[:ROWS],
        *named.filter(registered_at__gte=at - WORDS_REACH)[:ROWS],
    }


def _after(cursor, by_deadline):
    """The rows behind the one that the cursor names; nonsense begins at the beginning."""
    match = _CURSOR.fullmatch(cursor)
    try:
        moment = parse_datetime(match[1]) if match else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return None
    pk = int(match[2])
    if by_deadline:
        return Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=pk)
    return Q(registered_at__lt=moment) | Q(registered_at=moment, pk__lt=pk)
