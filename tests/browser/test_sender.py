"""One sender over all open pages, and a rating at which the server itself breaks."""

import json

import pytest

from ratings.configuration import TIMINGS
from ratings.models import Rating
from tests.browser.conftest import Kiosk

pytestmark = pytest.mark.browser

RATINGS = "**/api/v1/ratings/"
# A call that nobody answers is given up after fifteen seconds; a busy machine may need them for the second page.
NEVER_TIRES = "{ const wait = setTimeout; setTimeout = (f, ms) => wait(f, ms === 15000 ? 600000 : ms); }"


def test_what_is_tapped_while_another_page_sends_goes_out_as_soon_as_that_one_is_done(open_kiosk):
    first = open_kiosk(service_workers="block")
    first.context.add_init_script(NEVER_TIRES)
    first.enrol()
    held, sent = [], []
    first.between(RATINGS, lambda route: held.append(route))
    first.rate(5)
    first.until(lambda: len(held) == 1, "the first page's call")
    page = first.context.new_page()
    second = Kiosk(page, first.context, first.address.removesuffix("/kiosk/"), first.window)
    second.between(RATINGS, lambda route: (sent.append(json.loads(route.request.post_data)), route.continue_()))
    second.open().sees("k1").rate(2)
    second.page.wait_for_timeout(500)
    assert sent == []  # the other page is the sender
    held[0].fulfill(status=200, content_type="text/html", body="<p>portal")  # its try fails, and it rests
    second.until_stored(2)
    assert [len(batch["ratings"]) for batch in sent] == [2]
    assert sorted(Rating.objects.values_list("seq", flat=True)) == [1, 2]


def test_a_rating_at_which_the_server_breaks_lets_the_others_pass(open_kiosk, monkeypatch):
    monkeypatch.setitem(TIMINGS, "retry_s", [0.05])
    kiosk = open_kiosk(service_workers="block").enrol()
    poison, cured = [], []

    def break_at_it(route):
        if not poison:  # until it is known which one it is, nothing arrives
            return route.abort()
        if poison[0] in route.request.post_data and not cured:
            return route.fulfill(status=500, json={"code": "error", "message": "", "fields": {}})
        return route.continue_()

    kiosk.between(RATINGS, break_at_it)
    for level in (1, 2, 3):
        kiosk.rate(level).finish().leave()
    first = kiosk.page.evaluate(
        """async () => {
            const { ask, transact } = await import("/static/ratings/kiosk/store.js");
            const rows = await transact("readonly", ["ratings"], (store) => ask(store("ratings").getAll()));
            return rows.find((row) => row.seq === 1).id;
        }"""
    )
    poison.append(first)
    kiosk.hears_of_the_network()
    kiosk.until_stored(2)
    assert sorted(Rating.objects.values_list("seq", flat=True)) == [2, 3]
    cured.append(True)
    kiosk.until_stored(3)
