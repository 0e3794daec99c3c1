"""The admin's frame: search, side bar, languages, policy, and lists that count only so far."""

import re

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from feedback_site.admin import BaseAdmin
from feedback_site.admin.filters import read_day
from feedback_site.admin.lists import CappedPaginator
from feedback_site.models import StaffMember, User
from tests.factories import HallFactory, StaffFactory, UserFactory, WindowFactory
from tests.feedback_site.test_admin import page
from tests.project.population import MARKS

FOREIGN = MARKS["B"]


@pytest.mark.parametrize(
    "query", ["", "?s=", "?s=%ED", "?s=a&page=a", "?s=a&page=-1", f"?s={'长' * 3000}", "?extended=1&s=x"]
)
def test_the_search_of_the_side_bar_survives_odd_questions(population, query):
    assert population.clients["superuser"].get(reverse("admin:search") + query).status_code == 200


@pytest.mark.parametrize("extended", ["", "&extended=1"])
def test_the_search_of_the_side_bar_finds_rows_of_the_own_hall_only(population, extended):
    found = population.clients["manager A"].get(f"{reverse('admin:search')}?s=标记{extended}").content.decode()
    assert MARKS["A"] in found
    assert FOREIGN not in found


def test_the_search_of_the_side_bar_names_no_page_that_one_may_not_open(population):
    found = population.clients["clerk"].get(f"{reverse('admin:search')}?s=a&extended=1").content.decode()
    assert page("ratings.rating", "changelist") not in found
    assert page("feedback_site.user", "changelist") not in found


def test_the_side_bar_and_the_start_page_name_what_one_may_open(population):
    start = population.clients["clerk"].get(reverse("admin:index")).content.decode()
    assert start.count(f'href="{page("feedback_site.window", "changelist")}"') == 2
    assert page("ratings.rating", "changelist") not in start


def test_every_page_of_the_side_bar_exists(population):
    start = population.clients["superuser"].get(reverse("admin:index")).content.decode()
    links = set(re.findall(r'class="qc-card" href="([^"]+)"', start))
    assert len(links) == sum(len(group["items"]) for group in settings.UNFOLD["SIDEBAR"]["navigation"])
    assert {population.clients["superuser"].get(link).status_code for link in links} == {200}


def test_every_page_stands_on_the_one_base():
    assert [model for model, page in admin.site._registry.items() if not isinstance(page, BaseAdmin)] == []


def test_the_admin_is_checked_without_a_database(monkeypatch, django_db_blocker):
    with django_db_blocker.block():
        call_command("check", tags=["admin"])


# Session, person, two for the permissions, count and rows; filters by hall or window ask once each for their choices.
@pytest.mark.parametrize(
    "label, queries",
    [
        ("feedback_site.hall", 6),
        ("feedback_site.window", 7),
        ("feedback_site.staffmember", 7),
        ("feedback_site.serviceitem", 7),
    ],
)
def test_the_directorys_lists_ask_the_same_number_of_questions_at_any_length(
    population, django_assert_num_queries, label, queries
):
    client = population.clients["auditor"]
    with django_assert_num_queries(queries):
        client.get(page(label, "changelist"))
    for _ in range(6):
        WindowFactory(hall=HallFactory())
        StaffFactory()
    with django_assert_num_queries(queries):
        client.get(page(label, "changelist"))


@pytest.mark.django_db
def test_a_list_counts_only_so_far(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(CappedPaginator, "limit", 3)
    hall = HallFactory()
    StaffFactory.create_batch(4, hall=hall)
    pages = CappedPaginator(StaffMember.objects.filter(hall=hall), 2)
    with django_assert_num_queries(1) as asked:
        assert (pages.count, pages.num_pages, pages.is_capped) == (3, 2, True)
    assert "LIMIT 4" in asked[0]["sql"]
    assert not CappedPaginator(StaffMember.objects.none(), 2).is_capped


@pytest.mark.django_db
def test_a_capped_list_says_so(client, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "limit", 1)
    client.force_login(UserFactory(is_superuser=True))
    HallFactory.create_batch(2)
    client.cookies["django_language"] = "en"
    assert "More than 1. Narrow the list" in client.get(page("feedback_site.hall", "changelist")).content.decode()


@pytest.mark.parametrize(
    "text, day",
    [
        ("2026-11-18", "2026-11-18"), ("1970-01-01", "1970-01-01"), ("0001-01-01", "None"), ("0000-01-01", "None"),
        ("10000-01-01", "None"), ("9999-12-31", "None"), ("2026-02-30", "None"), ("yesterday", "None"), ("", "None"),
        (None, "None"),
    ],
)  # fmt: skip
def test_only_a_sensible_day_narrows_a_list(text, day):
    assert str(read_day(text)) == day


@pytest.mark.parametrize("code, word", [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")])
def test_the_chosen_language_is_kept(population, code, word):
    client = Client()
    client.force_login(UserFactory(role="hall manager"))
    client.post(reverse("set_language"), {"language": code, "next": reverse("admin:index")})
    start = client.get(reverse("admin:index"))
    assert f'<html lang="{code}"' in start.content.decode()
    assert re.search(rf'value="{code}" lang="{code}" aria-current="true">{word}<', start.content.decode())


def test_the_admins_policy_allows_eval_and_inline_styles_and_nothing_from_elsewhere(population):
    policy = population.clients["manager A"].get(reverse("admin:index"))["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "http" not in policy


def test_roles_are_shown_in_the_readers_language(population):
    assert Group.objects.filter(name="hall manager").exists()
    client = population.clients["superuser"]
    for address in (page("auth.group", "changelist"), page("feedback_site.user", "change", User.objects.first().pk)):
        assert client.get(address).status_code == 200


def test_a_built_in_role_shows_its_name_in_words_and_keeps_its_key(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    role = Group.objects.get(name="hall manager")
    path = f"/admin/auth/group/{role.pk}/change/"
    page = client.get(path).content.decode()
    assert "大厅主管" in page
    assert 'name="name"' not in page
    client.post(path, {"name": "renamed", "permissions": [permission.pk for permission in role.permissions.all()]})
    role.refresh_from_db()
    assert role.name == "hall manager"
