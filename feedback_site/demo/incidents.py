"""The few things that go wrong in the demo's last weeks, so that the pages that tell of them have something to tell.

A tablet that is offline for two days, numbers that never arrive, something that is no rating, a burst of taps that the
rules flag and the signed decision about it, and default ratings where a province's rule writes them down.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from random import Random

from feedback_site.demo.directory import MAY_EXCLUDE, Directory
from feedback_site.demo.tablets import Sender
from feedback_site.demo.visitors import Tap
from feedback_site.demo.words import CHILD_AT_PLAY
from ratings.defaults import record_default_ratings
from ratings.exclusion import exclude_rating
from ratings.flagging import flag_ratings
from ratings.models import Rating, Visit
from ratings.scale import Level
from reports.weeks import Week

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = range(4)
OFFLINE = ("A", "2")
BURST = ("A", "1")
LOST = ("B", "2")
NONSENSE = ("B", "1")
DEFAULTS = ("B", "3")
BURST_TAPS = 14
BURST_EVERY = timedelta(seconds=2.7)
LOST_NUMBERS = 2
RATED_WITHIN = timedelta(days=7)  # Guangdong's trial rule of 2019, domain.md A.6: then 基本满意 by default


@dataclass(frozen=True)
class Stage:
    """Where and when the demo plays; `weeks` are whole weeks, the running one comes after them."""

    at: datetime
    zone: object
    weeks: list[Week]
    directory: Directory
    senders: dict[tuple[str, str], Sender]

    def on(self, week: Week, weekday: int, clock: time) -> datetime:
        """A moment of the week in the halls' zone."""
        return datetime.combine(week.starts_on + timedelta(days=weekday), clock, tzinfo=self.zone)


def silence(stage: Stage) -> tuple[datetime, datetime]:
    """From when until when the tablet at `OFFLINE` reaches nobody: Thursday to Monday, after that week was built."""
    before, last = stage.weeks[-2:]
    return stage.on(before, THURSDAY, time(8)), stage.on(last, MONDAY, time(8, 40))


def happen(stage: Stage, dice: Random) -> list[tuple[datetime, Callable]]:
    """Every incident as a moment and a call that is given the moment."""
    last = stage.weeks[-1]
    taps = _burst(stage.on(last, TUESDAY, time(16, 40)), dice)
    return [
        (taps[-1].at + timedelta(seconds=5), partial(stage.senders[BURST].send, taps)),
        (taps[-1].at + timedelta(minutes=2), lambda at: flag_ratings(at=at)),
        (stage.on(last, THURSDAY, time(10, 20)), partial(_exclude, stage, [tap.id for tap in taps[1:-1]])),
        (stage.on(last, WEDNESDAY, time(12)), lambda at: stage.senders[LOST].lose(LOST_NUMBERS)),
        (stage.on(last, THURSDAY, time(15)), partial(_send_nonsense, stage.senders[NONSENSE], _identity(dice))),
        *((stage.on(week.next(), MONDAY, time(2)), partial(_write_defaults, stage)) for week in stage.weeks),
    ]


def _burst(starts_at, dice):
    return [
        Tap(_identity(dice), starts_at + BURST_EVERY * number, level=5, answered_ms=dice.randint(400, 900))
        for number in range(BURST_TAPS)
    ]


def _exclude(stage, identities, at):
    auditor = stage.directory.users[MAY_EXCLUDE]
    for rating in Rating.objects.filter(pk__in=identities).order_by("seq"):
        exclude_rating(rating=rating, reason=CHILD_AT_PLAY, actor=auditor, at=at)


def _send_nonsense(sender, identity, at):
    sender.seq += 1
    sender.send_items([{"id": str(identity), "seq": sender.seq, "level": 6, "rated_at": at.isoformat()}], at)


def _write_defaults(stage, at):
    waited = at - RATED_WITHIN
    visits = Visit.objects.filter(
        window=stage.directory.windows[DEFAULTS], ended_at__gt=waited - timedelta(days=7), ended_at__lte=waited
    )
    record_default_ratings(visits=visits, level=Level.FAIRLY_SATISFIED, at=at)


def _identity(dice):
    return uuid.UUID(int=dice.getrandbits(128), version=4)
