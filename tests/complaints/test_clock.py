"""Clocks in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from complaints.clock import State, read_clock, span

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(0), "0 min"),
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=32), "32 min"),
        (timedelta(hours=1, minutes=28), "1 h 28 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=3, hours=4, minutes=59), "3 days 4 h"),
        (timedelta(seconds=-5), "0 min"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(length, words):
    assert span(length) == words


@pytest.mark.parametrize(
    ("offset", "state", "words"),
    [
        (timedelta(hours=30), State.OK, "1 day 6 h left"),
        (timedelta(hours=4), State.SOON, "4 h left"),
        (timedelta(minutes=1), State.SOON, "1 min left"),
        (timedelta(0), State.OVER, "0 min overdue"),
        (-timedelta(minutes=32), State.OVER, "32 min overdue"),
    ],
)
def test_a_running_clock_counts_down_and_then_up(offset, state, words):
    reading = read_clock(due_at=NOON + offset, at=NOON)

    assert (reading.state, reading.words) == (state, words)


def test_a_stopped_clock_shows_how_long_it_stands_even_after_its_deadline():
    reading = read_clock(due_at=NOON - timedelta(days=1), at=NOON, paused_at=NOON - timedelta(days=2))

    assert (reading.state, reading.words) == (State.PAUSED, "paused for 2 days, waiting for the citizen")


def test_a_kept_promise_says_how_it_went():
    early = read_clock(due_at=NOON, at=NOON + timedelta(days=9), kept_at=NOON - timedelta(hours=1))
    late = read_clock(due_at=NOON, at=NOON + timedelta(days=9), kept_at=NOON + timedelta(hours=1))

    assert (early.state, early.words) == (State.KEPT, "kept, 1 h to spare")
    assert (late.state, late.words) == (State.KEPT, "done, 1 h late")


def test_where_nothing_is_owed_nothing_is_said():
    assert read_clock(due_at=None, at=NOON).words == ""
    assert read_clock(due_at=NOON - timedelta(days=1), at=NOON, finished=True).state is State.NONE
