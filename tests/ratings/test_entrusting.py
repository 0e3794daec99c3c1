"""Call-backs and spoken remarks: kept once and sealed, whatever is sent, and nothing of what is refused is lost."""

import json
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from ratings import entrusting, query_codes
from ratings.models import CallbackRequest, QuarantinedRating, VoiceRemark
from ratings.sealing import Purpose, open_box, read_keys
from tests.factories import WEDNESDAY, RatingFactory, TabletFactory
from tests.ratings.entrusted import (
    CODE,
    PHONE,
    SOUND,
    ask_to_be_called,
    callback,
    changed,
    receipt,
    sealed,
    server_key,
    voice,
)
from tests.ratings.sending import new_id
from tests.ratings.together import at_once, failures

OTHER_KEY = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


@pytest.fixture
def rating(tablet):
    return RatingFactory(tablet=tablet, window=tablet.window, level=2)


@pytest.fixture
def put(tablet_client):
    """Send a body to the rating's call-back or voice: `put(kind, rating, body)`."""

    def send(kind, rating, body):
        path = f"/api/v1/ratings/{getattr(rating, 'pk', rating)}/{kind}/"
        return tablet_client.put(path, json.dumps(body), content_type="application/json")

    return send


def quarantined():
    return list(QuarantinedRating.objects.order_by("id").values_list("code", flat=True))


BODIES = {"callback": callback, "voice": voice}
MODELS = {"callback": CallbackRequest, "voice": VoiceRemark}
both = pytest.mark.parametrize("kind", ["callback", "voice"])


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_a_call_back_is_kept_sealed(put, rating):
    answer = put("callback", rating, callback(rating.pk))
    assert (answer.status_code, answer.json()) == (201, {"status": "created"})
    kept = CallbackRequest.objects.get()
    assert (kept.rating, kept.receipt, kept.language, kept.asked_at) == (rating, receipt(), "zh-hans", WEDNESDAY)
    values = " ".join(map(str, CallbackRequest.objects.values().get().values()))
    assert PHONE not in values
    assert CODE not in values
    opened = open_box(kept.phone_box, key=server_key(), purpose=Purpose.PHONE, rating_id=rating.pk)
    assert opened.decode() == PHONE


def test_of_the_query_code_only_a_slow_hash_is_kept(put, rating):
    put("callback", rating, callback(rating.pk))
    kept = CallbackRequest.objects.get()
    assert identify_hasher(kept.query_code_hash).algorithm == "pbkdf2_sha256"
    assert query_codes.matches(CODE, kept.query_code_hash)
    assert not query_codes.matches("K7QM4T9XABCE", kept.query_code_hash)
    assert not query_codes.matches("", "")


def test_a_voice_is_kept_sealed(put, rating):
    answer = put("voice", rating, voice(rating.pk))
    assert (answer.status_code, answer.json()) == (201, {"status": "created"})
    kept = VoiceRemark.objects.get()
    assert (kept.mime, kept.duration_ms, kept.recorded_at) == ("audio/webm", 12_000, WEDNESDAY)
    assert SOUND not in bytes(kept.box)
    opened = open_box(bytes(kept.box), key=server_key(), purpose=Purpose.VOICE, rating_id=rating.pk)
    assert opened == SOUND


@pytest.mark.parametrize("typed", ["k7qm-4t9x-abcd", " K7QM 4T9X ABCD"])
def test_the_code_is_the_same_however_the_tablet_groups_it(put, rating, typed):
    assert put("callback", rating, callback(rating.pk, code=typed)).status_code == 201
    assert query_codes.matches(CODE, CallbackRequest.objects.get().query_code_hash)


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00+08:00", "9999-12-31T00:00:00Z", "soon", None, 5, ..., "\x00"])
def test_a_nonsense_clock_refuses_nothing(put, rating, moment):
    assert put("callback", rating, callback(rating.pk, asked_at=moment)).status_code == 201
    assert put("voice", rating, voice(rating.pk, recorded_at=moment)).status_code == 201


@pytest.mark.parametrize("language", ["fr", "", None, 5, ["en"], "\x00", ...])
def test_an_unknown_language_refuses_nothing(put, rating, language):
    assert put("callback", rating, callback(rating.pk, language=language)).status_code == 201
    assert CallbackRequest.objects.get().language == ""


