"""The key of a device: what its public half may be, and whether it signed these bytes (reliability.md D18). Pure.

A tablet's private half cannot leave its browser, so a token that was copied to another machine stores nothing there.
"""

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

MAX_KEY = 200  # characters of base64; a P-256 key has 124
HALF = 32  # bytes of r and of s
ALGORITHM = ec.ECDSA(hashes.SHA256())


class InvalidKey(ValueError):
    """This is no public key on the curve P-256."""


def read_public_key(value) -> str:
    """The key in its one canonical form (base64 of its SPKI) from an untrusted value; raises `InvalidKey`."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_KEY:
        raise InvalidKey
    try:
        key = load_der_public_key(base64.b64decode(value, validate=True))
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        raise InvalidKey from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidKey
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def is_signed(public_key: str, signature: str, body: bytes) -> bool:
    """Whether `signature` (base64 of r and s, as WebCrypto writes it) is this key's word for exactly these bytes."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        return False
    if len(raw) != 2 * HALF:
        return False
    r, s = int.from_bytes(raw[:HALF], "big"), int.from_bytes(raw[HALF:], "big")
    try:
        _loaded(public_key).verify(encode_dss_signature(r, s), body, ALGORITHM)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4096)
def _loaded(public_key):
    return load_der_public_key(base64.b64decode(public_key))
