"""Which ratings look as if no visitor had given them: rules over values, each with its thresholds. Pure.

A rule only says what it saw; nothing here, and nothing that follows from here by itself, changes a rating or takes it
out of a figure (reliability.md T1, T2: marked, never deleted). A rule fires for a `Tap` with the values it fired on, so
that everybody can check it. Rules look at what arrived, whatever its order.

Ratings whose moment is in doubt (a broken clock) are not handed to rules that ask when: an offline tablet with such a
clock stores all it kept at the moment of receipt.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby, pairwise
from math import sqrt
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback_site import hours
from ratings.scale import Channel, Level
from ratings.serving import LONGEST

# ux/README K1, "staff pressing it themselves": more than 3 ratings in 60 s on one tablet.
BURST_MORE_THAN, BURST_WITHIN = 3, timedelta(seconds=60)
# ux/README K1: a rating less than 5 s after the tablet was free again; domain.md E.6 [V:S83]: a filter of 5 s.
REPEAT_WITHIN = timedelta(seconds=5)
# ux/README B6: a tablet waits at most 40 s, warns for 20 s and thanks for up to 60 s: then it is free again.
FREE_AGAIN_WITHIN = timedelta(seconds=120)
# domain.md E.7: less than 3 s after the screen appeared.
TOO_QUICK_MS = 3_000
# domain.md E.7 names opening hours and the end of service. The rest is ours: a hall serves those who wait inside when
# it closes, and a clerk ends the visit in the queue system a moment after the visitor got up.
AROUND_HOURS = timedelta(minutes=30)
BEFORE_END = timedelta(seconds=60)
AT_THE_COUNTER = frozenset({Channel.TABLET, Channel.TERMINAL})  # a phone rates from home too, paper is typed in later
# One-sided runs, domain.md E.7 ("look at participation first, not at the person"); the formulas stand at `one_sided`.
RUN_WEEKS = 4
RUN_EXPECTED = 0.01  # so many runs this long are expected at one window in four weeks, if it is like the others
RUN_REFERENCE = 200  # ratings of the other windows; fewer say too little about what is usual
LOW_PARTICIPATION = 0.5  # of the other windows' …
LOW_SIGMAS = 3  # … and so far below it (E.7: "> 3σ off peers")


class Rule(models.TextChoices):
    """What a flag says."""

    BURST = "burst", _("many ratings in a short time")
    REPEAT = "repeat", _("at once after the rating before")
    TOO_QUICK = "too_quick", _("too quick to have been read")
    OUTSIDE_HOURS = "outside_hours", _("outside opening hours")
    BEFORE_END = "before_end", _("before the end of service")
    MORE_THAN_VISITS = "more_than_visits", _("more ratings than visits")
    ONE_SIDED = "one_sided", _("only the best level, and few who rate")


@dataclass(frozen=True, slots=True)
class Tap:
    """A rating as the rules see it; `at` is aware, `served_until` the end of its visit (None: not known)."""

    id: UUID
    at: datetime
    level: int
    window: int = 0
    tablet: int | None = None
    channel: str = Channel.TABLET
    seq: int | None = None
    answered_ms: int | None = None
    has_visit: bool = False
    served_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule fired for a rating, on these values (ready for JSON)."""

    rating: UUID
    rule: Rule
    values: dict


@dataclass(frozen=True, slots=True)
class Peers:
    """What the other windows of the hall did in the same four weeks."""

    ratings: int
    best: int  # of them of the best level
    visits: int


def of_tablet(taps: Iterable[Tap]) -> Iterator[Finding]:
    """Rules about the taps of one tablet as a sequence."""
    ordered = sorted(taps, key=lambda tap: (tap.at, tap.seq or 0, tap.id))
    yield from bursts(ordered)
    yield from repeats(ordered)


def bursts(ordered: Sequence[Tap]) -> Iterator[Finding]:
    """Every tap of a span shorter than 60 s that holds more than three; says how many the fullest such span held."""
    fullest: dict[int, int] = {}
    last = 0
    for first, tap in enumerate(ordered):
        last = max(last, first)
        while last + 1 < len(ordered) and ordered[last + 1].at - tap.at < BURST_WITHIN:
            last += 1
        count = last - first + 1
        if count > BURST_MORE_THAN:
            for place in range(first, last + 1):
                fullest[place] = max(count, fullest.get(place, 0))
    for place, count in fullest.items():
        values = {"ratings": count, "seconds": int(BURST_WITHIN.total_seconds())}
        yield Finding(ordered[place].id, Rule.BURST, values)


