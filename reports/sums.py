"""The statements that bring a week's sums in line: what they are now, gathered once, against what is stored.

Plain SQL, because the ORM has no `INSERT … SELECT`: one pass over the ratings by index, no row travels to Python,
and SQLite and PostgreSQL run the same text.
"""

from datetime import date, datetime

from django.db import connection

from feedback_site.models import StaffMember, Window
from ratings.models import Duty, ExclusionReversal, Rating, RatingExclusion, RatingFlag, Visit
from reports.models import SUMS, WeeklySummary

_TABLES = {
    model.__name__.lower(): model._meta.db_table
    for model in (
        Duty, ExclusionReversal, Rating, RatingExclusion, RatingFlag, StaffMember, Visit, WeeklySummary, Window,
    )
}  # fmt: skip
_COUNTED = "e.rating_id IS NULL AND NOT r.is_default AND r.ordinal = 1"
_DEFINITIONS = {
    **{f"level_{level}": f"{_COUNTED} AND r.level = {level}" for level in (5, 4, 3, 2, 1)},
    "default_count": "e.rating_id IS NULL AND r.is_default",
    "excluded_count": "e.rating_id IS NOT NULL",
    "flagged_count": f"{_COUNTED} AND f.rating_id IS NOT NULL",
}

# A flag is raised after its rating was given: those since the week began hold all of the week's, whatever the hall.
_RATED = """
CREATE TEMPORARY TABLE rated AS
WITH
flagged AS (
    SELECT DISTINCT rating_id FROM {ratingflag} WHERE raised_at >= %(start)s
),
excluded AS (
    SELECT e.rating_id FROM {ratingexclusion} e LEFT JOIN {exclusionreversal} v ON v.exclusion_id = e.id
    WHERE v.id IS NULL
)
SELECT r.staff_id, {counts}
FROM {rating} r
LEFT JOIN excluded e ON e.rating_id = r.id
LEFT JOIN flagged f ON f.rating_id = r.id
WHERE r.hall_id = %(hall)s AND r.rated_at >= %(start)s AND r.rated_at < %(end)s AND r.staff_id IS NOT NULL
GROUP BY r.staff_id
"""

_FRESH = """
CREATE TEMPORARY TABLE fresh AS
WITH
visited AS (
    SELECT staff_id, COUNT(*) AS served
    FROM {visit}
    WHERE hall_id = %(hall)s AND called_at >= %(start)s AND called_at < %(end)s AND staff_id IS NOT NULL
    GROUP BY staff_id
),
people AS (
    SELECT id AS staff_id FROM {staffmember} WHERE hall_id = %(hall)s AND is_active
    UNION SELECT staff_id FROM rated
    UNION SELECT staff_id FROM visited
    UNION SELECT staff_id FROM {weeklysummary} WHERE hall_id = %(hall)s AND week_starts_on = %(week)s AND is_current
),
seated AS (
    SELECT
        d.staff_id, d.window_id,
        ROW_NUMBER() OVER (PARTITION BY d.staff_id ORDER BY d.starts_at DESC) AS place
    FROM {duty} d JOIN {window} w ON w.id = d.window_id
    WHERE w.hall_id = %(hall)s AND d.starts_at < %(end)s AND (d.ends_at IS NULL OR d.ends_at > %(start)s)
)
SELECT people.staff_id, seated.window_id, {sums}
FROM people
LEFT JOIN rated ON rated.staff_id = people.staff_id
LEFT JOIN visited ON visited.staff_id = people.staff_id
LEFT JOIN seated ON seated.staff_id = people.staff_id AND seated.place = 1
"""

# A week that was never final has made no promise: its rows are brought up to date in place.
_REFRESH = """
UPDATE {weeklysummary} AS kept
SET window_id = fresh.window_id, {refreshed},
    built_at = %(at)s, data_as_of = %(at)s, code_version = %(code_version)s, reason = %(reason)s
FROM fresh
WHERE kept.hall_id = %(hall)s AND kept.week_starts_on = %(week)s AND kept.is_current
    AND kept.staff_id = fresh.staff_id AND ({kept_differs})
"""

_STORE = """
INSERT INTO {weeklysummary} (
    hall_id, staff_id, window_id, week_starts_on, revision, is_current, {columns},
    built_at, data_as_of, code_version, reason
)
SELECT
    %(hall)s, fresh.staff_id, fresh.window_id, %(week)s,
    COALESCE(kept.revision, 0) + 1, kept.id IS NULL, {values},
    %(at)s, %(at)s, %(code_version)s, %(reason)s
FROM fresh LEFT JOIN {weeklysummary} kept
    ON kept.hall_id = %(hall)s AND kept.week_starts_on = %(week)s AND kept.is_current AND kept.staff_id = fresh.staff_id
WHERE kept.id IS NULL OR {kept_differs}
ORDER BY fresh.staff_id
"""

_COMPARED = ("window_id", *SUMS)
_WORDS = {
    **_TABLES,
    "counts": ", ".join(f"COUNT(*) FILTER (WHERE {rule}) AS {name}" for name, rule in _DEFINITIONS.items()),
    "sums": ", ".join(f"COALESCE({name}, 0) AS {name}" for name in SUMS),
    "columns": ", ".join(SUMS),
    "values": ", ".join(f"fresh.{name}" for name in SUMS),
    "refreshed": ", ".join(f"{name} = fresh.{name}" for name in SUMS),
    "kept_differs": " OR ".join(f"kept.{name} IS DISTINCT FROM fresh.{name}" for name in _COMPARED),
}
RATED, FRESH, REFRESH, STORE = (text.format(**_WORDS) for text in (_RATED, _FRESH, _REFRESH, _STORE))


def store_sums(
    *,
    hall_id: int,
    week_starts_on: date,
    bounds: tuple[datetime, datetime],
    at: datetime,
    code_version: str,
    reason: str,
    was_final: bool,
) -> int:
    """Store the sums of everybody for whom they differ from the stored ones, and say for how many.

    What was final gets a new revision, not current yet when it replaces another, see `reports.building`; what was
    not is refreshed in place.
    Everybody active in the hall, rated or visited there in the week, or stored before, has a row; zero included.
    Must run in a transaction, which takes the temporary tables along if it fails.
    """
    ops = connection.ops
    params = {
        "hall": hall_id,
        "week": ops.adapt_datefield_value(week_starts_on),
        "start": ops.adapt_datetimefield_value(bounds[0]),
        "end": ops.adapt_datetimefield_value(bounds[1]),
        "at": ops.adapt_datetimefield_value(at),
        "code_version": code_version,
        "reason": reason,
    }
    with connection.cursor() as cursor:
        cursor.execute(RATED, params)
        cursor.execute(FRESH, params)
        written = 0
        if not was_final:
            cursor.execute(REFRESH, params)
            written = cursor.rowcount
        cursor.execute(STORE, params)
        written += cursor.rowcount
        cursor.execute("DROP TABLE fresh")
        cursor.execute("DROP TABLE rated")
    return written
