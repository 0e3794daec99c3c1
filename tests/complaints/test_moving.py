"""Moving tickets: one winner, one line of history, and clocks that do what the table says."""

import ast
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from django.utils import translation

from complaints import moving
from complaints.errors import FieldMissing, MoveNotAllowed, PermissionDenied, TicketChanged
from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from complaints.workflow import FINISHED, MOVES, Status
from feedback_site.models import User
from tests.complaints.standing import put, told
from tests.factories import HallFactory, StaffFactory, TicketFactory, UserFactory

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def boss(db, hall):
    """Holds every permission."""
    return UserFactory(username="boss", hall=hall, is_superuser=True)


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status)
def test_every_move_from_every_status_does_what_the_table_says(ticket, officer, boss, at, status):
    for row in MOVES:
        stood = put(ticket, status, at, callback_attempts=3, asked_due_at=at + timedelta(days=20))
        before = TicketEvent.objects.count()
        act = dict(ticket=stood, move=row.name, actor=boss, at=at + timedelta(hours=1), **told(row, officer, at))

        if status not in row.sources:
            with pytest.raises(MoveNotAllowed):
                move_ticket(**act)
            assert Ticket.objects.get(pk=ticket.pk).status == status
            assert TicketEvent.objects.count() == before
            continue

        moved = move_ticket(**act)

        event = TicketEvent.objects.latest("id")
        assert moved.status == row.lands_on(status)
        assert (event.move, event.from_status, event.to_status) == (row.name, status, moved.status)
        assert (event.actor, event.at) == (boss, at + timedelta(hours=1))
        assert event.visible_to_citizen is row.visible_to_citizen
        assert TicketEvent.objects.count() == before + 1
        assert (moved.closed_at is not None) is (moved.status in FINISHED)
        assert (moved.paused_at is not None) is (moved.status == Status.WAITING)


@pytest.mark.django_db
@pytest.mark.parametrize("row", [row for row in MOVES if row.sources], ids=lambda row: row.name)
def test_every_move_asks_for_its_permission(ticket, officer, at, row):
    stood = put(ticket, sorted(row.sources)[0], at, callback_attempts=3)
    looker = UserFactory(hall=ticket.hall, role="auditor")

    with pytest.raises(PermissionDenied) as refusal:
        move_ticket(ticket=stood, move=row.name, actor=looker, at=at, **told(row, officer, at))

    assert (refusal.value.code, refusal.value.status) == ("permission_denied", 403)
    assert not TicketEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("row", [row for row in MOVES if row.sources and row.needs], ids=lambda row: row.name)
def test_every_move_says_which_fields_it_still_needs(ticket, boss, at, row):
    stood = put(ticket, sorted(row.sources)[0], at, callback_attempts=3)

    with pytest.raises(FieldMissing) as refusal:
        move_ticket(ticket=stood, move=row.name, actor=boss, at=at)

    assert set(refusal.value.fields) == {field.value for field in row.needs}
    assert Ticket.objects.get(pk=ticket.pk).revision == ticket.revision


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["fly", "", "register", "ACCEPT", None, ["accept"]])
def test_a_move_that_the_table_does_not_know_is_refused(ticket, boss, at, name):
    with pytest.raises(MoveNotAllowed) as refusal:
        move_ticket(ticket=ticket, move=name, actor=boss, at=at)

    assert (refusal.value.code, refusal.value.status) == ("move_not_allowed", 409)


@pytest.mark.django_db
def test_nobody_moves_a_ticket_about_himself(ticket, officer, at):
    Ticket.objects.update(staff=StaffFactory(hall=ticket.hall, user=officer))
    officer = User.objects.get(pk=officer.pk)

    with pytest.raises(PermissionDenied):
        move_ticket(ticket=ticket, move="accept", actor=officer, at=at)


