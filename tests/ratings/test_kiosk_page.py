"""The tablet's shell: whole, the same for everybody, strict, and complete in three languages."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from ratings import views
from ratings.scale import Level

WORDS = (views.OWN / "words.js").read_text(encoding="utf-8")
HAN_THEN_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,?!:;]")


@pytest.fixture
def page(client):
    return client.get(reverse("kiosk:page"))


@pytest.fixture
def html(page):
    return page.content.decode()


def words_by_language() -> dict[str, dict[str, str]]:
    tables = re.findall(r'^  "?([\w-]+)"?: \{\n(.*?)^  \},', WORDS, re.DOTALL | re.MULTILINE)
    return {language: dict(re.findall(r'^    (\w+): "(.*)",$', body, re.MULTILINE)) for language, body in tables}


def test_the_page_is_at_kiosk_and_keeps_nobody_in_mind(page):
    assert reverse("kiosk:page") == "/kiosk/"
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    assert not page.cookies


def test_the_page_holds_to_the_strict_policy(page, html):
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_nothing_comes_from_another_host(html):
    files = "".join(path.read_text(encoding="utf-8") for path in [*views.shell_files(), views.WORKER])
    names = set(re.findall(r"https?://[^\s\"'<>)]+", html + files))
    assert names <= {"http://www.w3.org/2000/svg"}


def test_five_faces_stand_in_fixed_order_and_none_is_chosen(html):
    faces = re.findall(r'<button type="button" class="face" data-level="(\d)">', html)
    assert faces == ["5", "4", "3", "2", "1"]
    assert "aria-pressed" not in html.split('class="faces"')[1].split("</section>")[0]


def test_faces_come_before_every_other_control_of_the_question(html):
    question = html.split('id="k1"')[1]
    assert question.index('data-level="5"') < question.index('data-do="large"')


def test_without_scripts_three_languages_say_where_to_go(html):
    inside = html.split("<noscript>")[1].split("</noscript>")[0]
    said, form = inside.split("<form")
    assert re.findall(r'span lang="([\w-]+)"', said) == ["zh-Hans", "zh-Hant", "en"]
    assert re.findall(r'span lang="([\w-]+)"', form) == ["zh-Hans", "zh-Hant", "en"]
    assert 'action="/r/"' in form


def test_all_three_languages_say_the_same_things():
    tables = words_by_language()
    assert set(tables) == {"zh-hans", "zh-hant", "en"}
    assert set(tables["zh-hans"]) == set(tables["zh-hant"]) == set(tables["en"])
    assert len(tables["en"]) > 50
    for key in tables["en"]:
        numbers = {language: "{n}" in table[key] for language, table in tables.items()}
        assert len(set(numbers.values())) == 1, key


def test_only_the_place_of_the_windows_number_may_be_empty():
    empty = {(language, key) for language, table in words_by_language().items() for key in table if not table[key]}
    assert empty == {("zh-hans", "window_before"), ("zh-hant", "window_before"), ("en", "window_after")}


def test_every_word_that_is_asked_for_exists(html):
    asked = set(re.findall(r'data-(?:word|label)="(\w+)"', html))
    for path in views.OWN.glob("*.js"):
        asked |= set(re.findall(r'word\((?:state\.)?language, "(\w+)"', path.read_text(encoding="utf-8")))
    assert asked <= set(words_by_language()["en"])


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_chinese_sentences_use_full_width_marks(language):
    assert [text for text in words_by_language()[language].values() if HAN_THEN_HALF_WIDTH.search(text)] == []


@pytest.mark.parametrize("level", Level)
def test_the_faces_say_the_levels_of_the_scale(level):
    assert words_by_language()["en"][f"level_{level}"].replace("_", " ") == level.name.capitalize().replace("_", " ")


def test_the_worker_knows_every_file_of_the_page(client, html):
    script = client.get(reverse("kiosk:worker"))
    assert script["Content-Type"].startswith("text/javascript")
    shell = json.loads(re.search(r"^const SHELL = (.*);$", script.content.decode(), re.MULTILINE)[1])
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    imported = [
        f"/static/ratings/kiosk/{name}"
        for path in views.OWN.glob("*.js")
        for name in re.findall(r'from "\./([\w.]+)"', path.read_text(encoding="utf-8"))
    ]
    assert {"/kiosk/", *linked, *imported} <= set(shell)


def test_every_file_of_the_page_can_be_served():
    assert [a for a in views.shell_addresses()[1:] if not finders.find(a.removeprefix("/static/"))] == []


def test_a_changed_file_is_a_new_version(monkeypatch, tmp_path):
    before = views.shell_version()
    assert views.shell_version() == before
    changed = tmp_path / "worker.js"
    changed.write_bytes(views.WORKER.read_bytes() + b"// ")
    monkeypatch.setattr(views, "WORKER", changed)
    assert views.shell_version() != before


def test_a_running_server_does_not_announce_files_it_does_not_serve_yet(client, monkeypatch, tmp_path):
    before = client.get(reverse("kiosk:worker")).content
    changed = tmp_path / "worker.js"
    changed.write_bytes(b"// new")
    monkeypatch.setattr(views, "WORKER", changed)
    assert client.get(reverse("kiosk:worker")).content == before


def test_the_page_tells_its_version_to_the_tablet(html):
    assert f'data-version="{views.shell_version()}"' in html


def test_the_manifest_opens_the_page_without_bars(client):
    manifest = json.loads(client.get(reverse("kiosk:manifest")).content)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/kiosk/", "/kiosk/", "fullscreen")


@pytest.mark.parametrize("name", ["page", "worker", "manifest"])
def test_the_shell_is_only_ever_read(client, name):
    answer = client.post(reverse(f"kiosk:{name}"))
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD"


def test_the_whole_page_stays_small():
    size = sum(len(gzip.compress(path.read_bytes())) for path in views.shell_files())
    assert size + len(gzip.compress(views.page("").encode())) < 60 * 1024


def test_modules_stay_short_enough_to_read():
    assert [p.name for p in Path(views.OWN).iterdir() if len(p.read_text(encoding="utf-8").splitlines()) > 300] == []
