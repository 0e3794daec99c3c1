"""Receipts made by tablets, and numbers as people type them."""

from string import ascii_uppercase, digits

import pytest

from ratings.receipts import LETTERS, check_letter, folded, is_receipt

# The kiosk's own module is held against the same ones.
VECTORS = [("YX07030186", "A"), ("A11230701", "W"), ("B123199AY", "M")]


@pytest.mark.parametrize(("characters", "letter"), VECTORS)
def test_the_check_letter_of_known_receipts(characters, letter):
    assert check_letter(characters) == letter


@pytest.mark.parametrize("receipt", ["YX0703-0186-A", "A1123-0701-W", "B1231-99AY-M"])
def test_receipts_as_tablets_write_them(receipt):
    assert is_receipt(receipt)


@pytest.mark.parametrize(
    "text",
    [
        "YX0703-0186-B", "yx0703-0186-a", "YX0703-0186", "YX07030186A", "YX1303-0186-A", "YX0732-0186-A",
        "A1123-0001-W", "", "\x00", "YX0703-0186-A ",
        "ＹＸ0703-0186-A", "X" * 1000, None, 7, ["YX0703-0186-A"], {"$ne": 1},
    ],
)  # fmt: skip
def test_everything_else_is_no_receipt(text):
    assert not is_receipt(text)


def test_every_wrong_digit_and_every_swap_of_neighbours_is_found():
    right = "YX07030186"
    for place in range(2, len(right)):
        for digit in set(digits) - {right[place]}:
            assert check_letter(right[:place] + digit + right[place + 1 :]) != "A"
    for first in range(2, len(right) - 1):
        swapped = right[:first] + right[first + 1] + right[first] + right[first + 2 :]
        assert swapped == right or check_letter(swapped) != "A"


def test_the_letters_are_ones_that_nobody_takes_for_a_digit():
    assert (len(LETTERS), set(ascii_uppercase) - set(LETTERS)) == (20, set("ILOQUZ"))


@pytest.mark.parametrize(
    "typed",
    [
        "YX0703-0186-K",
        "yx0703-0186-k",
        " YX 0703 0186 K ",
        "ＹＸ０７０３－０１８６－Ｋ",
        "YXO7O3-OI86-K",
        "YX07030l86K",
    ],
)
def test_what_people_type_is_compared_without_its_looks(typed):
    assert folded(typed) == "YX07030186K"


@pytest.mark.parametrize(
    "typed",
    ["", "%", "_%", "*", "' OR 1=1", "[]", "\x00", "------", "张三", "A" * 65, "𝟘" * 65, None, 7, [], {"$ne": 1}, True],
)
def test_what_can_be_no_number_is_nothing(typed):
    assert folded(typed) == ""
