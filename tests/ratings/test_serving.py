"""The tablet names the visit it was told of; a rating never goes to the visit of the person before or after."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ratings.attribution import visit_served_now
from ratings.defaults import record_default_ratings
from ratings.models import Rating, Visit
from ratings.scale import Level
from ratings.serving import AFTER_END, HANDOVER, LONGEST, SAME_PERSON, Call, served_now, tapped_for
from tests.factories import WEDNESDAY, RatingFactory, VisitFactory, WindowFactory
from tests.ratings.sending import MINUTE, SECOND, item, send, statements

TEN = WEDNESDAY


def at(minutes):
    return TEN + timedelta(minutes=minutes)


def meant(named, calls, moment):
    call = tapped_for(named, calls, moment)
    return call and call.visit


# --- whose tap it is: pure ---


def test_nobody_is_served_before_the_first_call():
    assert served_now([], TEN) is None
    assert served_now([Call(1, at(1))], TEN) is None


def test_the_last_one_called_is_served_until_it_is_rated_or_over():
    assert served_now([Call(1, at(-9)), Call(2, at(-1))], TEN).visit == 2
    assert served_now([Call(1, at(-9)), Call(2, at(-1), rated_at=at(0))], TEN) is None
    ended = Call(2, at(-30), ended_at=TEN)
    assert served_now([ended], TEN + AFTER_END).visit == 2
    assert served_now([ended], TEN + AFTER_END + SECOND) is None
    assert served_now([Call(2, TEN)], TEN + LONGEST).visit == 2
    assert served_now([Call(2, TEN)], TEN + LONGEST + SECOND) is None


def test_a_tap_belongs_to_the_visit_the_tablet_knew_until_the_next_is_called():
    assert meant(1, [Call(1, at(-9))], TEN) == 1
    assert meant(1, [Call(1, at(-9)), Call(2, at(1))], TEN) == 1


def test_somebody_may_tap_while_getting_up():
    calls = [Call(1, at(-9)), Call(2, TEN)]
    assert meant(1, calls, TEN + HANDOVER - SECOND) == 1
    assert meant(1, calls, TEN + HANDOVER) == 2


def test_a_tablet_that_was_offline_all_morning_names_one_visit_and_the_server_finds_each():
    calls = [Call(number, at(10 * number), ended_at=at(10 * number + 8)) for number in range(6)]
    assert [meant(0, calls, at(10 * number + 9)) for number in range(6)] == [0, 1, 2, 3, 4, 5]


def test_after_a_visit_was_rated_a_late_tap_is_somebody_the_queue_did_not_call():
    calls = [Call(1, at(-9), rated_at=TEN)]
    assert meant(1, calls, TEN + SAME_PERSON) == 1  # the same person once more: a follow-up
    assert meant(1, calls, TEN + SAME_PERSON + SECOND) is None


def test_a_visit_that_is_over_gets_no_tap():
    assert meant(1, [Call(1, at(-60), ended_at=at(-11))], TEN) is None
    assert meant(1, [Call(1, TEN)], TEN + LONGEST + SECOND) is None


def test_a_visit_that_went_to_another_window_is_not_served_here():
    assert meant(7, [], TEN) is None
    assert meant(7, [Call(1, at(-9))], TEN) == 1


def test_a_clock_a_little_ahead_does_not_part_a_tap_from_its_call():
    assert meant(1, [Call(1, TEN + SECOND)], TEN) == 1


# --- stored ---


def call(tablet, case_no, minutes, **fields):
    return VisitFactory(window=tablet.window, case_no=case_no, called_at=at(minutes), **fields)


def stored(*sent):
    rows = Rating.objects.in_bulk([one["id"] for one in sent], field_name="id")
    by_id = {str(key): row for key, row in rows.items()}
    found = [by_id[one["id"]] for one in sent]
    return [(rating.visit and rating.visit.case_no, rating.ordinal) for rating in found]


def called(seq, minutes, case_no="YX1", **fields):
    return item(seq=seq, at=at(minutes), visit=case_no, visit_from="call", **fields)


@pytest.mark.django_db
def test_a_stale_visit_is_never_attached_to_the_next_person(tablet):
    call(tablet, "YX1", 0)
    call(tablet, "YX2", 10)
    first, second = called(1, 8), called(2, 18)
    send(tablet, first, received_at=at(8))
    send(tablet, second, received_at=at(18))
    assert stored(first, second) == [("YX1", 1), ("YX2", 1)]
    assert Rating.objects.get(pk=second["id"]).flags == {"visit_passed": "YX1"}


@pytest.mark.django_db
def test_without_the_servers_correction_the_next_person_would_be_a_follow_up(tablet):
    """The control: the same two taps, the visit taken at its word."""
    call(tablet, "YX1", 0)
    call(tablet, "YX2", 10)
    first, second = ({**called(seq, minutes), "visit_from": None} for seq, minutes in ((1, 8), (2, 18)))
    send(tablet, first, second, received_at=at(18))
    assert stored(first, second) == [("YX1", 1), ("YX1", 2)]


@pytest.mark.django_db
def test_a_morning_offline_in_one_batch_finds_every_visit(tablet):
    for number in range(5):
        call(tablet, f"YX{number}", 10 * number, ended_at=at(10 * number + 8))
    sent = [called(number + 1, 10 * number + 9, "YX0") for number in range(5)]
    send(tablet, *sent, received_at=at(90))
    assert stored(*sent) == [(f"YX{number}", 1) for number in range(5)]


@pytest.mark.django_db
def test_with_a_silent_queue_system_the_next_people_still_count(tablet):
    call(tablet, "YX1", 0)
    sent = [called(seq, minutes) for seq, minutes in ((1, 5), (2, 6), (3, 15), (4, 25))]
    send(tablet, *sent, received_at=at(30))
    assert stored(*sent) == [("YX1", 1), ("YX1", 2), (None, 1), (None, 1)]
    assert Rating.objects.counted().count() == 3


@pytest.mark.django_db
def test_another_windows_calls_do_not_matter(tablet):
    call(tablet, "YX1", 0)
    VisitFactory(window=WindowFactory(hall=tablet.hall), case_no="YX2", called_at=at(5))
    sent = called(1, 8)
    send(tablet, sent, received_at=at(8))
    assert stored(sent) == [("YX1", 1)]


@pytest.mark.django_db
def test_a_re_sent_tap_stays_with_its_visit(tablet):
    call(tablet, "YX1", 0)
    sent = called(1, 5)
    send(tablet, sent, received_at=at(5))
    call(tablet, "YX2", 6)
    assert send(tablet, sent, received_at=at(20)).results[0]["status"] == "duplicate"
    assert stored(sent) == [("YX1", 1)]


@pytest.mark.django_db
def test_a_default_rating_does_not_make_a_visit_rated(tablet):
    call(tablet, "YX1", 0)
    record_default_ratings(visits=Visit.objects.all(), level=Level.VERY_SATISFIED, at=at(1))
    assert visit_served_now(tablet.window_id, at(5)) == "YX1"
    sent = called(1, 8)
    send(tablet, sent, received_at=at(8))
    assert stored(sent) == [("YX1", 1)]


@pytest.mark.django_db
def test_an_unknown_source_of_the_visit_is_kept_aside(tablet):
    call(tablet, "YX1", 0)
    sent = item(at=at(5), visit="YX1", visit_from={"a": 1})
    send(tablet, sent, received_at=at(5))
    assert stored(sent) == [("YX1", 1)]
    assert Rating.objects.get().flags == {"visit_from_unknown": '{"a":1}'}


@pytest.mark.django_db
def test_called_visits_cost_the_same_statements_for_one_and_for_fifty(tablet):
    for number in range(51):
        call(tablet, f"YX{number}", -number, ended_at=at(-number))
    one = statements(tablet, called(1, -50, "YX50"))
    assert statements(tablet, *[called(2 + number, -number, "YX50") for number in range(50)]) == one <= 6


# --- what the tablet is told ---


@pytest.mark.django_db
def test_the_tablet_is_told_the_visit_until_it_is_rated(tablet):
    assert visit_served_now(tablet.window_id, TEN) is None
    visit = call(tablet, "YX1", -5)
    call(tablet, "YX2", 5)  # told in advance
    assert visit_served_now(tablet.window_id, TEN) == "YX1"
    RatingFactory(window=tablet.window, visit=visit, rated_at=at(-1))
    assert visit_served_now(tablet.window_id, TEN) is None
    assert visit_served_now(tablet.window_id, at(5)) == "YX2"


@pytest.mark.django_db
def test_looking_for_the_visit_costs_one_statement(tablet, django_assert_num_queries):
    for number in range(30):
        call(tablet, f"YX{number}", -number)
    with django_assert_num_queries(1):
        assert visit_served_now(tablet.window_id, TEN) == "YX0"


@pytest.mark.django_db
def test_the_configuration_names_the_visit_and_changes_its_tag_with_it(tablet_client, tablet):
    now = timezone.now()
    before = tablet_client.get("/api/v1/tablets/me/")
    assert before.json()["visit"] is None
    VisitFactory(window=tablet.window, case_no="YX1", called_at=now - MINUTE)
    after = tablet_client.get("/api/v1/tablets/me/", headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.json()["visit"]) == (200, "YX1")
