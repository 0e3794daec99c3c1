"""Many workers build the same week at the same moment: one result."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from reports.building import build_week
from reports.models import WeekBuild, WeeklySummary
from tests.reports.hall_life import MONDAY_SIX, WEEK, a_hall, a_person, on_duty, rate


@pytest.mark.django_db(transaction=True)
def test_sixteen_builds_at_once_leave_one_row_a_person():
    hall = a_hall()
    for number in range(5):
        person = a_person(hall, f"X{number}")
        rate(person, "55541")
    on_duty(person)

    def build(_):
        try:
            return build_week(hall=hall, week=WEEK, at=MONDAY_SIX).rows
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(build, range(16)))
    assert sorted(written) == [0] * 15 + [5]
    assert WeeklySummary.objects.count() == 5
    assert WeekBuild.objects.count() == 1
