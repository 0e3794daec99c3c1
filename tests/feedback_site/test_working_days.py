"""Working days after the State Council's notices, and what is said of a year whose notice is not out."""

from datetime import date, timedelta

import pytest

from feedback_site.models import CalendarDay, CalendarYear
from feedback_site.working_days import Calendar, runs


@pytest.fixture
def calendar(db):
    return CalendarYear.objects.as_calendar()


# Working days per year as the notices make them; 2025: the well-known 248, 2026: 248 (holidays 13, 调休 6).
WORKING_DAYS = {2024: 251, 2025: 248, 2026: 248}


@pytest.mark.parametrize("year", WORKING_DAYS)
def test_a_known_year_has_as_many_working_days_as_its_notice_gives(calendar, year):
    days = [date(year, 1, 1) + timedelta(days=shift) for shift in range(366)]
    assert sum(calendar.is_working_day(day) for day in days if day.year == year) == WORKING_DAYS[year]


@pytest.mark.parametrize(
    ("day", "works", "made_up"),
    [
        ("2025-09-28", True, True),  # Sunday before the National Day week
        ("2025-10-01", False, False),
        ("2025-10-08", False, False),  # a Wednesday
        ("2025-10-09", True, False),
        ("2025-10-11", True, True),  # Saturday after it
        ("2025-10-12", False, False),
        ("2026-02-14", True, True),
        ("2026-02-28", True, True),
        ("2026-02-23", False, False),
        ("2026-11-23", True, False),
        ("2026-11-28", False, False),
    ],
)
def test_known_days(calendar, day, works, made_up):
    day = date.fromisoformat(day)
    assert (calendar.is_working_day(day), calendar.is_made_up(day)) == (works, made_up)
    assert calendar.knows(day)


def test_a_year_without_a_notice_is_guessed_with_its_fixed_holidays_and_known_to_be_a_guess(calendar):
    assert not calendar.knows(date(2027, 1, 4))
    assert not calendar.is_working_day(date(2027, 1, 1))  # a Friday
    assert not calendar.is_working_day(date(2027, 10, 1))
    assert calendar.is_working_day(date(2027, 2, 8))  # in the Spring Festival's week: nobody can know yet


def test_an_administrator_can_put_a_day_right(calendar):
    CalendarDay.objects.filter(day=date(2026, 10, 10)).delete()
    assert calendar.is_working_day(date(2026, 10, 10))
    assert not CalendarYear.objects.as_calendar().is_working_day(date(2026, 10, 10))


def test_the_calendar_takes_two_queries(db, django_assert_num_queries):
    with django_assert_num_queries(2):
        CalendarYear.objects.as_calendar()


def test_runs_of_days():
    days = tuple(date(2025, 10, day) for day in (1, 2, 3, 5, 7, 8))
    assert list(runs(days)) == [
        (date(2025, 10, 1), date(2025, 10, 3)),
        (date(2025, 10, 5), date(2025, 10, 5)),
        (date(2025, 10, 7), date(2025, 10, 8)),
    ]
    assert list(runs(())) == []


def test_no_notice_at_all_means_monday_to_friday():
    assert Calendar().is_working_day(date(2026, 11, 23))
    assert not Calendar().is_working_day(date(2026, 11, 22))
