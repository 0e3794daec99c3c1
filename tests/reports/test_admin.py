"""The manager's weekly report in the admin: what it shows, what it hides, and how many queries it takes."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback_site.models import StaffMember
from reports.building import build_week
from reports.models import WeeklySummary
from tests.factories import UserFactory
from tests.reports.hall_life import (
    MONDAY,
    MONDAY_SIX,
    TUESDAY_TEN,
    WEEK,
    a_hall,
    a_person,
    exclude,
    on_duty,
    rate,
    visits,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/reports/weeklysummary/"
FIGURES = re.compile(r"\d %|\d%|level-bar|weeks-strip|<circle cx=\"[\d.]+\" cy=\"12\"")


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def hall():
    """Window 1: 86 ratings this week and 40 last; window 2: nine ratings."""
    hall = a_hall()
    staff = a_person(hall, "X1003", pinyin="li xiaofang")
    on_duty(staff)
    rate(staff, "5" * 61 + "4" * 17 + "33333" + "22" + "1")
    exclude(rate(staff, "1")[0])
    rate(staff, "5" * 30 + "4" * 10, TUESDAY_TEN - timedelta(weeks=1))
    visits(staff, 241)
    shy = a_person(hall, "X1004")
    on_duty(shy, hall.windows.create(number="2", name="counter"))
    rate(shy, "1" * 9)
    build_week(hall=hall, week=WEEK.previous(), at=MONDAY)
    build_week(hall=hall, week=WEEK, at=MONDAY_SIX)
    return hall


@pytest.fixture
def manager(hall, client):
    client.force_login(UserFactory(role="hall manager", hall=hall))
    return client


def page_of(client, staff_no="X1003", week=WEEK):
    row = WeeklySummary.objects.current().get(staff__staff_no=staff_no, week_starts_on=week.starts_on)
    answer = client.get(reverse("admin:reports_weeklysummary_change", args=[row.pk]))
    assert answer.status_code == 200
    return main_of(answer)


def main_of(answer):
    """The page without the admin's frame."""
    return answer.content.decode().split('id="content"', 1)[1]


def listed(client, query=""):
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return [row.staff.staff_no for row in answer.context["cl"].result_list]


def test_the_list_has_a_line_for_each_person_of_the_newest_week_in_window_order(manager, hall):
    person = a_person(hall, "X0001")
    on_duty(person, hall.windows.create(number="10", name="counter"))
    rate(person, "5" * 50)
    build_week(hall=hall, week=WEEK, at=MONDAY_SIX)
    assert listed(manager) == ["X1003", "X1004", "X0001"]


def test_a_line_shows_weather_count_distribution_and_index(manager):
    content = main_of(manager.get(LIST))
    assert "Sunny" in content
    assert "86 ratings: very satisfied 61, satisfied 17" in content
    assert "index 89, between 84 and 93" in content
    assert "no clear change" in content
    assert "241" in content


def test_a_line_in_fog_shows_the_count_and_nothing_else(manager):
    content = main_of(manager.get(LIST + "?q=X1004"))
    assert "Not clear" in content and ">9<" in content
    assert not FIGURES.search(content.split("</thead>")[1].split("</table>")[0])


def test_the_list_is_filtered_by_week_hall_and_window(manager, hall):
    second = hall.windows.get(number="2")
    assert listed(manager, "?week=2026-W46") == ["X1003", "X1004"]
    assert len(listed(manager, "?week=all")) == 4
    assert listed(manager, f"?window={second.pk}") == ["X1004"]
    assert listed(manager, "?hall=A") == ["X1003", "X1004"]


def test_people_are_found_by_name_pinyin_and_number(manager):
    assert listed(manager, "?q=xiaofang") == listed(manager, "?q=X1003") == ["X1003"]


@pytest.mark.parametrize(
    "query",
    [
        "?week=2026-W54",
        "?week=%00",
        "?hall=B",
        "?hall=%00",
        "?window=999",
        "?window=a",
        "?p=999999",
        "?o=99",
        "?o=4",
        "?q=%00",
    ],
)
def test_odd_addresses_leave_the_list_as_it_is(manager, query):
    assert manager.get(LIST + query).status_code in ((400,) if "%00" in query else (200, 302))


