"""Reading JSON from outside: bounded in size and depth, and strict where Python's reader is lenient."""

import json
import math
import re
import zlib

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser

MAX_BODY_BYTES = 1_000_000
MAX_DEPTH = 10
MAX_DIGITS = 20  # 2^63 has 19
LONG_NUMBER = re.compile(rb"(?<![0-9])[0-9]{%d}" % (MAX_DIGITS + 1))
EXPONENT = re.compile(rb"[0-9][eE]")  # without one, a number of so few digits is finite
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
ROUND_AS_SQUARE = bytes.maketrans(b"{}", b"[]")


class Malformed(APIException):
    """The body is not the JSON that was asked for."""

    status_code = 400
    default_code = "malformed"
    default_detail = _("The body is not a JSON object in UTF-8.")


class TooLarge(APIException):
    """The body is over the limit; the answer names the limits so that a tablet can halve its batch."""

    status_code = 413
    default_code = "too_large"
    default_detail = _("The call is too large.")
    extra = {"limits": {"max_bytes": MAX_BODY_BYTES, "max_items": 1000}}


class StrictJSONParser(BaseParser):
    """`application/json` only: an object, no duplicate keys, no NaN, no number without bounds, at most ten levels."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        request = parser_context["request"] if parser_context else None
        encoding = request.META.get("HTTP_CONTENT_ENCODING", "") if request else ""
        body = read_bounded(stream)
        if request:
            request.bytes_as_sent = body  # what a signature is about
        return loads(unpack(body, encoding.strip().lower()))


def read_bounded(stream) -> bytes:
    """The body as it came; never more than the limit is held."""
    body = stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge
    return body


def unpack(body: bytes, encoding: str) -> bytes:
    """The body, unpacked when it is gzip; never more than the limit is held."""
    if not encoding or encoding == "identity":
        return body
    if encoding != "gzip":
        raise Malformed
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise Malformed from None
    if len(unpacked) > MAX_BODY_BYTES:
        raise TooLarge
    if not unpacker.eof:
        raise Malformed  # cut off on the way
    return unpacked


def loads(body: bytes) -> dict:
    """A JSON object from bytes in UTF-8, or `Malformed`.

    What would make Python's reader recurse or count without bounds is found before it reads, by a few passes in C: a
    hostile body at the size limit must cost no more than an honest one.
    """
    outside = outside_strings(body)
    if deeper_than(MAX_DEPTH, outside) or LONG_NUMBER.search(outside):
        raise Malformed
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse,
            parse_float=_finite if EXPONENT.search(outside) else None,
        )
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(value, dict):
        raise Malformed
    return value


def outside_strings(body: bytes) -> bytes:
    """The body without its strings; anything, but no error, for what is no JSON."""
    return b" ".join(body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])


def deeper_than(limit: int, outside: bytes) -> bool:
    """Whether brackets nest deeper than `limit`, or do not match at all.

    Each pass takes the innermost pairs away, so that what is well nested is gone after as many passes as it is deep.
    """
    brackets = outside.translate(ROUND_AS_SQUARE, NOT_BRACKETS)
    for _pass in range(limit):
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _without_repeats(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Malformed
    return result


def _refuse(constant):
    raise Malformed


def _finite(text):
    value = float(text)
    if not math.isfinite(value):
        raise Malformed
    return value
