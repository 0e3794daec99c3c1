"""The hourly sweep: it finds missing weeks and late data, and rests when there is nothing to do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.building import OVERLAP, build_week, sweep_late
from reports.models import WeekBuild, WeeklySummary
from reports.weeks import Week
from tests.reports.hall_life import (
    MONDAY,
    MONDAY_SIX,
    NEXT_MONDAY,
    TUESDAY_TEN,
    WEEK,
    a_hall,
    a_person,
    exclude,
    flag,
    on_duty,
    rate,
    visits,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def staff():
    staff = a_person(a_hall())
    on_duty(staff, since=MONDAY - timedelta(weeks=2))
    return staff


def sweep(at=MONDAY_SIX):
    return sweep_late(at=at)["A"]


def summary_of(staff, week=WEEK):
    return WeeklySummary.objects.current().get(staff=staff, week_starts_on=week.starts_on)


def test_a_first_sweep_builds_every_ended_week_since_the_halls_first_duty(staff):
    assert sweep() == ["2026-W45", "2026-W46", "2026-W47"]


def test_a_second_sweep_finds_nothing(staff):
    sweep()
    assert sweep(MONDAY_SIX + HOUR) == []


def test_the_running_week_is_left_alone(staff):
    rate(staff, "5", NEXT_MONDAY + HOUR)
    assert "2026-W48" not in sweep()


def test_a_week_built_by_hand_while_it_ran_is_built_again_when_it_has_ended(staff):
    build_week(hall=staff.hall, week=WEEK, at=TUESDAY_TEN)
    assert "2026-W47" in sweep()


def test_a_rating_that_arrives_late_rebuilds_its_week_only_and_once(staff):
    sweep()
    rate(staff, "1", TUESDAY_TEN, received_at=MONDAY_SIX + HOUR)
    assert sweep(MONDAY_SIX + 2 * HOUR) == ["2026-W47"]
    assert summary_of(staff).level_1 == 1
    assert summary_of(staff).reason == "late"
    assert sweep(MONDAY_SIX + 3 * HOUR) == []


def test_an_exclusion_rebuilds_the_week_of_its_rating(staff):
    bad = rate(staff, "1")[0]
    sweep()
    exclude(bad, at=MONDAY_SIX + HOUR)
    assert sweep(MONDAY_SIX + 2 * HOUR) == ["2026-W47"]
    assert summary_of(staff).excluded_count == 1


def test_a_flag_raised_after_the_week_was_built_rebuilds_it_and_leaves_the_rating_alone(staff):
    [suspicious] = rate(staff, "5")
    sweep()
    flag(suspicious, at=MONDAY_SIX + HOUR)
    assert sweep(MONDAY_SIX + 2 * HOUR) == ["2026-W47"]
    assert (summary_of(staff).flagged_count, summary_of(staff).level_5) == (1, 1)
    suspicious.refresh_from_db()
    assert suspicious.changed_at == TUESDAY_TEN
    assert sweep(MONDAY_SIX + 3 * HOUR) == []


def test_a_visit_reported_late_rebuilds_its_week(staff):
    sweep()
    visits(staff, 2, TUESDAY_TEN, changed_at=MONDAY_SIX + HOUR)
    assert sweep(MONDAY_SIX + 2 * HOUR) == ["2026-W47"]
    assert summary_of(staff).served == 2


def test_a_rating_whose_transaction_was_still_open_during_the_last_sweep_is_found(staff):
    sweep()
    rate(staff, "1", TUESDAY_TEN, received_at=MONDAY_SIX - OVERLAP + timedelta(seconds=1))
    assert sweep(MONDAY_SIX + HOUR) == ["2026-W47"]


def test_a_sweep_looks_only_at_what_changed_since_the_last_one(staff):
    rate(staff, "5", TUESDAY_TEN)
    sweep()
    sweep(MONDAY_SIX + 10 * HOUR)
    assert set(WeekBuild.objects.values_list("data_as_of", flat=True)) == {MONDAY_SIX + 10 * HOUR}


def test_late_ratings_of_an_old_week_do_not_touch_the_weeks_between(staff):
    sweep()
    rate(staff, "1", MONDAY - timedelta(weeks=2), received_at=MONDAY_SIX + HOUR)
    assert sweep(MONDAY_SIX + 2 * HOUR) == ["2026-W45"]


def test_a_hall_without_any_life_and_an_inactive_one_are_passed_over(staff):
    a_hall("B")
    closed = a_person(a_hall("C"))
    on_duty(closed)
    closed.hall.is_active = False
    closed.hall.save()
    assert sweep_late(at=MONDAY_SIX).keys() == {"A", "B"}
    assert sweep_late(at=MONDAY_SIX)["B"] == []


def test_an_idle_sweep_of_a_hall_takes_the_same_few_statements_whatever_is_stored(staff):
    sweep()
    rate(staff, "5" * 200, MONDAY - timedelta(days=3), received_at=MONDAY - timedelta(days=3))
    with CaptureQueriesContext(connection) as captured:
        sweep(MONDAY_SIX + HOUR)
    assert len(captured) == 9


def test_week_53_is_swept_like_any_other(staff):
    start = Week.parse("2026-W53").starts_on
    rate(staff, "5", MONDAY_SIX + timedelta(weeks=6))
    assert "2026-W53" in sweep(MONDAY_SIX + timedelta(weeks=6, days=1))
    assert WeekBuild.objects.filter(week_starts_on=start).exists()
