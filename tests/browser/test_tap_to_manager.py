"""The whole way in a browser: a visitor taps 不满意, the desk has a ticket, the manager sees the week change."""

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from complaints.models import Ticket
from complaints.opening import sweep_bad_ratings
from feedback_site.zones import zone
from ratings.models import Rating
from reports.building import build_week
from reports.models import WeeklySummary
from reports.weeks import Week
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def people(window):
    """An officer of the desk and the hall's manager; what they leave behind is cleared away with them."""
    for name, role in (("officer", "desk officer"), ("manager", "hall manager")):
        user = UserFactory(username=name, hall=window.hall, role=role)
        user.set_password(PASSWORD)
        user.save()
    yield
    # History cannot be deleted row by row, on purpose; the test's database is emptied whole, the next test fills it.
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False)


def sign_in(page, server, username):
    page.goto(f"{server.url}/admin/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{server.url}/admin/")


def follow(page, **link):
    """A click only begins the way to the next page; what is looked for next must not be found on this one."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("link", **link).first.click()


def test_a_bad_tap_becomes_a_ticket_and_changes_the_week(kiosk, people, server, chromium, window):
    kiosk.rate(2).until_stored(1)
    kiosk.tap(".reason >> nth=0").finish()
    kiosk.until(lambda: Rating.objects.get().reason_links.count() == 1, "the reason")
    now = timezone.now()
    assert sweep_bad_ratings(at=now) == 1
    build_week(hall=window.hall, week=Week.containing(now, zone(window.hall.timezone)), at=now)

    officer = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    sign_in(officer, server, "officer")
    officer.goto(f"{server.url}/desk/")
    ticket = Ticket.objects.get()
    with officer.expect_navigation(wait_until="load"):
        officer.locator(f"#t-{ticket.number}").click()
    expect(officer.get_by_role("main")).to_contain_text("不满意")
    officer.get_by_role("link", name="受理", exact=True).first.click()
    officer.locator("#sheet [type=submit]").click()
    kiosk.until(lambda: Ticket.objects.get().status != ticket.status, "the ticket's move")

    manager = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    sign_in(manager, server, "manager")
    manager.goto(f"{server.url}/admin/reports/weeklysummary/")
    follow(manager, name="李小芳")
    main = manager.get_by_role("main")
    expect(main).to_contain_text("看不清")  # one rating: the count and nothing else
    assert WeeklySummary.objects.current().get(staff__name="李小芳").level_2 == 1
    officer.context.close()
    manager.context.close()
