"""The sweep that raises flags: whatever arrives in any order, once, and late ratings with those they fell among."""

import uuid
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from ratings import flagging
from ratings.flagging import OVERLAP, flag_ratings
from ratings.models import FlagSweep, Rating, RatingFlag, Tablet
from ratings.scale import Level
from ratings.tasks import flag_ratings as task
from tests.factories import (
    WEDNESDAY,
    HallFactory,
    RatingFactory,
    TabletFactory,
    VisitFactory,
    WindowFactory,
)
from tests.ratings.together import at_once, failures

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
THURSDAY = WEDNESDAY + DAY
MONDAY = WEDNESDAY + 5 * DAY


def taps(tablet, *seconds, **fields):
    """Ratings of the tablet so many seconds after Wednesday ten o'clock, received at once."""
    return [
        RatingFactory(window=tablet.window, tablet=tablet, rated_at=WEDNESDAY + timedelta(seconds=each), **fields)
        for each in seconds
    ]


def flags():
    return set(RatingFlag.objects.values_list("rating", "rule"))


def rules_of(rating):
    return set(rating.suspicions.values_list("rule", flat=True))


@pytest.fixture
def window(tablet):
    return tablet.window


def test_a_burst_is_flagged_with_its_values_and_the_ratings_stay_as_they_were(tablet):
    ratings = taps(tablet, 0, 10, 20, 30, 90)
    before = [model_to_dict(rating) for rating in Rating.objects.order_by("pk")]
    assert flag_ratings(at=THURSDAY) == 4
    assert flags() == {(rating.pk, "burst") for rating in ratings[:4]}
    flag = RatingFlag.objects.filter(rating=ratings[0]).get()
    assert (flag.values, flag.raised_at) == ({"ratings": 4, "seconds": 60}, THURSDAY)
    assert [model_to_dict(rating) for rating in Rating.objects.order_by("pk")] == before
    assert Rating.objects.counted().count() == 5


def test_every_rule_about_one_rating_is_asked(tablet, window):
    early = RatingFactory(
        window=window, rated_at=WEDNESDAY, visit=VisitFactory(window=window, ended_at=WEDNESDAY + 2 * MINUTE)
    )
    quick = RatingFactory(window=window, tablet=tablet, answered_ms=2_999)
    at_night = RatingFactory(window=window, rated_at=WEDNESDAY - 4 * timedelta(hours=1))
    again = taps(tablet, 4)[0]
    flag_ratings(at=WEDNESDAY + timedelta(hours=1))
    assert [rules_of(each) for each in (early, quick, at_night, again)] == [
        {"before_end"},
        {"too_quick"},
        {"outside_hours"},
        {"repeat"},
    ]


def test_the_halls_own_hours_count(tablet):
    tablet.hall.opening_hours = "1-5 12:00-17:00"
    tablet.hall.save()
    [rating] = taps(tablet, 0)
    flag_ratings(at=THURSDAY)
    assert rating.suspicions.get().values == {"local": "2026-11-18T10:00+08:00", "hours": "1-5 12:00-17:00"}


def test_a_second_sweep_raises_nothing_again(tablet):
    taps(tablet, 0, 1, 2, 3)
    assert flag_ratings(at=THURSDAY) == 7  # four in a burst, three of them repeated
    assert flag_ratings(at=THURSDAY) == 0
    assert flag_ratings(at=THURSDAY + MINUTE) == 0
    assert RatingFlag.objects.count() == 7


def test_a_late_rating_flags_those_it_fell_among(tablet):
    known = taps(tablet, 0, 20, 40)
    assert flag_ratings(at=THURSDAY) == 0
    late = taps(tablet, 50, received_at=THURSDAY + MINUTE)
    flag_ratings(at=THURSDAY + 2 * MINUTE)
    assert flags() == {(rating.pk, "burst") for rating in [*known, *late]}


def test_a_rating_whose_transaction_was_still_open_during_the_last_sweep_is_found(tablet):
    flag_ratings(at=THURSDAY)
    taps(tablet, 0, answered_ms=1, received_at=THURSDAY - OVERLAP + timedelta(seconds=1))
    assert flag_ratings(at=THURSDAY + MINUTE) == 1


