"""Codes say what they were made for, and nothing that was made elsewhere says anything."""

import uuid
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ratings.codes import Nonce, VisitCode, WindowCode, read_code, read_nonce, write_code, write_nonce
from ratings.secrets import ALPHABET

NUMBERS = st.integers(0, 2**63 - 1)
SHOWN = datetime(2026, 11, 18, 2, tzinfo=UTC)
NONCE = Nonce(uuid.UUID(int=7, version=4), SHOWN)


@given(NUMBERS, NUMBERS)
def test_what_is_written_can_be_read(one, other):
    for code in (WindowCode(one, other), VisitCode(one)):
        written = write_code(code)
        assert read_code(written) == read_code(written.upper()) == code
        assert set(written) <= set(ALPHABET.lower())


def test_a_code_typed_from_paper_is_read_as_it_was_meant():
    written = write_code(VisitCode(10_000_000))
    spaced = "-".join(written[place : place + 4] for place in range(0, len(written), 4))
    assert read_code(spaced.replace("0", "o").replace("1", "l")) == VisitCode(10_000_000)


def test_codes_are_short_enough_for_a_small_qr_code():
    assert len(write_code(WindowCode(12, 3))) <= 18
    assert len(write_code(VisitCode(10_000_000))) <= 21


@given(st.text(max_size=80))
def test_no_other_text_names_anything(text):
    assert read_code(text) is None
    assert read_nonce(text, VisitCode(1)) is None


@given(st.text(ALPHABET, max_size=40))
def test_nobody_can_make_one_up(text):
    assert read_code(text) is None


def test_not_one_letter_can_be_changed():
    written = write_code(WindowCode(12, 3))
    others = {written[:at] + letter + written[at + 1 :] for at in range(len(written)) for letter in ALPHABET.lower()}
    # The last letter carries fewer bits than it could; nothing but those may differ.
    assert {read_code(other) for other in others} <= {None, WindowCode(12, 3)}
    assert sum(read_code(other) is not None for other in others) <= 16


def test_a_code_of_another_key_says_nothing_unless_the_key_was_this_projects_before(settings):
    written = write_code(WindowCode(12, 3))
    old, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 60
    assert read_code(written) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_code(written) == WindowCode(12, 3)


def test_a_nonce_opens_the_form_of_its_own_code_alone():
    written = write_nonce(NONCE, VisitCode(1))
    assert read_nonce(written, VisitCode(1)) == NONCE
    assert read_nonce(written, VisitCode(2)) is None
    assert read_nonce(written, WindowCode(1, 0)) is None


def test_a_nonce_is_no_code_and_a_code_no_nonce():
    assert read_code(write_nonce(NONCE, VisitCode(1))) is None
    assert read_nonce(write_code(VisitCode(1)), VisitCode(1)) is None
