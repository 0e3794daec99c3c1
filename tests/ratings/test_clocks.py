from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.clocks import EARLIEST, ENROLMENT_SLACK, event_time, parse_moment
from tests.factories import ENROLLED, WEDNESDAY

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def told(claimed, sent_at=WEDNESDAY, received_at=WEDNESDAY, not_before=ENROLLED):
    claimed = claimed.isoformat() if isinstance(claimed, datetime) else claimed
    return event_time(claimed=claimed, sent_at=sent_at, received_at=received_at, not_before=not_before)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-23T09:14:58+08:00", datetime(2026, 11, 23, 1, 14, 58, tzinfo=UTC)),
        ("2026-11-23T01:14:58Z", datetime(2026, 11, 23, 1, 14, 58, tzinfo=UTC)),
        ("2026-11-23T09:15:02.120+08:00", datetime(2026, 11, 23, 1, 15, 2, 120000, tzinfo=UTC)),
        ("2026-11-23 09:14:58+08:00", datetime(2026, 11, 23, 1, 14, 58, tzinfo=UTC)),
        ("2026-11-22T21:14:58-04:00", datetime(2026, 11, 23, 1, 14, 58, tzinfo=UTC)),
    ],
)
def test_a_moment_in_any_zone_is_the_same_moment(text, utc):
    assert parse_moment(text) == utc


@pytest.mark.parametrize(
    "value",
    [
        None, 1_795_000_000_000, 1.5, True, [], {}, "", "now", "2026-11-23", "2026-02-30T10:00:00+08:00",
        "2026-11-23T09:14:58", "2026-11-23T09:14:58+26:00", "2026-11-23T25:00:00+08:00", "1970-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59+08:00", "10000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2026-11-23T09:14:58+08:00\x00",
        "２０２６-11-23T09:14:58Z", "2026-11-23T09:14:58+08:00" + " " * 50, "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_moment_with_a_zone_is_none(value):
    assert parse_moment(value) is None


def test_a_moment_is_told_in_utc_so_that_every_database_can_store_it():
    """PostgreSQL refuses an offset with fractions of a second, which Python reads."""
    moment = parse_moment("2026-11-23T09:14:58+08:00:30.5")
    assert moment.utcoffset() == timedelta(0)
    assert moment == datetime(2026, 11, 23, 1, 14, 27, 500000, tzinfo=UTC)


def test_a_right_clock_is_believed():
    moment = told(WEDNESDAY - 4 * SECOND)
    assert (moment.at, moment.problem) == (WEDNESDAY - 4 * SECOND, "")


@pytest.mark.parametrize("wrong_by", [-8000 * DAY, -DAY, -MINUTE, MINUTE, 3 * DAY, 4000 * DAY])
def test_the_error_of_the_clock_is_taken_off(wrong_by):
    moment = told(WEDNESDAY - 2 * DAY + wrong_by, sent_at=WEDNESDAY + wrong_by)
    assert moment.at == WEDNESDAY - 2 * DAY
    assert moment.claimed_at == WEDNESDAY - 2 * DAY + wrong_by
    assert moment.problem == ""


def test_without_a_word_about_sending_the_tablets_time_counts_as_it_is():
    assert told(WEDNESDAY - DAY, sent_at=None).at == WEDNESDAY - DAY


def test_a_tap_after_the_sending_counts_from_the_receipt_and_is_flagged():
    moment = told(WEDNESDAY + MINUTE)
    assert (moment.at, moment.problem) == (WEDNESDAY, "future")


def test_rounding_of_less_than_a_second_is_no_wrong_clock():
    moment = told(WEDNESDAY + timedelta(milliseconds=900))
    assert (moment.at, moment.problem) == (WEDNESDAY, "")


def test_a_tap_just_before_the_enrolment_is_put_to_it():
    moment = told(ENROLLED - MINUTE)
    assert (moment.at, moment.problem) == (ENROLLED, "")


def test_a_tap_long_before_the_enrolment_is_flagged():
    moment = told(ENROLLED - ENROLMENT_SLACK - SECOND)
    assert (moment.at, moment.problem) == (WEDNESDAY, "before_enrolment")


def test_the_tablets_own_word_is_kept_beside_a_doubtful_moment():
    assert told(WEDNESDAY + DAY).claimed_at == WEDNESDAY + DAY
    assert told(ENROLLED - DAY).claimed_at == ENROLLED - DAY
    assert told("rubbish").claimed_at is None


@pytest.mark.parametrize("claimed", ["1970-01-01T08:00:00+08:00", "2026-02-30T10:00:00+08:00", 1_795_000_000_000, None])
def test_an_unreadable_moment_is_the_moment_of_receipt(claimed):
    moment = told(claimed)
    assert (moment.at, moment.claimed_at, moment.problem) == (WEDNESDAY, None, "unreadable")


def test_the_far_future_is_no_reason_to_fail():
    moment = told("9998-12-30T23:59:59-12:00", sent_at=parse_moment("2000-01-01T00:00:00Z"))
    assert moment.at == WEDNESDAY
    assert moment.problem in {"unreadable", "future"}


clocks = st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(9998, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(claimed=st.one_of(clocks.map(datetime.isoformat), st.text(max_size=45), st.integers(), st.none()))
def test_nothing_that_is_told_ever_fails(claimed):
    assert told(claimed).at <= WEDNESDAY


@given(claimed=clocks, sent_at=st.one_of(st.none(), clocks))
def test_the_moment_is_never_before_the_enrolment_nor_after_the_receipt(claimed, sent_at):
    assert ENROLLED <= told(claimed, sent_at=sent_at).at <= WEDNESDAY


@given(age=st.timedeltas(timedelta(0), timedelta(days=399)), wrong_by=st.timedeltas(-5000 * DAY, 5000 * DAY))
def test_however_wrong_a_steady_clock_is_the_moment_is_right(age, wrong_by):
    moment = told(WEDNESDAY - age + wrong_by, sent_at=WEDNESDAY + wrong_by)
    assert (moment.at, moment.problem) == (WEDNESDAY - age, "")


def test_the_bounds_of_believable_moments_hold():
    assert parse_moment(EARLIEST.isoformat()) == EARLIEST
    assert parse_moment((EARLIEST - SECOND).isoformat()) is None