@pytest.mark.django_db
def test_of_two_clerks_who_saw_the_same_ticket_the_second_is_told(ticket, officer, at):
    mine, theirs = Ticket.objects.get(pk=ticket.pk), Ticket.objects.get(pk=ticket.pk)
    move_ticket(ticket=theirs, move="accept", actor=officer, at=at)

    with pytest.raises(TicketChanged) as refusal:
        move_ticket(ticket=mine, move="answer_on_the_spot", actor=officer, at=at, public_text="您好")

    assert (refusal.value.code, refusal.value.status) == ("ticket_changed", 409)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.ACCEPTED
    assert TicketEvent.objects.count() == 1


@pytest.mark.django_db
def test_what_the_actor_saw_can_be_said_by_name(ticket, officer, at):
    move_ticket(ticket=ticket, move="accept", actor=officer, at=at)
    fresh = Ticket.objects.get(pk=ticket.pk)

    with pytest.raises(TicketChanged):
        move_ticket(ticket=fresh, move="note", actor=officer, at=at, internal_text="甲", expected_status="registered")


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_at_the_same_instant_exactly_one_wins(at):
    """On PostgreSQL both have read the ticket before either writes; SQLite lets one transaction in at a time."""
    hall = HallFactory(code="A")
    officers = [UserFactory(hall=hall, role="desk officer") for _ in range(2)]
    ticket = TicketFactory(hall=hall)
    together = Barrier(2)

    def act(officer):
        try:
            seen = Ticket.objects.get(pk=ticket.pk)
            together.wait(timeout=10)
            move_ticket(ticket=seen, move="accept", actor=officer, at=at)
            return "won"
        except TicketChanged:
            return "told"
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(act, officers))
    else:
        outcomes = sorted(_one_after_the_other(ticket, officers, at))

    assert outcomes == ["told", "won"]
    assert TicketEvent.objects.filter(ticket=ticket, move="accept").count() == 1


def _one_after_the_other(ticket, officers, at):
    seen = [Ticket.objects.get(pk=ticket.pk) for _ in officers]
    for stale, officer in zip(seen, officers, strict=True):
        try:
            move_ticket(ticket=stale, move="accept", actor=officer, at=at)
            yield "won"
        except TicketChanged:
            yield "told"


@pytest.mark.django_db
@pytest.mark.parametrize("meanwhile", [{"status": "accepted"}, {"revision": 7}])
def test_a_write_that_slips_in_after_the_look_is_noticed(ticket, officer, at, monkeypatch, meanwhile):
    """Between reading the row and writing it somebody else is first: the conditional UPDATE finds no row."""
    real = moving._changes

    def slip_in(row, now, *rest):
        Ticket.objects.filter(pk=now.pk).update(**meanwhile)
        return real(row, now, *rest)

    monkeypatch.setattr(moving, "_changes", slip_in)

    with pytest.raises(TicketChanged):
        move_ticket(ticket=ticket, move="accept", actor=officer, at=at)
    assert not TicketEvent.objects.exists()


@pytest.mark.django_db
def test_refusals_speak_to_people(ticket, officer, at):
    with pytest.raises(MoveNotAllowed) as refusal:
        move_ticket(ticket=ticket, move="approve", actor=officer, at=at)

    with translation.override("en"):
        assert str(refusal.value.message) == "This is not possible where the ticket stands now."


def test_nothing_else_in_the_project_writes_the_status_of_a_ticket():
    """Reads the code: `.status = …`, `update(status=…)`, `Ticket(status=…)`, `bulk_update(…, ["status"])`."""
    writers = set()
    for app in ("feedback_site", "ratings", "complaints", "reports"):
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts and _writes_ticket_status(ast.parse(path.read_text())):
                writers.add(str(path.relative_to(ROOT)))

    # opening.py registers: the first status of a new row, by the table's own first move.
    assert writers == {"complaints/moving.py", "complaints/opening.py"}


def _writes_ticket_status(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Attribute) and _is_ticket_status(each) for each in targets):
                return True
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            keywords = {keyword.arg for keyword in node.keywords}
            if called in {"update", "create", "update_or_create", "Ticket"} and "status" in keywords:
                return True
            if called == "bulk_update" and "status" in ast.dump(node):
                return True
    return False


def _is_ticket_status(attribute):
    owner = attribute.value.id if isinstance(attribute.value, ast.Name) else ""
    return attribute.attr == "status" and "ticket" in owner.lower()
