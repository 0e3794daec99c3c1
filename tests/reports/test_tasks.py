"""The worker's tasks: they start the services, and odd arguments do nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings

from feedback_site.celery import app
from reports.models import WeekBuild, WeeklySummary
from reports.tasks import build_hall_week, build_last_week, sweep_late_ratings
from tests.reports.hall_life import MONDAY_SIX, a_hall, a_person, on_duty, rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    staff = a_person(a_hall())
    on_duty(staff)
    rate(staff, "55541")
    return staff


@pytest.fixture
def eager():
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_monday_morning_builds_the_week_that_ended_in_every_active_hall(staff, eager):
    other = a_person(a_hall("B", "America/New_York"))
    on_duty(other)
    with time_machine.travel(MONDAY_SIX, tick=False):
        build_last_week.delay()
    built = {(build.hall.code, str(build.week_starts_on)) for build in WeekBuild.objects.all()}
    assert built == {("A", "2026-11-16"), ("B", "2026-11-09")}  # in New York it is still Sunday


def test_the_sweep_builds_what_monday_missed(staff, eager):
    with time_machine.travel(MONDAY_SIX + timedelta(days=2), tick=False):
        sweep_late_ratings.delay()
    assert WeeklySummary.objects.current().get(week_starts_on="2026-11-16").counts.n == 5


@pytest.mark.parametrize(
    "arguments",
    [
        {"hall": "A", "week": "2026-W54"},
        {"hall": "A", "week": "2025-W53"},
        {"hall": "A", "week": "2099-W01"},
        {"hall": "A", "week": "1999-W01"},
        {"hall": "A", "week": 47},
        {"hall": "A", "week": None},
        {"hall": "A", "week": "x" * 1_000_000},
        {"hall": "Z", "week": "2026-W47"},
        {"hall": "A\0", "week": "2026-W47"},
        {"hall": {"$gt": ""}, "week": "2026-W47"},
        {"hall": 10**30, "week": "2026-W47"},
        {"unknown": 1},
        {},
    ],
)
def test_odd_arguments_do_nothing_but_leave_a_line_in_the_log(staff, eager, caplog, arguments):
    with time_machine.travel(MONDAY_SIX, tick=False):
        build_hall_week.delay(**arguments)
    assert not WeekBuild.objects.exists()
    assert "build_hall_week" in caplog.text
    assert len(caplog.text) < 500


def test_an_argument_of_a_later_version_is_ignored(staff, eager):
    with time_machine.travel(MONDAY_SIX, tick=False):
        build_hall_week.delay(hall="A", week="2026-W47", colour="blue")
    assert WeekBuild.objects.get().is_final


def test_every_scheduled_report_exists():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"reports.build_last_week", "reports.sweep_late_ratings"} <= scheduled
    assert all(name in app.tasks for name in scheduled if name.startswith("reports."))


def test_the_week_is_built_on_monday_at_six_in_shanghai():
    entry = next(e for e in settings.CELERY_BEAT_SCHEDULE.values() if e["task"] == "reports.build_last_week")
    schedule = entry["schedule"]
    assert (schedule.hour, schedule.minute, schedule.day_of_week) == ({6}, {0}, {1})
    assert settings.CELERY_TIMEZONE == "Asia/Shanghai"
