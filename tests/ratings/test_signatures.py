"""A device's key: what is taken for one, and what a token is worth without it (reliability.md D18, d.2)."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.utils import timezone
from rest_framework.test import APIClient

from ratings.enrolment import make_enrolment_code
from ratings.models import EnrolmentCode, EnrolmentFailure, QuarantinedRating, Rating, Tablet
from ratings.signatures import InvalidKey, is_signed, read_public_key
from tests.factories import TabletFactory, WindowFactory
from tests.ratings.device import Device
from tests.ratings.sending import item, items

ENROL = "/api/v1/tablets/enrol/"
BODY = b'{"ratings": []}'


def spki(key):
    public = key.public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def private_der(key):
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


P256 = ec.generate_private_key(ec.SECP256R1())
NO_KEYS = {
    "no text": 5,
    "a list": [spki(P256)],
    "empty": "",
    "no base64": "!!!!",
    "base64 of nothing": "AAAA",
    "cut": spki(P256)[:-8],
    "with a tail": base64.b64encode(base64.b64decode(spki(P256)) + b"\x00").decode(),
    "private": private_der(P256),
    "RSA": spki(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
    "another curve": spki(ec.generate_private_key(ec.SECP384R1())),
    "a curve of nearly this name": spki(ec.generate_private_key(ec.SECP256K1())),
    "Ed25519": spki(ed25519.Ed25519PrivateKey.generate()),
    "not on the curve": base64.b64encode(base64.b64decode(spki(P256))[:-32] + bytes(32)).decode(),
    "very long": "A" * 100_000,
    "a lone surrogate": "\ud800" * 4,
}


@pytest.fixture
def device(db):
    """A device with the token of an enrolled tablet that has its key."""
    device = Device()
    TabletFactory(token=device.token, public_key=device.public_key)
    return device


# --- pure


@pytest.mark.parametrize("value", NO_KEYS.values(), ids=NO_KEYS)
def test_only_a_public_key_on_p256_is_a_key(value):
    with pytest.raises(InvalidKey):
        read_public_key(value)


def test_a_key_is_kept_in_one_form():
    assert read_public_key(spki(P256)) == spki(P256)


def test_a_signature_is_good_for_these_bytes_and_this_key_only():
    device = Device()
    good = device.signature(BODY)
    assert is_signed(device.public_key, good, BODY)
    assert not is_signed(device.public_key, good, BODY + b" ")
    assert not is_signed(Device().public_key, good, BODY)


@pytest.mark.parametrize("signature", ["", "x", "AAAA", "A" * 88, "é", "A" * 10_000, base64.b64encode(b"\xff" * 64)])
def test_nonsense_is_no_signature(signature):
    assert not is_signed(spki(P256), signature, BODY)


# --- enrolment


def enrol(**told):
    code = make_enrolment_code(window=WindowFactory(), actor=None, at=timezone.now())
    client = APIClient(raise_request_exception=False)
    body = json.dumps({"code": code, **told})
    return client.post(ENROL, body, content_type="application/json")


def test_a_key_is_kept_with_the_tablet(db):
    assert enrol(public_key=spki(P256)).status_code == 201
    assert Tablet.objects.get().public_key == spki(P256)


@pytest.mark.parametrize("value", NO_KEYS.values(), ids=NO_KEYS)
def test_what_is_no_key_is_named_and_leaves_the_code_unspent(db, value):
    answer = enrol(public_key=value)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (
        400,
        "invalid",
        ["public_key"],
    )
    assert EnrolmentCode.objects.get().used_at is None
    assert not Tablet.objects.exists() and not EnrolmentFailure.objects.exists()


def test_a_browser_without_keys_is_enrolled_all_the_same(db):
    assert enrol().status_code == 201
    assert enrol(public_key=None).status_code == 201
    assert set(Tablet.objects.values_list("public_key", flat=True)) == {""}


# --- sending


def test_what_the_key_signed_is_stored(device):
    answer = device.send({"ratings": items(3)})
    assert [result["status"] for result in answer.json()["results"]] == ["created"] * 3
    assert Tablet.objects.get().forged_at is None


@pytest.mark.parametrize("signature", ["", "AAAA", Device().signature(BODY)], ids=["none", "nonsense", "another key's"])
def test_a_copied_token_stores_nothing_that_counts_and_loses_nothing(device, signature):
    sent = items(3)
    answer = device.send({"ratings": sent}, signature=signature)
    assert answer.status_code == 200
    assert [(result["status"], result["code"]) for result in answer.json()["results"]] == [
        ("refused", "bad_signature")
    ] * 3
    assert not Rating.objects.exists()
    kept = {json.loads(row.raw)["id"] for row in QuarantinedRating.objects.filter(code="bad_signature")}
    assert kept == {raw["id"] for raw in sent}
    tablet = Tablet.objects.get()
    assert tablet.forged_at is not None and tablet.highest_seq == 0 and answer.json()["highest_seq"] == 0


def test_control_without_the_check_a_copied_token_would_count(device, monkeypatch):
    monkeypatch.setattr("ratings.api.authentication.is_signed", lambda *call: True)
    device.send({"ratings": items(3)}, signature="")
    assert Rating.objects.count() == 3


def test_a_signature_does_not_fit_a_changed_body(device):
    body = json.dumps({"ratings": items(1, level=1)}).encode()
    changed = json.loads(body)
    changed["ratings"][0]["level"] = 5
    device.send(changed, signature=device.signature(body))
    assert not Rating.objects.exists()


def test_what_a_thief_numbered_does_not_hold_up_the_tablet(device):
    device.send({"ratings": [item(seq=2**40)]}, signature="")
    device.send({"ratings": items(2)})
    tablet = Tablet.objects.get()
    assert (tablet.highest_seq, tablet.gaps, Rating.objects.count()) == (2, [], 2)


def test_the_same_forgery_again_is_kept_once(device):
    sent = items(1)
    for _time in range(3):
        device.send({"ratings": sent}, signature="")
    assert QuarantinedRating.objects.count() == 1


def test_a_rating_that_was_forged_first_can_still_come_from_the_tablet(device):
    sent = items(1)
    device.send({"ratings": sent}, signature="")
    assert device.send({"ratings": sent}).json()["results"][0]["status"] == "created"


def test_extras_are_signed_too(device):
    sent = items(1)
    device.send({"ratings": sent})
    for kind in ("callback", "voice"):
        answer = device.send({}, f"/api/v1/ratings/{sent[0]['id']}/{kind}/", method="PUT", signature="")
        assert (answer.status_code, answer.json()["code"]) == (403, "bad_signature")
        assert QuarantinedRating.objects.filter(code=f"{kind}_bad_signature").count() == 1
        assert device.send({}, f"/api/v1/ratings/{sent[0]['id']}/{kind}/", method="PUT").status_code == 400
    assert Tablet.objects.get().forged_at is not None


# --- forks


def test_a_number_used_twice_is_flagged_and_remembered(device):
    device.send({"ratings": items(3)})
    assert Tablet.objects.get().forked_at is None
    answer = device.send({"ratings": [item(seq=2)]})
    assert answer.json()["results"][0]["status"] == "created"
    assert Rating.objects.filter(flags__seq_repeated=2).count() == 1
    assert Tablet.objects.get().forked_at is not None


def test_the_same_rating_again_is_no_fork(device):
    sent = items(3)
    for _time in range(2):
        device.send({"ratings": sent})
    device.send({"ratings": [{**sent[2], "level": 1, "amends": True}]})
    assert Tablet.objects.get().forked_at is None


def test_of_two_clones_the_second_is_seen_whatever_comes_first(device):
    device.send({"ratings": items(5)})
    device.send({"ratings": items(7)})
    tablet = Tablet.objects.get()
    assert tablet.forked_at is not None and tablet.highest_seq == 7
    assert Rating.objects.count() == 12
    assert Rating.objects.filter(flags__has_key="seq_repeated").count() == 5
