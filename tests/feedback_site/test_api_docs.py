"""The OpenAPI document and the real answers agree."""

import json
from datetime import timedelta

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from ratings.defaults import record_default_ratings
from ratings.enrolment import make_enrolment_code
from ratings.models import RatingReason, Reason, Visit
from ratings.scale import Level
from tests.factories import (
    DutyFactory,
    ExclusionFactory,
    RatingFactory,
    ServiceTokenFactory,
    TabletFactory,
    UserFactory,
    VisitFactory,
    WindowFactory,
)
from tests.ratings.sending import item

RATING = "0198b7c2-0000-4000-8000-000000000001"
# Written down by hand: an endpoint that appears or disappears is noticed.
ENDPOINTS = {
    ("GET", "/api/v1/ratings/"),
    ("POST", "/api/v1/ratings/"),
    ("PUT", "/api/v1/ratings/{rating_id}/callback/"),
    ("PUT", "/api/v1/ratings/{rating_id}/voice/"),
    ("POST", "/api/v1/tablets/enrol/"),
    ("GET", "/api/v1/tablets/me/"),
    ("POST", "/api/v1/tablets/heartbeat/"),
    ("PUT", "/api/v1/visits/{case_no}/"),
    ("GET", "/api/v1/tickets/"),
    ("POST", "/api/v1/tickets/"),
    ("GET", "/api/v1/tickets/{number}/"),
    ("POST", "/api/v1/tickets/{number}/moves/"),
    ("POST", "/api/v1/tracking/"),
    ("GET", "/api/v1/weekly-summaries/"),
}


PUBLIC = ("/enrol/", "/tracking/")


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.mark.slow
def test_the_document_is_valid_and_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_every_endpoint_is_documented_and_says_who_may_call_it(document):
    operations = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) == ENDPOINTS
    for (method, path), operation in operations.items():
        assert operation["description"], (method, path)
        assert "default" in operation["responses"]
        wanted = [] if "enrol" in path else ["SendingTablet" if method in ("POST", "PUT") and "rat" in path else None]
        names = [name for scheme in operation.get("security", []) for name in scheme]
        assert names or path.endswith(PUBLIC), (method, path)
        assert wanted in ([], [None]) or names == wanted


def test_a_documented_path_leads_somewhere():
    for _method, path in ENDPOINTS:
        resolve(path.replace("{case_no}", "YX1").replace("{number}", "A-1").replace("{rating_id}", RATING))
    with pytest.raises(Resolver404):
        resolve("/api/v1/nowhere/")


def schema_of(document, method, path, status):
    responses = document["paths"][path][method.lower()]["responses"]
    told = responses.get(str(status), responses["default"])
    if "content" not in told:
        return None
    return {**told["content"]["application/json"]["schema"], "components": document["components"]}


def plain(schema):
    """OpenAPI 3.0 as JSON Schema: `nullable` is the one word that it has of its own."""
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: plain(value) for name, value in schema.items() if name != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if schema.get("nullable") is True else inner


def agrees(document, response, method, path):
    """The answer's status is documented, and its body is of the documented shape."""
    status = response.status_code
    responses = document["paths"][path][method.lower()]["responses"]
    assert str(status) in responses or status >= 400, (status, response.content)
    schema = schema_of(document, method, path, status)
    if schema is None:
        assert response.content == b""
    else:
        jsonschema.Draft202012Validator(plain(schema)).validate(response.json())


def call(method, path, body=None, *, authorization=None, user=None, **headers):
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    if authorization:
        headers["HTTP_AUTHORIZATION"] = authorization
    raw = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    return client.generic(method, path, raw, headers.pop("content_type", "application/json"), **headers)


@pytest.fixture
def house():
    """A hall with a bit of everything; the superuser, a tablet and a queue system to ask with."""
    window = WindowFactory(number="10", hall__code="A")
    duty = DutyFactory(window=window, starts_at=timezone.now() - timedelta(hours=1), ends_at=None)
    TabletFactory(window=window, token="the-token")
    ServiceTokenFactory(hall=window.hall, token="the-service-token")
    VisitFactory(window=window, case_no="YX2")
    record_default_ratings(visits=Visit.objects.all(), level=Level.VERY_SATISFIED, at=timezone.now())
    rating = RatingFactory(window=window, staff=duty.staff, visit=VisitFactory(window=window))
    RatingReason.objects.create(rating=rating, reason=Reason.objects.get(code="517"))
    ExclusionFactory(rating=RatingFactory(window=window, channel="qr"))
    return window


