"""The board and the list under /desk/: what stands where, what it says, who sees it, how many queries it asks."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.desk.columns import STATUSES, Column, column_of
from complaints.models import Ticket
from complaints.workflow import OPEN, Status
from tests.complaints.board_life import NOW, like_the_mockup
from tests.complaints.desk_pages import text
from tests.complaints.standing import put
from tests.factories import HallFactory, StaffFactory, TicketFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(hall, time_machine):
    time_machine.move_to(NOW, tick=False)
    return like_the_mockup(hall)


@pytest.fixture
def board(client, officer, english):
    client.force_login(officer)
    return client


def columns(page):
    """The numbers of the cards in each column, top to bottom."""
    parts = re.split(r'<section class="col"', text(page))[1:]
    return [[int(number[-6:]) for number in re.findall(r'id="t-([^"]+)"', part.split("<details")[0])] for part in parts]


def test_every_open_status_stands_in_exactly_one_column():
    placed = [status for group in STATUSES.values() for status in group]
    assert sorted(placed) == sorted(OPEN)
    assert column_of(Status.CLOSED) is None
    assert [column_of(status) for status in ("registered", "escalated", "waiting", "callback")] == list(Column)


def test_cards_stand_in_their_columns_by_what_is_due_first(board):
    assert columns(board.get("/desk/")) == [[181, 184, 188, 186], [162, 149, 144, 179], [121, 139], [136, 131]]


def test_a_card_says_its_deadline_in_working_time_and_masks_the_person(board):
    page = text(board.get("/desk/"))
    for words in (
        "32 min overdue, not contacted",
        "1 h 28 min left to contact",
        "Contact by 17:30 tomorrow",
        "Answer by 17:30 today",
        "4 working days left",
        "Paused for 2 days, waiting for the citizen",
        "Call back by 15:00 today",
        "Call back within tomorrow",
        "林** · 137****6021",
        "nobody yet",
    ):
        assert words in page, words


def test_the_head_counts_what_is_late_and_what_is_soon(board):
    page = text(board.get("/desk/"))
    assert "Today, Wednesday 18 November: 4 deadlines" in page
    assert "1 overdue" in page and "1 within two hours" in page
    assert "4 finished this week" in page


def test_only_mine_and_my_unit(board, officer, hall):
    assert columns(board.get("/desk/?whose=mine")) == [[], [162, 149, 179], [121], [131]]
    unit = UnitFactory(hall=hall)
    unit.members.add(officer)
    Ticket.objects.filter(number__endswith="144").update(lead_unit=unit)
    assert columns(board.get("/desk/?whose=unit")) == [[], [144], [], []]


def test_a_column_shows_its_first_cards_and_how_many_more_there_are(board, hall):
    TicketFactory.create_batch(25, hall=hall, received_at=NOW)
    page = board.get("/desk/")
    assert len(columns(page)[0]) == 20
    assert "9 more" in text(page)


def test_nobody_sees_another_hall_or_a_ticket_about_themselves(board, officer, hall):
    TicketFactory(hall=HallFactory(code="B"), title="另一个大厅", received_at=NOW)
    about = TicketFactory(hall=hall, title="说的是我", received_at=NOW, staff=StaffFactory(hall=hall, user=officer))
    for address in ("/desk/", "/desk/?view=list", "/desk/?hall=B", "/desk/?q=另一个", "/desk/?view=list&state=every"):
        page = text(board.get(address))
        assert "另一个大厅" not in page and "说的是我" not in page, address
    assert board.get(f"/desk/{about.number}/").status_code == 404


def test_the_auditor_chooses_a_hall(client, officer, hall, english):
    TicketFactory(hall=HallFactory(code="B"), title="另一个大厅", received_at=NOW)
    client.force_login(UserFactory(role="auditor"))
    assert "另一个大厅" in text(client.get("/desk/?hall=B"))
    assert "另一个大厅" not in text(client.get("/desk/?hall=A"))


def test_the_door_leads_readers_to_the_board_registrars_to_the_form_and_nobody_else_in(client, hall):
    assert client.get("/desk/").status_code == 302
    client.force_login(UserFactory(hall=hall, role="clerk"))
    assert "register" in client.get("/desk/").url
    client.force_login(UserFactory(hall=hall))
    assert client.get("/desk/").status_code == 403


def test_nothing_is_kept_by_a_browser_and_nothing_personal_is_in_the_title(board):
    page = board.get("/desk/")
    assert "no-store" in page["Cache-Control"]
    title = re.search(r"<title>(.*?)</title>", text(page))[1]
    assert title == "Board | Listening desk"
    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", text(page))


def test_htmx_gets_the_part_and_a_lost_session_sends_the_page_to_the_door(board, client):
    part = board.get("/desk/", headers={"HX-Request": "true"})
    assert "<html" not in text(part) and 'class="d1"' in text(part)
    client.logout()
    lost = client.get("/desk/", headers={"HX-Request": "true"})
    assert (lost.status_code, lost["HX-Redirect"]) == (204, "/desk/")


@pytest.mark.parametrize("address", ["/desk/", "/desk/?view=list", "/desk/?q=证明"])
def test_the_number_of_queries_is_the_same_with_twenty_times_the_tickets(board, hall, address):
    board.get(address)
    with CaptureQueriesContext(connection) as few:
        board.get(address)
    for status in sorted(OPEN):
        for ticket in TicketFactory.create_batch(20, hall=hall, title="再开一张证明", received_at=NOW):
            put(ticket, status, NOW)
    with CaptureQueriesContext(connection) as many:
        board.get(address)
    assert len(many) == len(few)
    assert len(few) <= 22


def test_the_list_goes_on_where_its_page_ended(board, hall):
    TicketFactory.create_batch(60, hall=hall, received_at=NOW)
    seen, address = [], "?view=list"
    for _page in range(3):
        page = text(board.get(f"/desk/{address}"))
        seen += re.findall(r'id="t-([^"]+)"', page)
        following = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        if not following:
            break
        address = following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 72


@pytest.mark.parametrize("query", ["181", "A-2026-000181", "叫到号"])
def test_a_ticket_is_found_by_its_digits_its_number_or_words(board, query):
    assert re.findall(r'id="t-([^"]+)"', text(board.get("/desk/", {"q": query}))) == ["A-2026-000181"]


@pytest.mark.parametrize(
    "address", ["?after=x~y", "?view=list&after=2026-11-18T10:00:00~1", "?q=%27%22", "?hall=%F0", "?whose=x&state=y"]
)
def test_nonsense_in_the_address_is_answered_like_nothing(board, address):
    assert board.get(f"/desk/{address}").status_code == 200
