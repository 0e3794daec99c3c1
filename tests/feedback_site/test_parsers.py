"""What may come in as JSON, and what a hostile body may cost."""

import contextlib
import gzip
import io
import json
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_site.parsers import (
    MAX_BODY_BYTES,
    MAX_DEPTH,
    Malformed,
    TooLarge,
    deeper_than,
    loads,
    outside_strings,
    read_bounded,
    unpack,
)


def nested(depth, opening="[", closing="]"):
    """`{"a": …}` with so many levels in all."""
    return ('{"a":' + opening * (depth - 1) + closing * (depth - 1) + "}").encode()


def test_an_object_in_utf_8_is_read():
    assert loads('{"字": [1, -2, 2.5, true, null, "\\u0000"]}'.encode()) == {"字": [1, -2, 2.5, True, None, "\x00"]}


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"null", b"[]", b"[{}]", b"5", b'"text"', b"true", b"{", b"}", b'{"a"}', b"{'a': 1}", b'{"a": 1,}',
        b'{"a": 1} x', b'{"a": 1}{}', b"{]", b'{"a": [1}', b"// no\n{}", b'{"a": "\n"}', b'{"a": "\x00"}', b'{"a": "',
        b'{"a": "\\', b'{"a": \\"}', b'{"a": "\\x"}',
        b'\xef\xbb\xbf{"a": 1}', b'{"a": "\xff"}', b'{"a": "\xed\xa0\x80"}', b'{"a": "\xc0\xaf"}',
        '{"a": 1}'.encode("utf-16"), '{"a": 1}'.encode("utf-16-le"), '{"a": 1}'.encode("utf-32"), 
        "{'字': 1}".encode("gbk"),
        b'{"a": 1, "a": 1}', b'{"a": 1, "a": 2}', b'{"a": 1, "\\u0061": 2}', b'{"a": [{"b": 1, "b": 2}]}',
        b'{"a": NaN}', b'{"a": Infinity}', b'{"a": -Infinity}', b'{"a": 1e400}', b'{"a": -1E400}', b'{"a": [1.5e999]}',
        b'{"a": ' + b"9" * 400 + b"}", b'{"a": -' + b"9" * 21 + b"}", b'{"a": 1' + b"0" * 5_000 + b"}",
        b'{"a": 01}', b'{"a": +1}', b'{"a": 0x1}', b'{"a": 1.}', b'{"a": .5}', b'{"a": \xef\xbc\x91}',
        nested(MAX_DEPTH + 1), nested(MAX_DEPTH + 1, '{"a":', "}"), nested(100_000),
        b'{"a":' + b"[" * 500_000,
    ],
)  # fmt: skip
def test_what_is_no_plain_json_object_is_malformed(body):
    with pytest.raises(Malformed):
        loads(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b' \r\n\t{"a": 1}\n', {"a": 1}),
        (b'{"a": 9223372036854775808}', {"a": 2**63}),
        (b'{"a": -18446744073709551615}', {"a": -(2**64 - 1)}),
        (b'{"a": 1e3}', {"a": 1000.0}),
        (b'{"a": "' + b"9" * 400 + b'"}', {"a": "9" * 400}),
        (b'{"a": "[[[[[[[[[[[[[[["}', {"a": "[" * 15}),
        (
            rb'{"a": "\"[[[[[[[[[[[[[[[\\", "b": "\\\"{{{{{{{{{{{{{{{"}',
            {"a": '"' + "[" * 15 + "\\", "b": '\\"' + "{" * 15},
        ),
        (b'{"a": "1e400 NaN"}', {"a": "1e400 NaN"}),
        (b'{"a": "\\ud800"}', {"a": "\ud800"}),
        (b"{}", {}),
    ],
)
def test_odd_but_plain_json_is_read(body, value):
    assert loads(body) == value


def test_ten_levels_are_read_and_eleven_are_not():
    for pair in (("[", "]"), ('{"a":', "}")):
        body = nested(MAX_DEPTH, *pair).replace(b'"a":}', b"}")
        assert not deeper_than(MAX_DEPTH, outside_strings(body))
        assert deeper_than(MAX_DEPTH, outside_strings(nested(MAX_DEPTH + 1, *pair)))
    assert loads(nested(MAX_DEPTH))


