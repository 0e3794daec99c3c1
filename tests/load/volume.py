"""A million ratings in seconds: made by the database, not by the door."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from feedback_site.models import Hall, User
from ratings.models import Rating
from ratings.scale import FACE_SET_VERSION, SCALE_VERSION

# Deterministic: the same number gives the same rating. Of a hundred ratings ninety are very good, one is a default
# rating, three are flagged; of two hundred one is excluded.
_RATINGS = """
WITH people AS (
    SELECT ARRAY_AGG(s.id ORDER BY s.id) AS ids, ARRAY_AGG(d.window_id ORDER BY s.id) AS windows
    FROM feedback_site_staffmember s JOIN ratings_duty d ON d.staff_id = s.id WHERE s.hall_id = %(hall)s
)
INSERT INTO ratings_rating (
    id, hall_id, window_id, staff_id, seq, level, comment, channel, language, modes, rated_at, received_at, changed_at,
    ordinal, is_default, scale_version, face_set_version, flags, content_hash
)
SELECT
    MD5(%(hall)s || '-' || i)::uuid, %(hall)s, windows[1 + i %% CARDINALITY(ids)], ids[1 + i %% CARDINALITY(ids)], i,
    CASE WHEN i * 7 %% 100 < 90 THEN 5 WHEN i * 7 %% 100 < 96 THEN 4 WHEN i * 7 %% 100 < 98 THEN 3
         WHEN i * 7 %% 100 < 99 THEN 2 ELSE 1 END,
    '', 'tablet', 'zh-hans', '[]', at, at, at,
    1, i * 11 %% 100 = 0, %(scale)s, %(faces)s,
    CASE WHEN i * 13 %% 100 < 3 THEN '{"clock": "future"}' ELSE '{}' END::jsonb,
    MD5(i::text)
FROM people, GENERATE_SERIES(%(first)s::bigint, %(last)s::bigint) AS i,
     LATERAL (SELECT %(starts_at)s + (i * 7919 %% 1000003) * (%(ends_at)s - %(starts_at)s) / 1000003.0 AS at) AS moment
"""
_EXCLUSIONS = """
INSERT INTO ratings_ratingexclusion (rating_id, reason, decided_by_id, decided_at)
SELECT id, 'bench', %(user)s, received_at FROM ratings_rating
WHERE hall_id = %(hall)s AND seq BETWEEN %(first)s AND %(last)s AND seq %% 200 = 0
"""
_FLAGS = """
INSERT INTO ratings_ratingflag (rating_id, rule, "values", raised_at)
SELECT id, 'too_quick', '{"seconds": 1.2}', received_at FROM ratings_rating
WHERE hall_id = %(hall)s AND seq BETWEEN %(first)s AND %(last)s AND seq * 13 %% 100 < 3
"""
# Foreign keys of rows that are right by construction need not be looked up a million times, where the role may say so.
_TRUST = """
SELECT SET_CONFIG('session_replication_role', %s, false) FROM pg_roles WHERE rolname = CURRENT_USER AND rolsuper
"""


def fill(hall: Hall, numbers: range, *, starts_at: datetime, ends_at: datetime) -> None:
    """Give the people of the hall one rating for each number, spread evenly over them and over the time."""
    reviewer, _ = User.objects.get_or_create(username="bench-reviewer")
    values = {
        "hall": hall.pk,
        "user": reviewer.pk,
        "first": numbers.start,
        "last": numbers.stop - 1,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "scale": SCALE_VERSION,
        "faces": FACE_SET_VERSION,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_TRUST, ["replica"])
        cursor.execute(_RATINGS, values)
        cursor.execute(_EXCLUSIONS, values)
        cursor.execute(_FLAGS, values)
        cursor.execute(_TRUST, ["origin"])
        cursor.execute("RESET statement_timeout")


@contextmanager
def without_indexes() -> Iterator[None]:
    """Take the indexes of the ratings away while many are made; building them at once afterwards is quicker."""
    indexes = Rating._meta.indexes
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(Rating, index)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.add_index(Rating, index)
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def settle() -> None:
    """What autovacuum has done on a database that was filled in years and not in seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
        cursor.execute("RESET statement_timeout")
