"""The week as a value: labels, bounds, time zones, year edges."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.weeks import InvalidWeek, Week

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai",
        "Asia/Urumqi",
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Kathmandu",
    )
]
zones = st.sampled_from(ZONES)
mondays = st.integers(0, 2600).map(lambda weeks: date(1990, 1, 1) + timedelta(weeks=weeks))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))


def test_a_label_names_the_monday_of_its_week():
    assert Week.parse("2026-W47") == Week.starting(date(2026, 11, 16))


@pytest.mark.parametrize(
    ("label", "monday"),
    [
        ("2020-W53", date(2020, 12, 28)),
        ("2021-W01", date(2021, 1, 4)),
        ("2024-W01", date(2024, 1, 1)),
        ("2025-W01", date(2024, 12, 30)),
        ("2026-W01", date(2025, 12, 29)),
        ("2026-W53", date(2026, 12, 28)),
        ("2027-W01", date(2027, 1, 4)),
    ],
)
def test_weeks_at_the_turn_of_the_year(label, monday):
    assert Week.parse(label).starts_on == monday
    assert Week.starting(monday).label == label


@pytest.mark.parametrize(
    "text",
    [
        "2026-W54",
        "2025-W53",
        "2026-W00",
        "2026-w47",
        "2026W47",
        "2026-47",
        "2026-W7",
        "2026-W047",
        " 2026-W46",
        "2026-W46\n",
        "２０２６-W47",
        "0000-W01",
        "1969-W01",
        "9999-W52",
        "-026-W01",
        "",
    ],
)
def test_what_is_no_week_is_refused_with_a_sentence_that_does_not_repeat_it(text):
    with pytest.raises(InvalidWeek) as refused:
        Week.parse(text)
    assert str(refused.value).endswith((".", "。"))
    assert not text.strip() or text.strip() not in str(refused.value)


def test_a_week_cannot_start_on_a_tuesday():
    with pytest.raises(InvalidWeek):
        Week.starting(date(2026, 11, 17))


def test_sunday_night_in_shanghai_is_still_the_old_week_though_it_is_sunday_afternoon_in_utc():
    assert Week.containing(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), SHANGHAI).label == "2026-W47"
    assert Week.containing(datetime(2026, 11, 22, 16, 0, tzinfo=UTC), SHANGHAI).label == "2026-W48"


def test_the_bounds_of_a_week_in_shanghai():
    assert Week.parse("2026-W47").bounds(SHANGHAI) == (
        datetime(2026, 11, 15, 16, tzinfo=UTC),
        datetime(2026, 11, 22, 16, tzinfo=UTC),
    )


def test_the_week_in_which_clocks_go_forward_has_167_hours_and_back_169():
    berlin = ZoneInfo("Europe/Berlin")
    start, end = Week.parse("2026-W13").bounds(berlin)
    assert end - start == timedelta(hours=167)
    start, end = Week.parse("2026-W43").bounds(berlin)
    assert end - start == timedelta(hours=169)


def test_a_monday_without_a_midnight_starts_at_its_first_moment():
    tehran = ZoneInfo("Asia/Tehran")  # clocks went from 2010-03-22 00:00 to 01:00
    start, _ = Week.starting(date(2010, 3, 22)).bounds(tehran)
    assert start == datetime(2010, 3, 21, 20, 30, tzinfo=UTC)
    assert start.astimezone(tehran).hour == 1


def test_a_week_has_ended_at_its_last_midnight_and_not_a_second_before():
    week = Week.parse("2026-W47")
    midnight = datetime(2026, 11, 23, tzinfo=SHANGHAI)
    assert not week.has_ended(midnight - timedelta(seconds=1), SHANGHAI)
    assert week.has_ended(midnight, SHANGHAI)
    assert week.has_started(midnight - timedelta(days=7), SHANGHAI)
    assert not week.has_started(midnight - timedelta(days=7, seconds=1), SHANGHAI)


def test_the_last_eight_weeks_end_with_this_one():
    weeks = Week.parse("2026-W03").last(8)
    assert [week.label for week in weeks] == [
        "2025-W48",
        "2025-W49",
        "2025-W50",
        "2025-W51",
        "2025-W52",
        "2026-W01",
        "2026-W02",
        "2026-W03",
    ]


@given(mondays)
def test_a_label_reads_back_as_the_same_week(monday):
    week = Week.starting(monday)
    assert Week.parse(week.label) == week
    assert week.label == monday.strftime("%G-W%V")


@given(mondays)
def test_the_next_week_comes_after_and_its_previous_is_this_one(monday):
    week = Week.starting(monday)
    assert week < week.next()
    assert week.next().previous() == week
    assert week.last_day.weekday() == 6


@given(mondays, zones)
def test_weeks_follow_each_other_without_gap_or_overlap(monday, zone):
    week = Week.starting(monday)
    start, end = week.bounds(zone)
    assert end == week.next().bounds(zone)[0]
    assert timedelta(days=5, hours=22) <= end - start <= timedelta(days=7, hours=2)


@given(moments, zones)
@example(datetime(2011, 12, 30, 12, tzinfo=UTC), ZoneInfo("Pacific/Apia"))  # the Friday that Samoa skipped
def test_every_moment_lies_inside_the_week_that_contains_it(moment, zone):
    start, end = Week.containing(moment, zone).bounds(zone)
    assert start <= moment < end


@given(mondays, zones)
def test_the_first_moment_belongs_to_the_week_and_the_end_to_the_next(monday, zone):
    week = Week.starting(monday)
    start, end = week.bounds(zone)
    assert Week.containing(start, zone) == week
    assert Week.containing(end - timedelta(microseconds=1), zone) == week
    assert Week.containing(end, zone) == week.next()
