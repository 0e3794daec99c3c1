"""To whom a rating belongs: the person on duty when it was tapped, however late it arrives."""

from datetime import timedelta

import pytest

from ratings.defaults import record_default_ratings
from ratings.models import Duty, Rating, Visit
from ratings.scale import Level
from tests.factories import WEDNESDAY, DutyFactory, StaffFactory, TabletFactory, VisitFactory, WindowFactory
from tests.ratings.sending import MINUTE, SECOND, item, send, statements

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def staff_of(sent):
    return Rating.objects.get(pk=sent["id"]).staff


def test_a_rating_belongs_to_the_person_on_duty(tablet):
    duty = DutyFactory(window=tablet.window)
    sent = item()
    send(tablet, sent)
    assert staff_of(sent) == duty.staff


def test_with_nobody_on_duty_it_belongs_to_the_window_alone(tablet):
    DutyFactory(window=WindowFactory(hall=tablet.hall))
    sent = item()
    send(tablet, sent)
    assert staff_of(sent) is None


def test_a_duty_begins_with_its_first_moment_and_ends_before_its_last(tablet):
    morning = DutyFactory(window=tablet.window, starts_at=WEDNESDAY - HOUR, ends_at=WEDNESDAY)
    noon = DutyFactory(window=tablet.window, starts_at=WEDNESDAY, ends_at=WEDNESDAY + HOUR)
    before, at, last, after = (
        item(seq=seq, at=moment)
        for seq, moment in enumerate(
            [WEDNESDAY - timedelta(microseconds=1), WEDNESDAY, WEDNESDAY + HOUR - SECOND, WEDNESDAY + HOUR], start=1
        )
    )
    send(tablet, before, at, last, after, received_at=WEDNESDAY + DAY)
    assert [staff_of(sent) for sent in (before, at, last, after)] == [morning.staff, noon.staff, noon.staff, None]


def test_a_batch_from_two_days_offline_is_told_apart_by_duty(tablet):
    days = [WEDNESDAY - 2 * DAY, WEDNESDAY - DAY, WEDNESDAY]
    duties = [DutyFactory(window=tablet.window, starts_at=day - HOUR, ends_at=day + HOUR) for day in days]
    sent = [item(seq=seq, at=day) for seq, day in enumerate(days, start=1)]
    send(tablet, *sent, received_at=WEDNESDAY + MINUTE)
    assert [staff_of(one) for one in sent] == [duty.staff for duty in duties]


def test_a_wrong_clock_does_not_move_a_rating_to_somebody_else(tablet):
    yesterday = DutyFactory(window=tablet.window, starts_at=WEDNESDAY - DAY, ends_at=WEDNESDAY - HOUR)
    DutyFactory(window=tablet.window, starts_at=WEDNESDAY - HOUR, ends_at=WEDNESDAY + HOUR)
    sent = item(at=WEDNESDAY - 3 * HOUR + 400 * DAY)
    send(tablet, sent, sent_at=WEDNESDAY + 400 * DAY)
    assert staff_of(sent) == yesterday.staff


def test_an_open_ended_duty_holds_until_further_notice(tablet):
    duty = DutyFactory(window=tablet.window, ends_at=None)
    sent = item(at=WEDNESDAY + 300 * DAY)
    send(tablet, sent, received_at=WEDNESDAY + 300 * DAY)
    assert staff_of(sent) == duty.staff


def test_somebody_who_left_since_and_a_closed_window_keep_what_was_theirs(tablet):
    duty = DutyFactory(window=tablet.window, staff=StaffFactory(hall=tablet.hall, is_active=False))
    tablet.window.is_active = False
    tablet.window.save()
    sent = item()
    send(tablet, sent, received_at=WEDNESDAY + 30 * DAY)
    assert staff_of(sent) == duty.staff


def test_a_later_correction_of_the_duty_does_not_touch_a_stored_rating(tablet):
    duty = DutyFactory(window=tablet.window)
    sent = item()
    send(tablet, sent)
    Duty.objects.update(staff=StaffFactory(hall=tablet.hall))
    assert staff_of(sent) == duty.staff
    send(tablet, sent)
    assert staff_of(sent) == duty.staff


# --- visits -----------------------------------------------------------------------------------------------------------


