"""Moves from the desk's own pages: by the sheet and by the page, with the steps between, and when two move at once."""

import json

import pytest

from complaints.desk.moves import go
from complaints.desk.ways import reachable, way_to
from complaints.errors import FieldMissing, TicketChanged
from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from complaints.workflow import MOVES, Permission, Status, find_move
from tests.complaints.desk_pages import text
from tests.complaints.standing import put
from tests.factories import TicketFactory, UserFactory

HTMX = {"HX-Request": "true"}
ALL = set(Permission)


def names(way):
    return [row.name for row in way]


def test_a_fresh_matter_comes_into_hand_by_way_of_its_acceptance():
    assert names(way_to(find_move("take"), Status.REGISTERED, ALL)) == ["accept", "take"]
    assert names(way_to(find_move("accept"), Status.REGISTERED, ALL)) == ["accept"]
    assert names(way_to(find_move("wait_for_citizen"), Status.REGISTERED, ALL)) == [
        "accept",
        "take",
        "wait_for_citizen",
    ]


def test_no_way_leads_over_a_decision_of_somebody_else():
    decisions = {row.name for row in MOVES if row.permission in (Permission.REVIEW, Permission.SUPERVISE)}
    for status in Status:
        for _row, way in reachable(status, ALL, attempts=3):
            assert not decisions & set(names(way[:-1])), (status, names(way))


def test_every_step_asks_for_its_own_permission():
    assert way_to(find_move("take"), Status.REGISTERED, {Permission.REVIEW}) == []


@pytest.fixture
def desk(client, officer, english):
    client.force_login(officer)
    return client


def address(ticket, name):
    return f"/desk/{ticket.number}/move/{name}/"


def test_a_step_between_is_written_down_like_any_other(desk, ticket, officer):
    answer = desk.post(address(ticket, "take"), {"expected_status": "registered"})
    assert answer.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.handler) == ("in_progress", officer)
    assert list(ticket.events.values_list("move", flat=True)) == ["accept", "take"]


def test_a_move_from_the_tickets_own_page_leads_back_to_it(desk, ticket):
    done = desk.post(address(ticket, "accept"), {"expected_status": "registered"}, headers=HTMX)
    assert (done.status_code, done["HX-Redirect"]) == (204, f"/desk/{ticket.number}/")


def test_a_way_is_gone_whole_or_not_at_all(officer, ticket, at):
    row = find_move("wait_for_citizen")
    with pytest.raises(FieldMissing):
        go(ticket=ticket, row=row, actor=officer, at=at, expected_status="registered", reason="papers")
    ticket.refresh_from_db()
    assert ticket.status == "registered" and not ticket.events.exists()


def test_of_two_who_go_the_same_way_from_the_same_sight_one_wins(officer, ticket, at):
    other = UserFactory(hall=ticket.hall, role="desk officer")
    go(ticket=ticket, row=find_move("take"), actor=other, at=at, expected_status="registered")
    with pytest.raises(TicketChanged):
        go(ticket=ticket, row=find_move("take"), actor=officer, at=at, expected_status="registered")
    ticket.refresh_from_db()
    assert ticket.handler == other and ticket.events.count() == 2


def test_the_sheet_is_a_part_and_its_success_is_told_to_the_page(desk, ticket):
    sheet = desk.get(address(ticket, "reject"), headers=HTMX)
    assert "<html" not in text(sheet) and 'name="reason"' in text(sheet)
    on_board = {**HTMX, "HX-Current-URL": "http://testserver/desk/?whose=mine"}
    done = desk.post(address(ticket, "accept"), {"expected_status": "registered"}, headers=on_board)
    assert done.status_code == 204
    told = json.loads(done["HX-Trigger"])["desk:moved"]
    assert told == {"number": ticket.number, "words": f"{ticket.number}: Accept → To be taken in"}


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["sheet", "page"])
def test_a_conflict_shows_theirs_and_offers_mine_again_with_every_word(desk, ticket, manager, at, headers):
    other = UserFactory(hall=ticket.hall, role="desk officer", last_name="何", first_name="涛")
    seen = put(ticket, Status.ACCEPTED, at)
    move_ticket(ticket=seen, move="take", actor=other, at=at)
    mine = {"expected_status": "accepted", "internal_text": "我打的字一个也不能少"}
    refused = desk.post(address(ticket, "escalate"), {**mine, "expected_status": "dispatched"}, headers=headers)
    assert refused.status_code == 409
    page = text(refused)
    assert "何涛" in page and "Handle it myself" in page
    assert "我打的字一个也不能少" in page and "Yours can still be made from there" in page
    again = {"expected_status": "in_progress", "internal_text": "我打的字一个也不能少"}
    assert desk.post(address(ticket, "escalate"), again, headers=headers).status_code in (204, 302)
    assert TicketEvent.objects.get(move="escalate").internal_text == "我打的字一个也不能少"


def test_what_is_no_longer_possible_is_said_and_the_words_stay(desk, ticket, at):
    put(ticket, Status.CLOSED, at)
    refused = desk.post(
        address(ticket, "wait_for_citizen"),
        {"expected_status": "in_progress", "reason": "papers", "public_text": "请补身份证"},
        headers=HTMX,
    )
    assert refused.status_code == 409
    assert "请补身份证" in text(refused) and "no longer possible" in text(refused)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED


@pytest.mark.parametrize("told", [{}, {"expected_status": "nonsense"}, {"expected_status": "\x00"}])
def test_nonsense_moves_nothing(desk, ticket, told):
    assert desk.post(address(ticket, "accept"), told).status_code in (400, 409)
    assert not ticket.events.exists()


def test_an_unknown_move_is_no_page_and_somebody_elses_move_is_refused(desk, ticket):
    assert desk.get(address(ticket, "nothing")).status_code == 404
    assert desk.get(address(ticket, "register")).status_code == 404
    assert desk.get(address(ticket, "supervise")).status_code == 403


def test_a_foreign_ticket_is_as_unknown_as_none(desk):
    foreign = TicketFactory()
    for path in (f"/desk/{foreign.number}/", address(foreign, "accept"), "/desk/A-1/", "/desk/A-1/move/accept/"):
        assert desk.get(path).status_code == 404
