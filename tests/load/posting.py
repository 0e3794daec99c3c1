"""Ratings over HTTP: one at a time against a bare INSERT, and in batches against one at a time."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import connection

from ratings.models import Rating
from tests.load.crowd import make_hall, make_tablets
from tests.load.driver import Outcome, drive, post
from tests.load.figures import Figure
from tests.load.live import web_server
from tests.load.urls import SCRATCH_TABLE

CONNECTIONS = 16  # each a tablet of its own, as in a hall
BATCH = 100
SINGLE_AT_LEAST = 0.6
BATCH_AT_LEAST = 15
LEVELS = [5] * 90 + [4] * 6 + [3] * 2 + [2, 1]  # near the ceiling, as everywhere (domain.md A.8)
MODES = ["[]"] * 9 + ['["low_reach"]']


class WrongAnswers(Exception):
    """What was acknowledged is not what is stored."""


def measure(*, rounds: int, seconds: float) -> list[Figure]:
    """The figures of the door; the database must be migrated and without tablets of this hall."""
    at = datetime.now(UTC)
    tokens = make_tablets(
        make_hall("P", CONNECTIONS, windows=CONNECTIONS, since=at - timedelta(days=1)), CONNECTIONS, at=at
    )
    with connection.cursor() as cursor:
        cursor.execute(SCRATCH_TABLE)
    connection.close()
    with web_server() as port:
        load = _Arms(port, tokens)
        for arm in (load.bare, load.single, load.batches):
            arm(min(1.0, seconds))
        # Interleaved and short, so that a busy neighbour on the machine meets all arms. Many, and compared as totals:
        # each round's 16 connections fall on the two web workers by chance, and eight and eight carry half as much
        # again as all on one; the median of a few rounds' ratios says more about that chance than about the views.
        taken = [(load.bare(seconds), load.single(seconds), load.batches(seconds)) for _ in range(rounds)]
    stored = Rating.objects.filter(hall__code="P").count()
    if stored != load.acknowledged:
        raise WrongAnswers(f"{load.acknowledged} ratings were acknowledged, {stored} are stored")
    arms = list(zip(*taken, strict=True))
    bare, singles, batches = (_per_second(outcomes) for outcomes in arms)
    details = {
        name: [round(outcome.per_second, 1) for outcome in outcomes]
        for name, outcomes in zip(("bare_per_s", "single_per_s", "batches_per_s"), arms, strict=True)
    }
    return [
        Figure(
            "post_single_vs_bare_insert",
            singles / bare,
            at_least=SINGLE_AT_LEAST,
            details=details,
        ),
        Figure(
            "post_batch_of_100_vs_single",
            BATCH * batches / singles,
            at_least=BATCH_AT_LEAST,
            details=details,
        ),
    ]


def _per_second(outcomes: list[Outcome]) -> float:
    return sum(outcome.good for outcome in outcomes) / sum(outcome.seconds for outcome in outcomes)


class _Arms:
    """The three kinds of load on one server; every tablet's numbers go on from arm to arm, as in life."""

    def __init__(self, port, tokens):
        self.port = port
        self.tablets = [_Tablet(token) for token in tokens]
        self.acknowledged = 0

    def bare(self, seconds) -> Outcome:
        body = post("/bench/insert/", b"{}", {})
        senders = [iter(lambda: body, None) for _ in self.tablets]
        return drive(self.port, senders, seconds, lambda answer: b'{"status": "created"}' in answer)

    def single(self, seconds) -> Outcome:
        return self._ratings(seconds, 1)

    def batches(self, seconds) -> Outcome:
        return self._ratings(seconds, BATCH)

    def _ratings(self, seconds, size):
        def is_good(answer):
            return answer.startswith(b"HTTP/1.1 200") and answer.count(b'"created"') == size

        outcome = drive(self.port, [tablet.requests(size) for tablet in self.tablets], seconds, is_good)
        self.acknowledged += size * outcome.good
        return outcome


class _Tablet:
    """What one tablet sends: taps as its page makes them, numbered without a gap; written by hand to be cheap."""

    def __init__(self, token):
        self.headers = {"Authorization": f"Tablet {token}"}
        self.numbers = count(1)
        self.chance = random.Random(token)

    def requests(self, size) -> Iterator[bytes]:
        while True:
            now = datetime.now(UTC)
            taps = ",".join(
                self._tap(f"{now - timedelta(seconds=size - place):%Y-%m-%dT%H:%M:%SZ}") for place in range(size)
            )
            body = f'{{"sent_at":"{now.isoformat()}","ratings":[{taps}]}}'
            yield post("/api/v1/ratings/", body.encode(), self.headers)

    def _tap(self, rated_at):
        bits = self.chance.getrandbits(128)
        text = f"{bits:032x}"
        return (
            f'{{"id":"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}","seq":{next(self.numbers)},'
            f'"level":{LEVELS[bits % 100]},"rated_at":"{rated_at}","reasons":[],"comment":"","visit":null,'
            f'"language":"zh-hans","modes":{MODES[bits % 10]},"answered_ms":{800 + bits % 8191}}}'
        )
