"""Working time: known answers from other systems' threads, the National Day week, and an independent slow count."""

from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from complaints.worktime import Schedule
from feedback_site.hours import is_open
from feedback_site.working_days import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NATIONAL_DAY_2025 = Calendar(
    known_years=frozenset({2025}),
    exceptions={
        date(2025, 9, 28): True,
        date(2025, 10, 11): True,
        **{date(2025, 10, day): False for day in (1, 2, 3, 6, 7, 8)},
    },
)
LUNCH = "1-5 09:00-12:00; 1-5 13:30-17:00"


def moment(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# 2025-11-03 is a Monday. (hours, start, length, end)
KNOWN = [
    ("1-5 08:00-18:00", "2025-11-03T17:00", timedelta(hours=4), "2025-11-04T11:00"),
    ("1-5 08:00-18:00", "2025-11-07T17:00", timedelta(hours=4), "2025-11-10T11:00"),  # over a weekend
    ("1-5 09:00-17:00", "2025-11-03T16:30", timedelta(hours=1), "2025-11-04T09:30"),
    (LUNCH, "2025-11-03T11:30", timedelta(hours=1), "2025-11-03T14:00"),  # over lunch
    (LUNCH, "2025-11-03T12:30", timedelta(hours=1), "2025-11-03T14:30"),  # begun at lunch
    (LUNCH, "2025-11-03T09:00", timedelta(hours=3), "2025-11-03T12:00"),  # ends as lunch begins
    (LUNCH, "2025-11-08T10:00", timedelta(minutes=1), "2025-11-10T09:01"),  # begun on Saturday
    ("1-5 09:00-17:00", "2025-09-30T16:00", timedelta(hours=2), "2025-10-09T10:00"),  # over the National Day week
    ("1-5 09:00-17:00", "2025-10-10T16:00", timedelta(hours=2), "2025-10-11T10:00"),  # a make-up Saturday
    ("1-5 09:00-17:00", "2025-11-03T10:00", timedelta(0), "2025-11-03T10:00"),
    ("", "2025-11-03T10:00", timedelta(hours=24), "2025-11-04T10:00"),  # no written hours: all day
    ("6-7 09:00-12:00", "2025-11-03T10:00", timedelta(hours=1), "2025-11-03T11:00"),  # weekends only: the usual ones
]


@pytest.mark.parametrize(("hours", "start", "length", "end"), KNOWN)
def test_known_answers(hours, start, length, end):
    schedule = Schedule(NATIONAL_DAY_2025, SHANGHAI, hours)
    assert schedule.add(moment(start), length) == moment(end)
    assert schedule.between(moment(start), moment(end)) == length


def test_waiting_over_a_weekend_is_no_waiting():
    schedule = Schedule(NATIONAL_DAY_2025, SHANGHAI, "1-5 09:00-17:00")
    assert schedule.between(moment("2025-11-07T17:00"), moment("2025-11-10T09:00")) == timedelta(0)
    assert schedule.between(moment("2025-11-07T16:00"), moment("2025-11-10T10:00")) == timedelta(hours=2)
    assert schedule.between(moment("2025-11-10T10:00"), moment("2025-11-07T16:00")) == timedelta(0)


def test_an_hour_is_an_hour_when_the_clocks_change():
    """Night hours in a zone with summer time: 26 October 2025 has 25 hours in Berlin."""
    open_sundays = Calendar(exceptions={date(2025, 10, 26): True}, known_years=frozenset({2025}))
    schedule = Schedule(open_sundays, BERLIN, "1-5 00:00-06:00")
    assert schedule.between(moment("2025-10-26T00:00", BERLIN), moment("2025-10-26T06:00", BERLIN)) == timedelta(
        hours=7
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_minute_by_minute_count_says_the_same(seed):
    """The oracle walks minute by minute and asks only whether the hall is open and the day a working day."""
    chance = Random(seed)
    start = moment("2025-09-26T00:00") + timedelta(minutes=chance.randrange(14 * 1440))
    end = start + timedelta(minutes=chance.randrange(6 * 1440))
    schedule = Schedule(NATIONAL_DAY_2025, SHANGHAI, LUNCH)

    minutes = 0
    at = start
    while at < end:
        local = at
        if NATIONAL_DAY_2025.is_made_up(at.date()):  # Monday's hours
            local = at - timedelta(days=at.weekday())
        minutes += NATIONAL_DAY_2025.is_working_day(at.date()) and is_open(LUNCH, local)
        at += timedelta(minutes=1)

    assert schedule.between(start, end) == timedelta(minutes=minutes)
    if minutes:
        reached = schedule.add(start, timedelta(minutes=minutes))
        assert reached <= end
        assert schedule.between(start, reached) == timedelta(minutes=minutes)
