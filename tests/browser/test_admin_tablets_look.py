"""The admin's pages about tablets in a real browser: nothing for axe to find, nothing that the policy refuses."""

import os
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.browser.test_admin_access import signed_in  # noqa: F401  (a fixture)
from tests.browser.test_kiosk_access import violations
from tests.factories import TabletFactory, WindowFactory

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_the_pages_about_tablets(signed_in, server, window, width):  # noqa: F811
    now = timezone.now()
    tablet = TabletFactory(window=window, last_seen_at=now, forked_at=now, battery=0.12, queued=240)
    other = WindowFactory(hall=window.hall, number="5")
    TabletFactory(window=other, last_seen_at=now - timedelta(hours=5), storage_persisted=False, set_aside=2)
    page = signed_in(width, "zh-hans")
    change = reverse("admin:ratings_tablet_change", args=[tablet.pk])
    pictures = os.environ.get("PICTURES")

    def look(name):
        assert violations(page) == [], name
        if pictures:
            page.screenshot(path=f"{pictures}/{name}_{width}.png", full_page=True)

    look("start")
    for name, address in {
        "list": f"{reverse('admin:ratings_tablet_changelist')}?warning=any",
        "tablet": change,
        "move": change.replace("/change/", "/move/"),
        "replace": change.replace("/change/", "/replace/"),
    }.items():
        page.goto(server.url + address)
        look(name)
    page.click("form.qc-ask-form button[type=submit]")
    page.wait_for_selector(".qc-enrol-picture svg")
    look("code")
