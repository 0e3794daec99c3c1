"""`POST /api/v1/ratings/` over HTTP: every row of reliability.md d.1 that needs a request to show."""

import gzip
import json

import pytest
from rest_framework.test import APIClient

from ratings.models import QuarantinedRating, Rating
from tests.factories import TabletFactory, UserFactory
from tests.ratings.sending import item, items

pytestmark = pytest.mark.django_db
PATH = "/api/v1/ratings/"


@pytest.fixture
def client(tablet):
    """Speaks as the tablet; a failure inside is a 500, as in life."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION="Tablet the-token")
    return client


def post(client, body, **headers):
    """The answer to a raw body, or to an object as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.generic("POST", PATH, raw, headers.pop("content_type", "application/json"), **headers)


def is_failure(response, status, code):
    """In the contract's one error shape, kept by nobody."""
    assert response.status_code == status, response.content
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert body["code"] == code
    assert body["message"]
    assert isinstance(body["fields"], dict)
    return body


def test_a_batch_is_stored_and_answered_as_the_contract_says(client, tablet, at):
    sent = item(seq=1)
    response = post(client, {"sent_at": at.isoformat(), "ratings": [sent]})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {
        "results": [{"id": sent["id"], "status": "created"}],
        "highest_seq": 1,
        "gaps": [],
    }
    assert Rating.objects.get().tablet == tablet


def test_the_four_verdicts_come_in_one_answer(client):
    known = item(seq=1)
    post(client, {"ratings": [known]})
    response = post(client, {"ratings": [known, {**known, "level": 1}, item(seq=2), item(seq=3, level=9)]})
    assert [result["status"] for result in response.json()["results"]] == [
        "duplicate",
        "conflict",
        "created",
        "refused",
    ]
    assert Rating.objects.count() == QuarantinedRating.objects.count() == 2


def test_nothing_to_store_is_answered_with_the_mark(client):
    post(client, {"ratings": [item(seq=7)]})
    response = post(client, {"ratings": []})
    assert response.json() == {"results": [], "highest_seq": 7, "gaps": [[1, 6]]}


@pytest.mark.parametrize("sent_at", [..., None, "", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", 5, [], "\x00"])
def test_any_word_about_the_sending_is_taken(client, sent_at):
    body = {"sent_at": sent_at, "ratings": [item()]}
    if sent_at is ...:
        del body["sent_at"]
    response = post(client, body)
    assert response.json()["results"][0]["status"] == "created"
    assert Rating.objects.get().sent_at is None


# --- who may --------------------------------------------------------------------------------------------------------

AUTHORIZATIONS = [
    None, "", "Tablet", "Tablet ", "Tablet wrong", "Tablet the-token x", "tablet\tthe-token", "Bearer the-token",
    "Service the-token", "Basic dGhlLXRva2Vu", "the-token", "Tablet " + "x" * 10_000, "Tablet \x00", "Tablet \xff",
    "Tablet the-token, Tablet the-token", "Tablet null", "Tablet ' OR 1=1 --",
]  # fmt: skip


@pytest.mark.parametrize("authorization", AUTHORIZATIONS)
def test_without_a_good_token_it_is_401_and_nothing_is_stored(tablet, authorization):
    client = APIClient(raise_request_exception=False)
    headers = {} if authorization is None else {"HTTP_AUTHORIZATION": authorization}
    response = post(client, {"ratings": [item()]}, **headers)
    body = is_failure(response, 401, response.json()["code"])
    assert response.headers["WWW-Authenticate"] == "Tablet"
    assert body["code"] in {"not_authenticated", "authentication_failed"}
    assert not Rating.objects.exists()
    assert not QuarantinedRating.objects.exists()


def test_a_revoked_token_is_401(client, tablet, at):
    tablet.revoked_at = at
    tablet.save()
    is_failure(post(client, {"ratings": [item()]}), 401, "authentication_failed")
    assert not Rating.objects.exists()


def test_a_bad_body_from_nobody_is_401_and_not_400(tablet):
    assert post(APIClient(), b"{").status_code == 401


def test_a_signed_in_person_cannot_post_ratings_even_as_superuser(tablet):
    client = APIClient(raise_request_exception=False)
    client.force_login(UserFactory(is_superuser=True))
    assert post(client, {"ratings": [item()]}).status_code == 401


def test_a_tablet_never_reads_ratings(client):
    post(client, {"ratings": [item()]})
    is_failure(client.get(PATH), 401, "not_authenticated")


# --- bodies ---------------------------------------------------------------------------------------------------------

MALFORMED = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "text": b'"ratings"',
    "cut": b'{"ratings": [',
    "UTF-16": json.dumps({"ratings": []}).encode("utf-16"),
    "BOM": b'\xef\xbb\xbf{"ratings": []}',
    "invalid UTF-8": b'{"ratings": [], "x": "\xff"}',
    "duplicate keys": b'{"ratings": [], "ratings": []}',
    "twin keys in an item": b'{"ratings": [{"id": "a", "id": "b"}]}',
    "eleven levels": b'{"ratings": ' + b"[" * 10 + b"]" * 10 + b"}",
    "1e400": b'{"ratings": [{"level": 1e400}]}',
    "NaN": b'{"ratings": [{"level": NaN}]}',
    "400 digits": b'{"ratings": [{"seq": ' + b"9" * 400 + b"}]}",
    "no ratings": b"{}",
    "ratings null": b'{"ratings": null}',
    "ratings an object": b'{"ratings": {"0": {}}}',
    "ratings a text": b'{"ratings": "[]"}',
    "form": b"ratings=[]",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_body_is_400_and_nothing_is_stored(client, name):
    is_failure(post(client, MALFORMED[name]), 400, "malformed")
    assert not Rating.objects.exists()
    assert not QuarantinedRating.objects.exists()


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json",
        "application", "application/json-seq", "application/xml", "\x00", "*/*",
    ],
)  # fmt: skip
def test_another_content_type_is_415(client, content_type):
    is_failure(post(client, {"ratings": [item()]}, content_type=content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_json_however_it_is_written(client, content_type):
    assert post(client, {"ratings": []}, content_type=content_type).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "", "\x00", "application/json; version=9"])
