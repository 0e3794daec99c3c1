"""A device with a key of its own, as a browser makes one."""

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from rest_framework.test import APIClient


class Device:
    """Signs what it sends; `token` is whatever it was told."""

    def __init__(self, token="the-token"):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.client = APIClient(raise_request_exception=False)
        self.token = token

    @property
    def public_key(self):
        key = self.private.public_key()
        return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def signature(self, body: bytes) -> str:
        r, s = decode_dss_signature(self.private.sign(body, ec.ECDSA(hashes.SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()

    def send(self, content, path="/api/v1/ratings/", *, method="POST", signature=None, **headers):
        """The answer; `signature` in place of the true one."""
        body = json.dumps(content).encode()
        told = {"HTTP_X_TABLET_SIGNATURE": self.signature(body) if signature is None else signature}
        told["HTTP_AUTHORIZATION"] = f"Tablet {self.token}"
        return self.client.generic(method, path, body, "application/json", **told, **headers)