def test_a_field_too_many_refuses_nothing(put, rating):
    assert put("callback", rating, callback(rating.pk, more=1)).status_code == 201


def test_what_was_sealed_for_an_old_key_is_still_taken(put, rating, settings):
    old = server_key()
    body = callback(rating.pk)
    settings.SEALING_KEY = f"{OTHER_KEY},{settings.SEALING_KEY}"
    assert put("callback", rating, body).status_code == 201
    assert CallbackRequest.objects.get().key_id == old.key_id


# --- the same again, and something else -----------------------------------------------------------------------------


@both
def test_the_same_once_more_changes_nothing(put, rating, kind):
    body = BODIES[kind](rating.pk)
    assert [put(kind, rating, body).status_code for _time in range(3)] == [201, 200, 200]
    assert put(kind, rating, body).json() == {"status": "duplicate"}
    assert (MODELS[kind].objects.count(), quarantined()) == (1, [])


@both
def test_the_same_once_more_is_known_after_the_key_is_gone(put, rating, kind, settings):
    body = BODIES[kind](rating.pk)
    put(kind, rating, body)
    settings.SEALING_KEY = OTHER_KEY
    assert put(kind, rating, body).status_code == 200


@both
def test_other_content_is_a_conflict_and_kept_in_quarantine_once(put, rating, kind):
    first = BODIES[kind](rating.pk)
    put(kind, rating, first)
    other = BODIES[kind](rating.pk)  # sealed anew: other content
    for _time in range(2):
        answer = put(kind, rating, other)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert quarantined() == [f"{kind}_conflict"]
    assert json.loads(QuarantinedRating.objects.get().raw)[kind] == other
    assert put(kind, rating, first).status_code == 200


@both
def test_before_the_rating_there_is_nothing_to_add_to(put, rating, kind):
    unknown = uuid.UUID(new_id())
    answer = put(kind, unknown, BODIES[kind](unknown))
    assert (answer.status_code, answer.json()["code"]) == (404, "rating_unknown")
    assert quarantined() == []  # the tablet keeps it and comes again


@both
def test_a_tablet_adds_nothing_to_another_tablets_rating(put, tablet, kind):
    for other in (TabletFactory(), TabletFactory(window=tablet.window)):
        rating = RatingFactory(tablet=other, window=other.window)
        answer = put(kind, rating, BODIES[kind](rating.pk))
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert quarantined() == [f"{kind}_other_tablet"] * 2
    assert not MODELS[kind].objects.exists()


@both
def test_a_replaced_tablets_outbox_moves_along_within_its_hall(put, tablet, kind):
    gone = TabletFactory(window=tablet.window, revoked_at=WEDNESDAY)
    rating = RatingFactory(tablet=gone, window=tablet.window)
    assert put(kind, rating, BODIES[kind](rating.pk)).status_code == 201
    elsewhere = TabletFactory(revoked_at=WEDNESDAY)
    rating = RatingFactory(tablet=elsewhere, window=elsewhere.window)
    assert put(kind, rating, BODIES[kind](rating.pk)).status_code == 409


# --- what is refused ------------------------------------------------------------------------------------------------


def wrong_key(body, rating):
    [other] = read_keys(OTHER_KEY)
    return {**body, "phone": sealed(PHONE.encode(), Purpose.PHONE, rating.pk, key=other)}


WRONG_CALLBACKS = {
    "receipt": [..., None, 7, "", "A1118-0701-A", "a1118-0701-w", "A1118-0701", "\x00", "\ud800", "X" * 500, [], {}],
    "key_id": [..., None, 7, "", "0" * 16, "\x00", [], {"$ne": 1}],
    "phone": [..., None, 7, "", "13800138000", "\x00", "\ud800", "====", [], {}],
    "query_code": [..., None, 7, "", "K7QM4T9XABCD", "\x00", [], {}],
}
WRONG_VOICES = {
    "key_id": [..., None, "0" * 16],
    "mime": [..., None, 7, "", "text/html", "audio/webm\x00", "image/svg+xml", "audio/", []],
    "duration_ms": [..., None, "12000", -1, 60_001, 1.5, True, 10**18],
    "voice": [..., None, 7, "", "UklGRg==", "\x00", []],
}
WRONG = [("callback", name, value) for name, values in WRONG_CALLBACKS.items() for value in values]
WRONG += [("voice", name, value) for name, values in WRONG_VOICES.items() for value in values]


