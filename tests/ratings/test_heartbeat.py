"""A tablet's word about itself: each good field is kept, each bad one named (reliability.md d.2)."""

from datetime import timedelta

import pytest

from feedback_site.errors import DomainError
from ratings.device_state import Numbers, numbers
from ratings.heartbeat import record_heartbeat
from ratings.models import Tablet
from tests.factories import WEDNESDAY

GOOD = {
    "queued": 3,
    "highest_seq": 812,
    "app_version": "1.4.0-rc.1+5",
    "storage_persisted": True,
    "battery": 0.8,
    "now": (WEDNESDAY - timedelta(seconds=90)).isoformat(),
}


def beat(tablet, **told):
    record_heartbeat(tablet=tablet, told=told, at=WEDNESDAY)
    tablet.refresh_from_db()


def test_what_a_tablet_says_is_kept(tablet):
    beat(tablet, **GOOD)
    assert (tablet.queued, tablet.reported_seq, tablet.app_version) == (3, 812, "1.4.0-rc.1+5")
    assert (tablet.storage_persisted, tablet.battery, tablet.clock_offset_seconds) == (True, 0.8, 90)
    assert tablet.last_seen_at == WEDNESDAY


def test_its_word_about_its_numbers_does_not_move_the_servers_own(tablet):
    beat(tablet, highest_seq=99)
    assert (tablet.highest_seq, tablet.gaps, tablet.reported_seq) == (0, [], 99)


def test_saying_nothing_is_a_sign_of_life_and_leaves_the_rest(tablet):
    beat(tablet, **GOOD)
    beat(tablet)
    beat(tablet, queued=None, mood="fine")
    assert (tablet.queued, tablet.battery) == (3, 0.8)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("queued", -1), ("queued", 10**9), ("queued", "3"), ("queued", 3.0), ("queued", True), ("queued", []),
        ("highest_seq", -1), ("highest_seq", 2**53), ("highest_seq", "8"),
        ("app_version", "../../x"), ("app_version", ""), ("app_version", "x" * 41), ("app_version", 1.4),
        ("app_version", "1\x00"), ("app_version", "<b>"), ("app_version", "1..2"), ("app_version", "1.0\n"),
        ("storage_persisted", 1), ("storage_persisted", "true"),
        ("battery", 9), ("battery", -0.1), ("battery", "0.8"), ("battery", True), ("battery", float("nan")),
        ("battery", float("inf")),
        ("now", "soon"), ("now", 1_795_000_000_000), ("now", "2026-11-18T10:00:00"),
        ("now", "9999-12-31T23:59:59-12:00"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_and_the_others_are_kept(tablet, name, value):
    with pytest.raises(DomainError) as caught:
        beat(tablet, **{**GOOD, name: value})
    assert (caught.value.code, caught.value.status, list(caught.value.fields)) == ("invalid", 400, [name])
    assert str(value) not in str(caught.value.fields) or value == ""
    tablet.refresh_from_db()
    assert tablet.last_seen_at == WEDNESDAY
    kept = {"queued": tablet.queued, "battery": tablet.battery}
    assert all(value == GOOD[field] for field, value in kept.items() if field != name)


@pytest.mark.parametrize("now", ["2000-01-01T00:00:00Z", "9998-12-30T00:00:00Z"])
def test_a_clock_far_off_is_told_in_seconds(tablet, now):
    beat(tablet, now=now)
    assert abs(tablet.clock_offset_seconds) > 8e8


def test_the_queue_is_timed_from_when_it_was_last_shorter(tablet):
    def beat(minutes, **told):
        at = WEDNESDAY + timedelta(minutes=minutes)
        record_heartbeat(tablet=Tablet.objects.get(), told=told, at=at)
        since = Tablet.objects.get().queue_since
        return since and (since - WEDNESDAY) // timedelta(minutes=1)

    assert beat(0, queued=0) is None
    assert beat(1, queued=2) == 1
    assert beat(2, queued=5) == 1
    assert beat(3, battery=0.5) == 1  # told nothing of its queue
    assert beat(4, queued=4) == 4
    assert beat(5, queued=4, queued_earlier=1) == 4
    assert beat(6, queued=4, queued_earlier=0) == 6
    assert beat(7, queued=0) is None


def test_a_gap_is_seen_after_one_heartbeat(tablet):
    tablet.highest_seq, tablet.gaps = 6, [[3, 4]]
    tablet.save()
    record_heartbeat(tablet=tablet, told={"queued": 1, "highest_seq": 7}, at=WEDNESDAY)
    assert numbers(Tablet.objects.get()) == Numbers(waiting=1, missing=2)


@pytest.mark.parametrize("name", ["queued_earlier", "set_aside"])
@pytest.mark.parametrize("value", [-1, 10**9, "3", 1.5, True])
def test_a_nonsense_count_is_named_and_not_kept(tablet, name, value):
    with pytest.raises(DomainError) as caught:
        record_heartbeat(tablet=tablet, told={name: value}, at=WEDNESDAY)
    assert list(caught.value.fields) == [name]
    assert getattr(Tablet.objects.get(), name) is None