def test_without_looking_back_over_the_open_transactions_it_would_be_missed(tablet, monkeypatch):
    monkeypatch.setattr(flagging, "OVERLAP", timedelta(0))
    flag_ratings(at=THURSDAY)
    taps(tablet, 0, answered_ms=1, received_at=THURSDAY - timedelta(seconds=1))
    assert flag_ratings(at=THURSDAY + MINUTE) == 0


@pytest.mark.parametrize("at_once", [1, 3, 5_000])
def test_ratings_in_any_order_and_any_portions_get_the_same_flags(tablet, monkeypatch, at_once):
    monkeypatch.setattr(flagging, "AT_ONCE", at_once)
    dice = Random(47)
    other = TabletFactory(window=tablet.window)
    moments = [(dice.choice((tablet, other)), dice.randint(0, 600), dice.randint(0, 20_000)) for _ in range(40)]
    told = [(uuid.UUID(int=number, version=4), *moment) for number, moment in enumerate(moments, start=1)]
    found = []
    for order in (told, dice.sample(told, len(told)), dice.sample(told, len(told))):
        before = transaction.savepoint()
        for number, (identity, device, seconds, answered_ms) in enumerate(order):
            received_at = THURSDAY + number * MINUTE
            taps(
                device, seconds, id=identity, answered_ms=answered_ms, seq=identity.int % 1_000, received_at=received_at
            )
            if number % 7 == 0:
                flag_ratings(at=received_at)
        flag_ratings(at=THURSDAY + DAY)
        found.append(flags())
        transaction.savepoint_rollback(before)
    assert found[0] == found[1] == found[2]
    assert {rule for _rating, rule in found[0]} == {"burst", "repeat", "too_quick"}


def test_a_moment_in_doubt_is_not_judged(tablet):
    taps(tablet, 0, 0, 0, 0, flags={"clock": "unreadable"}, answered_ms=1)
    assert flag_ratings(at=THURSDAY) == 0


def test_default_ratings_are_nobodys_taps(window):
    RatingFactory(window=window, is_default=True, channel="", rated_at=WEDNESDAY - timedelta(hours=8))
    assert flag_ratings(at=THURSDAY) == 0


def test_more_ratings_than_visits_are_flagged_when_the_day_is_over(tablet, window):
    visit = VisitFactory(window=window, ended_at=WEDNESDAY)
    known = taps(tablet, 0, visit=visit)[0]
    unknown = taps(tablet, 300)[0]
    midnight = WEDNESDAY + timedelta(hours=14)
    assert flag_ratings(at=midnight + flagging.SETTLES_AFTER - MINUTE) == 0
    assert flag_ratings(at=midnight + flagging.SETTLES_AFTER) == 1
    assert (rules_of(known), rules_of(unknown)) == (set(), {"more_than_visits"})
    assert unknown.suspicions.get().values == {"ratings": 2, "visits": 1, "day": "2026-11-18"}


def test_visits_told_days_later_let_the_day_be_judged_then(tablet, window):
    taps(tablet, 0, 300)
    assert flag_ratings(at=MONDAY) == 0
    VisitFactory(window=window, changed_at=MONDAY + MINUTE)
    assert flag_ratings(at=MONDAY + 2 * MINUTE) == 2


def test_the_end_of_a_visit_told_later_is_compared_then(tablet, window):
    visit = VisitFactory(window=window)
    [rating] = taps(tablet, 0, visit=visit)
    assert flag_ratings(at=THURSDAY) == 0
    visit.ended_at, visit.changed_at = WEDNESDAY + 5 * MINUTE, THURSDAY + MINUTE
    visit.save()
    flag_ratings(at=THURSDAY + 2 * MINUTE)
    assert rating.suspicions.get().values == {"seconds": 300}


def test_a_call_in_the_far_future_breaks_nothing(window):
    VisitFactory(window=window, called_at=WEDNESDAY.replace(year=9999, month=12, day=31), changed_at=WEDNESDAY)
    assert flag_ratings(at=THURSDAY) == 0


def four_weeks_at(window, *, every, best=True):
    """Forty visits a day on the weekdays of four weeks up to Sunday; every so many-th visitor rates."""
    rows, visits = [], []
    for day in range(-23, 3):
        if (WEDNESDAY + day * DAY).isoweekday() > 5:
            continue
        for number in range(40):
            at = WEDNESDAY + day * DAY + number * 8 * MINUTE
            visits.append(VisitFactory.build(window=window, hall=window.hall, called_at=at, changed_at=at))
            if number % every == 0:
                level = Level.SATISFIED if not best and len(rows) % 7 == 3 else Level.VERY_SATISFIED
                moment = at + 5 * MINUTE
                rows.append(
                    RatingFactory.build(
                        window=window, hall=window.hall, level=level, rated_at=moment, received_at=moment,
                        changed_at=moment,
                    )
                )  # fmt: skip
    type(visits[0]).objects.bulk_create(visits)
    return Rating.objects.bulk_create(rows)


