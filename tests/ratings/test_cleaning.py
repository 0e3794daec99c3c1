"""Every kind of comment of reliability.md d.1."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.cleaning import MAX_COMMENT, MAX_MARKS, UNSTORABLE, clean_comment, mask_personal

ZALGO = "e" + "\u0301" * 10_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "办得很快，谢谢！",
        "一行\n二行\t缩进\r\n三行",
        "𠮷野家 👍🏽 👩‍👩‍👧",
        "<script>alert(1)</script>",
        "=1+1",
        "\u202eright to left\u202c",
        "zero\u200bwidth\ufeff",
        "é e\u0301",
        "字" * MAX_COMMENT,
        ("e" + "\u0301" * MAX_MARKS) * MAX_COMMENT,
    ],
)
def test_what_can_be_stored_is_stored_word_for_word_without_a_flag(text):
    assert clean_comment(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b", "ab"),
        ("a\x0bb", "ab"),
        ("a\x1bb\x7fc\x85d", "abcd"),
        ("a\ud800b\udfffc", "abc"),
        ("\x00", ""),
    ],
)
def test_nul_controls_and_lone_surrogates_are_taken_out_and_flagged(text, kept):
    assert clean_comment(text) == (kept, ["comment_cleaned"])


def test_a_comment_over_the_limit_is_cut_and_flagged():
    assert clean_comment("字" * (MAX_COMMENT + 1)) == ("字" * MAX_COMMENT, ["comment_cut"])


def test_combining_marks_do_not_count_as_characters_of_their_own():
    kept, flags = clean_comment("e\u0301" * (MAX_COMMENT + 1))
    assert (kept, flags) == ("e\u0301" * MAX_COMMENT, ["comment_cut"])


def test_ten_thousand_marks_on_one_letter_are_cut_to_a_few():
    assert clean_comment(ZALGO + "end") == ("e" + "\u0301" * MAX_MARKS + "end", ["comment_cut"])


def test_cut_and_cleaned_are_both_said():
    assert clean_comment("\x00" + "字" * 3_000) == ("字" * MAX_COMMENT, ["comment_cleaned", "comment_cut"])


@pytest.mark.parametrize(
    "text",
    [
        "我的号码13800001234",
        "13800001234",
        "电话 138-0000-1234",
        "电话 138 0000 1234",
        "+8613800001234",
        "+86 138 0000 1234",
        "１３８００００１２３４",
        "身份证11010519491231002X",
        "身份证 11010519491231002x。",
        "110105194912310021",
    ],
)
def test_numbers_that_identify_a_person_are_stored_flagged_and_masked_in_lists(text):
    kept, flags = clean_comment(text)
    assert (kept, flags) == (text, ["personal_data"])
    masked = mask_personal(text)
    assert len(masked) == len(text)
    assert sum(char.isdigit() for char in masked) <= 2
    assert (
        unicodedata.normalize("NFKC", text.rstrip("。"))[-2:] == unicodedata.normalize("NFKC", masked.rstrip("。"))[-2:]
    )


@pytest.mark.parametrize("text", ["等了 12345678 秒", "10 号窗口 2026-11-18", "1234567890123456789012", "23800001234"])
def test_other_numbers_are_nobodys(text):
    assert clean_comment(text) == (text, [])
    assert mask_personal(text) == text


@given(text=st.text(max_size=300))
def test_whatever_is_written_can_be_stored(text):
    kept, _flags = clean_comment(text)
    assert not UNSTORABLE.search(kept)
    kept.encode("utf-8")
    assert clean_comment(kept)[0] == kept


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_readable_text_stays_as_it_is_up_to_the_marks_of_an_attack(text):
    kept, flags = clean_comment(text)
    assert kept == text or "comment_cut" in flags
