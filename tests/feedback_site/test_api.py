"""What every endpoint shares: one error shape, named permissions, JSON only."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback_site.api import NamedPermission, answer_failure
from feedback_site.errors import DomainError
from feedback_site.parsers import Malformed, TooLarge
from tests.factories import UserFactory


class Echo(serializers.Serializer):
    colour = serializers.ChoiceField(["red"])
    many = serializers.ListField(child=serializers.ChoiceField([1]), required=False)


class OpenView(APIView):
    """Raises what it is told to; anybody may ask."""

    authentication_classes = ()
    permission_classes = ()
    failure = None

    def get(self, request):
        if self.failure:
            raise self.failure
        return Response({})


def answer(failure):
    request = RequestFactory().get("/api/v1/x/")
    return OpenView.as_view(failure=failure)(request).render()


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (DomainError("No.", code="no_way", status=409), 409, "no_way"),
        (DomainError("No."), 400, "not_possible"),
        (Http404("secret"), 404, "not_found"),
        (PermissionDenied("secret"), 403, "permission_denied"),
        (ValidationError("Bad."), 400, "invalid"),
        (ValidationError({"name": ["Bad."]}), 400, "invalid"),
        (exceptions.ValidationError({"name": ["Bad."]}), 400, "invalid"),
        (exceptions.ValidationError(["Bad."]), 400, "invalid"),
        (exceptions.NotAuthenticated("secret"), 403, "not_authenticated"),
        (exceptions.AuthenticationFailed("secret"), 403, "authentication_failed"),
        (exceptions.PermissionDenied("secret"), 403, "permission_denied"),
        (exceptions.NotFound("secret"), 404, "not_found"),
        (exceptions.ParseError("secret"), 400, "parse_error"),
        (exceptions.MethodNotAllowed("secret"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("secret"), 415, "unsupported_media_type"),
        (exceptions.Throttled(wait=3.2), 429, "throttled"),
        (Malformed("secret"), 400, "malformed"),
        (TooLarge(), 413, "too_large"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_failure_has_the_one_shape(failure, status, code):
    response = answer(failure)
    assert (response.status_code, response.data["code"]) == (status, code)
    assert set(response.data) - {"limits"} == {"code", "message", "fields"}
    assert response.data["message"]
    assert response.headers["Cache-Control"] == "no-store"
    assert b"secret" not in response.content
    assert b"{" not in response.data["message"].encode()


def test_fields_at_fault_are_named():
    assert answer(DomainError("No.", fields={"seat": ["Taken."]})).data["fields"] == {"seat": ["Taken."]}
    assert answer(ValidationError({"name": ["Bad."]})).data["fields"] == {"name": ["Bad."]}
    assert answer(exceptions.ValidationError({"name": ["Bad."]})).data["fields"] == {"name": ["Bad."]}
    assert answer(exceptions.ValidationError(["Bad."])).data["fields"] == {"non_field_errors": ["Bad."]}


def test_a_refused_choice_is_not_repeated():
    with pytest.raises(exceptions.ValidationError) as caught:
        Echo(data={"colour": "<script>", "many": [7]}).is_valid(raise_exception=True)
    response = answer(caught.value)
    assert b"script" not in response.content
    assert set(response.data["fields"]) == {"colour", "many"}


def test_who_is_slowed_down_is_told_for_how_long():
    assert answer(exceptions.Throttled(wait=3.2)).headers["Retry-After"] == "4"
    assert "Retry-After" not in answer(exceptions.Throttled()).headers


def test_a_method_that_is_not_there_names_those_that_are():
    assert answer(exceptions.MethodNotAllowed("X")).headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_fault_of_ours_is_not_dressed_up():
    assert answer_failure(KeyError("x"), {}) is None


def test_chinese_stays_readable_and_it_is_always_json():
    request = RequestFactory().get("/api/v1/x/", HTTP_ACCEPT="text/html")
    response = OpenView.as_view(failure=DomainError("太满了"))(request).render()
    assert "太满了" in response.content.decode()
    assert response.headers["Content-Type"] == "application/json"


# --- permissions ----------------------------------------------------------------------------------------------------


class Door:
    """What a view has that a permission looks at."""

    def __init__(self, **told):
        vars(self).update(told)


def may(user, method="GET", **door):
    request = RequestFactory().generic(method, "/")
    request.user = user
    return NamedPermission().has_permission(request, Door(**door))


@pytest.mark.django_db
def test_a_door_without_a_named_permission_is_closed_even_to_superusers():
    boss = UserFactory(is_superuser=True)
    assert not may(boss)
    assert not may(boss, permissions={})
    assert not may(boss, permissions={"POST": "ratings.view_rating"})
    assert not may(boss, permission="")


@pytest.mark.django_db
def test_the_named_permission_opens_the_door():
    manager, clerk = UserFactory(role="hall manager"), UserFactory(role="clerk")
    assert may(manager, permission="ratings.view_rating")
    assert not may(clerk, permission="ratings.view_rating")


@pytest.mark.django_db
def test_a_method_may_ask_for_a_permission_of_its_own():
    manager = UserFactory(role="hall manager")
    permissions = {"GET": "ratings.view_rating", "POST": "ratings.add_rating"}
    assert may(manager, "GET", permissions=permissions)
    assert not may(manager, "POST", permissions=permissions)


@pytest.mark.django_db
def test_who_was_switched_off_opens_nothing():
    assert not may(UserFactory(is_superuser=True, is_active=False), permission="ratings.view_rating")
    assert not may(None, permission="ratings.view_rating")
