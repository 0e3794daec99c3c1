"""What is wrong with a tablet: each border once from both sides."""

from datetime import timedelta

import pytest

from ratings.device_state import DeviceWarning, Numbers, numbers, warnings
from ratings.models import Tablet
from ratings.watching import warnings_of
from tests.factories import ENROLLED, WEDNESDAY, HallFactory

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON_SUNDAY = WEDNESDAY + 4 * DAY + 2 * HOUR


def tablet(**facts):
    """A tablet that is well, but for the facts."""
    well = {"enrolled_at": ENROLLED, "last_seen_at": WEDNESDAY, "storage_persisted": True, "battery": 1.0, "queued": 0}
    return Tablet(**{**well, **facts})


def told(at=WEDNESDAY, is_open=True, **facts):
    return warnings(tablet(**facts), at=at, is_open=is_open)


def test_a_tablet_that_is_well_warns_of_nothing():
    assert told() == []
    assert told(storage_persisted=None, battery=None, queued=None, reported_seq=None) == []


@pytest.mark.parametrize(
    "facts, warning",
    [
        ({"last_seen_at": WEDNESDAY - 10 * MINUTE}, None),
        ({"last_seen_at": WEDNESDAY - 11 * MINUTE}, DeviceWarning.SILENT),
        ({"last_seen_at": None}, DeviceWarning.SILENT),
        ({"last_seen_at": None, "enrolled_at": WEDNESDAY}, None),
        ({"queued": 199}, None),
        ({"queued": 200}, DeviceWarning.STUCK),
        ({"queued": 150, "queued_earlier": 50}, DeviceWarning.STUCK),
        ({"queued": 1, "queue_since": WEDNESDAY - 4 * HOUR + MINUTE}, None),
        ({"queued": 1, "queue_since": WEDNESDAY - 4 * HOUR}, DeviceWarning.STUCK),
        ({"queued": 0, "queue_since": WEDNESDAY - 4 * HOUR}, None),
        ({"storage_persisted": False}, DeviceWarning.NOT_PERSISTED),
        ({"battery": 0.21}, None),
        ({"battery": 0.2}, DeviceWarning.BATTERY),
        ({"battery": 0.0}, DeviceWarning.BATTERY),
        ({"clock_offset_seconds": 120.0}, None),
        ({"clock_offset_seconds": -121.0}, DeviceWarning.CLOCK),
        ({"clock_offset_seconds": 121.0}, DeviceWarning.CLOCK),
        ({"set_aside": 0}, None),
        ({"set_aside": 1}, DeviceWarning.SET_ASIDE),
        ({"forged_at": WEDNESDAY - MINUTE}, DeviceWarning.COPIED),
        ({"forged_at": WEDNESDAY - 7 * DAY}, None),
        ({"forked_at": WEDNESDAY - MINUTE}, DeviceWarning.FORKED),
        ({"highest_seq": 9, "gaps": [[3, 5]]}, DeviceWarning.MISSING),
        ({"highest_seq": 9, "gaps": [[3, 5]], "queued": 3}, None),
        ({"highest_seq": 9, "reported_seq": 11, "queued": 2}, None),
        ({"highest_seq": 9, "reported_seq": 11, "queued": 1}, DeviceWarning.MISSING),
        ({"highest_seq": 11, "reported_seq": 9}, None),
    ],
)
def test_each_warning_begins_at_its_border(facts, warning):
    assert told(**facts) == ([warning] if warning else [])


def test_numbers_that_wait_are_told_from_numbers_that_are_missing():
    assert numbers(tablet(highest_seq=9, gaps=[[3, 5]], reported_seq=12, queued=4)) == Numbers(waiting=4, missing=2)
    assert numbers(tablet(highest_seq=9, reported_seq=9, queued=4)) == Numbers(waiting=0, missing=0)


def test_a_closed_hall_has_no_silent_tablets():
    assert told(last_seen_at=WEDNESDAY - DAY, is_open=False) == []


def test_a_tablet_out_of_use_warns_only_of_what_was_sent_in_its_name():
    bad = {"queued": 500, "battery": 0.0, "last_seen_at": None, "revoked_at": WEDNESDAY}
    assert told(**bad) == []
    assert told(**bad, forged_at=WEDNESDAY) == [DeviceWarning.COPIED]


def test_the_gravest_comes_first():
    assert told(battery=0.1, forked_at=WEDNESDAY, queued=300) == [
        DeviceWarning.FORKED,
        DeviceWarning.STUCK,
        DeviceWarning.BATTERY,
    ]


@pytest.mark.parametrize(
    "at, is_silent",
    [
        (WEDNESDAY, True),  # ten in the morning
        (WEDNESDAY - timedelta(minutes=51), False),  # nine past nine: it may just be starting
        (WEDNESDAY - timedelta(minutes=49), True),
        (WEDNESDAY + 7 * HOUR, False),  # five in the afternoon
        (NOON_SUNDAY, False),
    ],
)
def test_silence_counts_while_the_hall_is_open_on_its_own_clock(at, is_silent):
    away = tablet(last_seen_at=ENROLLED, hall=HallFactory.build(opening_hours="1-5 09:00-17:00"))
    assert (DeviceWarning.SILENT in warnings_of(away, at)) is is_silent


def test_a_hall_without_hours_is_always_open():
    away = tablet(last_seen_at=ENROLLED, hall=HallFactory.build(opening_hours=""))
    assert DeviceWarning.SILENT in warnings_of(away, NOON_SUNDAY)
