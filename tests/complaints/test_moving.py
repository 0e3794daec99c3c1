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
from complaints.errors import FieldInvalid, FieldMissing, MoveNotAllowed, PermissionDenied, TicketChanged
from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from complaints.workflow import FINISHED, MOVES, Field, Status, find_move
from feedback_site.models import User
from tests.factories import HallFactory, StaffFactory, TicketFactory, UserFactory

ROOT = Path(__file__).resolve().parents[2]


def put(ticket, status, at, **more):
    """The ticket as it stands in `status`, with what the constraints ask for."""
    more.setdefault("paused_at", at if status == Status.WAITING else None)
    more.setdefault("closed_at", at if status in FINISHED else None)
    Ticket.objects.filter(pk=ticket.pk).update(status=status, **more)
    return Ticket.objects.get(pk=ticket.pk)


def told(row, officer, at):
    """What the move needs."""
    values = {
        Field.PUBLIC_TEXT: "您好，已经改好。",
        Field.INTERNAL_TEXT: "核实清单",
        Field.REASON: row.reasons.values[0] if row.reasons else "",
        Field.HANDLER: officer,
        Field.DUE_AT: at + timedelta(days=30),
    }
    return {field.value: values[field] for field in row.needs}


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
def test_while_the_citizen_is_waited_for_the_clock_stands(ticket, officer, at):
    stood = put(ticket, "in_progress", at)
    act = {"actor": officer}
    waiting = move_ticket(
        ticket=stood, move="wait_for_citizen", at=at, reason="papers", public_text="请补交身份证复印件", **act
    )
    resumed = move_ticket(ticket=waiting, move="resume", at=at + timedelta(days=2, hours=3), **act)

    assert waiting.paused_at == at and waiting.due_at == stood.due_at
    assert resumed.paused_at is None
    assert resumed.paused_seconds == 51 * 3600
    assert resumed.due_at == stood.due_at + timedelta(hours=51)
    assert resumed.contact_due_at == stood.contact_due_at + timedelta(hours=51)
    event = TicketEvent.objects.get(move="resume")
    assert (event.due_before, event.due_after) == (stood.due_at, resumed.due_at)


@pytest.mark.django_db
def test_a_contact_is_kept_from_its_first_time_on(ticket, officer, at):
    first = move_ticket(ticket=ticket, move="contact", actor=officer, at=at, internal_text="约周四回电")
    second = move_ticket(ticket=first, move="contact", actor=officer, at=at + timedelta(days=1), internal_text="已说明")

    assert second.contacted_at == at
    assert second.status == ticket.status


@pytest.mark.django_db
def test_an_extension_becomes_the_promise_only_when_it_is_granted(ticket, officer, at):
    stood = put(ticket, "in_progress", at)
    until = at + timedelta(days=30)
    asked = move_ticket(
        ticket=stood, move="ask_extension", actor=officer, at=at, due_at=until, internal_text="要跨部门核实"
    )
    granted = move_ticket(
        ticket=asked, move="grant_extension", actor=officer, at=at, public_text="需要延期，请您谅解。"
    )

    assert asked.due_at == stood.due_at
    assert (granted.due_at, granted.asked_due_at, granted.status) == (until, None, "in_progress")


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1, 1, 400])
def test_an_extension_ends_after_the_promise_and_within_a_year(ticket, officer, at, days):
    stood = put(ticket, "in_progress", at)

    with pytest.raises(FieldInvalid) as refusal:
        move_ticket(
            ticket=stood,
            move="ask_extension",
            actor=officer,
            at=at,
            due_at=at + timedelta(days=days),
            internal_text="甲",
        )

    assert list(refusal.value.fields) == ["due_at"]


@pytest.mark.django_db
def test_the_answer_goes_out_when_it_is_approved_and_not_before(ticket, officer, at):
    stood = put(ticket, "in_progress", at)
    replied = move_ticket(ticket=stood, move="answer", actor=officer, at=at, public_text="王女士您好，清单已经改好。")
    draft = TicketEvent.objects.get(move="answer")
    approved = move_ticket(ticket=replied, move="approve", actor=officer, at=at + timedelta(hours=2))
    sent = TicketEvent.objects.get(move="approve")

    assert replied.answered_at is None and not draft.visible_to_citizen
    assert approved.answered_at == at + timedelta(hours=2)
    assert sent.public_text == "王女士您好，清单已经改好。" and sent.visible_to_citizen