def of_visit(sent):
    rating = Rating.objects.get(pk=sent["id"])
    return (rating.visit and rating.visit.case_no, rating.ordinal)


def test_the_first_rating_of_a_visit_counts_and_the_second_is_a_follow_up(tablet):
    VisitFactory(window=tablet.window, case_no="YX1")
    first, second, third = (item(seq=seq, visit="YX1") for seq in (1, 2, 3))
    send(tablet, first)
    send(tablet, second, third)
    assert [of_visit(sent) for sent in (first, second, third)] == [("YX1", 1), ("YX1", 2), ("YX1", 3)]
    assert list(Rating.objects.counted()) == [Rating.objects.get(pk=first["id"])]


def test_a_visit_nobody_told_of_is_flagged_and_the_rating_counts(tablet):
    sent = item(visit="YX404")
    send(tablet, sent)
    assert of_visit(sent) == (None, 1)
    assert Rating.objects.get().flags == {"visit_unknown": "YX404"}


def test_the_same_case_number_in_another_hall_is_another_visit(tablet):
    VisitFactory(case_no="YX1")
    sent = item(visit="YX1")
    send(tablet, sent)
    assert of_visit(sent) == (None, 1)


def test_a_re_sent_rating_is_no_follow_up_of_itself(tablet):
    VisitFactory(window=tablet.window, case_no="YX1")
    first, second = item(seq=1, visit="YX1"), item(seq=2, visit="YX1")
    send(tablet, first)
    send(tablet, first, first)
    send(tablet, first, second)
    assert [of_visit(first), of_visit(second)] == [("YX1", 1), ("YX1", 2)]


def test_ratings_of_two_visits_in_one_batch_are_counted_apart(tablet):
    for case_no in ("YX1", "YX2"):
        VisitFactory(window=tablet.window, case_no=case_no)
    sent = [item(seq=seq, visit=case_no) for seq, case_no in enumerate(["YX1", "YX2", "YX1", "YX3", "YX2"], start=1)]
    send(tablet, *sent)
    assert [of_visit(one) for one in sent] == [("YX1", 1), ("YX2", 1), ("YX1", 2), (None, 1), ("YX2", 2)]


def test_what_is_not_stored_takes_nobodys_place(tablet):
    """A conflicting re-send that names the visit must not turn the visit's own first rating into a follow-up."""
    VisitFactory(window=tablet.window, case_no="YX1")
    stored = item(seq=1, visit=None)
    send(tablet, stored)
    conflicting, refused, own = {**stored, "visit": "YX1"}, item(seq=2, level=9, visit="YX1"), item(seq=3, visit="YX1")
    send(tablet, conflicting, refused, own)
    assert of_visit(own) == ("YX1", 1)


def test_a_default_rating_is_not_the_first_word_of_a_visit(tablet):
    visit = VisitFactory(window=tablet.window, case_no="YX1")
    record_default_ratings(visits=Visit.objects.all(), level=Level.VERY_SATISFIED, at=WEDNESDAY)
    sent = item(visit="YX1")
    send(tablet, sent)
    assert of_visit(sent) == ("YX1", 1)
    assert Rating.objects.filter(visit=visit, is_default=True).count() == 1


def test_a_rating_at_another_window_of_the_hall_still_belongs_to_the_visit(tablet):
    VisitFactory(window=WindowFactory(hall=tablet.hall), case_no="YX1")
    sent = item(visit="YX1")
    send(tablet, sent)
    assert of_visit(sent) == ("YX1", 1)


def test_two_tablets_of_a_hall_share_the_order_of_a_visit(tablet):
    VisitFactory(window=tablet.window, case_no="YX1")
    other = TabletFactory(window=WindowFactory(hall=tablet.hall))
    first, second = item(visit="YX1"), item(visit="YX1")
    send(other, first)
    send(tablet, second)
    assert [of_visit(first), of_visit(second)] == [("YX1", 1), ("YX1", 2)]


def test_visits_cost_the_same_statements_for_one_and_for_a_hundred(tablet):
    for number in range(101):
        VisitFactory(window=tablet.window, case_no=f"YX{number}")
    one = statements(tablet, item(seq=1, visit="YX0"))
    hundred = [item(seq=1 + number, visit=f"YX{number}") for number in range(1, 101)]
    assert statements(tablet, *hundred) == one <= 6
