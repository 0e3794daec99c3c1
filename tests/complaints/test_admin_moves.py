"""The desk in the admin: a page for every move, and the registration."""

import pytest
from django.contrib.auth.models import Permission

from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from complaints.workflow import MOVES
from tests.complaints.desk_pages import LIST, move_of, page_of, text
from tests.complaints.standing import put
from tests.factories import HallFactory, StaffFactory, UserFactory, WindowFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_moves_are_made_from_their_pages(desk, ticket, officer):
    put(ticket, "accepted", ticket.received_at)
    asked = desk.get(move_of(ticket, "dispatch"))
    form = asked.context["form"]

    answer = desk.post(
        move_of(ticket, "dispatch"),
        {"expected_status": form["expected_status"].value(), "handler": officer.pk, "internal_text": "请今天看"},
        follow=True,
    )

    assert Ticket.objects.get().status == "dispatched"
    assert Ticket.objects.get().handler == officer
    assert TicketEvent.objects.get().internal_text == "请今天看"
    assert f"{ticket.number}: Dispatch" in text(answer)


@pytest.mark.parametrize("move", [move for move in MOVES if move.sources], ids=lambda move: move.name)
def test_every_move_has_a_page_that_asks_for_what_it_needs(client, ticket, at, move):
    client.force_login(UserFactory(is_superuser=True))
    stood = put(ticket, sorted(move.sources)[0], at, callback_attempts=3)

    form = client.get(move_of(stood, move.name)).context["form"]

    assert {name for name, field in form.fields.items() if field.required and name != "expected_status"} >= {
        field.value for field in move.needs
    }


def test_the_approval_offers_the_draft_for_a_last_look(desk, ticket, officer, at):
    put(ticket, "in_progress", at)
    move_ticket(ticket=Ticket.objects.get(), move="answer", actor=officer, at=at, public_text="明天来办")

    assert "明天来办" in text(desk.get(move_of(ticket, "approve")))
    desk.post(move_of(ticket, "approve"), {"expected_status": "replied", "public_text": "明天上午来办"})

    assert TicketEvent.objects.get(move="approve").public_text == "明天上午来办"


def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(desk, ticket):
    answer = desk.post(move_of(ticket, "reject"), {"expected_status": "registered", "public_text": "这件事归税务局办"})

    assert answer.status_code == 400
    assert "这件事归税务局办" in text(answer)
    assert answer.context["form"].errors.keys() == {"reason"}
    assert Ticket.objects.get().status == "registered"


def test_when_somebody_was_first_it_is_said_and_the_words_are_kept(desk, ticket, officer, at):
    move_ticket(ticket=ticket, move="accept", actor=officer, at=at)

    answer = desk.post(
        move_of(ticket, "answer_on_the_spot"), {"expected_status": "registered", "public_text": "您好，当场办好了。"}
    )

    shown = text(answer)
    assert answer.status_code == 409
    assert "Somebody else moved this ticket meanwhile" in shown
    assert "The ticket now stands at: accepted." in shown
    assert "您好，当场办好了。" in shown
    assert "qd-primary" not in shown and "no longer possible from there" in shown
    assert Ticket.objects.get().status == "accepted"


def test_after_a_conflict_the_same_words_can_be_sent_again_if_the_table_allows_it(desk, ticket, officer, at):
    move_ticket(ticket=ticket, move="accept", actor=officer, at=at)

    answer = desk.post(move_of(ticket, "note"), {"expected_status": "registered", "internal_text": "核实清单"})
    form = answer.context["form"]
    again = desk.post(move_of(ticket, "note"), {name: form[name].value() for name in form.fields})

    assert (answer.status_code, again.status_code) == (409, 302)
    assert TicketEvent.objects.get(move="note").internal_text == "核实清单"


def test_the_right_to_change_tickets_moves_none(client, ticket):
    reader = UserFactory(hall=ticket.hall)
    reader.user_permissions.add(*Permission.objects.filter(codename__in=["view_ticket", "change_ticket"]))
    client.force_login(reader)

    assert client.get(page_of(ticket)).context["moves"] == []
    for move in MOVES:
        if move.sources:
            assert client.get(move_of(ticket, move.name)).status_code == 403
            assert client.post(move_of(ticket, move.name), {"expected_status": "registered"}).status_code == 403
    assert client.post(page_of(ticket), {"status": "closed"}).status_code == 403
    assert Ticket.objects.get().status == "registered"


def test_a_manager_supervises_and_does_not_handle(client, manager, ticket, at):
    client.force_login(manager)
    put(ticket, "in_progress", at)

    assert [move.name for move in client.get(page_of(ticket)).context["moves"]] == ["supervise", "withdraw"]
    client.post(move_of(ticket, "supervise"), {"expected_status": "in_progress", "internal_text": "本周内办好"})
    assert Ticket.objects.get().status == "escalated"


@pytest.mark.parametrize("move", ["fly", "register", "a b"])
def test_there_is_no_page_for_a_move_that_does_not_exist(desk, ticket, move):
    assert desk.get(f"{LIST}{ticket.pk}/move/{move}/").status_code == 404


def test_a_move_that_is_not_possible_now_leads_back_with_a_sentence(desk, ticket):
    answer = desk.get(move_of(ticket, "approve"), follow=True)

    assert answer.redirect_chain == [(page_of(ticket), 302)]
    assert "not possible where the ticket stands now" in text(answer)


def test_a_matter_is_registered_on_one_page(desk, hall, officer):
    window = WindowFactory(hall=hall)
    answer = desk.post(
        f"{LIST}register/", {"hall": hall.pk, "channel": "phone", "title": "跑了三趟", "window": window.pk}
    )

    ticket = Ticket.objects.get()
    assert answer.url == page_of(ticket)
    assert (ticket.title, ticket.window, ticket.channel, ticket.status) == ("跑了三趟", window, "phone", "registered")
    assert TicketEvent.objects.get().actor == officer


def test_a_clerk_who_may_not_read_tickets_is_told_the_number(client, hall):
    client.force_login(UserFactory(hall=hall, role="clerk"))

    answer = client.post(f"{LIST}register/", {"hall": hall.pk, "channel": "desk", "title": "跑了三趟"}, follow=True)

    assert f"Registered under the number {Ticket.objects.get().number}." in text(answer)


def test_another_halls_windows_and_people_cannot_be_chosen(desk, hall):
    other = HallFactory()
    window, staff = WindowFactory(hall=other), StaffFactory(hall=other)

    answer = desk.post(
        f"{LIST}register/",
        {"hall": other.pk, "channel": "desk", "title": "甲", "window": window.pk, "staff": staff.pk},
    )

    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"hall", "window", "staff"}
    assert not Ticket.objects.exists()


def test_who_may_not_register_is_refused(client, hall):
    client.force_login(UserFactory(hall=hall, role="auditor"))

    assert client.get(f"{LIST}register/").status_code == 403
