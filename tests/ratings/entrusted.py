"""What a tablet sends after a rating, sealed for this server, in a few words."""

import base64
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from ratings.entrusting import record_callback, record_voice
from ratings.receipts import check_letter
from ratings.sealing import Purpose, read_keys, seal
from tests.factories import WEDNESDAY

PHONE = "13800138000"
CODE = "K7QM4T9XABCD"
SOUND = b"\x1aE\xdf\xa3 a voice"


def server_key():
    return read_keys(settings.SEALING_KEY)[0]


def sealed(plaintext, purpose, rating_id, key=None):
    """A box for the server, or for another key."""
    point = (key or server_key()).point
    return seal(plaintext, point=point, purpose=purpose, rating_id=UUID(str(rating_id)))


def receipt(number="0701", hall="A", day="1118"):
    """A receipt with its check letter."""
    return f"{hall}{day}-{number}-{check_letter(hall + day + number)}"


def callback(rating_id, phone=PHONE, code=CODE, **fields):
    """The body of a call-back; a field given as `...` is left out."""
    whole = {
        "receipt": receipt(),
        "asked_at": WEDNESDAY.isoformat(),
        "key_id": server_key().key_id,
        "phone": sealed(phone.encode(), Purpose.PHONE, rating_id),
        "query_code": sealed(code.encode(), Purpose.QUERY_CODE, rating_id),
        "language": "zh-hans",
        **fields,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def voice(rating_id, sound=SOUND, **fields):
    """The body of a spoken remark."""
    whole = {
        "recorded_at": WEDNESDAY.isoformat(),
        "key_id": server_key().key_id,
        "mime": "audio/webm;codecs=opus",
        "duration_ms": 12_000,
        "voice": sealed(sound, Purpose.VOICE, rating_id),
        **fields,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def ask_to_be_called(rating, at=None, **told):
    """A call-back that arrives a minute after its rating."""
    record_callback(
        tablet=rating.tablet,
        rating_id=rating.pk,
        told=callback(rating.pk, **told),
        at=at or rating.received_at + timedelta(minutes=1),
    )
    return rating.callback


def speak(rating, at=None, **told):
    """A spoken remark that arrives a minute after its rating."""
    record_voice(
        tablet=rating.tablet,
        rating_id=rating.pk,
        told=voice(rating.pk, **told),
        at=at or rating.received_at + timedelta(minutes=1),
    )
    return rating.voice


def changed(box):
    """The box with its last bit turned."""
    raw = base64.b64decode(box)
    return base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()
