"""A tablet is replaced or moved: what was given before arrives under its own window, once, and nothing else does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback_site.errors import DomainError
from ratings.enrolment import DRAIN_FOR, enrol_tablet, make_enrolment_code, revoke_tablet
from ratings.models import QuarantinedRating, Rating, Tablet
from ratings.recording import record_ratings
from tests.factories import TabletFactory, WindowFactory
from tests.ratings.device import Device
from tests.ratings.sending import item, items

pytestmark = pytest.mark.django_db
ME, HEARTBEAT = "/api/v1/tablets/me/", "/api/v1/tablets/heartbeat/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def old():
    """A device at window 3 that has sent two ratings and holds two more."""
    device = Device("old-token")
    device.tablet = TabletFactory(token="old-token", public_key=device.public_key, window__number="3")
    device.send({"ratings": items(2)})
    return device


def enrol(window, *, replaces=None, former=None, at=None):
    at = at or timezone.now()
    code = make_enrolment_code(window=window, actor=None, at=at, replaces=replaces)
    return enrol_tablet(code=code, network="192.0.2.1", at=at, former=former)


def statuses(answer):
    return [result.get("code", result["status"]) for result in answer.json()["results"]]


def of(window):
    return Rating.objects.filter(window=window)


def test_a_moved_device_finishes_its_queue_under_the_old_window(old):
    window = WindowFactory(hall=old.tablet.hall, number="9")
    moved = enrol(window, replaces=old.tablet, former={"token": "old-token", "highest_seq": 4})
    sent = items(2, first=3)
    for _time in range(2):  # the second time, the answer to the first was lost
        answer = old.send({"ratings": sent})
    assert statuses(answer) == ["duplicate", "duplicate"]
    assert of(old.tablet.window).count() == 4 and not of(window).exists()
    assert moved.tablet.predecessor == old.tablet
    old.tablet.refresh_from_db()
    assert (old.tablet.highest_seq, old.tablet.gaps) == (4, [])
    assert Tablet.objects.enrolled().get() == moved.tablet


def test_beyond_the_last_number_it_told_nothing_counts_and_nothing_is_lost(old):
    enrol(WindowFactory(hall=old.tablet.hall), former={"token": "old-token", "highest_seq": 2})
    assert statuses(old.send({"ratings": items(3)})) == ["created", "created", "retired"]
    assert QuarantinedRating.objects.get(code="retired").tablet == old.tablet


@pytest.mark.parametrize("path, method", [(ME, "GET"), (HEARTBEAT, "POST")])
def test_who_only_finishes_sees_and_says_nothing_more(old, path, method):
    enrol(old.tablet.window, former={"token": "old-token", "highest_seq": 4})
    assert old.send({}, path, method=method).status_code == 401
    assert old.send({"ratings": []}).status_code == 200


def test_another_device_takes_the_place_and_what_the_old_one_holds_still_comes(old):
    new = enrol(old.tablet.window, replaces=old.tablet)
    ended = Tablet.objects.get(pk=old.tablet.pk).revoked_at
    before, after = ended - MINUTE, ended + MINUTE
    later = timezone.now() + 2 * MINUTE
    old.tablet.refresh_from_db()
    sent = [item(seq=3, at=before), item(seq=4, at=after)]
    receipt = record_ratings(tablet=old.tablet, items=sent, sent_at=later, received_at=later)
    assert [result.get("code", result["status"]) for result in receipt.results] == ["created", "retired"]
    assert new.tablet.number != old.tablet.number


def test_finishing_ends_after_thirty_days_and_at_once_when_revoked(old):
    long_ago = timezone.now() - DRAIN_FOR
    enrol(old.tablet.window, replaces=old.tablet, at=long_ago)
    assert old.send({"ratings": items(1)}).status_code == 401
    other = Device("other")
    tablet = TabletFactory(token="other", public_key=other.public_key)
    enrol(tablet.window, former={"token": "other", "highest_seq": 9})
    assert other.send({"ratings": items(1)}).status_code == 200
    assert revoke_tablet(tablet=tablet, at=timezone.now())
    assert not revoke_tablet(tablet=tablet, at=timezone.now())
    assert other.send({"ratings": items(1)}).status_code == 401


def test_a_revoked_device_that_is_given_a_code_again_may_finish(old):
    revoke_tablet(tablet=old.tablet, at=timezone.now())
    assert old.send({"ratings": items(1, first=3)}).status_code == 401
    enrol(old.tablet.window, former={"token": "old-token", "highest_seq": 4})
    assert statuses(old.send({"ratings": items(2, first=3)})) == ["created", "created"]


def test_a_copied_token_finishes_nothing_either(old):
    enrol(old.tablet.window, former={"token": "old-token", "highest_seq": 4})
    assert statuses(old.send({"ratings": items(2, first=3)}, signature="")) == ["bad_signature"] * 2
    assert Rating.objects.count() == 2


@pytest.mark.parametrize(
    "former",
    [None, 5, "old-token", [], {}, {"token": 5}, {"token": "x" * 1000}, {"token": "\ud800"}, {"highest_seq": 4}],
)
def test_nonsense_about_an_earlier_enrolment_ends_nothing(old, former):
    assert enrol(old.tablet.window, former=former).tablet.predecessor is None
    assert old.send({"ratings": []}, HEARTBEAT).status_code == 200


@pytest.mark.parametrize("highest", [None, -1, "4", 2**63, 1.5, True])
def test_a_last_number_that_is_none_lets_nothing_more_in(old, highest):
    enrol(old.tablet.window, former={"token": "old-token", "highest_seq": highest})
    assert statuses(old.send({"ratings": items(1, first=3)})) == ["retired"]


def test_a_code_that_is_not_used_ends_nothing(old):
    make_enrolment_code(window=old.tablet.window, actor=None, at=timezone.now(), replaces=old.tablet)
    assert old.send({}, HEARTBEAT).status_code == 200


def test_a_tablet_moves_within_its_hall(old):
    with pytest.raises(DomainError) as caught:
        make_enrolment_code(window=WindowFactory(), actor=None, at=timezone.now(), replaces=old.tablet)
    assert caught.value.code == "other_hall"