@pytest.mark.django_db
def test_what_works_answers_as_documented(document, house):
    tablet, service = {"authorization": "Tablet the-token"}, {"authorization": "Service the-service-token"}
    boss = {"user": UserFactory(is_superuser=True, hall=house.hall)}
    code = make_enrolment_code(window=house, actor=None, at=timezone.now())
    told = {"window": "10", "called_at": timezone.now().isoformat()}
    asked = [
        (200, "POST", "/api/v1/ratings/", {"ratings": [item(), item(level=9), 5]}, tablet),
        (200, "POST", "/api/v1/ratings/", {"ratings": []}, tablet),
        (200, "GET", "/api/v1/ratings/", None, boss),
        (201, "POST", "/api/v1/tablets/enrol/", {"code": code}, {}),
        (200, "GET", "/api/v1/tablets/me/", None, tablet),
        (200, "POST", "/api/v1/tablets/heartbeat/", {"queued": 1}, tablet),
        (201, "PUT", "/api/v1/visits/{case_no}/", told, service),
        (200, "PUT", "/api/v1/visits/{case_no}/", told, service),
        (201, "POST", "/api/v1/tickets/", {"title": "排队太久"}, boss),
        (200, "GET", "/api/v1/tickets/", None, boss),
        (200, "GET", "/api/v1/weekly-summaries/", None, boss),
    ]
    for status, method, path, body, who in asked:
        response = call(method, path.replace("{case_no}", "YX1"), body, **who)
        assert response.status_code == status, (method, path, response.content)
        agrees(document, response, method, path)
    tag = call("GET", "/api/v1/tablets/me/", **tablet).headers["ETag"]
    agrees(document, call("GET", "/api/v1/tablets/me/", HTTP_IF_NONE_MATCH=tag, **tablet), "GET", "/api/v1/tablets/me/")
    number = call("GET", "/api/v1/tickets/", **boss).json()["results"][0]["number"]
    address = f"/api/v1/tickets/{number}/"
    agrees(document, call("GET", address, **boss), "GET", "/api/v1/tickets/{number}/")
    moved = call("POST", f"{address}moves/", {"move": "accept"}, **boss)
    agrees(document, moved, "POST", "/api/v1/tickets/{number}/moves/")


BAD = {
    "nobody": {},
    "a wrong token": {"authorization": "Tablet wrong"},
    "a bad body": {"body": b"{"},
    "a list": {"body": b"[]"},
    "a form": {"body": b"a=1", "content_type": "application/x-www-form-urlencoded"},
    "too much": {"body": b" " * 1_000_001},
    "NUL everywhere": {
        "body": {"code": "\x00", "ratings": ["\x00"], "title": "\x00", "window": "\x00", "move": "\x00"}
    },
    "rubbish": {"body": {"code": 5, "ratings": 5, "title": [], "window": {}, "move": 1.5, "queued": "x"}},
}


@pytest.mark.django_db
@pytest.mark.parametrize("how", BAD)
@pytest.mark.parametrize(("method", "path"), sorted(ENDPOINTS))
def test_what_fails_answers_in_the_one_error_shape(document, house, method, path, how):
    bad = dict(BAD[how])
    if "body" in bad:
        bad["authorization"] = "Service the-service-token" if "visits" in path else "Tablet the-token"
        if "tickets" in path or "weekly" in path:
            bad = {**bad, "authorization": None, "user": UserFactory(is_superuser=True)}
    response = call(method, path.replace("{case_no}", "YX9").replace("{number}", "A-1"), **bad)
    assert response.status_code < 500, response.content
    agrees(document, response, method, path)
    if response.status_code >= 400:
        assert set(response.json()) - {"limits"} == {"code", "message", "fields"}
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", sorted({path for _method, path in ENDPOINTS}))
def test_the_methods_that_every_endpoint_has_by_itself_fail_for_nobody(house, method, path):
    address = path.replace("{case_no}", "YX9").replace("{number}", "A-1")
    callers = [
        {"authorization": "Tablet the-token"},
        {"authorization": "Service the-service-token"},
        {"user": UserFactory(is_superuser=True, hall=house.hall)},
    ]
    for who in callers:
        assert call(method, address, **who).status_code in {200, 401, 403, 404, 405}, (method, path, who)
