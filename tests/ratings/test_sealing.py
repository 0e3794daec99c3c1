"""What is sealed for the server opens there, for its rating and its purpose, and nowhere else."""

import base64
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from ratings import checks
from ratings.configuration import sealing
from ratings.sealing import BadKey, CannotOpen, Purpose, box_bytes, open_box, read_keys, seal

RATING = UUID("0198b7c2-0000-4000-8000-000000000001")
OTHER = UUID("0198b7c2-0000-4000-8000-000000000002")
SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # the bytes 0 to 31
[KEY] = read_keys(SECRET)
# Made once with this module and kept, so that a change of the format is noticed.
KEPT = (
    "AQQh6SLHq4KgNXitdUiTHw7bqSVvrjL8C4jOtHds6/r0I/PrO1Y+/Cs5O1krlTojMnlMFPN+oZzfbR51OpLnEZf4lcDFuUj5GKRohB02z/Zu"
    "rjvSt1YwVslc4qdoqN3akl/dKdf6mtC9"
)


def sealed(plaintext=b"13800138000", **changed):
    return seal(plaintext, **{"point": KEY.point, "purpose": Purpose.PHONE, "rating_id": RATING, **changed})


def opened(box, key=KEY, purpose=Purpose.PHONE, rating_id=RATING):
    return open_box(box, key=key, purpose=purpose, rating_id=rating_id)


def test_a_box_opens_for_its_rating_and_purpose():
    assert opened(sealed()) == b"13800138000"
    assert opened(box_bytes(sealed())) == b"13800138000"
    assert opened(sealed(b"")) == b""


def test_two_boxes_of_one_number_share_nothing():
    assert sealed()[4:60] != sealed()[4:60]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating_id": OTHER},
        {"purpose": Purpose.QUERY_CODE},
        {"key": read_keys("AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")[0]},
    ],
    ids=["another rating", "another purpose", "another key"],
)
def test_a_box_opens_for_nothing_else(wrong):
    with pytest.raises(CannotOpen):
        opened(sealed(), **wrong)


def test_no_bit_of_a_box_can_be_changed():
    raw = box_bytes(sealed())
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(CannotOpen):
            opened(changed)


@pytest.mark.parametrize(
    "box", ["", "=", "%%%", "AQ==", "１２", "a b", "\x00", base64.b64encode(b"\x01" + bytes(200)).decode()]
)
def test_what_is_no_box_is_one_error(box):
    with pytest.raises(CannotOpen):
        opened(box)


def test_a_cut_box_does_not_open():
    raw = box_bytes(sealed())
    for length in (0, 1, 66, 78, 93, len(raw) - 1):
        with pytest.raises(CannotOpen):
            opened(raw[:length])


def test_sealing_for_what_is_no_point_is_refused():
    with pytest.raises(BadKey):
        sealed(point=bytes(65))


def test_the_name_of_a_key_is_the_start_of_its_points_digest():
    assert (KEY.key_id, len(KEY.point), KEY.point[0]) == ("c6f4e212a3ac2605", 65, 4)
    assert base64.b64decode(KEY.public_key) == KEY.point


def test_several_keys_are_read_in_order_and_the_old_ones_still_open():
    new = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    keys = read_keys(f"{new}, {SECRET}")
    assert [key.key_id for key in keys][1] == KEY.key_id
    assert opened(sealed(), key=keys[1]) == b"13800138000"


def test_a_key_may_be_written_in_pem_with_escaped_line_ends():
    kinds = (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL)
    for kind in kinds:
        pem = KEY.private.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()
        assert [key.key_id for key in read_keys(pem.replace("\n", "\\n"))] == [KEY.key_id]
        assert len(read_keys(f"{pem}{pem}")) == 2


@pytest.mark.parametrize("text", ["secret", "AAAA", "AAAA" * 11, "A" * 42, "-----BEGIN KEY-----\nx\n-----END KEY-----"])
def test_what_is_no_key_is_refused_without_repeating_it(text):
    with pytest.raises(BadKey) as refusal:
        read_keys(text)
    assert text not in str(refusal.value)


def test_a_key_of_another_curve_is_refused():
    other = ec.generate_private_key(ec.SECP384R1())
    pem = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(BadKey):
        read_keys(pem.decode())


def test_no_key_means_no_sealing(settings):
    settings.SEALING_KEY = ""
    assert (read_keys(""), sealing()) == ((), None)


def test_tablets_seal_with_the_first_key(settings):
    settings.SEALING_KEY = f"{SECRET} AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert sealing() == {"key_id": KEY.key_id, "public_key": KEY.public_key}


def test_a_key_that_is_none_stops_the_start(settings):
    settings.SEALING_KEY = "not a key"
    with pytest.raises(ImproperlyConfigured, match="SEALING_KEY"):
        checks.refuse_bad_sealing_key()


def test_the_check_before_a_deployment_warns_without_a_key(settings):
    settings.SEALING_KEY = ""
    assert [warning.id for warning in checks.sealing_key(None)] == ["ratings.W001"]
    settings.SEALING_KEY = SECRET
    assert checks.sealing_key(None) == []
    call_command("check", deploy=False)


def test_a_kept_box_still_opens():
    assert opened(KEPT) == b"13800138000"