def repeats(ordered: Sequence[Tap]) -> Iterator[Finding]:
    """A tap less than 5 s after the tablet was free again from the rating before, or after that rating itself.

    `answered_ms` counts from the moment the faces appeared, which after a rating is the reset.
    """
    for before, tap in pairwise(ordered):
        waited = tap.at - before.at
        if tap.answered_ms is not None and waited < FREE_AGAIN_WITHIN:
            waited = min(waited, timedelta(milliseconds=tap.answered_ms))
        if waited < REPEAT_WITHIN:
            yield Finding(tap.id, Rule.REPEAT, {"seconds": round(waited.total_seconds(), 1)})


def too_quick(tap: Tap) -> Iterator[Finding]:
    """At the counter: a tap less than 3 s after the faces appeared."""
    if tap.channel in AT_THE_COUNTER and tap.answered_ms is not None and tap.answered_ms < TOO_QUICK_MS:
        yield Finding(tap.id, Rule.TOO_QUICK, {"seconds": round(tap.answered_ms / 1000, 1)})


def outside_hours(tap: Tap, opening_hours: str, zone: tzinfo) -> Iterator[Finding]:
    """At the counter: a tap more than half an hour before the hall opens or after it closes."""
    local = tap.at.astimezone(zone)
    if tap.channel in AT_THE_COUNTER and not hours.is_open(opening_hours, local, around=AROUND_HOURS):
        values = {"local": local.isoformat(timespec="minutes"), "hours": opening_hours}
        yield Finding(tap.id, Rule.OUTSIDE_HOURS, values)


def before_end(tap: Tap) -> Iterator[Finding]:
    """A tap more than a minute before the end of its visit; an end hours later was told by habit or by mistake."""
    early = timedelta(0) if tap.served_until is None else tap.served_until - tap.at
    if BEFORE_END < early <= LONGEST:
        yield Finding(tap.id, Rule.BEFORE_END, {"seconds": int(early.total_seconds())})


def more_than_visits(taps: Sequence[Tap], *, visits: int, day: date) -> Iterator[Finding]:
    """At one window on one day: more first ratings than visits, where visits are reported at all.

    A visit has one rating, so what is too many is among those whose visit is not known: these are marked.
    """
    if 0 < visits < len(taps):
        values = {"ratings": len(taps), "visits": visits, "day": day.isoformat()}
        yield from (Finding(tap.id, Rule.MORE_THAN_VISITS, values) for tap in taps if not tap.has_visit)


def one_sided(taps: Iterable[Tap], *, called: Sequence[datetime], peers: Peers) -> Iterator[Finding]:
    """At one window in four weeks: a run of the best level that is improbable, while few of its visitors rated.

    Improbable: with p the other windows' share of the best level, (x + 1) / (n + 2), the number of runs of at least k
    among N ratings that chance brings is p^k · (1 + (N − k)(1 − p)) (Feller, An Introduction to Probability Theory I,
    XIII.7); it must be below 0.01. Few: of the V visits called during the run fewer than half of the other windows'
    participation q rated, and fewer than V·q − 3·√(V·q·(1 − q)). Either alone is no finding: a good clerk has long
    runs, a busy window has few ratings. Where clerks differ as they do, chance marks 0.3 % of the windows in four weeks
    (9 of 3,000, seeded; 6 % without asking who rates), and a window of which the happy 10 to 15 % rate is marked in
    87 % of the cases: tests/ratings/test_integrity_runs.py.
    """
    ordered = sorted(taps, key=lambda tap: (tap.at, tap.seq or 0, tap.id))
    if peers.ratings < RUN_REFERENCE or not 0 < peers.ratings <= peers.visits:
        return
    share, usual = (peers.best + 1) / (peers.ratings + 2), peers.ratings / peers.visits
    for best, group in groupby(ordered, key=lambda tap: tap.level == Level.VERY_SATISFIED):
        run = list(group)
        expected = expected_runs(len(run), among=len(ordered), share=share)
        if not best or expected >= RUN_EXPECTED:
            continue
        # The first of them was called before the run began.
        visits = 1 + sum(run[0].at <= moment <= run[-1].at for moment in called)
        least = visits * usual - LOW_SIGMAS * sqrt(visits * usual * (1 - usual))
        if len(run) < min(least, LOW_PARTICIPATION * usual * visits):
            values = {
                "run": len(run),
                "visits": visits,
                "share": round(share, 3),
                "participation": round(len(run) / visits, 3),
                "usual": round(usual, 3),
            }
            yield from (Finding(tap.id, Rule.ONE_SIDED, values) for tap in run)


def expected_runs(length: int, *, among: int, share: float) -> float:
    """How many runs of at least `length` chance brings among so many ratings, each the best with that share."""
    return share**length * (1 + (among - length) * (1 - share))
