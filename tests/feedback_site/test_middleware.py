"""No input and no absent database is ever a 500, on any page."""

import logging
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DataError, InterfaceError, InternalError, OperationalError, connection, connections
from django.test import Client, RequestFactory
from django.utils import timezone
from psycopg_pool import PoolTimeout
from rest_framework.test import APIClient

from feedback_site import health
from feedback_site.middleware import RETRY_AFTER_SECONDS, CleanFailureMiddleware
from ratings.models import Tablet
from tests.factories import TabletFactory, UserFactory
from tests.ratings.sending import item

PAGES = ["/", "/kiosk/", "/admin/", "/admin/login/", "/healthz", "/api/schema/", "/api/docs/"]
READING = ["/api/v1/ratings/", "/api/v1/tickets/", "/api/v1/weekly-summaries/"]


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def is_failure(response, status, code, *, api):
    assert response.status_code == status, response.content
    assert response.headers["Cache-Control"] == "no-store"
    if api:
        assert response.json()["code"] == code
        assert set(response.json()) >= {"code", "message", "fields"}
    else:
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert b"Traceback" not in response.content


# --- bad addresses and headers --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/?q=%00", "/kiosk/?x=a%00b", "/admin/?q=%00", "/api/v1/ratings/?hall=%00", "/%00", "/a%00b/"]
)
def test_nul_in_an_address_is_a_bad_request(client, address):
    is_failure(client.get(address), 400, "bad_request", api=address.startswith("/api/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cookie", ['sessionid="aaaaaaaaaa\\000"', "sessionid=aaaaaaaaaa\x00", 'csrftoken="\\000"', 'x="\\000"']
)
def test_nul_in_a_cookie_is_a_bad_request(client, cookie):
    for path in ("/admin/", "/api/v1/ratings/"):
        is_failure(client.get(path, HTTP_COOKIE=cookie), 400, "bad_request", api=path.startswith("/api/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cookie",
    ["", "sessionid", "sessionid=", "sessionid=x", "sessionid=" + "x" * 5_000, "sessionid=é", "=;=;",
     "sessionid=' OR 1=1 --", 'sessionid="\\355\\240\\200aaaaaaaa"', "django_language=xx", "django_language=../../etc"],
)  # fmt: skip
def test_an_odd_cookie_makes_nobody_of_the_caller(client, cookie):
    assert client.get("/api/v1/ratings/", HTTP_COOKIE=cookie).status_code == 401
    assert client.get("/", HTTP_COOKIE=cookie).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "", "a b", "testserver,testserver", "[::1", "te\x00st", "é"]
)
@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/ratings/"])
def test_a_foreign_host_is_a_bad_request(client, host, path):
    response = client.get(path, HTTP_HOST=host, SERVER_NAME=host or "x")
    is_failure(response, 400, "bad_request", api=path.startswith("/api/"))
    assert not host.strip() or host.encode() not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/admin/login/", "/healthz", "/api/v1/ratings/"])
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_PROTO": "https"}, {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_ACCEPT_LANGUAGE": "\x00"}, {"HTTP_USER_AGENT": "\x00" * 50}, {"HTTP_REFERER": "\x00"},
        {"HTTP_ACCEPT": "\x00"}, {"HTTP_IF_NONE_MATCH": "\x00"},
        {"HTTP_IF_MODIFIED_SINCE": "Mon, 99 Foo 99999 99:99:99 GMT"}, {"HTTP_AUTHORIZATION": "Basic \x00"},
        {"CONTENT_TYPE": "\x00", "CONTENT_LENGTH": "x"},
    ],
    ids=lambda headers: "+".join(headers),
)  # fmt: skip
def test_an_odd_header_is_answered_on_every_page(client, path, headers):
    assert client.get(path, **headers).status_code in {200, 302, 400, 401}


