"""The ticket API of contract.md: scope, permissions, conflicts, one error shape."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from tests.factories import HallFactory, RatingFactory, StaffFactory, TicketFactory, UserFactory, WindowFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/tickets/"


def client_of(user):
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def client(officer):
    return client_of(officer)


def moves_of(ticket):
    return f"{LIST}{ticket.number}/moves/"


def test_a_move_answers_with_the_ticket_as_it_is_now(client, ticket):
    answer = client.post(moves_of(ticket), {"move": "accept", "expected_status": "registered"}, format="json")

    assert answer.status_code == 200
    assert answer.data["status"] == "accepted"
    assert [event["move"] for event in answer.data["events"]] == ["accept"]
    assert "dispatch" in answer.data["moves"] and "accept" not in answer.data["moves"]


def test_whoever_comes_second_is_told(client, ticket, officer, at):
    move_ticket(ticket=ticket, move="accept", actor=officer, at=at)

    answer = client.post(moves_of(ticket), {"move": "accept", "expected_status": "registered"}, format="json")

    assert (answer.status_code, answer.data["code"]) == (409, "ticket_changed")
    assert set(answer.data) == {"code", "message", "fields"}


@pytest.mark.parametrize("move", ["approve", "fly", "register", 5])
def test_a_move_that_the_table_does_not_have_is_refused(client, ticket, move):
    answer = client.post(moves_of(ticket), {"move": move}, format="json")

    assert (answer.status_code, answer.data["code"]) == (409, "move_not_allowed")


def test_a_missing_field_is_named(client, ticket):
    answer = client.post(moves_of(ticket), {"move": "reject"}, format="json")

    assert (answer.status_code, answer.data["code"]) == (400, "field_missing")
    assert set(answer.data["fields"]) == {"reason", "public_text"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"move": ["accept"]},
        {"move": None},
        {"move": "accept", "expected_status": "late"},
        {"move": "accept", "status": "closed"},
        {"move": "note", "internal_text": "a\x00b"},
        {"move": "note", "internal_text": "长" * 2001},
        {"move": "note", "internal_text": {"a": 1}},
        {"move": "dispatch", "handler": "nobody"},
        {"move": "dispatch", "handler": ["officer"]},
        {"move": "ask_extension", "due_at": "soon", "internal_text": "甲"},
        {"move": "ask_extension", "due_at": "0001-01-01T00:00:00+14:00", "internal_text": "甲"},
    ],
)
def test_a_body_that_makes_no_sense_is_400_and_changes_nothing(client, ticket, body):
    answer = client.post(moves_of(ticket), body, format="json")

    assert answer.status_code == 400, answer.data
    assert set(answer.data) == {"code", "message", "fields"}
    assert not TicketEvent.objects.exists()


def test_the_time_of_an_extension_far_away_is_refused_and_never_500(client, ticket):
    Ticket.objects.update(status="in_progress")
    for due_at in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z"):
        answer = client.post(
            moves_of(ticket), {"move": "ask_extension", "due_at": due_at, "internal_text": "甲"}, format="json"
        )
        assert answer.status_code == 400


@pytest.mark.parametrize("number", ["A-2026-999999", "../../etc", "A 2026", "%E7%94%B2", "a" * 300])
def test_an_unknown_number_is_404(client, ticket, number):
    assert client.get(f"{LIST}{number}/").status_code == 404
    assert client.post(f"{LIST}{number}/moves/", {"move": "accept"}, format="json").status_code == 404


def test_another_halls_ticket_is_as_unknown_as_none(ticket, at):
    stranger = client_of(UserFactory(hall=HallFactory(), role="desk officer"))

    assert stranger.get(f"{LIST}{ticket.number}/").status_code == 404
    assert stranger.post(moves_of(ticket), {"move": "accept"}, format="json").status_code == 404
    assert stranger.get(LIST).data["results"] == []
    assert Ticket.objects.get().status == "registered"


def test_the_person_a_ticket_is_about_does_not_find_it(client, officer, ticket):
    Ticket.objects.update(staff=StaffFactory(hall=ticket.hall, user=officer))

    assert client.get(f"{LIST}{ticket.number}/").status_code == 404
    assert client.get(LIST).data["results"] == []


@pytest.mark.parametrize(
    ("role", "read", "move"), [("hall manager", 200, 403), ("auditor", 200, 403), ("clerk", 403, 403)]
)
def test_rights_are_asked_for_every_door(ticket, role, read, move):
    person = client_of(UserFactory(hall=ticket.hall, role=role))

    assert person.get(LIST).status_code == read
    assert person.get(f"{LIST}{ticket.number}/").status_code == read
    assert person.post(moves_of(ticket), {"move": "accept"}, format="json").status_code == move


def test_without_sign_in_there_is_nothing(ticket):
    anonymous = APIClient()

    assert anonymous.get(LIST).status_code == 401
    assert anonymous.post(LIST, {}, format="json").status_code == 401
    assert anonymous.get(f"{LIST}{ticket.number}/").status_code == 401
    assert anonymous.post(moves_of(ticket), {"move": "accept"}, format="json").status_code == 401


def test_a_session_needs_its_csrf_token(officer, ticket):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(officer)

    assert client.post(moves_of(ticket), {"move": "accept"}, format="json").status_code == 403


def test_a_clerk_registers_a_matter_and_gets_its_number(hall, at):
    clerk = client_of(UserFactory(hall=hall, role="clerk"))
    window, staff = WindowFactory(hall=hall, number="2"), StaffFactory(hall=hall)

    answer = clerk.post(
        LIST,
        {"channel": "desk", "title": "跑了三趟", "description": "还差一张", "window": "2", "staff": staff.staff_no},
        format="json",
    )

    assert answer.status_code == 201
    ticket = Ticket.objects.get(number=answer.data["number"])
    assert (ticket.window, ticket.staff, ticket.title, ticket.hall) == (window, staff, "跑了三趟", hall)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": " "}, "title"),
        ({"title": "甲", "channel": "rating"}, "channel"),
        ({"title": "甲", "channel": "pigeon"}, "channel"),
        ({"title": "甲", "hall": "B"}, "hall"),
        ({"title": "甲", "hall": "nowhere"}, "hall"),
        ({"title": "甲", "window": "99"}, "window"),
        ({"title": "甲", "window": "of B"}, "window"),
        ({"title": "甲", "staff": "X-of-B"}, "staff"),
        ({"title": "甲", "status": "closed"}, "non_field_errors"),
    ],
)
def test_a_matter_that_does_not_fit_is_400_and_says_where(client, hall, body, field):
    other = HallFactory(code="B")
    WindowFactory(hall=other, number="of B")
    StaffFactory(hall=other, staff_no="X-of-B")

    answer = client.post(LIST, body, format="json")

    assert answer.status_code == 400
    assert field in answer.data["fields"]
    assert not Ticket.objects.exists()


def test_who_sees_every_hall_says_which(hall):
    admin = client_of(UserFactory(is_superuser=True))

    assert admin.post(LIST, {"title": "甲"}, format="json").status_code == 400
    assert admin.post(LIST, {"title": "甲", "hall": "A"}, format="json").data["number"].startswith("A-")


def test_the_list_is_filtered_and_never_fails(client, hall, at):
    late = TicketFactory(hall=hall, received_at=at - timedelta(days=30), window=WindowFactory(hall=hall, number="10"))
    TicketFactory(hall=hall, received_at=at + timedelta(days=20_000))

    def numbers(query):
        return [row["number"] for row in client.get(LIST + query).data["results"]]

    assert numbers("?overdue=true") == numbers("?window=10") == [late.number]
    assert len(numbers("?overdue=false")) == 1
    assert len(numbers("?status=registered&channel=desk&hall=A")) == 2
    for query in ("?status=late", "?registered_after=x", "?cursor=%00", "?page_size=-1", "?hall=%00", "?overdue=maybe"):
        assert client.get(LIST + query).status_code in (200, 400, 404)


def test_the_number_of_queries_does_not_grow_with_the_tickets(client, hall, at):
    def queries(tickets):
        for _ in range(tickets):
            window = WindowFactory(hall=hall)
            TicketFactory(
                hall=hall, window=window, channel="rating", rating=RatingFactory(window=window, level=1),
                handler=UserFactory(hall=hall),
            )  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    queries(1)
    assert queries(1) == queries(20) <= 6
