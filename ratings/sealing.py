"""Sealed boxes (pure): what a visitor tells a tablet about themselves can be read by this server alone.

A box is base64 of `0x01 | 65-byte ephemeral P-256 point | 12-byte nonce | AES-256-GCM ciphertext and tag`. Its key is
HKDF-SHA256 of the ECDH secret, salt empty, info `qingchuang/{purpose}/{rating uuid}`: a box opens for the rating and
the purpose that it was made for and for nothing else. The tablet makes boxes with WebCrypto (`kiosk/sealing.js`).
"""

import base64
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
POINT_BYTES = 65
NONCE_BYTES = 12
TAG_BYTES = 16
HEAD_BYTES = len(VERSION) + POINT_BYTES + NONCE_BYTES
SCALAR_BYTES = 32
CURVE = ec.SECP256R1()
PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)


class Purpose(StrEnum):
    """What a box holds."""

    PHONE = "phone"
    QUERY_CODE = "query-code"
    VOICE = "voice"
    PETITIONER_NAME = "petitioner-name"
    PETITIONER_PHONE = "petitioner-phone"


class CannotOpen(ValueError):
    """No box, a damaged one, or one for another key, rating or purpose; which of them is not told."""


class BadKey(ValueError):
    """The text holds no usable private key; the message never repeats it."""


@dataclass(frozen=True)
class SealingKey:
    """A private key of this server and how tablets call it."""

    private: ec.EllipticCurvePrivateKey
    key_id: str  # first 16 hexadecimal digits of the SHA-256 of the public point
    point: bytes  # 65 bytes, uncompressed

    @property
    def public_key(self) -> str:
        """The public point in base64, as tablets get it."""
        return base64.b64encode(self.point).decode()


@cache
def read_keys(text: str) -> tuple[SealingKey, ...]:
    """The keys in `SEALING_KEY`, the one to seal with first; `()` for an empty text.

    Each is 32 random bytes in base64 (also the kind that is safe in addresses), or a P-256 private key in PEM, whose
    line ends may be written as a backslash and an n. Several stand one after the other, apart by blanks or commas.
    Raises `BadKey`.
    """
    text = text.replace("\\n", "\n")
    private = [_from_pem(block) for block in PEM.findall(text)]
    private += [_from_scalar(word) for word in PEM.sub(" ", text).replace(",", " ").split()]
    return tuple(_named(key) for key in private)


def seal(plaintext: bytes, *, point: bytes, purpose: Purpose, rating_id: UUID) -> str:
    """A box for the holder of the private key of `point`, as a tablet makes it. Raises `BadKey` for no such point."""
    ephemeral = ec.generate_private_key(CURVE)
    nonce = os.urandom(NONCE_BYTES)
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise BadKey("not a point of P-256") from None
    key = _box_key(ephemeral.exchange(ec.ECDH(), theirs), purpose, rating_id)
    body = AESGCM(key).encrypt(nonce, plaintext, None)
    return base64.b64encode(VERSION + _point(ephemeral.public_key()) + nonce + body).decode()


def open_box(box: str | bytes, *, key: SealingKey, purpose: Purpose, rating_id: UUID) -> bytes:
    """What was sealed in the box, given as base64 or as its bytes. Raises `CannotOpen` whatever is wrong with it."""
    raw = box if isinstance(box, bytes) else box_bytes(box)
    if len(raw) < HEAD_BYTES + TAG_BYTES or not raw.startswith(VERSION):
        raise CannotOpen
    point, nonce, body = raw[1 : 1 + POINT_BYTES], raw[1 + POINT_BYTES : HEAD_BYTES], raw[HEAD_BYTES:]
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
        return AESGCM(_box_key(key.private.exchange(ec.ECDH(), theirs), purpose, rating_id)).decrypt(nonce, body, None)
    except (ValueError, InvalidTag):
        raise CannotOpen from None


def box_bytes(box: str) -> bytes:
    """The bytes of a box in base64. Raises `CannotOpen`."""
    try:
        return base64.b64decode(box, validate=True)
    except (ValueError, TypeError):
        raise CannotOpen from None


def _box_key(secret, purpose, rating_id):
    info = f"qingchuang/{purpose}/{rating_id}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret)


def _from_pem(block):
    try:
        key = serialization.load_pem_private_key(block.encode(), password=None)
    except (ValueError, TypeError):
        raise BadKey("a PEM block that cannot be read") from None
    if not (isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == CURVE.name):
        raise BadKey("a PEM block with a key that is not of the curve P-256")
    return key


def _from_scalar(word):
    digits = word.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        plain = base64.b64decode(digits + "=" * (-len(digits) % 4), altchars=b"-_", validate=True)
    except ValueError:
        plain = b""
    if len(plain) != SCALAR_BYTES:
        raise BadKey("a word that is not 32 bytes in base64")
    try:
        return ec.derive_private_key(int.from_bytes(plain), CURVE)
    except ValueError:
        raise BadKey("a number outside the curve's order") from None


def _named(private):
    point = _point(private.public_key())
    return SealingKey(private, sha256(point).hexdigest()[:16], point)


def _point(public):
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
