"""What is no rating, and what is put right and kept aside instead."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.items import MAX_REASONS, Refused, as_sent, content_hash, read_id, read_item
from ratings.sequence import MAX_SEQ
from tests.ratings.sending import item

IDENTITY = "0198b7c2-6f0b-7b6e-9a51-3f1c2d4e5f60"


def refusal(raw):
    with pytest.raises(Refused) as caught:
        read_item(raw)
    return caught.value.code


@pytest.mark.parametrize("raw", [None, [], "text", 5, 1.5, True, [{"id": IDENTITY}]])
def test_what_is_no_object_is_no_item(raw):
    assert refusal(raw) == "malformed_item"
    assert read_id(raw) is None


@pytest.mark.parametrize(
    "identity",
    [
        ..., None, "", 5, True, [], {}, "not-a-uuid", "00000000-0000-0000-0000-000000000000", f"{{{IDENTITY}}}",
        IDENTITY + "0", IDENTITY[:-1], IDENTITY.replace("-", ""), f"urn:uuid:{IDENTITY}", IDENTITY + "\n",
        "０198b7c2-6f0b-7b6e-9a51-3f1c2d4e5f60", IDENTITY[:-1] + "\x00",
    ],
)  # fmt: skip
def test_an_identity_is_a_uuid_in_its_usual_form(identity):
    assert refusal(item(id=identity)) == "invalid_id"


def test_upper_case_is_the_same_identity():
    assert read_item(item(id=IDENTITY.upper())).id == read_item(item(id=IDENTITY)).id


@pytest.mark.parametrize("seq", [..., None, 0, -1, 1.0, "1", True, MAX_SEQ + 1, 2**63, [], {}])
def test_a_number_is_whole_and_from_one_up(seq):
    assert refusal(item(seq=seq)) == "invalid_seq"


@pytest.mark.parametrize("level", [..., None, 0, 6, -1, 3.5, 3.0, "3", "３", True, False, [], {}, 10**18])
def test_a_level_is_one_of_five_whole_numbers_and_nothing_is_coerced(level):
    assert refusal(item(level=level)) == "invalid_level"


def test_the_level_is_data_all_five_are_read_alike():
    read = [read_item(item(level=level, id=IDENTITY)) for level in (5, 4, 3, 2, 1)]
    assert [one.level for one in read] == [5, 4, 3, 2, 1]
    assert all(one.flags == {} for one in read)


def test_only_identity_number_and_level_are_needed():
    read = read_item({"id": IDENTITY, "seq": 1, "level": 2})
    assert (read.reasons, read.comment, read.case_no, read.modes, read.answered_ms) == ((), "", "", (), None)
    assert read.flags == {}


@pytest.mark.parametrize(
    ("fields", "name", "kept"),
    [
        ({"comment": 5}, "comment_unreadable", "5"),
        ({"comment": {"a": "字"}}, "comment_unreadable", '{"a":"\\u5b57"}'),
        ({"comment": "a\x00b"}, "comment_as_sent", '"a\\u0000b"'),
        ({"reasons": "517"}, "reasons_unreadable", '"517"'),
        ({"reasons": [517]}, "reasons_unreadable", "[517]"),
        ({"reasons": ["x" * 41]}, "reasons_unreadable", f'["{"x" * 41}"]'),
        ({"reasons": ["5\x0017"]}, "reasons_unreadable", '["5\\u000017"]'),
        ({"reasons": ["\ud800"]}, "reasons_unreadable", '["\\ud800"]'),
        ({"reasons": [str(n) for n in range(MAX_REASONS + 1)]}, "reasons_unreadable", None),
        ({"modes": {"low_reach": True}}, "modes_unreadable", '{"low_reach":true}'),
        ({"modes": ["low_reach", "telepathy"]}, "modes_unknown", '["telepathy"]'),
        ({"visit": 5}, "visit_unreadable", "5"),
        ({"visit": "9" * 51}, "visit_unreadable", None),
        ({"visit": "a\x00"}, "visit_unreadable", '"a\\u0000"'),
        ({"language": "fr"}, "language_unknown", '"fr"'),
        ({"language": ["zh-hans"]}, "language_unknown", '["zh-hans"]'),
        ({"answered_ms": -1}, "answered_ms_unreadable", "-1"),
        ({"answered_ms": 2**31}, "answered_ms_unreadable", str(2**31)),
        ({"answered_ms": "2140"}, "answered_ms_unreadable", '"2140"'),
        ({"answered_ms": True}, "answered_ms_unreadable", "true"),
    ],
)
def test_what_cannot_be_used_is_kept_aside_word_for_word(fields, name, kept):
    flags = read_item(item(**fields)).flags
    assert flags[name] == kept if kept else name in flags


def test_known_modes_stay_when_an_unknown_one_is_beside_them():
    assert read_item(item(modes=["low_reach", "telepathy"])).modes == ("low_reach",)


def test_a_reason_tapped_twice_counts_once():
    assert read_item(item(reasons=["517", "510", "517"])).reasons == ("517", "510")


def test_fields_too_many_are_counted_and_ignored():
    assert read_item(item(mood="fine", weather="rain")).flags == {"extra_fields": 2}


def test_only_the_word_true_amends():
    assert [read_item(item(amends=value)).amends for value in (True, False, None, 1, "true")] == [True] + [False] * 4


def test_the_content_is_the_same_whatever_the_order_of_the_fields():
    raw = item()
    assert content_hash(raw) == content_hash(dict(reversed(raw.items())))


@pytest.mark.parametrize(
    "change",
    [
        {"level": 4}, {"seq": 2}, {"comment": "x"}, {"reasons": ["517"]}, {"visit": "1"}, {"rated_at": "later"},
        {"language": "en"}, {"modes": ["keypad"]}, {"answered_ms": 1},
    ],
)  # fmt: skip
def test_every_part_of_the_content_counts(change):
    assert content_hash(item(id=IDENTITY)) != content_hash(item(id=IDENTITY, **change))


def test_how_it_was_sent_does_not_count_as_content():
    raw = item(id=IDENTITY)
    sent_anew = {**raw, "id": IDENTITY.upper(), "amends": True, "amended_at": "2026-11-18T10:00:30+08:00", "try": 7}
    assert content_hash(raw) == content_hash(sent_anew)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
fields = st.dictionaries(st.sampled_from(sorted(item())) | st.text(max_size=8), values, max_size=8)


@settings(max_examples=50)
@given(changes=fields)
def test_any_json_is_read_or_refused_with_a_word_and_never_fails(changes):
    raw = {**item(), **changes}
    try:
        read = read_item(raw)
    except Refused as refused:
        assert refused.code in {"invalid_id", "invalid_seq", "invalid_level"}
    else:
        assert as_sent(read.flags).isascii()
        "".join([read.comment, read.case_no, *read.reasons, *read.modes]).encode("utf-8")
        assert "\x00" not in read.comment + read.case_no + "".join(read.reasons)


@given(raw=values)
def test_what_is_kept_word_for_word_can_be_read_back(raw):
    text = as_sent(raw)
    assert text.isascii()
    assert "\x00" not in text
    assert json.loads(text) == raw
