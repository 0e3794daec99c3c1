"""What a QR code says: which window or which visit is to be rated, signed so that nobody can make one up.

A code is made of Crockford's base 32 and can be typed from the paper as well: case does not matter, `O` is 0, `I` and
`L` are 1, hyphens are ignored. Inside are one byte for the kind, the numbers, and 64 bits of HMAC-SHA-256 under the
project's key (an earlier key in `SECRET_KEY_FALLBACKS` still opens what hangs on the wall). Nothing is stored: a code
for a visit costs no row. A form's nonce is made likewise; it holds the identity that the rating will have.
"""

import base64
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.utils.crypto import salted_hmac

from ratings.secrets import ALPHABET

MAC_BYTES = 8
MAX_CODE = 60  # characters; what is longer was not made here
WINDOW, VISIT = 1, 2
RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
TO_OURS = str.maketrans(RFC4648, ALPHABET)
FROM_OURS = str.maketrans(ALPHABET, RFC4648)
MISREAD = str.maketrans("OIL", "011", "-")


@dataclass(frozen=True)
class WindowCode:
    """The QR code that hangs at a window; `serial` grows when it is renewed, which ends all earlier ones."""

    window: int
    serial: int


@dataclass(frozen=True)
class VisitCode:
    """The QR code on the slip of one visit."""

    visit: int


@dataclass(frozen=True)
class Nonce:
    """One form, shown once: the id of the rating that it will become, and when it was shown (UTC, milliseconds)."""

    rating: uuid.UUID
    shown_at: datetime


def write_code(code: WindowCode | VisitCode) -> str:
    """The code as it stands in the address, in lower case."""
    if isinstance(code, WindowCode):
        told = bytes([WINDOW]) + _varint(code.window) + _varint(code.serial)
    else:
        told = bytes([VISIT]) + _varint(code.visit)
    signed = told + _mac("ratings.code", told, settings.SECRET_KEY)
    return base64.b32encode(signed).decode().rstrip("=").translate(TO_OURS).lower()


def read_code(text: str) -> WindowCode | VisitCode | None:
    """What an untrusted text names, or None when it was not made by `write_code`."""
    letters = text.upper().translate(MISREAD) if text.isascii() else ""
    if not 0 < len(letters) <= MAX_CODE or not set(letters) <= set(ALPHABET):
        return None
    told = _signed_part("ratings.code", _unpadded(base64.b32decode, letters.translate(FROM_OURS), 8))
    if not told:
        return None
    kind, numbers = told[0], _varints(told[1:])
    if kind == WINDOW and len(numbers) == 2:
        return WindowCode(*numbers)
    return VisitCode(*numbers) if kind == VISIT and len(numbers) == 1 else None


def write_nonce(nonce: Nonce, code: WindowCode | VisitCode) -> str:
    """The nonce as it stands in the address of the form; it opens the form of this code alone."""
    told = nonce.rating.bytes + int(nonce.shown_at.timestamp() * 1000).to_bytes(6, "big")
    signed = told + _mac(_form_of(code), told, settings.SECRET_KEY)
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def read_nonce(text: str, code: WindowCode | VisitCode) -> Nonce | None:
    """The nonce in an untrusted text, or None when it was not made for this code."""
    if len(text) > MAX_CODE or not text.isascii():
        return None
    told = _signed_part(_form_of(code), _unpadded(base64.urlsafe_b64decode, text, 4))
    if told is None or len(told) != 22:
        return None
    return Nonce(uuid.UUID(bytes=told[:16]), datetime.fromtimestamp(int.from_bytes(told[16:], "big") / 1000, UTC))


def _form_of(code):
    return f"ratings.form:{write_code(code)}"


def _signed_part(purpose, signed):
    if len(signed) <= MAC_BYTES:
        return None
    told, mac = signed[:-MAC_BYTES], signed[-MAC_BYTES:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    good = [hmac.compare_digest(mac, _mac(purpose, told, key)) for key in keys]
    return told if any(good) else None


def _mac(purpose, told, key):
    return salted_hmac(purpose, told, secret=key, algorithm="sha256").digest()[:MAC_BYTES]


def _unpadded(decode, text, group):
    try:
        return decode(text + "=" * (-len(text) % group))
    except ValueError:  # binascii.Error is one: a length that no bytes have, or a letter of no alphabet
        return b""


def _varint(number):
    """Seven bits a byte, the lowest first: small numbers make small codes."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _varints(data):
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number, shift = 0, 0
    return numbers
