"""What people see before they sign in, and when something is not there or not allowed."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGES = ["feedback_site/front.html", "400.html", "403.html", "403_csrf.html", "500.html"]


def test_the_front_page_says_what_is_where(client):
    html = client.get("/").content.decode()
    for name in ("kiosk:page", "admin:complaints_ticket_changelist", "admin:index", "docs"):
        assert f'href="{reverse(name)}"' in html
    for address in re.findall(r'href="(/[^"]*)"', html):
        if not address.startswith("/static/"):
            assert client.get(address).status_code in (200, 302), address


def test_it_speaks_simplified_chinese_whatever_the_browser_asks_for(client):
    html = client.get("/", headers={"accept-language": "fr, en"}).content.decode()
    assert '<html lang="zh-hans">' in html


@pytest.mark.parametrize("code, name", [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")])
def test_each_language_is_one_tap_away_and_says_its_own_name(client, code, name):
    assert f'value="{code}" lang="{code}"' in client.get("/").content.decode()
    answer = client.post(reverse("set_language"), {"language": code, "next": "/"}, follow=True)
    html = answer.content.decode()
    assert f'<html lang="{code}">' in html
    assert f'lang="{code}" aria-current="true">{name}<' in html


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_language_switch_leads_nowhere_else(client, target):
    answer = client.post(reverse("set_language"), {"language": "en", "next": target})
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_an_unknown_language_in_the_cookie_is_ignored(client):
    client.cookies["django_language"] = "xx'><"
    assert '<html lang="zh-hans">' in client.get("/").content.decode()


@pytest.mark.parametrize("template", PAGES)
def test_no_page_outside_the_admin_has_inline_script_or_style(rf, template):
    html = render_to_string(template, request=rf.get("/"))
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|javascript:", html)


def test_the_strict_policy_holds_on_the_front_page(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_people_get_a_page_and_programs_a_code_when_there_is_nothing(client):
    page = client.get("/nowhere/<b>/")
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html")
    assert 'class="problem"' in page.content.decode()
    assert "nowhere" not in page.content.decode()
    answer = client.get("/api/v1/nowhere/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_character_that_no_database_takes_is_a_bad_request(client):
    answer = client.get("/?q=%00")
    assert answer.status_code == 400
    assert 'class="problem"' in answer.content.decode()


def test_who_may_not_is_told_in_plain_words(client):
    client.force_login(UserFactory(role="clerk"))
    client.cookies["django_language"] = "en"
    answer = client.get(reverse("admin:ratings_rating_changelist"))
    assert answer.status_code == 403
    assert "You may not do this" in answer.content.decode()


def test_an_expired_form_says_what_to_do():
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    answer = client.post(reverse("set_language"), {"language": "en"})
    assert answer.status_code == 403
    assert "The form has expired" in answer.content.decode()


def test_a_failure_of_ours_is_a_page_without_a_word_of_its_cause(client, monkeypatch):
    monkeypatch.setattr("feedback_site.views.render", lambda *args: 1 / 0)
    client.raise_request_exception = False
    client.cookies["django_language"] = "en"
    answer = client.get("/")
    assert answer.status_code == 500
    assert "It is our fault, not yours" in answer.content.decode()
    assert "Division" not in answer.content.decode()


def test_a_host_that_we_are_not_is_refused(client):
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()
