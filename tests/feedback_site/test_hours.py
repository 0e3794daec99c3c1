from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from feedback_site.hours import USUAL, InvalidHours, is_open, parse, validate_hours

# 2026-11-18 is a Wednesday.
HALF_AN_HOUR = timedelta(minutes=30)


def on(day, clock):
    return datetime.fromisoformat(f"2026-11-{day} {clock}+08:00")


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("18", "08:59:59", False),
        ("18", "09:00:00", True),
        ("18", "16:59:59", True),
        ("18", "17:00:00", False),
        ("20", "10:00:00", True),
        ("21", "10:00:00", False),
        ("22", "10:00:00", False),
    ],
)
def test_the_usual_hours_are_monday_to_friday_from_nine_until_before_five(day, clock, expected):
    assert is_open(USUAL, on(day, clock)) is expected


def test_around_reaches_over_the_ends_and_over_midnight():
    assert is_open(USUAL, on("18", "08:30:00"), around=HALF_AN_HOUR)
    assert not is_open(USUAL, on("18", "08:29:59"), around=HALF_AN_HOUR)
    assert is_open(USUAL, on("18", "17:29:59"), around=HALF_AN_HOUR)
    assert not is_open(USUAL, on("18", "17:30:00"), around=HALF_AN_HOUR)
    assert is_open("3 20:00-23:50", on("19", "00:10:00"), around=HALF_AN_HOUR)
    assert is_open("3 00:10-08:00", on("17", "23:45:00"), around=HALF_AN_HOUR)


def test_several_spans_leave_the_noon_and_add_a_saturday():
    hours = "1-5 09:00-12:00; 1-5 13:30-17:00; 6 09:00-12:00"
    assert not is_open(hours, on("18", "12:30:00"))
    assert is_open(hours, on("18", "13:30:00"))
    assert is_open(hours, on("21", "09:00:00"))
    assert not is_open(hours, on("21", "13:30:00"))


def test_no_hours_mean_always():
    assert is_open("", on("22", "03:00:00"))


@pytest.mark.parametrize(
    "text", ["9-17", "0-5 09:00-17:00", "5-1 09:00-17:00", "1-5 17:00-09:00", "1-5 24:00-25:00", "1-5 9:00-17:00", ";"]
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidHours):
        parse(text)
    with pytest.raises(ValidationError, match="1-5 09:00-17:00"):
        validate_hours(text)


@given(st.text())
def test_no_text_breaks_it(text):
    with suppress(InvalidHours):
        parse(text)
