"""The desk in the admin: the door, the list, and the page of a ticket."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Ticket
from complaints.moving import move_ticket
from complaints.opening import sweep_bad_ratings
from complaints.workflow import MOVES, Status, moves_from
from ratings.models import Rating
from tests.complaints.desk_pages import LIST, move_of, page_of, text
from tests.complaints.standing import put
from tests.factories import HallFactory, RatingFactory, StaffFactory, TicketFactory, UserFactory, WindowFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_the_desk_leads_a_clerk_to_the_registration_and_others_nowhere(client, hall):
    client.force_login(UserFactory(hall=hall, role="clerk"))
    assert client.get("/desk/").url == "/desk/register/"
    client.force_login(UserFactory(hall=hall, role="rated person"))
    assert client.get("/desk/").status_code == 403
    client.logout()
    assert "/admin/login/" in client.get("/desk/").url


def test_the_list_says_how_late_in_words(desk, hall):
    now = timezone.now()
    TicketFactory(hall=hall, title="晚了", received_at=now - timedelta(days=9), contacted_at=now)
    paused_at = now - timedelta(days=2, minutes=1)
    TicketFactory(hall=hall, title="等着", received_at=paused_at, status="waiting", paused_at=paused_at)

    shown = text(desk.get(LIST))

    assert "1 day 10 h overdue" in shown
    assert "paused for 2 days, waiting for the citizen" in shown


def test_the_list_can_be_narrowed_to_what_is_late_or_mine(desk, hall, officer):
    now = timezone.now()
    late = TicketFactory(hall=hall, received_at=now - timedelta(days=9))
    mine = TicketFactory(hall=hall, received_at=now, handler=officer)
    closed = TicketFactory(hall=hall, received_at=now, status="closed", closed_at=now)

    def shown(query):
        return {ticket.number for ticket in desk.get(LIST + query).context["cl"].result_list}

    assert shown("?late=overdue") == {late.number}
    assert shown("?late=mine") == {mine.number}
    assert shown("?late=open") == {late.number, mine.number}
    assert shown("?status__exact=closed") == {closed.number}


@pytest.mark.parametrize(
    "query",
    [
        "?o=99",
        "?o=-1.2.x",
        "?p=999999",
        "?p=a",
        "?q=%00",
        "?all=",
        "?e=1",
        "?late=never",
        "?status__exact=late",
        "?handler__password__startswith=p",
        "?_to_field=title",
        "?_popup=1&_to_field=id",
    ],
)
def test_an_odd_address_of_the_list_never_fails(desk, ticket, query):
    assert desk.get(LIST + query).status_code in (200, 302, 400)


def test_the_number_of_queries_of_the_list_does_not_grow(desk, hall, officer):
    def queries(tickets):
        for _ in range(tickets):
            window = WindowFactory(hall=hall)
            TicketFactory(hall=hall, window=window, handler=UserFactory(hall=hall, last_name="何", first_name="涛"))
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(LIST).status_code == 200
        return len(captured)

    queries(1)
    assert queries(1) == queries(30) <= 15


def test_the_number_of_queries_of_a_page_does_not_grow_with_the_history(desk, ticket, officer, at):
    def queries(notes):
        for _ in range(notes):
            move_ticket(
                ticket=Ticket.objects.get(),
                move="note",
                actor=UserFactory(is_superuser=True),
                at=at,
                internal_text="甲",
            )
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(page_of(ticket)).status_code == 200
        return len(captured)

    queries(1)
    assert queries(1) == queries(20)


def test_the_page_tells_public_from_internal_by_icon_words_and_border(desk, ticket, officer, at):
    put(ticket, "in_progress", at)
    for move, words in (
        ("contact", {"internal_text": "三次分别缺三样"}),
        ("wait_for_citizen", {"reason": "papers", "public_text": "请补交复印件"}),
        ("resume", {}),
        ("answer", {"public_text": "明天来办"}),
    ):
        move_ticket(ticket=Ticket.objects.get(), move=move, actor=officer, at=at, **words)

    shown = text(desk.get(page_of(ticket)))

    for kind, icon, badge, words in (
        ("qd-internal", "lock", "Staff only", "三次分别缺三样"),
        ("qd-public", "visibility", "The citizen sees this", "请补交复印件"),
        ("qd-draft", "edit_note", "Draft: shown to the citizen once it is approved", "明天来办"),
    ):
        bubble = shown[shown.index(f'class="qd-bubble {kind}"') :]
        bubble = bubble[: bubble.index("</article>")]
        assert icon in bubble and badge in bubble and words in bubble
    assert "the citizen supplies papers" in shown


def test_the_page_of_a_bad_rating_shows_the_face_the_words_and_every_clock(desk, hall, at):
    rating = RatingFactory(window=WindowFactory(hall=hall), level=1, comment="<script>来了三回</script>")
    sweep_bad_ratings(at=at)

    shown = text(desk.get(page_of(rating.ticket)))

    assert 'class="face-svg"' in shown and "Very dissatisfied" in shown
    assert "&lt;script&gt;来了三回" in shown and "<script>来了" not in shown
    assert "First contact" in shown and "1 working day after" in shown
    assert "7 calendar days after" in shown


def test_a_changed_rating_is_told_on_the_page(desk, hall, at):
    rating = RatingFactory(window=WindowFactory(hall=hall), level=1)
    sweep_bad_ratings(at=at)
    Rating.objects.update(level=5)
    sweep_bad_ratings(at=at)

    assert "The visitor changed the rating" in text(desk.get(page_of(rating.ticket)))


@pytest.mark.parametrize("status", Status)
def test_the_page_has_a_button_for_every_move_that_one_may_make_and_no_other(desk, ticket, at, status):
    stood = put(ticket, status, at)
    shown = text(desk.get(page_of(stood)))

    possible = {move.name for move in moves_from(status)} - {"supervise", "close"}
    assert {move.name for move in MOVES if move_of(stood, move.name) in shown} == possible


def test_another_halls_ticket_is_404_everywhere(client, ticket):
    client.force_login(UserFactory(hall=HallFactory(), role="desk officer"))

    assert client.get(page_of(ticket)).status_code == 404
    assert client.get(move_of(ticket, "accept")).status_code == 404
    assert client.post(move_of(ticket, "accept"), {"expected_status": "registered"}).status_code == 404
    assert not client.get(LIST).context["cl"].result_list
    assert Ticket.objects.get().status == "registered"


def test_the_person_a_ticket_is_about_does_not_find_it(desk, officer, ticket):
    Ticket.objects.update(staff=StaffFactory(hall=ticket.hall, user=officer))

    assert desk.get(page_of(ticket)).status_code == 404
    assert not desk.get(LIST).context["cl"].result_list


@pytest.mark.parametrize("address", ["add/", "1/delete/", "999999/change/", "x/change/"])
def test_tickets_are_neither_added_nor_deleted_by_the_admin(desk, ticket, address):
    for answer in (desk.get(LIST + address), desk.post(LIST + address, {"post": "yes"})):
        assert answer.status_code in (403, 404)
    assert Ticket.objects.count() == 1
