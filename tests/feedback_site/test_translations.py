"""Catalogues are compiled at every start, without gettext's tools, and only when they changed."""

import gettext
import os

import pytest

from feedback_site.translations import compile_catalogues

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "window"
msgstr "窗口"
"""


@pytest.fixture
def source(tmp_path):
    place = tmp_path / "ratings" / "locale" / "zh_Hans" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(CATALOGUE)
    return place / "django.po"


def test_a_catalogue_becomes_readable_to_django(source, tmp_path):
    assert compile_catalogues(tmp_path) == 1
    with source.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("window") == "窗口"
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_only_what_changed_is_compiled_again(source, tmp_path):
    compile_catalogues(tmp_path)
    assert compile_catalogues(tmp_path) == 0
    newer = source.with_suffix(".mo").stat().st_mtime_ns + 1
    os.utime(source, ns=(newer, newer))
    assert compile_catalogues(tmp_path) == 1
