"""`manage.py build_week`: builds, says what it did, and does nothing the second time."""

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from reports.models import WeeklySummary
from tests.reports.hall_life import MONDAY_SIX, TUESDAY_TEN, a_hall, a_person, on_duty, rate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hall():
    staff = a_person(a_hall())
    on_duty(staff)
    rate(staff, "55541")
    return staff.hall


def run(capsys, *arguments, at=MONDAY_SIX):
    with time_machine.travel(at, tick=False):
        call_command("build_week", *arguments)
    return capsys.readouterr().out


def test_it_builds_the_week_of_every_hall(capsys):
    on_duty(a_person(a_hall("B")))
    out = run(capsys, "2026-W47")
    assert out.splitlines() == [
        "A 2026-W47: 1 rows written, 0 of them new revisions.",
        "B 2026-W47: 1 rows written, 0 of them new revisions.",
    ]
    assert WeeklySummary.objects.count() == 2


def test_running_it_twice_changes_nothing(capsys):
    run(capsys, "2026-W47")
    assert "0 rows written" in run(capsys, "2026-W47")


def test_it_builds_one_hall_when_asked(capsys):
    on_duty(a_person(a_hall("B")))
    run(capsys, "2026-W47", "--hall", "B")
    assert WeeklySummary.objects.get().hall.code == "B"


def test_it_says_that_a_running_week_is_not_final(capsys):
    assert "not final" in run(capsys, "2026-W47", at=TUESDAY_TEN)


def test_a_future_week_is_left_alone_with_a_reason(capsys):
    assert "nothing built" in run(capsys, "2027-W01")
    assert not WeeklySummary.objects.exists()


def test_what_is_no_week_and_no_hall_ends_with_a_sentence(capsys):
    with translation.override("en"), pytest.raises(CommandError, match="week"):
        run(capsys, "2026-W54")
    with pytest.raises(CommandError, match="no such hall"):
        run(capsys, "2026-W47", "--hall", "Z")
