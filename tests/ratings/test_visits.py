"""Many visits told at once are the same as each told alone, in a number of statements that hardly grows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ratings.models import Visit
from ratings.visits import InvalidVisit, record_visit, record_visits
from tests.factories import WEDNESDAY, HallFactory, ItemFactory, StaffFactory, VisitFactory, WindowFactory

pytestmark = pytest.mark.django_db

CALLED = "2026-11-18T09:15:00+08:00"


@pytest.fixture
def hall():
    hall = HallFactory()
    WindowFactory(hall=hall, number="10")
    StaffFactory(hall=hall, staff_no="X1003")
    ItemFactory(hall=hall, code="BDC-0102")
    return hall


def told(**changes):
    return {"window": "10", "staff": "X1003", "item": "BDC-0102", "called_at": CALLED, "outcome": "done", **changes}


def many(count):
    return {f"YX{number:06}": told() for number in range(count)}


def stored(hall):
    fields = ("case_no", "window__number", "staff__staff_no", "item__code", "called_at", "ended_at", "outcome")
    return list(Visit.objects.filter(hall=hall).order_by("case_no").values_list(*fields))


def test_visits_told_at_once_are_stored_as_visits_told_alone(hall):
    cases = {"YX1": told(), "YX2": told(staff=None, outcome=""), "YX3": told(ended_at="2026-11-18T09:25:00+08:00")}
    record_visits(hall=hall, told=cases, at=WEDNESDAY)
    at_once = stored(hall)
    Visit.objects.all().delete()
    for case_no, one in cases.items():
        record_visit(hall=hall, case_no=case_no, told=one, at=WEDNESDAY)
    assert stored(hall) == at_once


def test_telling_the_same_again_changes_nothing(hall):
    record_visits(hall=hall, told=many(3), at=WEDNESDAY)
    before = list(Visit.objects.order_by("pk").values())
    record_visits(hall=hall, told=many(3), at=WEDNESDAY.replace(hour=11))
    assert list(Visit.objects.order_by("pk").values()) == before


def test_a_visit_told_differently_is_completed_and_stamped_and_its_neighbours_are_not(hall):
    record_visits(hall=hall, told={"YX1": told(outcome=""), "YX2": told()}, at=WEDNESDAY)
    later = WEDNESDAY.replace(hour=11)
    record_visits(hall=hall, told={"YX1": told(outcome="supplement"), "YX2": told()}, at=later)
    changed, same = Visit.objects.order_by("case_no")
    assert (changed.outcome, changed.changed_at) == ("supplement", later)
    assert (same.outcome, same.changed_at) == ("done", WEDNESDAY)


def test_one_visit_that_cannot_be_used_stops_all(hall):
    with pytest.raises(InvalidVisit) as failure:
        record_visits(hall=hall, told={"YX1": told(), "YX2": told(window="99")}, at=WEDNESDAY)
    assert list(failure.value.fields) == ["window"]
    assert not Visit.objects.exists()


def test_a_window_of_another_hall_is_not_known(hall):
    WindowFactory(number="77")
    with pytest.raises(InvalidVisit):
        record_visits(hall=hall, told={"YX1": told(window="77")}, at=WEDNESDAY)


def test_the_same_case_number_in_another_hall_is_another_visit(hall):
    VisitFactory(case_no="YX1")
    record_visits(hall=hall, told={"YX1": told()}, at=WEDNESDAY)
    assert Visit.objects.filter(case_no="YX1").count() == 2


def test_no_visits_at_all_are_no_trouble(hall):
    record_visits(hall=hall, told={}, at=WEDNESDAY)
    assert not Visit.objects.exists()


def test_the_number_of_statements_is_the_same_for_ten_and_for_a_hundred(hall):
    with CaptureQueriesContext(connection) as few:
        record_visits(hall=hall, told=many(10), at=WEDNESDAY)
    Visit.objects.all().delete()
    with CaptureQueriesContext(connection) as lots:
        record_visits(hall=hall, told=many(100), at=WEDNESDAY)
    assert Visit.objects.count() == 100
    assert len(lots) == len(few)
