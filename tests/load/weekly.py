"""Building a week of a million ratings, against the one GROUP BY that gives the same sums."""

import resource
import time
from datetime import timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db import connection

from feedback_site.models import Hall
from reports.building import build_week
from reports.models import WeekBuild, WeeklySummary
from reports.weeks import Week
from tests.load.crowd import make_hall
from tests.load.figures import Figure
from tests.load.volume import fill, settle, without_indexes

WEEK = Week.parse("2026-W46")
SUMS = ("level_5", "level_4", "level_3", "level_2", "level_1", "default_count", "excluded_count", "flagged_count")
TIME_AT_MOST = 2.0
MEMORY_AT_MOST = 1.1
GROUP_BY = """
SELECT
    r.staff_id,
    COUNT(*) FILTER (WHERE e.id IS NULL AND NOT r.is_default AND r.ordinal = 1 AND r.level = 5),
    COUNT(*) FILTER (WHERE e.id IS NULL AND NOT r.is_default AND r.ordinal = 1 AND r.level = 4),
    COUNT(*) FILTER (WHERE e.id IS NULL AND NOT r.is_default AND r.ordinal = 1 AND r.level = 3),
    COUNT(*) FILTER (WHERE e.id IS NULL AND NOT r.is_default AND r.ordinal = 1 AND r.level = 2),
    COUNT(*) FILTER (WHERE e.id IS NULL AND NOT r.is_default AND r.ordinal = 1 AND r.level = 1),
    COUNT(*) FILTER (WHERE e.id IS NULL AND r.is_default),
    COUNT(*) FILTER (WHERE e.id IS NOT NULL),
    COUNT(*) FILTER (WHERE e.id IS NULL AND NOT r.is_default AND r.ordinal = 1 AND f.id IS NOT NULL)
FROM ratings_rating r
LEFT JOIN ratings_ratingexclusion e ON e.rating_id = r.id
LEFT JOIN ratings_ratingflag f ON f.rating_id = r.id AND f.rule = 'too_quick'
WHERE r.hall_id = %s AND r.rated_at >= %s AND r.rated_at < %s AND r.staff_id IS NOT NULL
GROUP BY r.staff_id
"""


class WrongSums(Exception):
    """`build_week` and the GROUP BY disagree; how long either took means nothing."""


def measure(*, people: int, some: int, many: int, repeats: int) -> list[Figure]:
    """The figures of the build, with all ratings in one week of one hall; the database must be empty."""
    starts_at, ends_at = WEEK.bounds(ZoneInfo("Asia/Shanghai"))
    hall = make_hall("W", people, windows=people // 2, since=starts_at)
    fill(hall, range(1, some + 1), starts_at=starts_at, ends_at=ends_at)
    settle()
    _round(hall)
    memory = _peak_memory()
    with without_indexes():
        fill(hall, range(some + 1, many + 1), starts_at=starts_at, ends_at=ends_at)
    settle()
    _round(hall)
    taken = [_round(hall) for _ in range(repeats)]
    details = {
        "group_by_seconds": [round(by_hand, 3) for by_hand, _build in taken],
        "build_week_seconds": [round(build, 3) for _by_hand, build in taken],
        "peak_memory": [memory, _peak_memory()],
    }
    return [
        Figure(
            "build_week_vs_group_by",
            median(build / by_hand for by_hand, build in taken),
            at_most=TIME_AT_MOST,
            details=details,
        ),
        Figure(
            f"build_week_peak_memory_{many // some}x_ratings",
            _peak_memory() / memory,
            at_most=MEMORY_AT_MOST,
            details=details,
        ),
    ]


def _round(hall: Hall) -> tuple[float, float]:
    """Seconds of the GROUP BY and of a first build, right after each other and with the same sums."""
    WeeklySummary.objects.all().delete()
    WeekBuild.objects.all().delete()
    starts_at, ends_at = WEEK.bounds(ZoneInfo("Asia/Shanghai"))
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(GROUP_BY, [hall.pk, starts_at, ends_at])
        by_hand = cursor.fetchall()
    between = time.perf_counter()
    build_week(hall=hall, week=WEEK, at=ends_at + timedelta(hours=6))
    ended = time.perf_counter()
    if set(by_hand) != set(WeeklySummary.objects.current().values_list("staff_id", *SUMS)):
        raise WrongSums("the stored sums are not those of the ratings")
    return between - began, ended - between


def _peak_memory() -> int:
    """The most this process ever held, in the system's unit."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
