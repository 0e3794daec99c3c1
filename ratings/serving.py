"""Which visit is being served at a window, and for which a tap was meant that names one. Pure.

A tablet does not know who stands before it. It asks once a minute which visit the queue system called to its window
and names that one with the next tap (`"visit": …, "visit_from": "call"`). Meanwhile the next person may have been
called, or the tablet may have been offline since the morning. So the server decides anew, by the moment of the tap:

* the visit called last at the window by then is the one, until the next call (for `HANDOVER` after a call the one
  named by the tablet still is: somebody taps while getting up);
* not when it was over: `AFTER_END` past its end, or `LONGEST` past its call (a queue system may never tell the end);
* a visit that was rated is rated: who taps within `SAME_PERSON` of that rating is taken for the same person (a
  follow-up), who taps later for somebody whom the queue system did not call. That rating names no visit and counts.

A visit that was named without `visit_from`, such as one read from the ticket slip, is taken at its word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HANDOVER = timedelta(seconds=30)
AFTER_END = timedelta(minutes=10)
LONGEST = timedelta(hours=4)
SAME_PERSON = timedelta(minutes=2)  # longer than a tablet's minute between two questions


@dataclass(frozen=True)
class Call:
    """A visit called to the window; `rated_at` is when its latest rating was tapped, None while it has none."""

    visit: int
    called_at: datetime
    ended_at: datetime | None = None
    rated_at: datetime | None = None


def is_over(call: Call, at: datetime) -> bool:
    """Whether nobody of this visit can be expected at the window any more."""
    return at > call.called_at + LONGEST or (call.ended_at is not None and at > call.ended_at + AFTER_END)


def served_now(calls: Sequence[Call], at: datetime) -> Call | None:
    """The visit that the next tap at this window belongs to; None when nobody is expected to rate.

    `calls` are those of the window in the order in which they were called; only the last one by `at` can be it.
    """
    last = next((call for call in reversed(calls) if call.called_at <= at), None)
    return last if last and last.rated_at is None and not is_over(last, at) else None


def tapped_for(named: int, calls: Sequence[Call], at: datetime) -> Call | None:
    """The visit that a tap belongs to when the tablet took it from the call; see this module's rules.

    `calls` as for `served_now`, all from `LONGEST` before `at` on; `named` is the visit that the tablet named, which
    may be missing among them.
    """
    by_then = [call for call in calls if call.called_at <= at]
    known = next((call for call in calls if call.visit == named), None)
    # A tablet cannot know a call before it was made: one "after" the tap is one clock being a little ahead.
    if known and known not in by_then:
        by_then.append(known)
    if not by_then:
        return None
    last = by_then[-1]
    if known in by_then[-2:-1] and at < last.called_at + HANDOVER and _takes(known, at):
        return known
    return last if _takes(last, at) else None


def _takes(call, at):
    return not is_over(call, at) and (call.rated_at is None or at - call.rated_at <= SAME_PERSON)
