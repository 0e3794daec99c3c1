"""Every word for people is in every catalogue, in whole, and keeps its placeholders."""

import re

import polib
import pytest

from feedback_site.messages import Message, catalogue, messages_of, needed, own_messages

LOCALES = ("zh_Hans", "zh_Hant")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")
HAN = "[\u4e00-\u9fff]"


@pytest.fixture(scope="module", params=LOCALES)
def locale(request):
    return request.param


@pytest.fixture(scope="module")
def entries(locale):
    return list(polib.pofile(str(catalogue(locale))))


def words(entry):
    return [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())


def test_no_word_of_the_code_is_missing(locale, entries):
    held = {Message(entry.msgid, entry.msgid_plural, entry.msgctxt or "") for entry in entries}
    assert needed(locale) - held == set()


def test_no_word_is_left_untranslated_or_fuzzy(entries):
    assert [entry.msgid for entry in entries if entry.fuzzy or not all(words(entry))] == []


def test_no_word_stays_that_nobody_says_any_more(locale, entries):
    assert {entry.msgid for entry in entries} - {message.text for message in needed(locale)} == set()


def test_placeholders_survive_translation(entries):
    for entry in entries:
        for text in words(entry):
            allowed = {*PLACEHOLDER.findall(entry.msgid), *PLACEHOLDER.findall(entry.msgid_plural)}
            assert set(PLACEHOLDER.findall(text)) <= allowed, entry.msgid


def test_chinese_is_set_with_chinese_punctuation(entries):
    """ux/README A21: no half-width , ? ! : ; after a Han character."""
    wrong = [text for entry in entries for text in words(entry) if re.search(rf"{HAN}[,?!:;]", text)]
    assert wrong == []


def test_words_are_found_in_code_and_in_templates():
    found = own_messages()
    assert Message("window") in found  # ratings/models/duty.py
    assert any(message.plural for message in messages_of("unfold")), "plural forms in templates are found"
