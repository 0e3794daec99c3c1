"""The page of a ticket at the desk: what is public and what is not, the composer, and who it is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.desk.composing import Draft, Tab, messages_for
from complaints.desk.likeness import likeness, most_alike, pairs_of
from complaints.models import Cause, PetitionerDisclosure, Ticket, TicketEvent
from complaints.petitioners import keep_petitioner
from complaints.workflow import Status
from feedback_site.models import User
from tests.complaints.desk_pages import text
from tests.complaints.standing import put
from tests.factories import CannedAnswerFactory, HallFactory, TicketFactory, UserFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(client, officer, english):
    client.force_login(officer)
    return client


@pytest.fixture
def in_hand(ticket, officer, at):
    return put(ticket, Status.IN_PROGRESS, at, handler=officer)


def page_of(ticket):
    return f"/desk/{ticket.number}/"


def compose(desk, ticket, **told):
    told = {"expected_status": ticket.status, "tab": "answer", "text": "", **told}
    return desk.post(f"/desk/{ticket.number}/compose/", told, headers=told.pop("headers", {}))


# --- the draft ------------------------------------------------------------------------------------------------------


def test_words_that_were_internal_are_asked_about_until_they_are_gone():
    draft = Draft(Tab.NOTE, "他说话很难听").turned_to(Tab.ANSWER)
    assert draft.must_ask
    assert draft.turned_to(Tab.PHONE).turned_to(Tab.ANSWER).must_ask
    assert not Draft(Tab.NOTE, "  ").turned_to(Tab.ANSWER).must_ask
    assert not Draft(Tab.ANSWER, "您好").turned_to(Tab.ANSWER).must_ask


@pytest.mark.parametrize(("length", "messages"), [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_how_many_messages_the_words_would_be(length, messages):
    assert messages_for("字" * length) == messages


def test_likeness_needs_shared_pairs_and_minds_no_punctuation():
    assert likeness(pairs_of("补居住证，一定要回原籍吗"), pairs_of("补居住证一定要回原籍吗？")) == 1
    assert likeness(pairs_of("跑了三趟"), pairs_of("等得太久")) == 0
    assert most_alike("", [("a", "跑了三趟还差证明")], limit=5) == []
    found = most_alike("跑了三趟，还差一张证明", [("a", "跑了三趟还差证明"), ("b", "希望增加饮水处")], limit=5)
    assert [key for key, _score in found] == ["a"]


# --- the composer ---------------------------------------------------------------------------------------------------


def test_a_note_stays_inside_and_is_shown_so(desk, in_hand):
    assert compose(desk, in_hand, tab="note", text="窗口用的是旧清单").status_code == 302
    event = TicketEvent.objects.get(move="note")
    assert (event.internal_text, event.public_text, event.visible_to_citizen) == ("窗口用的是旧清单", "", False)
    page = text(desk.get(page_of(in_hand)))
    bubble = re.search(r'<div class="bub internal">.*?旧清单', page, re.S)[0]
    assert "Staff only" in bubble and "#i-lock" in bubble


def test_a_telephone_call_keeps_the_promise_of_a_contact(desk, in_hand):
    assert compose(desk, in_hand, tab="phone", text="打了六分钟").status_code == 302
    assert Ticket.objects.get().contacted_at


def test_turning_to_another_tab_loses_nothing_and_asks_once_before_it_is_public(desk, in_hand):
    turned = compose(desk, in_hand, tab="note", text="先写在里面", turn="answer", headers=HTMX)
    page = text(turned)
    assert "先写在里面" in page and 'name="public_ok"' in page and "<html" not in page
    told = {"tab": "answer", "text": "先写在里面", "was_internal": "1", **settled()}
    refused = compose(desk, in_hand, **told)
    assert refused.status_code == 400 and "先写在里面" in text(refused)
    assert not TicketEvent.objects.exists()
    assert compose(desk, in_hand, **told, public_ok="1").status_code == 302
    assert TicketEvent.objects.get(move="answer").public_text == "先写在里面"


def settled():
    """What an answer needs besides its words."""
    return {"cause": Cause.objects.first().pk, "remedy": "换了清单"}


def test_a_canned_answer_is_filled_in_without_losing_what_was_typed(desk, in_hand, hall):
    canned = CannedAnswerFactory(hall=hall, text="编号 {number}，{due}，{unknown}")
    typed = text(compose(desk, in_hand, text="您好。", insert="1", canned=canned.pk))
    assert f"您好。\n编号 {in_hand.number}，" in typed and "{unknown}" in typed
    assert f"编号 {in_hand.number}" in text(desk.get(page_of(in_hand), {"canned": canned.pk}))
    foreign = CannedAnswerFactory(hall=HallFactory(), text="别的大厅的话")
    assert "别的大厅的话" not in text(compose(desk, in_hand, insert="1", canned=foreign.pk))


def test_closing_without_an_answer_is_refused_in_words(desk, in_hand):
    answer = desk.get(f"/desk/{in_hand.number}/close/", follow=True)
    assert "The citizen has not been answered yet, so this cannot be closed." in text(answer)


def test_closing_an_answered_matter_leads_to_the_step_that_ends_it(desk, ticket, at):
    put(ticket, Status.CALLBACK, at, answered_at=at)
    assert "/move/call_back_reached/" in desk.get(f"/desk/{ticket.number}/close/").url


def test_a_conflict_in_the_composer_keeps_the_words(desk, in_hand, at):
    put(in_hand, Status.WAITING, at)
    refused = compose(desk, in_hand, text="写了很久的答复", headers=HTMX, **settled())
    assert refused.status_code == 409
    assert "写了很久的答复" in text(refused) and "waiting for the citizen" in text(refused)


@pytest.mark.parametrize("told", [{"tab": "x"}, {"turn": "x"}, {"insert": "1", "canned": "x"}, {"text": "\x00"}, {}])
def test_nonsense_in_the_composer_is_answered_and_stores_nothing(desk, in_hand, told):
    assert compose(desk, in_hand, **told).status_code in (200, 400)
    assert not TicketEvent.objects.exists()


def test_who_does_not_handle_tickets_writes_nothing(client, in_hand, manager):
    client.force_login(manager)
    assert compose(client, in_hand, tab="note", text="经理也想写").status_code == 403
    assert not TicketEvent.objects.exists()


# --- who it is ------------------------------------------------------------------------------------------------------


@pytest.fixture
def petitioner(ticket, at):
    keep_petitioner(ticket=ticket, at=at, name="王小明", phone="13800138000")
    return ticket.petitioner


def test_the_person_is_masked_until_an_officer_who_is_written_down_asks(desk, ticket, petitioner, officer):
    page = text(desk.get(page_of(ticket)))
    assert "王小明" not in page and "13800138000" not in page and "王**" in page
    shown = desk.post(f"/desk/{ticket.number}/reveal/", {"kind": "phone"})
    assert "138 0013 8000" in text(shown)
    assert list(PetitionerDisclosure.objects.values_list("actor", "kind")) == [(officer.pk, "phone")]
    assert "138 0013 8000" not in text(desk.get(page_of(ticket)))


def test_who_may_not_open_it_learns_nothing_and_a_look_by_address_opens_nothing(desk, client, ticket, petitioner):
    assert desk.get(f"/desk/{ticket.number}/reveal/").status_code == 405
    assert desk.post(f"/desk/{ticket.number}/reveal/", {"kind": "nothing"}).status_code == 404
    client.force_login(UserFactory(role="auditor"))
    answer = client.post(f"/desk/{ticket.number}/reveal/", {"kind": "phone"})
    assert answer.status_code == 403 and "13800138000" not in text(answer)
    assert not PetitionerDisclosure.objects.exists()


def test_earlier_matters_of_the_same_number_are_found_in_ones_own_hall_only(desk, ticket, petitioner, hall, at):
    for where, title in ((hall, "上次也来过"), (HallFactory(code="B"), "另一个大厅的事")):
        earlier = TicketFactory(hall=where, title=title)
        keep_petitioner(ticket=earlier, at=at, phone="138 0013 8000")
        put(earlier, Status.CLOSED, at)
    page = text(desk.get(page_of(ticket)))
    assert "1 time, all finished" in re.sub(r"\s+", " ", page) and "上次也来过" in page
    assert "另一个大厅的事" not in page


def test_the_page_is_kept_by_nobody_and_its_title_says_the_number_only(desk, ticket):
    page = desk.get(page_of(ticket))
    assert "no-store" in page["Cache-Control"]
    assert re.search(r"<title>\s*(.*?)</title>", text(page))[1] == f"{ticket.number} | Listening desk"
    assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", text(page))


def test_the_number_of_queries_does_not_grow_with_the_history(desk, in_hand, officer, at):
    def queries():
        desk.get(page_of(in_hand))
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(page_of(in_hand)).status_code == 200
        return len(captured)

    TicketFactory(hall=in_hand.hall, title=in_hand.title)
    few = queries()
    for number in range(15):
        writer = User.objects.get(pk=officer.pk)
        in_hand.events.create(move="note", to_status=in_hand.status, actor=writer, at=at, internal_text=f"第{number}次")
        TicketFactory(hall=in_hand.hall, title=in_hand.title)
    assert queries() == few