def test_an_odd_accept_header_is_no_reason_to_refuse_a_rating(client, accept):
    response = post(client, {"ratings": [item()]}, HTTP_ACCEPT=accept)
    assert response.json()["results"][0]["status"] == "created"


def test_a_thousand_ratings_are_taken_and_one_more_is_too_many(client):
    assert len(post(client, {"ratings": [5] * 1_000}).json()["results"]) == 1_000
    response = post(client, {"ratings": items(1_001)})
    body = is_failure(response, 413, "too_large")
    assert body["limits"] == {"max_bytes": 1_000_000, "max_items": 1_000}
    assert not Rating.objects.exists()


def test_over_a_megabyte_is_413_with_the_limits(client):
    body = is_failure(post(client, b'{"ratings": []' + b" " * 1_000_000 + b"}"), 413, "too_large")
    assert body["limits"]["max_bytes"] == 1_000_000


def test_exactly_a_megabyte_is_taken(client):
    body = b'{"ratings": []'
    assert post(client, body + b" " * (1_000_000 - len(body) - 1) + b"}").status_code == 200


def test_gzip_is_taken_and_a_bomb_is_413(client):
    packed = gzip.compress(json.dumps({"ratings": [item()]}).encode())
    assert post(client, packed, HTTP_CONTENT_ENCODING="GZIP").json()["results"][0]["status"] == "created"
    bomb = gzip.compress(b'{"ratings": []' + b" " * 6_000_000 + b"}")
    is_failure(post(client, bomb, HTTP_CONTENT_ENCODING="gzip"), 413, "too_large")
    is_failure(post(client, b"{}", HTTP_CONTENT_ENCODING="br"), 400, "malformed")


def test_a_whole_batch_of_the_worst_items_is_answered(client):
    worst = [
        None, True, [], "x", 5, {}, {"id": None}, item(id="\x00"), item(id="\ud800"), item(seq=2**63 - 1),
        item(seq=-1), item(level="５"), item(level=[5]), item(comment="\x00\ud800" * 50), item(reasons=["\x00"]),
        item(visit="\x00"), item(modes=["\x00"]), item(language="\x00"), item(rated_at="\x00"), item(answered_ms=-1),
        item(**{"\x00": "\x00", "amends": "\x00", "amended_at": "\x00"}),
        item(amends=True, amended_at="9999-12-31T23:59:59Z"),
    ]  # fmt: skip
    response = post(client, {"sent_at": "\x00", "ratings": worst + worst})
    assert response.status_code == 200
    told = [result["status"] for result in response.json()["results"]]
    assert len(told) == 2 * len(worst)
    assert told.count("created") == told.count("duplicate") == Rating.objects.count() == 9


def test_a_megabyte_of_comment_is_cut_and_stored(client):
    response = post(client, {"ratings": [item(comment="e" + "\u0301" * 100_000)]})
    assert response.json()["results"][0]["status"] == "created"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get"])
def test_other_methods_are_405_with_what_is_allowed(client, method):
    response = client.generic(method, PATH, b"{}", "application/json")
    assert response.status_code in {401, 405}  # who is nobody for a method is told so first
    if response.status_code == 405:
        assert "POST" in response.headers["Allow"]
        assert "{" not in response.json()["message"]


def test_a_signed_in_reader_gets_405_for_what_nobody_can_do():
    client = APIClient(raise_request_exception=False)
    client.force_login(UserFactory(is_superuser=True))
    for method in ("PUT", "PATCH", "DELETE"):
        response = client.generic(method, PATH, b"{}", "application/json")
        body = is_failure(response, 405, "method_not_allowed")
        assert response.headers["Allow"] == "GET, POST, HEAD, OPTIONS"
        assert method not in body["message"]


def test_two_tablets_do_not_meet(client, at):
    sent = item()
    post(client, {"ratings": [sent]})
    TabletFactory(token="second")
    other = APIClient(raise_request_exception=False)
    other.credentials(HTTP_AUTHORIZATION="Tablet second")
    assert post(other, {"ratings": [sent]}).json()["results"][0] == {
        "id": sent["id"],
        "status": "conflict",
        "code": "other_tablet",
    }


def test_a_post_costs_one_statement_more_than_the_recording(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(1 + 5):  # the token's look-up
        post(client, {"ratings": [item(seq=1)]})
    with django_assert_max_num_queries(1 + 5):
        post(client, {"ratings": items(100, first=2)})
