"""One storm on one kind of database, in a process of its own: `python -m tests.load.storm.lane sqlite '{…}'`.

Prints one JSON object: what was lost, doubled and altered, with the real door and with the control's.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import django

from tests.load.storm import faults

STORM_SECONDS = 600
REST_SECONDS = 1.0
NO_REDIS = "redis://127.0.0.1:1/0"  # a rating needs none (reliability.md D1)
PROJECT = "feedback_site.settings"
HASTY = "tests.load.storm.hasty_settings"
# What the start-up check refuses (reliability.md D11): PostgreSQL that answers before its log is on the disk.
LAZY = "ALTER ROLE CURRENT_USER SET synchronous_commit = off"


def main(name: str, sizes: str) -> None:
    sizes = json.loads(sizes)
    with_lazy_disk = sizes.pop("with_lazy_disk") and name == faults.PostgreSQL.name
    with faults.database(name) as database:
        os.environ |= {"DATABASE_URL": database.url, "REDIS_URL": NO_REDIS, "DEMO": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = PROJECT
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        told = {"lane": name, "storm": storm_over("S", PROJECT, database, **sizes)}
        told["controls"] = {"acknowledges before it commits": storm_over("C", HASTY, database, **sizes)}
        if with_lazy_disk:
            with connection.cursor() as cursor:
                cursor.execute(LAZY)
            control = storm_over("D", PROJECT, database, **sizes | {"worker_kills": 0})
            told["controls"]["commits before it is on the disk"] = control
        print(json.dumps(told))


def storm_over(
    hall_code: str, settings: str, database, *, ratings: int, tablets: int, worker_kills: int, database_kills: int
) -> dict:
    """Let the tablets of one hall send all they have to a server with these settings, while things are killed."""
    # Only now: these import models.
    from django.db import connection

    from tests.load.crowd import make_hall, make_tablets
    from tests.load.live import web_process
    from tests.load.storm.tablets import Tablet, Weather
    from tests.load.storm.verdict import compare, reasons_by_level, rest

    at = datetime.now(UTC)
    hall = make_hall(hall_code, tablets, windows=tablets, since=at - timedelta(hours=1))
    tokens = make_tablets(hall, tablets, at=at)
    reasons = reasons_by_level()
    connection.close()
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    weather = Weather()
    kills_database = isinstance(database, faults.PostgreSQL)
    before = len(database.away_seconds)
    began = time.monotonic()
    with web_process() as (port, master):
        crowd = [Tablet(token, ratings // tablets, reasons, port, weather) for token in tokens]
        blows = [(worker_kills, partial(faults.kill_a_worker, master))]
        if kills_database:
            blows.append((database_kills, database.kill))
        dealt = asyncio.run(_blow(crowd, weather, blows))
        seconds = time.monotonic() - began
        rest(hall, REST_SECONDS)
        found = compare(hall, [item for tablet in crowd for item in tablet.final.values()])
    connection.close()
    return {
        **found,
        "ratings": sum(len(tablet.final) for tablet in crowd),
        "changes": sum(len(tablet.changed) for tablet in crowd),
        "worker_kills": dealt[0],
        "database_kills": dealt[1] if kills_database else 0,
        "seconds": round(seconds, 1),
        "p50_ms": percentile(weather.seconds, 50),
        "p99_ms": percentile(weather.seconds, 99),
        "database_back_s": [round(away, 1) for away in database.away_seconds[before:]],
        "met": dict(Counter(weather.met)),
    }


async def _blow(crowd, weather, blows):
    expected = sum(len(tablet.waiting) for tablet in crowd)
    over = asyncio.Event()
    strikes = [
        asyncio.create_task(faults.strike(times, expected, lambda: weather.acknowledged, blow, over))
        for times, blow in blows
    ]
    async with asyncio.timeout(STORM_SECONDS):
        await asyncio.gather(*(tablet.send_all() for tablet in crowd))
        over.set()
        return await asyncio.gather(*strikes)


def percentile(seconds: list[float], share: int) -> float:
    """In milliseconds, by nearest rank."""
    return round(1000 * sorted(seconds)[(len(seconds) - 1) * share // 100], 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
