"""Neither a person nor a seat is in two duties at once, whoever writes."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from feedback_site.errors import DomainError
from ratings.duties import DutyOverlap, assign_duties, assign_duty, end_duty
from ratings.models import Duty
from tests.factories import WEDNESDAY, DutyFactory, StaffFactory, WindowFactory
from tests.ratings.together import at_once, failures

HOUR = timedelta(hours=1)
NINE = WEDNESDAY - HOUR


def hours(first, last):
    """A span by the clock: `hours(9, 17)`; None is open-ended."""
    return {
        "starts_at": NINE + (first - 9) * HOUR,
        "ends_at": None if last is None else NINE + (last - 9) * HOUR,
    }


# Each against an existing duty from 9 to 12.
TOUCHING = [(7, 9), (12, 17), (12, None), (5, 6)]
OVERLAPPING = [(9, 12), (8, 10), (11, 13), (10, 11), (8, 13), (9, None), (11, None), (1, None)]
# Each against an existing duty from 9 on.
OPEN_TOUCHING = [(7, 9), (1, 2)]
OPEN_OVERLAPPING = [(8, 10), (9, None), (20, 21), (20, None), (1, None)]
CASES = [(12, span, False) for span in TOUCHING] + [(12, span, True) for span in OVERLAPPING]
CASES += [(None, span, False) for span in OPEN_TOUCHING] + [(None, span, True) for span in OPEN_OVERLAPPING]


@pytest.fixture
def window(db):
    return WindowFactory()


@pytest.fixture
def staff(window):
    return StaffFactory(hall=window.hall)


@pytest.fixture
def other_staff(window):
    return StaffFactory(hall=window.hall)


@pytest.mark.parametrize("same", ["person", "seat"])
@pytest.mark.parametrize(("ends", "span", "refused"), CASES)
def test_the_database_refuses_what_overlaps_and_takes_what_touches(
    window, staff, other_staff, same, ends, span, refused
):
    Duty.objects.create(window=window, staff=staff, **hours(9, ends))
    other = (
        {"window": WindowFactory(hall=window.hall), "staff": staff}
        if same == "person"
        else {"window": window, "staff": other_staff}
    )
    if refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            Duty.objects.create(**other, **hours(*span))
    else:
        Duty.objects.create(**other, **hours(*span))
    assert Duty.objects.count() == 2 - refused


@pytest.mark.parametrize(("ends", "span", "refused"), CASES)
def test_people_get_a_sentence_before_the_database_refuses(window, staff, ends, span, refused):
    Duty.objects.create(window=window, staff=staff, **hours(9, ends))
    if refused:
        with pytest.raises(DutyOverlap) as caught:
            assign_duty(window=window, staff=staff, **hours(*span))
        assert (caught.value.code, caught.value.status) == ("duty_overlap", 409)
    else:
        assign_duty(window=window, staff=staff, **hours(*span))


def test_another_person_at_another_seat_is_no_overlap(window, other_staff):
    DutyFactory(window=window)
    assign_duty(window=WindowFactory(hall=window.hall), staff=other_staff, **hours(9, None))
    assert Duty.objects.count() == 2


def test_moving_a_duty_into_another_is_refused_too(window):
    morning = DutyFactory(window=window, **hours(9, 12))
    noon = DutyFactory(window=window, **hours(12, 14))
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.filter(pk=noon.pk).update(starts_at=morning.starts_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.filter(pk=morning.pk).update(ends_at=None)


def test_saving_a_duty_again_does_not_meet_itself(window):
    duty = DutyFactory(window=window)
    duty.full_clean()
    duty.save()
    Duty.objects.filter(pk=duty.pk).update(ends_at=None)


def test_moments_apart_by_a_microsecond_are_apart(window, staff):
    tick = timedelta(microseconds=1)
    Duty.objects.create(window=window, staff=staff, starts_at=NINE, ends_at=WEDNESDAY + tick)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(window=window, staff=staff, starts_at=WEDNESDAY, ends_at=None)
    Duty.objects.create(window=window, staff=staff, starts_at=WEDNESDAY + tick, ends_at=None)


@pytest.mark.parametrize("last", [9, 8])
def test_a_duty_ends_after_it_starts(window, staff, last):
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(window=window, staff=staff, **hours(9, last))
    with pytest.raises(DomainError) as caught:
        assign_duty(window=window, staff=staff, **hours(9, last))
    assert caught.value.code == "invalid_duty"


def test_window_and_person_are_of_one_hall(window):
    with pytest.raises(DomainError) as caught:
        assign_duty(window=window, staff=StaffFactory(), **hours(9, 12))
    assert caught.value.code == "invalid_duty"
    assert not Duty.objects.exists()


def test_a_duty_without_its_fields_is_told_so_and_does_not_fail():
    with pytest.raises(ValidationError):
        Duty().full_clean(validate_constraints=False)


def test_every_change_of_a_duty_is_kept(window, staff):
    duty = assign_duty(window=window, staff=staff, **hours(9, None))
    end_duty(duty=duty, at=NINE + HOUR)
    assert list(duty.history.order_by("history_id").values_list("history_type", "ends_at")) == [
        ("+", None),
        ("~", NINE + HOUR),
    ]


def test_a_roster_is_stored_with_its_history(window):
    people = [StaffFactory(hall=window.hall) for _ in range(3)]
    assign_duties([Duty(window=window, staff=one, **hours(9 + n, 10 + n)) for n, one in enumerate(people)])
    assert Duty.objects.count() == Duty.history.count() == 3


def test_of_a_roster_that_collides_nothing_is_stored(window, staff):
    with pytest.raises(DutyOverlap):
        assign_duties([Duty(window=window, staff=staff, **hours(*span)) for span in [(9, 12), (14, 17), (16, 18)]])
    assert not Duty.objects.exists()
    assert not Duty.history.exists()


def test_ending_a_duty_frees_the_seat_from_that_moment(window, staff, other_staff):
    end_duty(duty=assign_duty(window=window, staff=staff, **hours(9, None)), at=NINE + HOUR)
    assign_duty(window=window, staff=other_staff, **hours(10, None))


def test_a_duty_cannot_end_before_it_began(window, staff):
    duty = assign_duty(window=window, staff=staff, **hours(9, None))
    with pytest.raises(DomainError) as caught:
        end_duty(duty=duty, at=NINE)
    assert caught.value.code == "invalid_duty"


def test_ending_a_duty_inside_the_next_one_is_an_overlap(window, staff, other_staff):
    duty = assign_duty(window=window, staff=staff, **hours(9, 10))
    assign_duty(window=window, staff=other_staff, **hours(10, 12))
    with pytest.raises(DutyOverlap):
        end_duty(duty=duty, at=NINE + 2 * HOUR)


def test_an_end_that_another_writer_makes_impossible_is_an_overlap(window, staff, other_staff, monkeypatch):
    duty = assign_duty(window=window, staff=staff, **hours(9, 10))
    assign_duty(window=window, staff=other_staff, **hours(10, 12))
    monkeypatch.setattr(Duty, "full_clean", lambda self, **kwargs: None)  # the other was not there yet
    with pytest.raises(DutyOverlap):
        end_duty(duty=duty, at=NINE + 2 * HOUR)


def test_the_protection_is_still_there_after_all_migrations(db):
    """Rebuilding a table on SQLite, as many migrations do, silently drops its triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'duty_overlap_on_%%'"
            )
        else:
            cursor.execute("SELECT COUNT(*) FROM pg_constraint WHERE contype = 'x' AND conname LIKE 'duty_one_%%'")
        assert cursor.fetchone() == (2,)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_take_one_seat_at_once_one_gets_it():
    window = WindowFactory()
    people = [StaffFactory(hall=window.hall) for _ in range(8)]
    outcomes = at_once(*[partial(assign_duty, window=window, staff=one, **hours(9, None)) for one in people])
    assert [type(error) for error in failures(outcomes)] == [DutyOverlap] * 7
    assert Duty.objects.count() == Duty.history.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_control_without_the_database_looking_first_gives_the_seat_away_twice():
    """Only the look of `clean`, which all make before anybody has written."""
    window = WindowFactory()
    people = [StaffFactory(hall=window.hall) for _ in range(4)]
    drafts = [Duty(window=window, staff=one, **hours(9, None)) for one in people]
    for draft in drafts:
        draft.full_clean()  # every one of them passes
    outcomes = at_once(*[draft.save for draft in drafts])
    assert [type(error) for error in failures(outcomes)] == [IntegrityError] * 3
