"""GET /api/v1/weekly-summaries/: the contract's shape, scope, suppression and answers to bad parameters."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback_site.models import StaffMember
from reports.building import build_week
from tests.factories import UserFactory
from tests.reports.hall_life import MONDAY, MONDAY_SIX, NEXT_MONDAY, WEEK, a_hall, a_person, exclude, on_duty, rate

pytestmark = pytest.mark.django_db
URL = "/api/v1/weekly-summaries/"


@pytest.fixture
def hall():
    hall = a_hall()
    staff = a_person(hall, "X1003")
    on_duty(staff)
    rate(staff, "5" * 61 + "4" * 17 + "33333" + "22" + "1")
    exclude(rate(staff, "1")[0])
    rate(a_person(hall, "X1004"), "1" * 9)
    build_week(hall=hall, week=WEEK, at=MONDAY_SIX)
    return hall


@pytest.fixture
def manager(hall, client):
    user = UserFactory(role="hall manager", hall=hall)
    client.force_login(user)
    return client


def results(client, **params):
    answer = client.get(URL, params)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_a_summary_has_sums_and_derived_figures_with_intervals(manager):
    (summary,) = results(manager, week="2026-W47", staff="X1003", hall="A")
    assert summary["counts"] == {"5": 61, "4": 17, "3": 5, "2": 2, "1": 1}
    assert (summary["n"], summary["suppressed"], summary["excluded_count"]) == (86, False, 1)
    assert summary["index"] == {
        "value": pytest.approx(89.24, abs=0.01),
        "low": pytest.approx(84.1, abs=0.1),
        "high": pytest.approx(92.8, abs=0.1),
    }
    assert summary["good"]["count"] == 83
    assert summary["good"]["low"] < summary["good"]["value"] < summary["good"]["high"]
    assert (summary["weather"], summary["could_also_be"], summary["change"]) == ("sunny", ["partly"], "not_compared")
    assert (summary["week"], summary["hall"], summary["staff"], summary["window"]) == ("2026-W47", "A", "X1003", "1")
    assert (summary["revision"], summary["is_final"]) == (1, True)
    assert summary["data_as_of"] == "2026-11-23T06:00:00+08:00"


def test_under_ten_ratings_nothing_but_the_count_is_told(manager):
    (summary,) = results(manager, staff="X1004")
    assert (summary["n"], summary["suppressed"], summary["weather"]) == (9, True, "fog")
    silent = ["counts", "index", "good", "satisfied", "bad", "participation", "excluded_count", "default_count"]
    assert [summary[name] for name in silent] == [None] * len(silent)


def test_the_filters_narrow_to_week_staff_and_hall(manager, hall):
    build_week(hall=hall, week=WEEK.next(), at=NEXT_MONDAY + timedelta(days=8))
    assert {row["week"] for row in results(manager)} == {"2026-W47", "2026-W48"}
    assert {row["week"] for row in results(manager, week="2026-W48")} == {"2026-W48"}
    assert results(manager, week="2030-W01") == results(manager, staff="nobody") == results(manager, hall="Z") == []


def test_an_old_revision_is_not_told(manager, hall):
    rate(StaffMember.objects.get(staff_no="X1003"), "1", MONDAY)
    build_week(hall=hall, week=WEEK, at=MONDAY_SIX + timedelta(hours=1))
    (summary,) = results(manager, staff="X1003")
    assert (summary["revision"], summary["n"]) == (2, 87)


@pytest.mark.parametrize(
    "params",
    [
        {"week": "2026-W54"},
        {"week": "2025-W53"},
        {"week": "last"},
        {"week": "2026-w47"},
        {"week": "W" * 5000},
        {"staff": "X" * 21},
        {"hall": "A" * 17},
    ],
)
def test_bad_parameters_are_answered_with_the_field_at_fault_and_no_echo(manager, params):
    answer = manager.get(URL, params)
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert list(answer.json()["fields"]) == list(params)
    assert "WWW" not in answer.content.decode() and "XXX" not in answer.content.decode()


def test_the_other_halls_summaries_are_not_there(hall, client):
    client.force_login(UserFactory(role="hall manager", hall=a_hall("B")))
    assert results(client) == results(client, hall="A") == []


def test_an_auditor_sees_both_halls(hall, client):
    other = a_hall("B")
    on_duty(a_person(other))
    build_week(hall=other, week=WEEK, at=MONDAY_SIX)
    client.force_login(UserFactory(role="auditor"))
    assert {row["hall"] for row in results(client)} == {"A", "B"}


def test_nobody_without_the_permission_reads_summaries(hall, client):
    assert client.get(URL).status_code == 401
    client.force_login(UserFactory(role="clerk", hall=hall))
    assert client.get(URL).status_code == 403


def test_a_summary_cannot_be_written(manager):
    for method in (manager.post, manager.put, manager.patch, manager.delete):
        assert method(URL).status_code in (403, 405)


def test_the_number_of_queries_does_not_grow_with_the_rows(manager, hall):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            results(manager)
        return len(captured)

    few = queries()
    for number in range(60):
        a_person(hall, f"N{number}")
    build_week(hall=hall, week=WEEK, at=MONDAY_SIX)
    assert queries() == few <= 6
