"""Telephone numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.telephones import mask_phone, read_phone, spoken_phone


@pytest.mark.parametrize(
    ("typed", "read", "masked", "spoken"),
    [
        ("13800138000", "13800138000", "138****8000", "138 0013 8000"),
        ("+86 138 0013 8000", "13800138000", "138****8000", "138 0013 8000"),
        ("0086-13800138000", "13800138000", "138****8000", "138 0013 8000"),
        ("８６１３８００１３８０００", "13800138000", "138****8000", "138 0013 8000"),
        ("138-0013-8000", "13800138000", "138****8000", "138 0013 8000"),
        ("0755-83501234", "075583501234", "0755****1234", "0755 8350 1234"),
        ("(010) 6552 9999", "01065529999", "010****9999", "010 6552 9999"),
        ("+86 755 8350 1234", "075583501234", "0755****1234", "0755 8350 1234"),
        ("0317—2345678", "03172345678", "0317****678", "0317 234 5678"),
        ("400-820-8820", "4008208820", "400****820", "4008208820"),
        ("+852 2345 6789", "+85223456789", "+85****6789", "+85223456789"),
    ],
)
def test_numbers_of_every_kind_are_read_masked_and_spoken(typed, read, masked, spoken):
    assert (read_phone(typed), mask_phone(read), spoken_phone(read)) == (read, masked, spoken)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "12345", "11800138000", "1380000%", "1380013800", "138001380001", "一三八〇〇", "abcdefghijk",
        "8" * 200, "83501234", "0755", "+", "+86", "++8613800138000", "138\x0000138000", "13800138000;", "0000000000",
        None, 13800138000, ["13800138000"],
    ],
)  # fmt: skip
def test_what_is_no_number_is_none(typed):
    assert read_phone(typed) == ""


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error_and_reading_twice_changes_nothing(typed):
    read = read_phone(typed)
    assert read_phone(read) == read
    if read:
        masked = mask_phone(read)
        assert "****" in masked and read not in masked
        assert sum(char.isdigit() for char in masked) <= sum(char.isdigit() for char in read) - 3
        assert read_phone(spoken_phone(read)) == read
