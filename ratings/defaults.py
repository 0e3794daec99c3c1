"""Default ratings: what a province's rule writes down for somebody who did not rate (domain.md A.6), kept apart.

No visitor gave them, so they never count for or against a person (`RatingQuerySet.counted`), open no ticket, and
never take the place of the visitor's own word, however late that arrives.
"""

import uuid
from datetime import datetime

from django.db import transaction

from ratings.insertion import NewRows, insert_new
from ratings.models import Rating, Visit
from ratings.scale import Level

# A visit's default rating has one identity, so that two workers write it once.
NAMESPACE = uuid.UUID("2f0c7f0e-7a53-4c41-9f3c-5d1e6f0b9a77")
BATCH = 500


def record_default_ratings(*, visits, level: Level, at: datetime) -> int:
    """Write a default rating of that level for each visit of the queryset that has no rating; returns how many.

    Which visits have waited long enough is the caller's rule. Safe to call any number of times, also at once.
    """
    keys = list(visits.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        return sum(_record(keys[start : start + BATCH], level, at) for start in range(0, len(keys), BATCH))


def _record(keys, level, at):
    # Locked as in `record_ratings`: a rating that arrives now is either seen here or comes after the default one.
    visits = list(Visit.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    rated = set(Rating.objects.filter(visit__in=keys).order_by().values_list("visit_id", flat=True))
    rows = [_default_rating(visit) for visit in visits if visit.pk not in rated]
    shared = {
        "level": level,
        "channel": "",
        "is_default": True,
        "rated_at": at,
        "received_at": at,
        "changed_at": at,
    }
    return len(insert_new(NewRows(Rating, rows, shared))) if rows else 0


def _default_rating(visit):
    return {
        "id": uuid.uuid5(NAMESPACE, str(visit.pk)),
        "hall_id": visit.hall_id,
        "window_id": visit.window_id,
        "staff_id": visit.staff_id,
        "visit_id": visit.pk,
    }