@pytest.mark.django_db
def test_a_strangers_word_about_tls_changes_nothing(client):
    answer = client.get("/healthz", HTTP_X_FORWARDED_PROTO="https")
    assert not answer.wsgi_request.is_secure()


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*PAGES, *READING, "/readyz", "/nowhere/", "/api/v1/nowhere/"])
@pytest.mark.parametrize("method", ["TRACE", "BREW"])
def test_a_method_that_nobody_uses_is_405_with_what_is_allowed(client, path, method):
    response = client.generic(method, path)
    is_failure(response, 405, "method_not_allowed", api=path.startswith("/api/"))
    assert "GET" in response.headers["Allow"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/nowhere/", "/api/v1/nowhere/", "/api/", "/api/v2/ratings/", "/healthz/", "/api/v1/tablets/"]
)
def test_an_unknown_address_is_404_and_says_nothing_of_it(client, path):
    bodies = {client.get(f"{path}{more}").content for more in ("", "?a=1", "secret/", "<script>/")}
    assert len(bodies) == 1
    is_failure(client.get(path), 404, "not_found", api=path.startswith("/api/"))


# --- the database away ----------------------------------------------------------------------------------------------


@pytest.fixture
def dead_database(monkeypatch):
    """Every new connection fails, as at a dead port."""

    def refuse(*args, **kwargs):
        raise OperationalError("connection refused: secret-host:5432 password=hunter2")

    monkeypatch.setattr(type(connections["default"]), "cursor", refuse)
    monkeypatch.setattr(type(connections["default"]), "ensure_connection", refuse)


def is_away(response, *, api):
    is_failure(response, 503, "unavailable", api=api)
    assert 1 <= int(response.headers["Retry-After"]) <= 30
    assert b"hunter2" not in response.content


@pytest.mark.django_db
def test_a_rating_while_the_database_is_away_is_503_with_a_time_to_come_back(dead_database):
    client = APIClient(raise_request_exception=False)
    response = client.post("/api/v1/ratings/", {"ratings": [item()]}, format="json", HTTP_AUTHORIZATION="Tablet x")
    is_away(response, api=True)
    assert int(response.headers["Retry-After"]) == RETRY_AFTER_SECONDS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "authorization"),
    [
        ("GET", "/api/v1/tablets/me/", "Tablet x"),
        ("POST", "/api/v1/tablets/heartbeat/", "Tablet x"),
        ("POST", "/api/v1/tablets/enrol/", ""),
        ("PUT", "/api/v1/visits/YX1/", "Service x"),
        ("GET", "/api/v1/ratings/", ""),
        ("GET", "/api/v1/tickets/", ""),
        ("GET", "/api/v1/weekly-summaries/", ""),
        ("GET", "/admin/", ""),
        ("GET", "/admin/ratings/rating/", ""),
    ],
)
def test_every_door_says_503_while_the_database_is_away(client, dead_database, method, path, authorization):
    client.cookies["sessionid"] = "a" * 32
    response = client.generic(
        method, path, b'{"code": "AAAA-AAAA"}', "application/json", HTTP_AUTHORIZATION=authorization
    )
    is_away(response, api=path.startswith("/api/"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/healthz", "/kiosk/"])
def test_what_needs_no_data_is_served_while_the_database_is_away(client, dead_database, path):
    assert client.get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError, InternalError])
def test_whatever_the_database_calls_it_away_is_503(monkeypatch, tablet_client, error, caplog):
    def fail(**kwargs):
        raise error("cannot execute INSERT in a read-only transaction: VALUES ('hunter2')")

    monkeypatch.setattr("ratings.api.ratings.record_ratings", fail)
    with caplog.at_level(logging.ERROR, "feedback_site"):
        response = tablet_client.post("/api/v1/ratings/", {"ratings": [item()]}, format="json")
    is_away(response, api=True)
    assert "database away" in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize("error", [DataError, OverflowError])
def test_what_no_column_takes_is_a_bad_request(monkeypatch, tablet_client, error):
    def fail(**kwargs):
        raise error("hunter2")

    monkeypatch.setattr("ratings.api.ratings.record_ratings", fail)
    response = tablet_client.post("/api/v1/ratings/", {"ratings": [item()]}, format="json")
    is_failure(response, 400, "bad_request", api=True)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError(), 503),
        (InterfaceError(), 503),
        (InternalError(), 503),
        (DataError(), 400),
        (OverflowError(), 400),
    ],
)
@pytest.mark.parametrize("path", ["/desk/", "/api/v1/x/"])
def test_pages_outside_the_api_get_the_same_care(error, status, path):
    middleware = CleanFailureMiddleware(lambda request: None)
    assert middleware.process_exception(RequestFactory().get(path), error).status_code == status


