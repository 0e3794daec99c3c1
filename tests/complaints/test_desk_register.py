"""Registering at the desk: one form is one ticket, what is known is said, and nothing personal stands in the open."""

import re

import pytest

from complaints.models import Petitioner, Ticket
from complaints.petitioners import keep_petitioner
from tests.complaints.desk_pages import text
from tests.factories import CannedAnswerFactory, HallFactory, StaffFactory, TicketFactory, UserFactory, WindowFactory

PAGE = "/desk/register/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client, officer, english):
    client.force_login(officer)
    return client


def told(hall, **more):
    return {
        "hall": hall.pk,
        "once": "a" * 32,
        "channel": "desk",
        "title": "补居住证，一定要回原籍开证明吗",
        "category": "consultation",
        "grade": "ordinary",
        "kind": "person",
        **more,
    }


def test_a_matter_is_registered_with_its_person_sealed_and_its_code_shown_once(desk, hall, officer):
    window = WindowFactory(hall=hall)
    answer = desk.post(PAGE, told(hall, name="林小雨", phone="137 1234 6021", window=window.pk, call_times="上午"))
    assert answer.status_code == 200
    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.window, ticket.channel) == ("consultation", window, "desk")
    assert ticket.events.get().actor == officer
    row = Petitioner.objects.get()
    assert (row.name_masked, row.phone_masked, row.call_times) == ("林**", "137****6021", "上午")
    assert "林小雨" not in row.name_box
    page = text(answer)
    assert ticket.number in page and re.search(r'id="code">\w{4}-?\s?\w{4}', page)
    assert "林小雨" not in page and "no-store" in answer["Cache-Control"]


def test_a_form_sent_twice_is_one_ticket(desk, hall):
    desk.post(PAGE, told(hall))
    again = desk.post(PAGE, told(hall))
    assert Ticket.objects.count() == 1
    assert "nothing was registered twice" in text(again) and 'id="code"' not in text(again)


def test_what_is_likely_the_same_is_asked_about_and_then_the_officer_decides(desk, hall):
    known = TicketFactory(hall=hall, title="补居住证，一定要回原籍开证明么")
    asked = desk.post(PAGE, told(hall))
    assert known.number in text(asked) and Ticket.objects.count() == 1
    assert "补居住证，一定要回原籍开证明吗" in text(asked)  # nothing typed is lost
    assert 'id="code"' in text(desk.post(PAGE, told(hall, seen="1", same="")))
    assert Ticket.objects.count() == 2


def test_the_same_matter_is_put_together_with_the_one_that_came_first(desk, hall):
    known = TicketFactory(hall=hall, title="补居住证，一定要回原籍开证明么")
    done = desk.post(PAGE, told(hall, same=known.number))
    assert known.number in text(done)
    assert Petitioner.objects.count() == 1  # somebody new waits for the answer, with a number and a code of their own


def test_likely_ones_are_shown_while_typing_by_words_and_by_number(desk, hall, at):
    by_words = TicketFactory(hall=hall, title="补居住证，一定要回原籍开证明么")
    by_number = TicketFactory(hall=hall, title="完全不同的事")
    keep_petitioner(ticket=by_number, at=at, phone="13712346021")
    foreign = TicketFactory(hall=HallFactory(code="B"), title="补居住证，一定要回原籍开证明吗")
    part = text(
        desk.post(f"{PAGE}similar/", {"title": "补居住证要回原籍开证明吗", "phone": "137-1234-6021"}, headers=HTMX)
    )
    assert "<html" not in part
    assert by_words.number in part and by_number.number in part and "same number" in part
    assert part.index(by_number.number) < part.index(by_words.number)
    assert foreign.number not in part
    assert desk.get(f"{PAGE}similar/?phone=13712346021").status_code == 405


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"phone": "12"}, "phone"),
        ({"channel": "rating"}, "channel"),
        ({"grade": "x"}, "grade"),
        ({"hall": "x"}, "hall"),
        ({"title": "\x00"}, "title"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_opened(desk, hall, wrong, field):
    answer = desk.post(PAGE, told(hall) | wrong)
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert not Ticket.objects.exists()


def test_a_window_and_a_person_of_another_hall_are_refused(desk, hall):
    for foreign in ({"window": WindowFactory().pk}, {"staff": StaffFactory().pk}, {"hall": HallFactory().pk}):
        assert desk.post(PAGE, told(hall) | foreign).status_code == 400
    assert not Ticket.objects.exists()


def test_a_clerk_registers_and_reads_nothing(client, hall, english):
    client.force_login(UserFactory(hall=hall, role="clerk"))
    done = client.post(PAGE, told(hall))
    assert 'id="code"' in text(done) and "Open the ticket" not in text(done)
    assert client.get(f"/desk/{Ticket.objects.get().number}/").status_code == 403


def test_who_may_not_register_comes_no_further(client, manager):
    client.force_login(manager)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}similar/").status_code == 403


def test_a_canned_answer_with_an_unknown_place_is_refused_in_the_admin(client, manager, hall, english):
    client.force_login(manager)
    address = "/admin/complaints/cannedanswer/add/"
    page = client.post(address, {"hall": hall.pk, "name": "a", "text": "您好 {nummer}", "position": 0})
    assert "{nummer}" in text(page) and "There are" in text(page)
    CannedAnswerFactory(hall=HallFactory(code="B"), name="乙的")
    assert "乙的" not in text(client.get("/admin/complaints/cannedanswer/"))
