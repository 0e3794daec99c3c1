"""D2 and the registration in a browser, by keyboard; axe on both."""

import re

import pytest
from playwright.sync_api import expect

from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from feedback_site.models import User
from tests.browser.desk_pages import press, problems_of
from tests.complaints.board_life import NOW
from tests.factories import CannedAnswerFactory

pytestmark = pytest.mark.browser
TICKET = "A-2026-000179"
PAGE = f"/desk/{TICKET}/"


def test_a_note_is_written_by_keys_and_stands_in_the_history(desk):
    page = desk(PAGE)
    press(page, "i")
    expect(page.locator("#composer.note")).to_be_visible()
    expect(page.locator("#words")).to_be_focused()
    page.keyboard.type("窗口用的是旧清单")
    press(page, "Control+Enter")
    expect(page.locator(".bub.internal")).to_contain_text("窗口用的是旧清单")
    assert TicketEvent.objects.get(move="note").internal_text == "窗口用的是旧清单"


def test_words_for_inside_are_asked_about_once_before_they_are_public(desk):
    page = desk(PAGE)
    press(page, "i")
    expect(page.locator("#composer.note")).to_be_visible()
    page.keyboard.type("先写在里面")
    page.locator(".tabs button").first.click()
    expect(page.locator("#composer.answer .ask")).to_be_visible()
    expect(page.locator("#words")).to_have_value("先写在里面")
    page.locator("#composer .end").click()
    expect(page.locator("#composer .alert")).to_be_visible()
    expect(page.locator("#words")).to_have_value("先写在里面")
    assert not TicketEvent.objects.filter(move="answer").exists()


def test_a_canned_answer_is_inserted_behind_what_was_typed_and_counted(desk):
    CannedAnswerFactory(hall=Ticket.objects.first().hall, name="请来", text="编号 {number}")
    page = desk(PAGE)
    page.locator("#words").fill("您好。")
    expect(page.locator("#counter")).to_contain_text("3")
    page.locator("#canned").select_option(label="请来")
    page.locator("[name=insert]").click()
    expect(page.locator("#words")).to_have_value(f"您好。\n编号 {TICKET}")


def test_a_conflict_in_the_composer_shows_theirs_and_keeps_every_word(desk):
    page = desk(PAGE)
    page.locator("#words").fill("写了很久的答复")
    other = User.objects.get(username="hetao")
    ticket = Ticket.objects.get(number=TICKET)
    move_ticket(ticket=ticket, move="wait_for_citizen", actor=other, at=NOW, reason="papers", public_text="请补材料")
    for field in ("cause", "remedy"):
        place = page.locator(f"#composer [name={field}]")
        if place.count():
            place.select_option(index=1) if field == "cause" else place.fill("换了清单")
    page.locator("#composer .end").click()
    expect(page.locator("#composer .alert")).to_contain_text("何涛")
    expect(page.locator("#words")).to_have_value("写了很久的答复")


def test_a_matter_is_registered_with_the_keyboard_alone_in_under_a_minute(desk):
    page = desk("/desk/")
    press(page, "n")
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("补居住证一定要回原籍开证明吗")
    expect(page.locator("#similar")).to_contain_text("A-2026-000184")
    press(page, "Tab")
    page.keyboard.type("说是要回原籍开证明")
    for _field in ("category", "grade", "window", "staff", "kind", "name"):
        press(page, "Tab")
    page.keyboard.type("林小雨")
    press(page, "Tab")
    page.keyboard.type("13712346021")
    press(page, "Control+Enter")
    expect(page.locator("#code")).to_have_text(re.compile(r"\w{4}"))
    made = Ticket.objects.get(title="补居住证一定要回原籍开证明吗")
    assert made.petitioner.phone_masked == "137****6021"
    assert page.title() and "林" not in page.title() and "137" not in page.url


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_ticket_and_the_registration(desk, language, width):
    page = desk(PAGE, language=language, width=width)
    assert problems_of(page) == []
    page.locator(".tabs button").nth(2).click()
    expect(page.locator("#composer.phone")).to_be_visible()
    assert problems_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(page.url.replace(f"{TICKET}/", "register/"))
    assert problems_of(page) == []
    page.locator("#id_title").fill("补居住证一定要回原籍开证明吗")
    expect(page.locator("#similar")).to_contain_text("A-2026-000184")
    assert problems_of(page) == []
    page.locator("#id_phone").fill("12")
    page.locator("#send").click()
    expect(page.locator("#summary")).to_be_focused()
    assert problems_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
