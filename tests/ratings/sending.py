"""What a tablet sends, in a few words."""

import uuid
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ratings.recording import record_ratings
from tests.factories import WEDNESDAY

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def new_id(number=None):
    """A random identity, or always the same one for a number."""
    return str(uuid.uuid4() if number is None else uuid.UUID(int=number, version=4))


def item(level=5, seq=1, at=WEDNESDAY, **fields):
    """One rating as JSON; a field given as `...` is left out."""
    whole = {
        "id": new_id(),
        "seq": seq,
        "level": level,
        "rated_at": at.isoformat(),
        "reasons": [],
        "comment": "",
        "visit": None,
        "language": "zh-hans",
        "modes": [],
        "answered_ms": 2_140,
        **fields,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def items(count, first=1, **fields):
    """A batch of numbered ratings."""
    return [item(seq=first + place, **fields) for place in range(count)]


def send(tablet, *sent, received_at=WEDNESDAY, sent_at=...):
    """The receipt for these items, sent and received at the same moment unless said otherwise."""
    tablet.refresh_from_db()  # as the authentication of each call does
    return record_ratings(
        tablet=tablet, items=list(sent), sent_at=received_at if sent_at is ... else sent_at, received_at=received_at
    )


def statements(tablet, *sent):
    """How many statements recording these items costs, without the look-up of the tablet that authentication makes."""
    tablet.refresh_from_db()
    with CaptureQueriesContext(connection) as captured:
        record_ratings(tablet=tablet, items=list(sent), sent_at=WEDNESDAY, received_at=WEDNESDAY)
    return len(captured)


def statuses(receipt):
    """The verdicts in a row, a code behind a colon: `["created", "refused:invalid_level"]`."""
    return [":".join(filter(None, [result["status"], result.get("code")])) for result in receipt.results]
