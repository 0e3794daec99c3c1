"""Every registered URL × method × principal, against objects of halls A and B, compared with the checked-in table.

An outcome is the status, followed by the halls whose mark the answer shows (`200A`); a route about one object has an
outcome for the object of A and one for the object of B (`200A 404`). To accept a change, look at the difference and run

    UPDATE_TABLE=1 ./run test -n 0 tests/project/test_who_sees_what.py

What nobody may read is asserted besides, whatever the table says.
"""

import copy
import os
import re
import uuid
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from feedback_site.models import Hall, Window
from ratings.codes import Nonce, WindowCode, write_code, write_nonce
from ratings.models import Rating
from tests.project.population import MARKS, Population, client
from tests.project.routes import all_routes

TABLE = Path(__file__).with_name("who_sees_what.txt")
FORM = "application/x-www-form-urlencoded"
CONTENT_TYPES = {"/api/": "application/json"}
METHODS = ("GET", "POST", "PUT", "DELETE")
PRINCIPALS = ("anonymous", "tablet", "revoked tablet", "clerk", "manager A", "manager B", "auditor", "superuser")
ADMIN_MODEL = re.compile(r"admin/(\w+)/(\w+)/")

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def population(settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    return Population()


def targets(route, population):
    """The addresses to ask: one, or one for the object of A and one for the object of B."""
    if not route.placeholders:
        return [route.path({})]
    return [route.path(values_for(route, code, population)) for code in MARKS]


def values_for(route, code, population):
    """What the placeholders of a route mean for the object of a hall."""
    row = owner(route, code, population)
    return {name: value(name, row, code, population) for name in route.placeholders}


def owner(route, code, population):
    """The object that a route is about: `admin/<app>/<model>/…` names its model, the others are about the hall."""
    named = ADMIN_MODEL.match(route.text)
    return population.of(*named.groups())[code] if named else population.objects[Hall][code]


def value(name, row, code, population):
    fixed = {
        "app_label": "ratings",
        "url": "nothing-here",
        "case_no": f"{MARKS[code]}1",
        "number": f"{code}-2026-000001",
        "content_type_id": 1,
        "name": "accept",  # a move of a ticket
        "kind": "phone",  # of what is known of a petitioner
        "rating_id": population.objects[Rating][code].pk,
        **_signed(population.objects[Window][code]),
    }
    if name in ("object_id", "pk", "id"):
        return row.pk
    if name == "history_id":
        return population.latest_history(row)
    return fixed[name]


def _signed(window):
    """What the QR code of a window says, and a form that was opened with it."""
    sign = WindowCode(window.pk, 0)
    return {"code": write_code(sign), "nonce": write_nonce(Nonce(uuid.uuid4(), timezone.now()), sign)}


def outcome(client, method, path):
    """Status and the halls that can be read in the answer; whatever the call changed is rolled back."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        answer = client.generic(method, path, content_type=CONTENT_TYPES.get(path[:5], FORM))
        text = (answer.getvalue() if answer.streaming else answer.content).decode("utf-8", "replace")
        transaction.set_rollback(True)
    client.cookies = cookies  # a log-out must not decide what the next route answers
    seen = "".join(code for code, mark in MARKS.items() if mark in text)
    return f"{answer.status_code}{seen}"


def walk(population, principal):
    """The principal's column of the table as it is now: `{(method, route): outcome}`."""
    person = population.clients[principal]
    return {
        (method, route.text or "(front page)"): " ".join(
            outcome(person, method, path) for path in targets(route, population)
        )
        for route in all_routes()
        for method in METHODS
    }


def read_table():
    """The checked-in table: `{(method, route): {principal: outcome}}`."""
    head, *lines = (line.split(" | ") for line in TABLE.read_text().splitlines())
    return {(method, route): dict(zip(head[2:], cells, strict=True)) for method, route, *cells in lines}


def write_column(principal, column):
    """Put a new column into the table; routes that are gone leave it."""
    table = read_table() if TABLE.exists() else {}
    lines = [["method", "route", *PRINCIPALS]]
    for key, cell in column.items():
        row = {**table.get(key, {}), principal: cell}
        lines.append([*key, *(row.get(name, "?") for name in PRINCIPALS)])
    TABLE.write_text("".join(" | ".join(line) + "\n" for line in lines))


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_everybody_sees_what_the_table_says_and_no_route_is_missing(population, principal):
    column = walk(population, principal)
    if os.environ.get("UPDATE_TABLE"):
        write_column(principal, column)
    assert column == {key: row.get(principal) for key, row in read_table().items()}


def test_the_table_lets_nobody_read_what_is_not_theirs():
    for (method, route), row in read_table().items():
        where = f"{method} {route}"
        assert not any(re.search(r"50\d|\?", cell) for cell in row.values()), f"{where}: fails"
        if route == "r/<str:code>/<str:nonce>":
            continue  # who scans the code at a window may read what is written on its sign
        for stranger in ("anonymous", "revoked tablet"):
            assert not shows(row[stranger], "AB"), f"{where}: {stranger} reads something"
        assert not shows(row["tablet"], "B"), f"{where}: a tablet of A reads B"
        assert "tablets/me" in route or not shows(row["tablet"], "A"), f"{where}: a tablet reads more than its window"
        assert not shows(row["clerk"], "B"), f"{where}: a clerk of A reads B"
        assert not shows(row["manager A"], "B"), f"{where}: the manager of A reads B"
        assert not shows(row["manager B"], "A"), f"{where}: the manager of B reads A"


def shows(cell, halls):
    return any(hall in outcome for outcome in cell.split() for hall in halls)


def test_an_unknown_address_tells_nobody_anything(population):
    answers = [outcome(person, "GET", "/api/v1/nothing/") for person in (client(), population.clients["superuser"])]
    assert answers == ["404", "404"]
