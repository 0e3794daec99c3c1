"""One function says who sees which hall's rows; nobody does by default."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from feedback_site.models import Hall, StaffMember, User, Window
from feedback_site.scoping import sees_all_halls, visible
from ratings.models import Duty, Rating, RatingExclusion
from tests.factories import DutyFactory, ExclusionFactory, HallFactory, UserFactory, WindowFactory

pytestmark = pytest.mark.django_db
OWN = ("feedback_site", "ratings", "complaints", "reports")


@pytest.fixture
def halls():
    return HallFactory(code="A"), HallFactory(code="B")


def codes(user):
    return sorted(visible(Hall.objects.all(), user).values_list("code", flat=True))


def test_somebody_of_a_hall_sees_that_hall(halls):
    assert codes(UserFactory(hall=halls[0])) == ["A"]
    assert codes(UserFactory(hall=halls[1])) == ["B"]


def test_somebody_of_no_hall_sees_none(halls):
    assert codes(UserFactory()) == []


def test_nobody_sees_nothing(halls):
    assert codes(AnonymousUser()) == []


def test_superusers_and_auditors_see_every_hall_wherever_they_belong(halls):
    for user in (
        UserFactory(is_superuser=True),
        UserFactory(role="auditor"),
        UserFactory(role="auditor", hall=halls[0]),
    ):
        assert sees_all_halls(user)
        assert codes(user) == ["A", "B"]


def test_who_was_switched_off_sees_nothing(halls):
    for fields in ({"is_superuser": True}, {"role": "auditor"}, {"hall": halls[0]}):
        user = UserFactory(is_active=False, **fields)
        assert codes(user) == []
        assert not sees_all_halls(user)


@pytest.mark.parametrize("role", ["hall manager", "desk officer", "clerk", "rated person"])
def test_every_other_role_is_bound_to_its_hall(halls, role):
    assert codes(UserFactory(hall=halls[0], role=role)) == ["A"]
    assert codes(UserFactory(role=role)) == []


def test_rows_are_found_by_the_path_to_their_hall(halls):
    rows = {}
    for hall in halls:
        duty = DutyFactory(window=WindowFactory(hall=hall))
        exclusion = ExclusionFactory(rating__window=duty.window, decided_by=UserFactory(hall=hall))
        rows[hall] = {
            Window: duty.window, StaffMember: duty.staff, Duty: duty, Rating: exclusion.rating,
            RatingExclusion: exclusion, User: exclusion.decided_by,
        }  # fmt: skip
    reader = rows[halls[0]][User]
    for model, row in rows[halls[0]].items():
        assert list(visible(model.objects.all(), reader)) == [row]


def test_the_narrowing_keeps_what_was_asked_before(halls):
    reader = UserFactory(hall=halls[0])
    WindowFactory(hall=halls[0], number="1")
    wanted = WindowFactory(hall=halls[0], number="2")
    WindowFactory(hall=halls[1], number="2")
    assert list(visible(Window.objects.filter(number="2"), reader)) == [wanted]


@pytest.mark.parametrize("model", [model for app in OWN for model in apps.get_app_config(app).get_models()])
def test_every_path_leads_to_a_hall_or_the_model_cannot_be_listed_at_all(model):
    reader = UserFactory(hall=HallFactory())
    if not hasattr(model, "hall_path"):
        with pytest.raises(AttributeError):
            visible(model._default_manager.all(), reader)
        return
    column = '"id"' if model is Hall else '"hall_id"'
    assert f"{column} = {reader.hall_id}" in str(visible(model._default_manager.all(), reader).query)
