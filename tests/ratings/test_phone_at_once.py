"""Two fingers, two clerks, two scans at the same moment, on real connections; each protection has its control (D20)."""

import uuid
from datetime import date
from functools import partial

import pytest

from ratings.codes import VisitCode
from ratings.elsewhere import Place, record_elsewhere
from ratings.models import PaperForm, QuarantinedRating, Rating, Visit
from ratings.paper import TypedBefore, type_paper_form
from ratings.phone import Served, rate_by_phone, visitor
from ratings.scale import Channel
from tests.factories import WEDNESDAY, UserFactory, VisitFactory, WindowFactory
from tests.ratings.together import at_once, failures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FINGERS = 8


def tap(visit, identity, level=2):
    served = Served(VisitCode(visit.pk), visit.window, None, Visit.objects.select_related("window").get(pk=visit.pk))
    told = {"id": str(identity), "level": level, "reasons": [], "language": "zh-hans", "modes": ["phone"]}
    who = visitor(network="10.0.0.1", browser="x", hall=visit.window.hall, at=WEDNESDAY)
    return rate_by_phone(served=served, told=told, visitor=who, at=WEDNESDAY)["status"]


def test_one_form_sent_by_eight_fingers_at_once_is_one_rating():
    visit, identity = VisitFactory(), uuid.uuid4()
    outcomes = at_once(*[partial(tap, visit, identity)] * FINGERS)
    assert not failures(outcomes)
    assert sorted(outcomes) == ["created", *["duplicate"] * (FINGERS - 1)]
    rating = Rating.objects.get()
    assert (rating.ordinal, rating.visit) == (1, visit) and not QuarantinedRating.objects.exists()


def test_control_with_an_identity_for_each_finger_there_are_eight():
    visit = VisitFactory()
    outcomes = at_once(*[partial(tap, visit, uuid.uuid4()) for _ in range(FINGERS)])
    assert not failures(outcomes) and Rating.objects.count() == FINGERS
    # … and of one visit still only one counts.
    assert sorted(Rating.objects.values_list("ordinal", flat=True)) == list(range(1, FINGERS + 1))


def type_in(window, clerk, level):
    return type_paper_form(
        window=window, form_no="A-1", day=date(2026, 11, 17), time_of_day=None, level=level, reasons=[], comment="",
        actor=clerk, at=WEDNESDAY,
    )  # fmt: skip


def test_one_form_typed_in_by_two_clerks_at_once_is_one_rating():
    window = WindowFactory()
    clerk = UserFactory(hall=window.hall, is_superuser=True)
    outcomes = at_once(*[partial(type_in, window, clerk, level) for level in (5, 1)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [PaperForm.__name__, TypedBefore.__name__]
    assert Rating.objects.count() == PaperForm.objects.count() == 1
    first = next(outcome for outcome in outcomes if isinstance(outcome, PaperForm))
    assert Rating.objects.get().pk == first.rating_id
    assert not QuarantinedRating.objects.exists()


def test_a_phone_and_a_paper_form_of_one_visit_give_one_first_rating():
    visit = VisitFactory()
    place = Place(visit.hall_id, visit.window_id, Channel.PAPER, None)
    told = {"id": str(uuid.uuid4()), "level": 5, "visit": visit.case_no}
    write = partial(record_elsewhere, place=place, told=told, rated_at=WEDNESDAY, received_at=WEDNESDAY)
    outcomes = at_once(write, partial(tap, visit, uuid.uuid4()))
    assert not failures(outcomes)
    assert sorted(Rating.objects.values_list("ordinal", flat=True)) == [1, 2]