def test_a_one_sided_run_with_few_raters_is_flagged_when_the_week_is_over(window):
    run = four_weeks_at(window, every=10)
    for number in "78":
        four_weeks_at(WindowFactory(hall=window.hall, number=number), every=2, best=False)
    sunday_night = WEDNESDAY + 4 * DAY + timedelta(hours=14)
    flag_ratings(at=sunday_night + flagging.SETTLES_AFTER - MINUTE)
    of_this_week = {rating.pk for rating in run if rating.rated_at > WEDNESDAY - 3 * DAY}
    flagged = {rating for rating, rule in flags() if rule == "one_sided"}
    assert flagged == {rating.pk for rating in run} - of_this_week  # the week before ended four such weeks, too
    flag_ratings(at=sunday_night + flagging.SETTLES_AFTER)
    flagged = {rating for rating, rule in flags() if rule == "one_sided"}
    assert flagged == {rating.pk for rating in run}
    assert RatingFlag.objects.filter(rule="one_sided").first().values["usual"] == 0.5


def test_an_inactive_hall_is_passed_over(tablet):
    taps(tablet, 0, answered_ms=1)
    tablet.hall.is_active = False
    tablet.hall.save()
    assert flag_ratings(at=THURSDAY) == 0


def test_halls_are_told_apart(tablet):
    other = TabletFactory(window=WindowFactory(hall=HallFactory(timezone="America/New_York")))
    taps(tablet, 0, 10)
    [at_night] = taps(other, 20)
    flag_ratings(at=THURSDAY)
    assert flags() == {(at_night.pk, "outside_hours")}


def test_the_number_of_queries_does_not_grow_with_the_ratings(tablet):
    def queries_of_a_sweep(at):
        with CaptureQueriesContext(connection) as captured:
            flag_ratings(at=at)
        return len(captured)

    flag_ratings(at=WEDNESDAY)
    taps(tablet, 60, 61, received_at=WEDNESDAY + MINUTE)
    few = queries_of_a_sweep(WEDNESDAY + 20 * MINUTE)
    taps(tablet, *range(100, 160), received_at=WEDNESDAY + 21 * MINUTE)
    assert queries_of_a_sweep(WEDNESDAY + 40 * MINUTE) == few == 13
    assert queries_of_a_sweep(WEDNESDAY + 90 * MINUTE) == 10  # nothing new


def test_a_flag_is_neither_edited_nor_deleted(tablet):
    taps(tablet, 0, answered_ms=1)
    flag_ratings(at=THURSDAY)
    flag = RatingFlag.objects.get()
    with pytest.raises(PermissionDenied):
        flag.save()
    with pytest.raises(PermissionDenied):
        flag.delete()


def test_the_database_refuses_to_edit_a_flag_whoever_asks(tablet):
    taps(tablet, 0, answered_ms=1)
    flag_ratings(at=THURSDAY)
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        RatingFlag.objects.update(rule="burst")


def test_the_task_sweeps_up_to_now(tablet):
    Tablet.objects.update(enrolled_at=WEDNESDAY - 400 * DAY)
    rated_at = WEDNESDAY - 350 * DAY
    RatingFactory(window=tablet.window, tablet=tablet, rated_at=rated_at, answered_ms=1)
    task()
    assert FlagSweep.objects.get().examined_until is not None
    assert {rule for _rating, rule in flags()} >= {"too_quick"}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_each_flag_once(tablet):
    taps(tablet, *range(0, 200, 2), answered_ms=1)
    hours = [THURSDAY + number * MINUTE for number in range(4)]
    raised = at_once(*(partial(flag_ratings, at=hour) for hour in hours))
    assert failures(raised) == []
    assert sorted(raised) == [0, 0, 0, RatingFlag.objects.count()]
    assert RatingFlag.objects.count() == 100 + 99 + 100  # a burst, all but the first repeated, all too quick
