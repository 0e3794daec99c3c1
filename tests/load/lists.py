"""The first pages of the admin's lists with a million ratings: as fast, with as many queries, as with a thousand."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback_site.models import Hall, User
from ratings.models import Rating
from reports.building import build_week
from reports.models import WeekBuild, WeeklySummary
from reports.weeks import Week
from tests.load.crowd import make_hall
from tests.load.figures import Figure
from tests.load.volume import fill, settle, without_indexes

HALLS = ("A", "B", "C", "D")
LAST_WEEK = Week.parse("2026-W46")
ZONE = ZoneInfo("Asia/Shanghai")
MILLISECONDS_AT_MOST = 150
FEW_CHOICES = 8
LISTS = {"ratings": Rating, "summaries": WeeklySummary}


@dataclass(frozen=True)
class Page:
    """One first page, as one person sees it through one filter."""

    list: str
    person: str
    query: str

    def __str__(self):
        return f"{self.list} of the {self.person}, {self.query or 'no filter'}"


class NoPage(Exception):
    """A page that was to be measured did not come."""


def measure(*, people: int, weeks: int, few: int, many: int, repeats: int) -> list[Figure]:
    """The figures of the lists, with ratings spread over months and four halls; the database must be empty."""
    span = LAST_WEEK.last(weeks)
    halls = [make_hall(code, people // 4, windows=people // 8, since=_starts_at(span[0])) for code in HALLS]
    clients = _clients(halls[0])
    _grow(halls, span, range(1, few + 1))
    pages = _pages(clients)
    for page in pages:
        if not page.query:
            _get(clients, page)  # what is cached on first use, is by now
    queries_at_few = {page: _queries(clients, page) for page in pages}
    _grow(halls, span, range(few + 1, many + 1))
    growth = {page: _queries(clients, page) - queries_at_few[page] for page in pages}
    taken = {page: _milliseconds(clients, page, min(repeats, 3) if page.query else repeats) for page in pages}
    return [
        *(
            Figure(
                f"admin_{name}_first_page_ms",
                max(usual for page, (usual, _least) in taken.items() if page.list == name),
                at_most=MILLISECONDS_AT_MOST,
                details={
                    str(page): [round(took, 1) for took in both] for page, both in taken.items() if page.list == name
                },
            )
            for name in LISTS
        ),
        Figure(
            "admin_lists_more_queries_than_with_few",
            max(growth.values()),
            at_most=0,
            details={str(page): [queries_at_few[page], more] for page, more in growth.items()},
        ),
    ]


def _clients(hall: Hall) -> dict[str, Client]:
    people = {
        "superuser": User.objects.create_superuser("bench-superuser", password=None),
        "manager": User.objects.create_user("bench-manager", is_staff=True, hall=hall),
    }
    people["manager"].groups.add(Group.objects.get(name="hall manager"))
    clients = {name: Client(HTTP_HOST="localhost") for name in people}
    for name, client in clients.items():
        client.force_login(people[name])
    return clients


def _grow(halls: list[Hall], weeks: list[Week], numbers: range) -> None:
    """Add these ratings, shared out among the halls, and build every week of every hall."""
    share = len(numbers) // len(halls)
    ends_at = _starts_at(LAST_WEEK.next())
    with without_indexes():
        for hall in halls:
            fill(hall, range(numbers.start, numbers.start + share), starts_at=_starts_at(weeks[0]), ends_at=ends_at)
    WeeklySummary.objects.all().delete()
    WeekBuild.objects.all().delete()
    settle()
    for hall in halls:
        for week in weeks:
            build_week(hall=hall, week=week, at=ends_at + timedelta(hours=6))
    settle()


def _starts_at(week: Week) -> datetime:
    return week.bounds(ZONE)[0]


def _pages(clients: dict[str, Client]) -> list[Page]:
    """Each list without a filter and through each filter, as each person may choose it."""
    pages = []
    for name, model in LISTS.items():
        for person, client in clients.items():
            request = RequestFactory().get("/", headers={"host": "localhost"})
            request.user = User.objects.get(pk=client.session["_auth_user_id"])
            changes = admin.site.get_model_admin(model).get_changelist_instance(request)
            queries = {"", *(query for spec in changes.filter_specs for query in _choices(spec, changes))}
            if changes.search_fields:
                queries.add("q=A0007")
            pages += [Page(name, person, query) for query in sorted(queries)]
    return pages


def _choices(spec, changes) -> list[str]:
    """The queries of a filter's choices: all of a few, for the rarest is the slowest, or the first of many."""
    queries = []
    for choice in spec.choices(changes):
        if "form" in choice:
            queries += _queries_of_form(choice["form"])
        elif not choice.get("selected"):
            queries.append(choice.get("query_string", "?").lstrip("?"))
    queries = list(filter(None, queries))
    return queries if len(queries) <= FEW_CHOICES else queries[:1]


def _queries_of_form(form) -> list[str]:
    names = list(form.fields)
    if len(names) == 1 and hasattr(form.fields[names[0]], "choices"):
        return [urlencode({names[0]: value}) for value, _words in form.fields[names[0]].choices if value != ""]
    return [urlencode(dict.fromkeys(names, LAST_WEEK.starts_on.isoformat()))]


def _get(clients, page):
    model = LISTS[page.list]
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    answer = clients[page.person].get(f"{path}?{page.query}")
    if answer.status_code != 200:
        raise NoPage(f"{page}: {answer.status_code}")
    return answer


def _queries(clients, page) -> int:
    with CaptureQueriesContext(connection) as captured:
        _get(clients, page)
    return len(captured)


def _milliseconds(clients, page, repeats) -> tuple[float, float]:
    """The median, and the least: what it takes when nothing else runs on the machine."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        _get(clients, page)
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken), min(taken)