def depth_of(value):
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 0


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.sampled_from('[]{}"\\a字'), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.sampled_from('[]{}"\\'), max_size=3), inner),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=50)
@given(value=st.dictionaries(st.text(max_size=4), values, max_size=4), ascii_only=st.booleans())
def test_all_plain_json_is_read_as_python_reads_it_and_its_depth_is_seen(value, ascii_only):
    body = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    depth = depth_of(value)
    assert deeper_than(depth, outside_strings(body)) is False
    assert deeper_than(depth - 1, outside_strings(body)) is True
    if depth <= MAX_DEPTH and (ascii_only or "\ud800" not in str(value)):
        assert loads(body) == value


@given(body=st.binary(max_size=200) | st.text(st.sampled_from('[]{}",:\\1eE-.NatrufIl '), max_size=60).map(str.encode))
def test_any_bytes_are_an_object_or_malformed(body):
    with contextlib.suppress(Malformed):
        assert isinstance(loads(body), dict)


def test_the_body_is_read_up_to_the_limit_and_not_beyond():
    assert len(unpack(read_bounded(io.BytesIO(b"x" * MAX_BODY_BYTES)), "")) == MAX_BODY_BYTES
    endless = io.BytesIO(b"x" * 50 * MAX_BODY_BYTES)
    with pytest.raises(TooLarge):
        unpack(read_bounded(endless), "")
    assert endless.tell() == MAX_BODY_BYTES + 1


def test_a_packed_body_is_unpacked_up_to_the_limit():
    assert unpack(read_bounded(io.BytesIO(gzip.compress(b"{}"))), "gzip") == b"{}"
    assert len(unpack(read_bounded(io.BytesIO(gzip.compress(b"x" * MAX_BODY_BYTES))), "gzip")) == MAX_BODY_BYTES
    bomb = gzip.compress(b"\0" * 50_000_000, 1)
    began = time.process_time()
    with pytest.raises(TooLarge):
        unpack(read_bounded(io.BytesIO(bomb)), "gzip")
    assert time.process_time() - began < 0.3


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"{}", "gzip"),
        (gzip.compress(b"{}", mtime=0)[:-6], "gzip"),
        (b"", "gzip"),
        (zlib.compress(b"{}"), "gzip"),
        (zlib.compress(b"{}"), "deflate"),
        (b"{}", "br"),
        (b"{}", "gzip, gzip"),
        (b"{}", "\x00"),
    ],
)
def test_a_packing_that_is_broken_or_unknown_is_malformed(body, encoding):
    with pytest.raises(Malformed):
        unpack(read_bounded(io.BytesIO(body)), encoding)


HOSTILE = {
    "brackets": b'{"a":' + b"[" * (MAX_BODY_BYTES - 5),
    "pairs of brackets": b'{"a":' + b"[]" * (MAX_BODY_BYTES // 2 - 3) + b"}",
    "quotes": b'"' * MAX_BODY_BYTES,
    "escaped quotes": b'{"a":"' + b'\\"' * (MAX_BODY_BYTES // 2 - 3),
    "backslashes": b'{"a":"' + b"\\" * (MAX_BODY_BYTES - 6),
    "digits": b'{"a":' + b"9" * (MAX_BODY_BYTES - 6) + b"}",
    "numbers of twenty digits": b'{"a":[' + b",".join([b"9" * 20] * 47_000) + b"]",
    "exponents": b'{"a":[1e400' + b",1e400" * 160_000 + b"]}",
    "twins": b'{"a":1,"a":2' + b',"a":1' * 160_000 + b"}",
    "blanks": b" " * MAX_BODY_BYTES,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_megabyte_is_refused_within_a_tenth_of_a_second(name):
    body = HOSTILE[name]
    assert len(body) <= MAX_BODY_BYTES
    began = time.process_time()
    with pytest.raises(Malformed):
        loads(body)
    # The rule is 0.1 s; thrice that for a machine with its hands full. What is not linear takes minutes.
    assert time.process_time() - began < 0.3
