"""What a queue system tells; telling it twice changes nothing."""

from datetime import timedelta
from functools import partial

import pytest

from ratings.models import Visit
from ratings.visits import InvalidVisit, record_visit, record_visits
from tests.factories import WEDNESDAY, HallFactory, ItemFactory, StaffFactory, WindowFactory
from tests.ratings.together import at_once, failures

LATER = WEDNESDAY + timedelta(minutes=5)
TOLD = {
    "window": "10",
    "staff": "X1003",
    "item": "T1",
    "called_at": WEDNESDAY.isoformat(),
    "ended_at": LATER.isoformat(),
    "outcome": "done",
}


def a_hall():
    hall = HallFactory()
    WindowFactory(hall=hall, number="10")
    StaffFactory(hall=hall, staff_no="X1003")
    ItemFactory(hall=hall, code="T1")
    return hall


@pytest.fixture
def hall(db):
    return a_hall()


def tell(hall, case_no="YX1", at=WEDNESDAY, **changes):
    told = {name: value for name, value in {**TOLD, **changes}.items() if value is not ...}
    return record_visit(hall=hall, case_no=case_no, told=told, at=at)


def test_a_visit_is_kept_with_the_halls_own_rows(hall):
    visit, created = tell(hall)
    assert created is True
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.hall, visit.case_no, visit.window.number) == (hall, "YX1", "10")
    assert (visit.staff.staff_no, visit.item.code, visit.outcome) == ("X1003", "T1", "done")
    assert (visit.called_at, visit.ended_at, visit.changed_at) == (WEDNESDAY, LATER, WEDNESDAY)


def test_the_same_told_twice_changes_nothing(hall):
    tell(hall)
    visit, created = tell(hall, at=LATER)
    assert created is False
    assert Visit.objects.get(pk=visit.pk).changed_at == WEDNESDAY


def test_what_is_told_later_completes_the_visit(hall):
    tell(hall, ended_at=None, outcome=..., staff=...)
    visit, created = tell(hall, at=LATER)
    visit = Visit.objects.get(pk=visit.pk)
    assert created is False
    assert (visit.outcome, visit.staff.staff_no, visit.ended_at, visit.changed_at) == ("done", "X1003", LATER, LATER)


@pytest.mark.parametrize("outcome", Visit.Outcome.values)
def test_every_outcome_of_the_contract_is_known(hall, outcome):
    assert tell(hall, outcome=outcome)[0].outcome == outcome


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window", ...), ("window", None), ("window", ""), ("window", "99"), ("window", 10), ("window", "1\x000"),
        ("window", ["10"]), ("window", "x" * 500),
        ("staff", "X9"), ("staff", 5), ("staff", {}), ("staff", "\ud800"),
        ("item", "T9"), ("item", False),
        ("called_at", ...), ("called_at", None), ("called_at", "10:00"), ("called_at", 1_795_000_000),
        ("called_at", "2026-02-30T10:00:00+08:00"), ("called_at", "9999-12-31T23:59:59-12:00"),
        ("ended_at", "later"), ("ended_at", "2026-11-18T10:00:00"),
        ("outcome", "finished"), ("outcome", 5), ("outcome", ["done"]), ("outcome", "DONE"), ("outcome", {"done": 1}),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_used_is_named_and_nothing_is_stored(hall, name, value):
    with pytest.raises(InvalidVisit) as caught:
        tell(hall, **{name: value})
    assert list(caught.value.fields) == [name]
    assert not Visit.objects.exists()


@pytest.mark.parametrize("case_no", ["", "9" * 51, "a\x00b", "\ud800", "a\nb\x1b"])
def test_a_case_number_that_cannot_be_kept_is_named(hall, case_no):
    with pytest.raises(InvalidVisit) as caught:
        tell(hall, case_no=case_no)
    assert list(caught.value.fields) == ["case_no"]


def test_rows_of_another_hall_are_unknown(hall):
    other = a_hall()
    WindowFactory(hall=other, number="77")
    with pytest.raises(InvalidVisit):
        tell(hall, window="77")


def test_the_same_case_number_in_two_halls_is_two_visits(hall):
    tell(hall)
    tell(a_hall())
    assert Visit.objects.count() == 2


def test_many_at_once_are_kept_as_one_by_one(hall):
    told = {f"YX{number}": TOLD for number in range(1_100)}
    record_visits(hall=hall, told=told, at=WEDNESDAY)
    record_visits(hall=hall, told={**told, "YX7": {**TOLD, "outcome": "returned"}, "new": TOLD}, at=LATER)
    assert Visit.objects.count() == 1_101
    assert sorted(Visit.objects.filter(changed_at=LATER).values_list("case_no", "outcome")) == [
        ("YX7", "returned"),
        ("new", "done"),
    ]


def test_of_many_with_one_that_cannot_be_used_nothing_is_stored(hall):
    with pytest.raises(InvalidVisit):
        record_visits(hall=hall, told={"a": TOLD, "b": {**TOLD, "window": "99"}}, at=WEDNESDAY)
    assert not Visit.objects.exists()


def test_nothing_told_is_nothing_to_do(hall):
    record_visits(hall=hall, told={}, at=WEDNESDAY)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_eight_who_tell_one_visit_at_once_make_one():
    hall = a_hall()
    outcomes = at_once(*[partial(tell, hall)] * 8)
    assert not failures(outcomes)
    assert sorted(created for _visit, created in outcomes) == [False] * 7 + [True]
    assert Visit.objects.count() == 1
