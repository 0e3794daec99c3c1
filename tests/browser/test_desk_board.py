"""D1 in a browser: a card is moved with the keyboard alone, others' moves are seen, a lost connection is said (A26)."""

import re

import pytest
from playwright.sync_api import expect

from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from feedback_site.models import User
from tests.browser.desk_pages import press, problems_of
from tests.complaints.board_life import NOW

pytestmark = pytest.mark.browser
OPEN = "A-2026-000184"


def card(page, number):
    return page.locator(f'[data-number="{number}"]')


def in_column(page, column, number):
    return page.locator(f'[data-column="{column}"] [data-number="{number}"]')


def test_a_card_is_moved_with_the_keyboard_alone_and_it_is_read_out(desk):
    page = desk()
    press(page, "j", "j")
    expect(page.locator(f"#t-{OPEN}")).to_be_focused()
    press(page, "m")
    expect(page.get_by_role("menu")).to_be_visible()
    press(page, "2")
    expect(page.locator("#live")).to_contain_text(OPEN)
    expect(in_column(page, 2, OPEN)).to_be_visible()
    expect(page.locator(f"#t-{OPEN}")).to_be_focused()
    assert list(Ticket.objects.get(number=OPEN).events.values_list("move", flat=True)) == ["register", "accept", "take"]


def test_a_move_that_needs_words_asks_for_them_in_a_sheet(desk):
    page = desk()
    press(page, "l", "j")
    page.locator("#t-A-2026-000149").focus()
    press(page, "m", "3")
    sheet = page.locator("#sheet")
    expect(sheet).to_be_visible()
    expect(sheet.locator("select").first).to_be_focused()
    sheet.locator("[name=reason]").select_option("papers")
    sheet.locator("[name=public_text]").fill("请补社保缴费证明")
    press(page, "Tab")
    sheet.locator("[type=submit]").press("Enter")
    expect(in_column(page, 3, "A-2026-000149")).to_be_visible()
    expect(sheet).not_to_be_visible()


def test_columns_are_crossed_and_a_ticket_is_opened_by_keys(desk):
    page = desk()
    press(page, "j", "l", "l", "l")
    expect(page.locator("#t-A-2026-000136")).to_be_focused()
    press(page, "h")
    expect(page.locator("#t-A-2026-000121")).to_be_focused()
    press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    press(page, "1", "8", "1", "Enter")
    expect(page.locator(".tickets")).to_contain_text("叫到号没人应")


def test_where_a_card_cannot_go_is_said(desk):
    page = desk(language="en")
    press(page, "j", "m", "4")
    expect(page.locator("#live")).to_have_text("From here it cannot go to To be called back.")


def test_the_single_keys_can_be_switched_off(desk):
    page = desk()
    press(page, "?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("#keys-on").uncheck()
    press(page, "Escape", "j")
    expect(page.locator("#keys")).not_to_be_visible()
    assert page.evaluate("document.activeElement.closest('.card')") is None
    page.reload()
    press(page, "j")
    assert page.evaluate("document.activeElement.closest('.card')") is None


def test_a_conflict_shows_theirs_and_keeps_what_was_typed(desk):
    page = desk()
    page.locator("#t-A-2026-000149").focus()
    press(page, "m")
    page.locator(".menu [data-move=escalate]").click()
    sheet = page.locator("#sheet")
    sheet.locator("[name=internal_text]").fill("三次都没有说清，请领导看看")
    ticket = Ticket.objects.get(number="A-2026-000149")
    other = User.objects.get(username="hetao")
    move_ticket(ticket=ticket, move="wait_for_citizen", actor=other, at=NOW, reason="papers", public_text="请补材料")
    sheet.locator("[type=submit]").click()
    alert = sheet.locator(".alert")
    expect(alert).to_contain_text("何涛")
    expect(alert).to_be_focused()
    expect(sheet.locator("[name=internal_text]")).to_have_value("三次都没有说清，请领导看看")
    assert not TicketEvent.objects.filter(move="escalate").exists()


def test_what_somebody_else_moved_flashes_and_says_who(desk):
    page = desk()
    other = User.objects.get(username="hetao")
    move_ticket(ticket=Ticket.objects.get(number=OPEN), move="accept", actor=other, at=NOW)
    page.evaluate("htmx.trigger(document.body, 'desk:refresh')")
    expect(card(page, OPEN).locator(".news")).to_contain_text("何涛 10:32")
    expect(card(page, OPEN)).to_have_class(re.compile("flash"))
    expect(page.locator("#live")).to_contain_text("何涛 10:32")


def test_without_a_connection_the_board_can_be_read_and_nothing_is_changed(desk):
    page = desk()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    press(page, "j", "m", "2")
    expect(page.locator("#live")).not_to_be_empty()
    page.context.set_offline(False)
    page.evaluate("htmx.trigger(document.body, 'desk:refresh')")
    expect(page.locator("#offline")).not_to_be_visible()
    assert not TicketEvent.objects.exclude(move="register").exists()


def test_without_scripts_a_card_is_moved_by_links_and_forms(desk):
    page = desk(f"/desk/{OPEN}/move/take/", java_script_enabled=False)
    with page.expect_navigation(wait_until="load"):  # a click only begins the way to the next page
        page.locator("main form [type=submit]").click()
    assert Ticket.objects.get(number=OPEN).status == "in_progress"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_board_its_menu_its_sheet_and_the_list(desk, language, width):
    page = desk(language=language, width=width)
    assert problems_of(page) == []
    press(page, "j", "m")
    expect(page.get_by_role("menu")).to_be_visible()
    assert problems_of(page) == []
    press(page, "3")
    expect(page.locator("#sheet")).to_be_visible()
    assert problems_of(page) == []
    page.goto(page.url + "?view=list")
    assert problems_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
