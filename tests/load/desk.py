"""The listening desk with 200,000 tickets of one hall, 2,000 of them open: board, list, ticket and duplicates."""

import time
from datetime import timedelta
from statistics import median

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Petitioner, Ticket, TicketEvent
from complaints.opening import open_ticket
from complaints.petitioners import Told
from feedback_site.models import Hall, User
from tests.load.crowd import make_hall
from tests.load.figures import Figure
from tests.load.volume import settle

MILLISECONDS_AT_MOST = 200  # server time, issue 4
OPEN_STATUSES = ("registered", "accepted", "dispatched", "in_progress", "escalated", "rework", "waiting", "callback")
FIRST = 1_000  # the numbers below were given by the service
TEXT = "跑了三趟，还差一张证明"


class NoPage(Exception):
    """A page that was to be measured did not come."""


def measure(*, open: int, closed: int, few: int, repeats: int) -> list[Figure]:
    """The figures of the desk's pages; the database must be empty."""
    at = timezone.now()
    hall = make_hall("A", 20, windows=10, since=at - timedelta(days=700))
    officer = User.objects.create_user("bench-officer", is_staff=True, hall=hall)
    officer.groups.add(Group.objects.get(name="desk officer"))
    pattern = _pattern(hall, officer, at)
    client = Client(HTTP_HOST="localhost")
    client.force_login(officer)
    pages = {
        "board": ("GET", "/desk/"),
        "list": ("GET", "/desk/?view=list"),
        "list, finished": ("GET", "/desk/?view=list&state=done"),
        "list, found by words": ("GET", "/desk/?q=证明"),
        "ticket": ("GET", f"/desk/{pattern.number}/"),
        "duplicates": ("POST", "/desk/register/similar/"),
    }
    _fill(pattern, range(FIRST, FIRST + few), few, at)
    settle()
    for page in pages.values():
        _ask(client, page)  # what is cached on first use, is by now
    at_few = {name: _queries(client, page) for name, page in pages.items()}
    _fill(pattern, range(FIRST + few, FIRST + open + closed), open - few, at)
    settle()
    growth = {name: _queries(client, page) - at_few[name] for name, page in pages.items()}
    taken = {name: _milliseconds(client, page, repeats) for name, page in pages.items()}
    rows = Ticket.objects.count()
    groups = {"board": ["board"], "list": ["list", "list, finished", "list, found by words"]}
    groups |= {"ticket": ["ticket"], "duplicates": ["duplicates"]}
    return [
        *(
            Figure(
                f"desk_{name}_ms",
                max(taken[page][0] for page in group),
                at_most=MILLISECONDS_AT_MOST,
                details={"tickets": rows, **{page: [round(took, 1) for took in taken[page]] for page in group}},
            )
            for name, group in groups.items()
        ),
        Figure(
            "desk_more_queries_than_with_few",
            max(growth.values()),
            at_most=0,
            details={name: [at_few[name], more] for name, more in growth.items()},
        ),
    ]


def _pattern(hall: Hall, officer: User, at) -> Ticket:
    """One ticket by the services, after whose columns the others are made."""
    told = Told(name="王小明", phone="13800138000")
    return open_ticket(hall=hall, channel="phone", title=TEXT, actor=officer, at=at, petitioner=told)


def _fill(pattern: Ticket, numbers: range, still_open: int, at) -> None:
    """Tickets of these numbers with two lines of history each and every second one's petitioner; the first are open."""
    status = f"(ARRAY[{', '.join(repr(status) for status in OPEN_STATUSES)}])[1 + i %% {len(OPEN_STATUSES)}]"
    is_open = "i < %(open_until)s"
    # Open ones came in the last two weeks, finished ones over two years; half of what is open is still to be contacted.
    came = f"%(at)s - CASE WHEN {is_open} THEN i %% 336 ELSE 336 + i %% 17520 END * INTERVAL '1 hour'"
    tickets = {
        "number": "%(hall)s || '-2026-' || LPAD(i::text, 6, '0')",
        "title": f"'{TEXT}' || i %% 997",
        "status": f"CASE WHEN {is_open} THEN {status} ELSE 'archived' END",
        "received_at": came,
        "registered_at": came,
        "contacted_at": f"CASE WHEN i %% 2 = 0 THEN {came} + INTERVAL '1 hour' END",
        "contact_due_at": f"{came} + INTERVAL '1 day'",
        "due_at": f"{came} + (3 + i %% 14) * INTERVAL '1 day'",
        "callback_due_at": "%(at)s + i %% 48 * INTERVAL '1 hour'",
        "paused_at": f"CASE WHEN {is_open} AND {status} = 'waiting' THEN {came} + INTERVAL '2 hours' END",
        "closed_at": f"CASE WHEN NOT {is_open} THEN {came} + INTERVAL '5 days' END",
        "handler_id": "CASE WHEN i %% 3 > 0 THEN %(officer)s END",
    }
    own = "o.number = %(hall)s || '-2026-' || LPAD(i::text, 6, '0')"
    events = {"ticket_id": "o.id", "at": "o.received_at", "move": "step"}
    petitioners = {
        "ticket_id": "o.id",
        "sealed_for": "GEN_RANDOM_UUID()",
        "phone_key": "MD5((i %% 40000)::text)",
        "received_at": "o.received_at",
    }
    values = {
        "at": at,
        "hall": pattern.hall.code,
        "officer": pattern.events.get().actor_id,
        "open_until": numbers.start + still_open,
        "first": numbers.start,
        "last": numbers.stop - 1,
        "pattern": pattern.pk,
    }
    series = "GENERATE_SERIES(%(first)s::bigint, %(last)s::bigint) AS i"
    beside = f"CROSS JOIN {series} JOIN complaints_ticket o ON {own}"
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_insert(Ticket, tickets, f"CROSS JOIN {series}", "p.id"), values)
        steps = f"{beside} CROSS JOIN (VALUES ('accept'), ('take')) AS moves (step)"
        cursor.execute(_insert(TicketEvent, events, steps, "p.ticket_id"), values)
        cursor.execute(_insert(Petitioner, petitioners, beside, "p.ticket_id", "AND i %% 2 = 0"), values)
        cursor.execute("RESET statement_timeout")


def _insert(model, made: dict[str, str], source: str, key: str, more: str = "") -> str:
    """Rows like the pattern's but for the columns in `made`, whatever other columns the model has by now."""
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id"]
    chosen = ", ".join(made.get(column, f'p."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {table} p {source} WHERE {key} = %(pattern)s {more}"


def _ask(client, page):
    method, address = page
    typed = {"title": TEXT, "phone": "13800138000"}
    answer = client.get(address) if method == "GET" else client.post(address, typed, headers={"HX-Request": "true"})
    if answer.status_code != 200:
        raise NoPage(f"{address}: {answer.status_code}")
    return answer


def _queries(client, page) -> int:
    with CaptureQueriesContext(connection) as captured:
        _ask(client, page)
    return len(captured)


def _milliseconds(client, page, repeats) -> tuple[float, float]:
    """The median, and the least: what it takes when nothing else runs on the machine."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        _ask(client, page)
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken), min(taken)