def test_a_fault_of_ours_stays_a_fault():
    middleware = CleanFailureMiddleware(lambda request: None)
    assert middleware.process_exception(RequestFactory().get("/"), KeyError("x")) is None


def read_only(is_on):
    """Let the database refuse every write, as it does on a replica or with a full disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET default_transaction_read_only = {'on' if is_on else 'off'}")
        else:
            cursor.execute(f"PRAGMA query_only = {'1' if is_on else '0'}")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_database_that_really_is_read_only_is_503_and_loses_nothing():
    TabletFactory(token="the-token")
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION="Tablet the-token")
    sent = {"ratings": [item()]}
    # The answer to a request gives the connection back to the pool; here it has to stay the same one.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connections["default"]), "close_if_unusable_or_obsolete", lambda self: None)
        read_only(True)
        try:
            is_away(client.post("/api/v1/ratings/", sent, format="json"), api=True)
        finally:
            read_only(False)
        again = client.post("/api/v1/ratings/", sent, format="json")
    assert again.json()["results"][0]["status"] == "created"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_pool_without_a_free_connection_is_503(monkeypatch):
    TabletFactory(token="the-token")
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION="Tablet the-token")
    if connection.vendor == "postgresql":
        pool = connection.pool
        connection.close()
        monkeypatch.setattr(pool, "timeout", 0.2)
        taken = []
        with suppress(PoolTimeout):  # the browser tests' server may hold some places of its own
            while True:
                taken.append(pool.getconn())
        try:
            response = client.post("/api/v1/ratings/", {"ratings": [item()]}, format="json")
        finally:
            for one in taken:
                pool.putconn(one)
    else:  # another writer keeps the file
        other = connection.copy()
        other.settings_dict["OPTIONS"] = {**connection.settings_dict["OPTIONS"]}
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 200")
        other.connect()
        other.cursor().execute("BEGIN IMMEDIATE")
        try:
            response = client.post("/api/v1/ratings/", {"ratings": [item()]}, format="json")
        finally:
            other.cursor().execute("ROLLBACK")
            other.close()
    is_away(response, api=True)
    again = client.post("/api/v1/ratings/", {"ratings": [item()]}, format="json")
    assert again.json()["results"][0]["status"] == "created"
    assert Tablet.objects.get().highest_seq == 1


# --- language and policy --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "accepts", "language"),
    [
        (None, "en-US,en;q=0.9", "zh-hans"),
        ("en", "zh", "en"),
        ("zh-hant", None, "zh-hant"),
        ("fr", "fr", "zh-hans"),
        ("../x", None, "zh-hans"),
    ],
)
def test_the_language_is_the_chosen_one_else_simplified_chinese(client, cookie, accepts, language):
    if cookie:
        client.cookies["django_language"] = cookie
    headers = {"HTTP_ACCEPT_LANGUAGE": accepts} if accepts else {}
    assert client.get("/healthz", **headers).headers["Content-Language"] == language


@pytest.mark.django_db
def test_only_the_admin_may_use_inline_styles_and_eval(client):
    for path in ("/", "/kiosk/", "/nowhere/", "/api/v1/ratings/", "/healthz"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert "object-src 'none'" in policy
    client.force_login(UserFactory(is_superuser=True))
    policy = client.get("/admin/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy


@pytest.mark.django_db
def test_an_old_session_is_no_session(client):
    client.force_login(UserFactory(is_superuser=True))
    session = client.session
    session.set_expiry(timezone.now() - timedelta(seconds=1))
    session.save()
    assert client.get("/api/v1/ratings/").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_readyz_names_the_database_when_it_is_away(client, dead_database, monkeypatch):
    monkeypatch.setattr(health, "broker_answers", lambda: True)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "away"
