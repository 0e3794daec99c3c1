"""Everybody can use the admin: axe finds nothing on its kinds of pages, and no page breaks its own policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse

from feedback_site.models import User
from tests.browser.test_kiosk_access import violations
from tests.factories import PASSWORD, RatingFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.browser

WIDTHS = {"desk": 1440, "phone": 390}


@pytest.fixture
def signed_in(chromium, server, window):
    """A page of the admin, signed in as a superuser by the form; at the end no page may have complained."""
    user = UserFactory(username="axe", is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    contexts, complaints = [], []

    def open_one(width, language):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
        page.goto(f"{server.url}{reverse('admin:login')}?next={reverse('admin:index')}")
        assert violations(page) == []
        page.fill("#id_username", "axe")
        page.fill("#id_password", PASSWORD)
        page.press("#id_password", "Enter")
        page.wait_for_url(f"**{reverse('admin:index')}")
        return page

    yield open_one
    for context in contexts:
        context.close()
    Session.objects.all().delete()
    User.objects.filter(pk=user.pk).delete()
    assert complaints == []


@pytest.mark.parametrize("place", WIDTHS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_axe_finds_nothing_on_any_kind_of_page(signed_in, server, window, place, language):
    rating = RatingFactory(window=window, level=2, comment="等得太久")
    StaffFactory(hall=window.hall, user=User.objects.get(username="axe"))
    page = signed_in(WIDTHS[place], language)
    assert violations(page) == []
    for name, *args in (
        ("ratings_rating_changelist",),
        ("ratings_rating_change", rating.pk),
        ("ratings_rating_sign_exclusion", rating.pk),
        ("feedback_site_window_change", window.pk),
        ("feedback_site_window_history", window.pk),
        ("feedback_site_user_changelist",),
        ("ratings_duty_add",),
        ("feedback_site_window_qr_code", window.pk),
        ("ratings_window_sign", window.pk),
        ("ratings_paperform_changelist",),
        ("ratings_paperform_type_form",),
        ("ratings_paperform_blank_forms",),
        ("complaints_ticket_changelist",),
        ("complaints_timelimit_changelist",),
        ("complaints_timelimit_add",),
        ("complaints_verification_changelist",),
        ("complaints_verification_add",),
        ("complaints_appeal_changelist",),
        ("complaints_findings_about_me",),
        ("reports_weeklysummary_changelist",),
    ):
        page.goto(f"{server.url}{reverse(f'admin:{name}', args=args)}")
        assert violations(page) == [], name


def test_filters_and_menus_open_from_the_keyboard(signed_in, server, window):
    page = signed_in(1440, "en")
    page.goto(f"{server.url}{reverse('admin:ratings_rating_changelist')}")
    page.focus(".qc-filter")
    page.keyboard.press("Enter")
    page.wait_for_selector("#changelist-filter legend")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.focus(".qc-me > button")
    page.keyboard.press("Enter")
    page.click(".qc-me-links button[lang=zh-hant]")
    page.wait_for_selector("html[lang=zh-hant]")


def test_axe_would_find_something(chromium):
    page = chromium.new_page()
    page.set_content("<html><body><img src='x'></body></html>")
    assert Axe().run(page).response["violations"]
    page.close()
