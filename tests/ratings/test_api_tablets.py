"""Enrolment, what the tablet shows, its heartbeat, and visits, over HTTP (reliability.md d.2)."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from ratings.configuration import tablet_configuration
from ratings.enrolment import make_enrolment_code, revoke_tablet
from ratings.models import EnrolmentFailure, HallReasonSet, ReasonSet, Tablet, Visit
from tests.factories import (
    WEDNESDAY,
    DutyFactory,
    ServiceTokenFactory,
    TabletFactory,
    UserFactory,
    VisitFactory,
    WindowFactory,
)

pytestmark = pytest.mark.django_db
ENROL, ME, HEARTBEAT = "/api/v1/tablets/enrol/", "/api/v1/tablets/me/", "/api/v1/tablets/heartbeat/"
TOLD = {"window": "10", "called_at": WEDNESDAY.isoformat()}


@pytest.fixture
def anonymous():
    return APIClient(raise_request_exception=False)


@pytest.fixture
def client(tablet):
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION="Tablet the-token")
    return client


@pytest.fixture
def queue(service_token):
    """A queue system of a hall with window 10."""
    WindowFactory(hall=service_token.hall, number="10")
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION="Service the-service-token")
    return client


def is_failure(response, status, code):
    assert response.status_code == status, response.content
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert body["code"] == code
    assert set(body) >= {"code", "message", "fields"}
    return body


def send(client, path, body, method="POST"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.generic(method, path, raw, "application/json")


# --- enrolment ------------------------------------------------------------------------------------------------------


def test_a_code_is_changed_for_a_token_that_works(anonymous):
    window = WindowFactory()
    code = make_enrolment_code(window=window, actor=None, at=timezone.now())
    response = send(anonymous, ENROL, {"code": code})
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert body["window"] == {"number": window.number, "name": window.name, "kind": "ordinary"}
    assert body["hall"] == {"code": window.hall.code, "name": window.hall.name}
    told = anonymous.get(ME, HTTP_AUTHORIZATION=f"Tablet {body['token']}").json()
    assert (told["tablet"], told["window"]) == (body["tablet"], body["window"])


def test_every_wrong_code_gets_one_and_the_same_answer(anonymous):
    now = timezone.now()
    window = WindowFactory()
    used = make_enrolment_code(window=window, actor=None, at=now)
    send(anonymous, ENROL, {"code": used})
    expired = make_enrolment_code(window=window, actor=None, at=now - timedelta(minutes=10))
    good = make_enrolment_code(window=window, actor=None, at=now)
    wrong = [
        {"code": code} for code in (used, expired, good.lower(), f" {good}", "", None, 5, [good], "\x00", "\ud800")
    ]
    answers = set()
    for body in [*wrong, {}]:
        EnrolmentFailure.objects.all().delete()
        response = send(anonymous, ENROL, body)
        assert response.status_code == 400
        answers.add((response.content, response.headers["Cache-Control"]))
    [(content, _cache)] = answers
    assert json.loads(content)["code"] == "invalid_code"


def test_after_ten_tries_a_network_gets_429(anonymous):
    for _try in range(10):
        is_failure(send(anonymous, ENROL, {"code": "AAAA-AAAA"}), 400, "invalid_code")
    is_failure(send(anonymous, ENROL, {"code": "AAAA-AAAA"}), 429, "too_many_tries")


def test_a_header_that_the_caller_writes_does_not_make_another_network(anonymous):
    for number in range(12):
        headers = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}", "HTTP_FORWARDED": f"for=198.51.100.{number}"}
        response = anonymous.post(ENROL, {"code": "AAAA-AAAA"}, format="json", **headers)
    assert response.status_code == 429


def test_addresses_of_one_ipv6_network_count_together(anonymous):
    for number in range(11):
        response = anonymous.post(ENROL, {"code": "AAAA-AAAA"}, format="json", REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
    assert response.status_code == 429
    other = anonymous.post(ENROL, {"code": "AAAA-AAAA"}, format="json", REMOTE_ADDR="2001:db8:1:3::1")
    assert other.status_code == 400


@pytest.mark.parametrize("address", ["", "unix:", "not an address", "\x00"])
def test_a_caller_without_an_address_is_answered_too(anonymous, address):
    response = anonymous.post(ENROL, {"code": "AAAA-AAAA"}, format="json", REMOTE_ADDR=address)
    assert response.status_code == 400


# --- what the tablet shows ------------------------------------------------------------------------------------------


def test_a_tablet_is_told_everything_it_needs_without_a_network(client, tablet):
    duty = DutyFactory(window=tablet.window, starts_at=timezone.now() - timedelta(hours=1), ends_at=None)
    body = client.get(ME).json()
    assert body["staff"] == {"name": duty.staff.name, "photo": None}
    assert body["window"]["number"] == tablet.window.number
    assert body["hall"] == {"code": tablet.hall.code, "name": tablet.hall.name}
    assert body["languages"] == ["zh-hans", "zh-hant", "en"]
    assert set(body["reasons"]) == {"5", "4", "3", "2", "1"}
    assert all(set(reason["text"]) == set(body["languages"]) for level in body["reasons"].values() for reason in level)
    assert (body["scale_version"], body["face_set_version"], body["highest_seq"]) == ("hcp-2019", "qc-1", 0)
    assert body["timings"]["amend_s"] == 60
    assert body["number"] == tablet.number
    assert len(base64.b64decode(body["sealing"]["public_key"])) == 65


def test_without_a_key_to_seal_for_the_tablet_is_told_so(client, tablet, settings):
    settings.SEALING_KEY = ""
    assert client.get(ME).json()["sealing"] is None


def test_the_next_working_days_are_told_as_far_as_the_calendar_is_known(client, tablet):
    before = tablet_configuration(tablet=tablet, at=datetime(2026, 9, 29, 20, tzinfo=UTC))["working_days"]
    assert before[:2] == ["2026-10-08", "2026-10-09"]  # 30 September in the hall; then the National Day holiday
    assert "2026-10-10" in before  # a Saturday that makes up for it
    assert tablet_configuration(tablet=tablet, at=datetime(2099, 1, 4, tzinfo=UTC))["working_days"] == []


def test_with_nobody_on_duty_the_person_is_null(client, tablet):
    DutyFactory(window=tablet.window)  # ended long ago
    assert client.get(ME).json()["staff"] is None


def test_a_hall_that_chose_the_national_words_gets_all_forty(client, tablet):
    HallReasonSet.objects.create(hall=tablet.hall, reason_set=ReasonSet.objects.get(code="national-2020"))
    body = client.get(ME).json()
    assert body["reason_set"] == "national-2020"
    words = [reason for level in body["reasons"].values() for reason in level]
    assert len(words) == 40
    assert all(reason["code"] == reason["national"] for reason in words)


def test_the_plain_words_say_which_national_code_they_stand_for_or_none(client):
    body = client.get(ME).json()
    assert body["reason_set"] == "plain-1"
    told = {reason["code"]: reason["national"] for level in body["reasons"].values() for reason in level}
    assert (told["plain-1.2.manner"], told["plain-1.1.manner"], told["plain-1.2.too_long"]) == ("214", "115", None)
    assert all(national is None or national[0] == code.split(".")[1] for code, national in told.items())


def test_what_did_not_change_is_304_and_what_did_is_told_anew(client, tablet):
    tag = client.get(ME).headers["ETag"]
    unchanged = client.get(ME, HTTP_IF_NONE_MATCH=tag)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", tag)
    DutyFactory(window=tablet.window, starts_at=timezone.now() - timedelta(hours=1), ends_at=None)
    changed = client.get(ME, HTTP_IF_NONE_MATCH=tag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_the_tag_of_another_tablet_leaks_nothing(client, anonymous, tablet):
    TabletFactory(window=tablet.window, token="twin")
    twin = anonymous.get(ME, HTTP_AUTHORIZATION="Tablet twin")
    response = client.get(ME, HTTP_IF_NONE_MATCH=twin.headers["ETag"])
    assert response.status_code == 200
    assert response.json()["tablet"] == tablet.pk


def test_what_a_tablet_shows_is_kept_by_no_shared_cache(client):
    assert client.get(ME).headers["Cache-Control"] == "private, no-cache"


def test_a_revoked_tablet_gets_401_and_no_words(client, tablet):
    tag = client.get(ME).headers["ETag"]
    revoke_tablet(tablet=tablet, at=timezone.now())
    for headers in ({}, {"HTTP_IF_NONE_MATCH": tag}):
        body = is_failure(client.get(ME, **headers), 401, "authentication_failed")
        assert "reasons" not in body
    is_failure(send(client, HEARTBEAT, {}), 401, "authentication_failed")


def test_the_configuration_costs_the_same_statements_whatever_the_words(client, django_assert_num_queries):
    client.get(ME)
    # Token, tablet with window and hall, duty, the hall's choice, reasons, visit, code to move; the calendar's two.
    with django_assert_num_queries(9):
        client.get(ME)


# --- heartbeat ------------------------------------------------------------------------------------------------------


def test_a_heartbeat_is_answered(client, tablet):
    now = timezone.now().isoformat()
    response = send(client, HEARTBEAT, {"queued": 3, "highest_seq": 812, "battery": 0.8, "now": now})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    tablet.refresh_from_db()
    assert (tablet.queued, tablet.reported_seq) == (3, 812)


def test_bad_fields_are_named_and_the_rest_is_kept(client, tablet):
    body = is_failure(send(client, HEARTBEAT, {"queued": -1, "battery": 9, "app_version": "1.0"}), 400, "invalid")
    assert set(body["fields"]) == {"queued", "battery"}
    tablet.refresh_from_db()
    assert tablet.app_version == "1.0"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"queued": 1e999}', b'{"queued": 1, "queued": 2}'])
def test_a_malformed_heartbeat_is_400(client, body):
    response = send(client, HEARTBEAT, body)
    if body:
        is_failure(response, 400, "malformed")
    else:
        assert response.status_code in {200, 400}


def test_a_person_and_a_queue_system_have_no_heart_here(queue):
    assert send(queue, HEARTBEAT, {}).status_code == 401
    person = APIClient(raise_request_exception=False)
    person.force_login(UserFactory(is_superuser=True))
    assert send(person, HEARTBEAT, {}).status_code == 401
    assert person.get(ME).status_code == 401


# --- visits ---------------------------------------------------------------------------------------------------------


def put(client, case_no, body):
    return send(client, f"/api/v1/visits/{case_no}/", body, "PUT")


def test_a_visit_is_201_and_the_same_again_200(queue, service_token):
    for status in (201, 200):
        response = put(queue, "YX1", {**TOLD, "outcome": "done"})
        body = response.json()
        assert body.pop("rate_url").startswith("http://testserver/r/")
        assert (response.status_code, body) == (status, {"case_no": "YX1", "outcome": "done"})
    assert Visit.objects.get().hall == service_token.hall


def test_a_case_number_may_be_written_in_any_letters(queue):
    assert put(queue, "%E4%B8%9C-2026%20(1)", TOLD).json()["case_no"] == "东-2026 (1)"


def test_fields_at_fault_are_named(queue):
    body = is_failure(put(queue, "YX1", {"window": "77", "outcome": "gone"}), 400, "invalid")
    assert set(body["fields"]) == {"window", "called_at", "outcome"}
    assert "77" not in str(body)
    assert not Visit.objects.exists()


@pytest.mark.parametrize("case_no", ["%00", "a%00b", "%0b", "9" * 51, "9" * 5_000, "..%2f..%2fx"])
def test_an_odd_case_number_is_never_a_500(queue, case_no):
    assert put(queue, case_no, TOLD).status_code in {400, 404}
    assert not Visit.objects.exists()


def test_an_address_in_broken_utf_8_is_answered(queue):
    assert put(queue, "%ff%fe", TOLD).status_code in {201, 400, 404}


def test_a_visit_of_another_hall_is_not_touched(queue):
    other = VisitFactory(case_no="YX1")
    put(queue, "YX1", {**TOLD, "outcome": "done"})
    other.refresh_from_db()
    assert other.outcome == ""
    assert Visit.objects.count() == 2


def test_only_a_queue_system_tells_of_visits(client, anonymous, at):
    assert put(client, "YX1", TOLD).status_code == 401
    ServiceTokenFactory(token="old", revoked_at=at)
    is_failure(
        anonymous.generic("PUT", "/api/v1/visits/YX1/", b"{}", "application/json", HTTP_AUTHORIZATION="Service old"),
        401,
        "authentication_failed",
    )


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "TRACE"])
def test_a_visit_can_only_be_put(queue, method):
    response = queue.generic(method, "/api/v1/visits/YX1/", b"{}", "application/json")
    is_failure(response, 405, "method_not_allowed")
    assert "PUT" in response.headers["Allow"]


def test_tablets_are_counted_by_no_throttle(client, tablet):
    statuses = {send(client, HEARTBEAT, {}).status_code for _beat in range(60)}
    assert statuses == {200}
    assert Tablet.objects.count() == 1
