"""When was it really tapped? A tablet's clock may be wrong; the server's clock at receipt is the reference.

Pure: moments are aware datetimes given as arguments. Rule D13 of reliability.md and contract.md: the tablet's error
(`received - sent_at`) is taken off every `rated_at`; the result is bounded by enrolment and receipt; nonsense is
replaced by the moment of receipt and flagged, and never refuses a rating.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.dateparse import parse_datetime

EARLIEST = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
# A tablet that sends and taps within one drift: more than this before enrolment is a wrong clock, not a slow one.
ENROLMENT_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Moment:
    """The event time that counts, the tablet's own word (None when it was nonsense), and what was wrong with it."""

    at: datetime
    claimed_at: datetime | None
    problem: str = ""


def parse_moment(value) -> datetime | None:
    """A datetime in UTC from an untrusted ISO 8601 value with a zone, or None for anything that is not one."""
    if not isinstance(value, str) or len(value) > 40 or not (value.isascii() and value.isprintable()):
        return None
    try:
        moment = parse_datetime(value)
        if moment is None or moment.utcoffset() is None:
            return None
        # An absurd year overflows as soon as it is moved to another zone. In UTC, because PostgreSQL does not read the
        # offsets with fractions of a second that Python does.
        return moment.astimezone(UTC) if EARLIEST <= moment <= moment + timedelta(days=1) else None
    except (ValueError, OverflowError):
        return None


def event_time(*, claimed, sent_at: datetime | None, received_at: datetime, not_before: datetime) -> Moment:
    """The moment of the tap on the server's clock.

    `claimed` is the untrusted `rated_at`, `sent_at` the parsed clock of the tablet at sending (None: not told),
    `not_before` the tablet's enrolment. `problem` is "" or one of unreadable, future, before_enrolment.
    """
    claimed_at = parse_moment(claimed)
    if claimed_at is None:
        return Moment(received_at, None, "unreadable")
    try:
        drift = received_at - sent_at if sent_at else timedelta(0)
        at = claimed_at + drift
    except OverflowError:
        return Moment(received_at, claimed_at, "unreadable")
    if at > received_at:
        # Tapped after it was sent: within a second it is rounding, beyond that the clock jumped in between.
        return Moment(
            received_at,
            claimed_at,
            "future" if at - received_at > timedelta(seconds=1) else "",
        )
    if at < not_before - ENROLMENT_SLACK:
        return Moment(received_at, claimed_at, "before_enrolment")
    return Moment(max(at, not_before), claimed_at)