@pytest.mark.django_db
def test_a_citizen_who_is_not_content_gets_a_new_promise(ticket, officer, at):
    stood = put(ticket, "callback", at, answered_at=at, callback_attempts=2, contacted_at=at)
    later = at + timedelta(days=20)

    again = move_ticket(ticket=stood, move="rework", actor=officer, at=later, internal_text="没有解决")

    assert again.answered_at is None and again.callback_attempts == 0
    assert later < again.due_at < later + timedelta(days=9)
    assert again.contact_due_at == ticket.contact_due_at  # spoken to: the first promise stays as it was


@pytest.mark.django_db
def test_a_ticket_is_closed_unreached_after_three_calls_only(ticket, officer, at):
    stood = put(ticket, "callback", at)
    for _attempt in range(3):
        with pytest.raises(MoveNotAllowed):
            move_ticket(ticket=stood, move="close", actor=officer, at=at)
        stood = move_ticket(ticket=stood, move="call_back_not_reached", actor=officer, at=at)

    assert move_ticket(ticket=stood, move="close", actor=officer, at=at).status == Status.CLOSED


@pytest.mark.django_db
def test_whoever_takes_a_ticket_handles_it_until_it_is_handed_on(ticket, officer, at):
    colleague = UserFactory(hall=ticket.hall, role="desk officer")
    stood = put(ticket, "accepted", at)

    taken = move_ticket(ticket=stood, move="take", actor=officer, at=at)
    handed = move_ticket(ticket=taken, move="assign", actor=officer, at=at, handler=colleague)

    assert taken.handler == officer
    assert handed.handler == colleague
    assert TicketEvent.objects.get(move="assign").handler == colleague


@pytest.mark.django_db
@pytest.mark.parametrize("unfit", ["other hall", "clerk", "inactive", "the person complained about"])
def test_a_ticket_is_handed_only_to_somebody_who_may_handle_it(ticket, officer, at, unfit):
    hall = HallFactory() if unfit == "other hall" else ticket.hall
    role = "clerk" if unfit == "clerk" else "desk officer"
    somebody = UserFactory(hall=hall, role=role, is_active=unfit != "inactive")
    if unfit == "the person complained about":
        Ticket.objects.update(staff=StaffFactory(hall=hall, user=somebody))
    stood = put(ticket, "accepted", at)

    with pytest.raises(FieldInvalid) as refusal:
        move_ticket(ticket=stood, move="dispatch", actor=officer, at=at, handler=somebody)

    assert list(refusal.value.fields) == ["handler"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("move", "status", "more", "field"),
    [
        ("reject", "registered", {"reason": "no time", "public_text": "您好"}, "reason"),
        ("answer", "in_progress", {"public_text": "长" * 2001}, "public_text"),
        ("note", "registered", {"internal_text": "甲", "public_text": "这一步群众看不到"}, "public_text"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(ticket, officer, at, move, status, more, field):
    with pytest.raises(FieldInvalid) as refusal:
        move_ticket(ticket=put(ticket, status, at), move=move, actor=officer, at=at, **more)

    assert list(refusal.value.fields) == [field]


@pytest.mark.django_db
def test_control_characters_are_taken_out_and_blank_words_are_no_words(ticket, officer, at):
    move_ticket(ticket=ticket, move="note", actor=officer, at=at, internal_text="核实\x00清单\ud800 ")

    assert TicketEvent.objects.get().internal_text == "核实清单"
    with pytest.raises(FieldMissing):
        move_ticket(ticket=Ticket.objects.get(), move="note", actor=officer, at=at, internal_text=" \n\t\x00 ")


@pytest.mark.django_db
def test_refusals_speak_to_people(ticket, officer, at):
    with translation.override("en"), pytest.raises(MoveNotAllowed) as refusal:
        move_ticket(ticket=ticket, move="approve", actor=officer, at=at)

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


@pytest.mark.parametrize("name", ["accept", "close"])
def test_the_table_is_what_the_service_asks(name):
    assert moving.find_move(name) is find_move(name)
