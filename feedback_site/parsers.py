"""Reading JSON from outside: bounded in size and depth, and strict where Python's reader is lenient."""

import json
import math
import zlib

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser

MAX_BODY_BYTES = 1_000_000
MAX_DEPTH = 10
MAX_DIGITS = 20  # 2^63 has 19


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
        body = read_bounded(stream, request.META.get("HTTP_CONTENT_ENCODING", "") if request else "")
        return loads(body)


def read_bounded(stream, encoding: str) -> bytes:
    """The body, unpacked when it is gzip; never more than the limit is held."""
    body = stream.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge
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
    return unpacked


def loads(body: bytes) -> dict:
    """A JSON object from bytes in UTF-8, or `Malformed`."""
    try:
        text = body.decode("utf-8")
        if depth(text) > MAX_DEPTH:
            raise Malformed
        value = json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_bounded,
        )
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(value, dict):
        raise Malformed
    return value


def depth(text: str) -> int:
    """How deep brackets nest outside of strings; counted before the reader recurses into them."""
    deepest = level = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            level += 1
            deepest = max(deepest, level)
        elif char in "]}":
            level -= 1
    return deepest


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


def _bounded(text):
    if len(text) > MAX_DIGITS:
        raise Malformed
    return int(text)