@pytest.mark.parametrize(("kind", "name", "value"), WRONG)
def test_what_can_be_none_is_refused_by_field_and_kept_in_quarantine(put, rating, kind, name, value):
    body = {**BODIES[kind](rating.pk), name: value}
    if value is ...:
        del body[name]
    answer = put(kind, rating, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert name in answer.json()["fields"]
    assert quarantined() == [f"{kind}_invalid"]
    assert json.loads(QuarantinedRating.objects.get().raw)[kind] == body
    assert not MODELS[kind].objects.exists()


def test_boxes_of_another_rating_purpose_or_key_and_damaged_ones_are_refused(put, rating):
    body = callback(rating.pk)
    swapped = {**body, "phone": body["query_code"]}
    for wrong in (
        callback(new_id()),
        swapped,
        wrong_key(body, rating),
        {**body, "phone": changed(body["phone"])},
        callback(rating.pk, code="K7QM4T9XABC"),
        callback(rating.pk, phone=""),
        callback(rating.pk, phone="1" * 41),
        callback(rating.pk, phone="一三八"),
    ):
        assert put("callback", rating, wrong).status_code == 400
    assert len(quarantined()) == 8
    assert put("callback", rating, body).status_code == 201


def test_without_a_key_everything_is_refused_and_kept(put, rating, settings):
    body = callback(rating.pk)
    settings.SEALING_KEY = ""
    assert put("callback", rating, body).status_code == 400
    assert quarantined() == ["callback_invalid"]


@both
def test_a_body_over_a_megabyte_is_told_the_limit(put, rating, kind):
    answer = put(kind, rating, {**BODIES[kind](rating.pk), "more": "x" * 1_000_000})
    assert (answer.status_code, answer.json()["limits"]["max_bytes"]) == (413, 1_000_000)


@both
def test_what_is_no_json_object_is_malformed(tablet_client, rating, kind):
    for body in (b"", b"null", b"[]", b'{"a":', b"\xff", b'{"a":1,"a":2}'):
        path = f"/api/v1/ratings/{rating.pk}/{kind}/"
        assert tablet_client.put(path, body, content_type="application/json").status_code == 400


@both
def test_only_a_tablet_may_send(client, rating, kind):
    path = f"/api/v1/ratings/{rating.pk}/{kind}/"
    assert client.put(path, "{}", content_type="application/json").status_code == 401
    revoked = {"HTTP_AUTHORIZATION": f"Tablet {TabletFactory(token='gone', revoked_at=WEDNESDAY) and 'gone'}"}
    assert client.put(path, "{}", content_type="application/json", **revoked).status_code == 401


# --- at once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@both
def test_eight_at_once_keep_one(kind):
    tablet = TabletFactory()
    rating = RatingFactory(tablet=tablet, window=tablet.window)
    record = getattr(entrusting, f"record_{kind}")
    told = BODIES[kind](rating.pk)
    results = at_once(*[partial(record, tablet=tablet, rating_id=rating.pk, told=told, at=WEDNESDAY)] * 8)
    assert failures(results) == []
    assert sorted(results) == [False] * 7 + [True]
    assert MODELS[kind].objects.count() == 1


@pytest.mark.django_db(transaction=True)
@both
def test_of_two_contents_at_once_one_stands_and_the_other_is_in_quarantine(kind):
    tablet = TabletFactory()
    rating = RatingFactory(tablet=tablet, window=tablet.window)
    record = getattr(entrusting, f"record_{kind}")
    verbs = [
        partial(record, tablet=tablet, rating_id=rating.pk, told=BODIES[kind](rating.pk), at=WEDNESDAY)
        for _number in range(8)
    ]
    results = at_once(*verbs)
    assert results.count(True) == 1
    assert [getattr(error, "code", error) for error in failures(results)] == ["conflict"] * 7
    assert quarantined() == [f"{kind}_conflict"] * 7


def test_a_call_back_costs_a_stated_number_of_queries(put, rating):
    with CaptureQueriesContext(connection) as captured:
        put("callback", rating, callback(rating.pk))
    # tablet, rating, kept already?, savepoint (two outside of tests), insert
    assert len(captured) == 6


def test_what_is_forgotten_can_hold_nothing(rating):
    asked = ask_to_be_called(rating)
    asked.forgotten_at = WEDNESDAY + timedelta(days=31)
    with pytest.raises(IntegrityError):
        asked.save()
