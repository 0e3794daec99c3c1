from datetime import timedelta

import pytest

from reports.apps import newest_summary_age
from reports.models import WeekBuild
from tests.factories import WEDNESDAY, HallFactory

pytestmark = pytest.mark.django_db


def test_before_the_first_build_there_is_no_age():
    assert newest_summary_age(WEDNESDAY) is None


def test_the_age_counts_from_the_newest_build(client):
    hall = HallFactory()
    for hours in (30, 2):
        built = WEDNESDAY - timedelta(hours=hours)
        WeekBuild.objects.create(
            hall=hall, week_starts_on=(built - timedelta(days=hours)).date(), built_at=built, data_as_of=built
        )
    assert newest_summary_age(WEDNESDAY) == 2 * 3600
    assert client.get("/readyz").json()["newest_summary_age_seconds"] > 0