@pytest.mark.parametrize(
    "query", ["?level_1=9", "?level_1__gt=3", "?is_current=0", "?staff__user__password__startswith=a"]
)
def test_what_fog_hides_cannot_be_asked_for_by_address(manager, query):
    answer = manager.get(LIST + query)
    assert answer.status_code in (302, 400)


def test_the_list_cannot_be_sorted_by_score(manager):
    everybody = listed(manager)
    for column in range(10):
        assert listed(manager, f"?o={column}") == listed(manager, f"?o=-{column}") == everybody


def test_the_page_says_what_a_director_can_read_aloud(manager):
    content = page_of(manager)
    assert "86 people rated, 83 of them satisfied or fairly satisfied" in re.sub(r"\s+", " ", content)
    assert "83: 96.5%" in content
    assert "86 (36%)" in content


def test_the_page_has_the_distribution_of_this_week_last_week_and_the_hall(manager):
    content = page_of(manager)
    assert "86 ratings: very satisfied 61" in content
    assert "40 ratings: very satisfied 30" in content
    assert "95 ratings: very satisfied 61" in content
    assert content.count("<details>") == 2


def test_the_page_has_eight_weeks(manager):
    content = page_of(manager)
    assert "W40 no summary" in content
    assert "W46 94" in content and "W47 89" in content


def test_a_page_in_fog_shows_the_count_and_nothing_else(manager):
    content = page_of(manager, "X1004")
    assert "Not clear" in content and "9 ratings" in content
    assert not FIGURES.search(content)
    assert "ndex" not in content


def test_the_page_tells_of_a_late_revision_and_a_running_week(manager, hall):
    assert "Revision" not in page_of(manager)
    rate(StaffMember.objects.get(staff_no="X1003"), "1")
    build_week(hall=hall, week=WEEK, at=MONDAY_SIX + timedelta(hours=1), reason="late")
    assert "Revision 2" in page_of(manager)
    assert "The week is not over" not in page_of(manager)
    build_week(hall=hall, week=WEEK.next(), at=MONDAY_SIX)
    assert "The week is not over" in page_of(manager, week=WEEK.next())


def test_a_manager_of_another_hall_finds_neither_list_nor_page(hall, client):
    client.force_login(UserFactory(role="hall manager", hall=a_hall("B")))
    row = WeeklySummary.objects.current().first()
    assert listed(client) == listed(client, "?hall=A") == []
    assert client.get(reverse("admin:reports_weeklysummary_change", args=[row.pk])).status_code == 404


def test_a_clerk_may_not_read_the_report(hall, client):
    client.force_login(UserFactory(role="clerk", hall=hall))
    row = WeeklySummary.objects.current().first()
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("admin:reports_weeklysummary_change", args=[row.pk])).status_code in (403, 404)


def test_nobody_changes_a_summary(hall, client):
    client.force_login(UserFactory(is_superuser=True))
    row = WeeklySummary.objects.current().first()
    url = reverse("admin:reports_weeklysummary_change", args=[row.pk])
    assert client.post(url, {"level_5": 1000}).status_code == 403
    assert client.get(LIST + "add/").status_code == 403
    assert client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("key", ["0", "abc", "99999999999999999999", "%00"])
def test_a_page_that_does_not_exist_is_not_found(manager, key):
    assert manager.get(f"{LIST}{key}/change/").status_code == (400 if "%" in key else 404)


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_and_page_take_the_same_few_queries_at_any_size(manager, hall):
    row = WeeklySummary.objects.current().get(staff__staff_no="X1003", week_starts_on=WEEK.starts_on)
    page = reverse("admin:reports_weeklysummary_change", args=[row.pk])
    few = queries(manager, LIST), queries(manager, page)
    for number in range(40):
        rate(a_person(hall, f"N{number}"), "5" * 12)
    build_week(hall=hall, week=WEEK, at=MONDAY_SIX)
    assert (queries(manager, LIST), queries(manager, page)) == few
    assert few[0] <= 12 and few[1] <= 9
