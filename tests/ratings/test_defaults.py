"""Default ratings stand beside what visitors say and never in its place."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.opening import sweep_bad_ratings
from ratings.defaults import record_default_ratings
from ratings.models import Rating, Visit
from ratings.scale import Level
from tests.factories import WEDNESDAY, RatingFactory, StaffFactory, VisitFactory, WindowFactory

pytestmark = pytest.mark.django_db

FAIRLY = Level.FAIRLY_SATISFIED


def test_a_visit_that_nobody_rated_gets_one_for_whoever_served():
    window = WindowFactory()
    visit = VisitFactory(window=window, staff=StaffFactory(hall=window.hall))
    assert record_default_ratings(visits=Visit.objects.all(), level=FAIRLY, at=WEDNESDAY) == 1
    rating = Rating.objects.get()
    assert (rating.visit, rating.staff, rating.window, rating.hall) == (visit, visit.staff, window, window.hall)
    assert (rating.level, rating.is_default, rating.rated_at, rating.tablet) == (FAIRLY, True, WEDNESDAY, None)


def test_a_rated_visit_gets_none():
    visit = VisitFactory()
    RatingFactory(visit=visit, window=visit.window)
    assert record_default_ratings(visits=Visit.objects.all(), level=FAIRLY, at=WEDNESDAY) == 0


def test_only_the_visits_that_are_asked_for_get_one():
    asked, _other = VisitFactory(), VisitFactory()
    record_default_ratings(visits=Visit.objects.filter(pk=asked.pk), level=FAIRLY, at=WEDNESDAY)
    assert list(Rating.objects.values_list("visit", flat=True)) == [asked.pk]


def test_writing_them_twice_writes_them_once():
    VisitFactory()
    record_default_ratings(visits=Visit.objects.all(), level=FAIRLY, at=WEDNESDAY)
    assert record_default_ratings(visits=Visit.objects.all(), level=FAIRLY, at=WEDNESDAY) == 0
    assert Rating.objects.count() == 1


def test_they_count_for_nobody_and_open_no_ticket():
    VisitFactory()
    record_default_ratings(visits=Visit.objects.all(), level=Level.VERY_DISSATISFIED, at=WEDNESDAY)
    assert not Rating.objects.counted().exists()
    assert sweep_bad_ratings(at=WEDNESDAY) == 0


def test_no_visits_at_all_are_no_trouble():
    assert record_default_ratings(visits=Visit.objects.all(), level=FAIRLY, at=WEDNESDAY) == 0


def test_the_number_of_statements_does_not_grow_with_the_visits():
    window = WindowFactory()
    VisitFactory(window=window)
    with CaptureQueriesContext(connection) as few:
        record_default_ratings(visits=Visit.objects.all(), level=FAIRLY, at=WEDNESDAY)
    VisitFactory.create_batch(60, window=window)
    with CaptureQueriesContext(connection) as lots:
        record_default_ratings(visits=Visit.objects.all(), level=FAIRLY, at=WEDNESDAY)
    assert Rating.objects.count() == 61
    assert len(lots) == len(few)
