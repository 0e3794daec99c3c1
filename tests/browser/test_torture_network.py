"""The network does its worst: nothing is lost, nothing doubled, and each guard against it has a control without it."""

import json
import time
import uuid

import pytest
from playwright.sync_api import expect

from ratings.api import ratings as door
from ratings.configuration import TIMINGS
from ratings.models import QuarantinedRating, Rating, Tablet
from ratings.recording import record_ratings
from tests.browser.proxy import Proxy, cut_at, never_arrives, says, says_json
from tests.browser.witness import Witness

pytestmark = pytest.mark.browser

PORTAL = says("200 OK", "<!doctype html><title>Wi-Fi</title><form>登录后上网</form>")
# Answers to a batch that acknowledge nothing.
NO_ANSWERS = {
    "nothing, before the server heard of it": never_arrives,
    "500 page": says("500 Internal Server Error", "<h1>Server Error (500)</h1>"),
    "502 page": says("502 Bad Gateway", "<center>nginx</center>"),
    "503 page": says("503 Service Unavailable", "<center>nginx</center>"),
    "500 in JSON": says_json("500 Internal Server Error", '{"code": "error"}'),
    "portal's page": PORTAL,
    "204": says("204 No Content"),
    "302 to a login": says("302 Found", Location="/admin/login/"),
    "307 to a login": says("307 Temporary Redirect", Location="/admin/login/"),
    "404 page": says("404 Not Found", "<h1>404</h1>"),
    "403 of a firewall": says("403 Forbidden", "<h1>拦截</h1>"),
    "407": says("407 Proxy Authentication Required", Proxy_Authenticate="Basic"),
    "JSON of somebody else": says_json("200 OK", '{"status": "ok"}'),
    "JSON that is no object": says_json("200 OK", "true"),
    "JSON that ends early": says_json("200 OK", '{"results": [{"id": "'),
    "verdicts about nothing": says_json("200 OK", '{"results": [], "highest_seq": 0, "gaps": []}'),
    "verdict about another": says_json(
        "200 OK", json.dumps({"results": [{"id": str(uuid.UUID(int=7)), "status": "created"}]})
    ),
}


@pytest.fixture
def server(server, monkeypatch):
    """The live server behind a cable that can be cut; its tablets try again after a tenth of a second."""
    monkeypatch.setitem(TIMINGS, "retry_s", [0.1])
    proxy = Proxy(server.url)
    yield proxy
    proxy.close()


def test_a_server_that_is_stopped_gets_everything_when_it_is_back(kiosk, server):
    witness = Witness(kiosk.under_worker())
    server.stop()
    witness.rates(5, 1)
    kiosk.page.reload()
    witness.rates(3)
    assert Rating.objects.count() == 0
    server.start()
    kiosk.hears_of_the_network()
    witness.sees_all_arrive_once()


def test_an_answer_cut_at_any_byte_is_no_answer(kiosk, server):
    witness = Witness(kiosk)
    for share in (0, 0.02, 0.3, 0.7, 0.85, 1):
        server.faults.append(cut_at(share))
        witness.rates(1 + server.met % 5).sees_all_arrive_once()
    assert server.met == 6


def test_all_the_cuts_after_one_tap_make_no_second_rating(kiosk, server):
    server.faults.extend(cut_at(share / 10) for share in range(11))
    Witness(kiosk).rates(2).sees_all_arrive_once()
    assert server.met == 11


def test_whatever_is_no_answer_leaves_the_rating_in_the_queue(kiosk, server):
    witness = Witness(kiosk)
    for number, (name, answer) in enumerate(NO_ANSWERS.items()):
        server.always = answer
        before = server.met
        witness.rates(1 + number % 5)
        kiosk.until(lambda: server.met > before, name)  # noqa: B023  (called within this turn)
        assert witness.waiting() == witness.thanked[-1:], name
        server.always = None
        witness.sees_all_arrive_once()


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(kiosk, server):
    witness = Witness(kiosk)
    for status in ("429 Too Many Requests", "503 Service Unavailable"):
        server.faults.append(says_json(status, '{"code": "throttled", "message": "", "fields": {}}', Retry_After="2"))
        began = time.monotonic()
        kiosk.rate(4)
        kiosk.until(lambda: not server.faults, status)
        kiosk.until(lambda: witness.waiting() == [], "the second try")
        assert time.monotonic() - began >= 1.9, status
        kiosk.finish().leave()
    assert Rating.objects.count() == 2


def test_a_token_that_is_refused_keeps_the_queue_and_says_so(kiosk, server):
    witness = Witness(kiosk.under_worker())
    Tablet.objects.update(revoked_at="2026-11-23T00:00:00Z")
    kiosk.rate(1)
    witness.thanked.append(1)
    witness.sees_a_row_for_each_thanks()
    kiosk.finish().tap("#ok").sees("service")
    expect(kiosk.page.locator("#kept")).to_contain_text("1")
    assert witness.waiting() == [1]
    Tablet.objects.update(revoked_at=None)
    kiosk.hears_of_the_network()
    witness.sees_all_arrive_once()


@pytest.mark.parametrize("speaker", ["the server", "a proxy before it"])
def test_a_batch_that_is_too_large_is_halved_whoever_says_so(kiosk, server, speaker):
    too_large = "413 Content Too Large"
    page = says(too_large, "<center>nginx</center>")
    word = says_json(too_large, '{"code": "too_large", "message": "", "fields": {}}')
    witness = Witness(kiosk.under_worker())
    server.stop()
    witness.rates(5, 4, 3)
    sizes = []

    def only_one_at_a_time(exchange):
        sizes.append(len(json.loads(exchange.request.partition(b"\r\n\r\n")[2])["ratings"]))
        if sizes[-1] > 1:
            return (word if speaker == "the server" else page)(exchange)
        return exchange.answer(exchange.pass_on())

    server.always = only_one_at_a_time
    server.start()
    kiosk.hears_of_the_network()
    witness.sees_all_arrive_once()
    assert sizes[:3] == [3, 2, 1]


def test_a_proxy_that_takes_nothing_at_all_makes_the_tablet_set_nothing_aside(kiosk, server):
    server.always = says("413 Content Too Large", "<center>nginx</center>")
    witness = Witness(kiosk).rates(3)
    kiosk.until(lambda: server.met >= 2, "the second try")
    assert witness.waiting() == [3]
    server.always = None
    witness.sees_all_arrive_once()


# Under the sender's own lock: a try that has read the rows may still be looking for its connection, and would reach,
# with a rating that nobody has spoilt yet, the server that is just coming back.
MAKE_THE_SECOND_INVALID = """async () => {
    const { ask, transact } = await import("/static/ratings/kiosk/store.js");
    await navigator.locks.request("qingchuang-outbox", () => transact("readwrite", ["ratings"], async (store) => {
        const row = (await ask(store("ratings").getAll())).find(({ seq }) => seq === 2);
        return ask(store("ratings").put({ ...row, content: { ...row.content, level: 9 } }));
    }));
}"""


def test_a_rating_that_the_server_refuses_holds_up_nobody_and_is_kept_on_both_sides(kiosk, server):
    witness = Witness(kiosk.under_worker())
    server.stop()
    witness.rates(5, 4, 3)
    kiosk.page.evaluate(MAKE_THE_SECOND_INVALID)
    server.start()
    kiosk.hears_of_the_network()
    kiosk.until_stored(2)
    kiosk.until(lambda: witness.waiting() == [], "an empty queue")
    states = {row["seq"]: row["state"] for row in kiosk.kept()}
    assert states == {1: "acknowledged", 2: "set_aside", 3: "acknowledged"}
    assert QuarantinedRating.objects.get().code == "invalid_level"


def test_a_verdict_that_the_tablet_does_not_know_neither_loses_nor_hammers(kiosk, server):
    def perhaps(exchange):
        ids = [item["id"] for item in json.loads(exchange.request.partition(b"\r\n\r\n")[2])["ratings"]]
        results = [{"id": identity, "status": "perhaps"} for identity in ids]
        says_json("200 OK", json.dumps({"results": results, "highest_seq": 1, "gaps": []}))(exchange)

    server.always = perhaps
    witness = Witness(kiosk).rates(2)
    before, began = server.met, time.monotonic()
    kiosk.page.wait_for_timeout(1000)
    assert witness.waiting() == [2]
    met, seconds = server.met - before, time.monotonic() - began
    assert met <= 2 + 10 * seconds  # each tenth of a second, as after any failure
    server.always = None
    witness.sees_all_arrive_once()


# --- controls: without the guard, the same witness finds it out ------------------------------------------------------

FORGETS_AT_ANY_2XX = """
    const real = window.fetch;
    window.fetch = async (address, options) => {
        const answer = await real(address, options);
        if (!String(address).includes("/ratings/") || !answer.ok) return answer;
        const { ratings } = JSON.parse(options.body);
        const database = await new Promise((resolve) => {
            const opening = indexedDB.open("qingchuang-kiosk");
            opening.onsuccess = () => resolve(opening.result);
        });
        const transaction = database.transaction("ratings", "readwrite");
        for (const { id } of ratings) transaction.objectStore("ratings").delete(id);
        await new Promise((resolve) => (transaction.oncomplete = resolve));
        database.close();
        return answer;
    };
"""


def test_control_a_sender_that_forgets_at_any_2xx_loses_to_a_portal(kiosk, server):
    witness = Witness(kiosk)
    kiosk.page.evaluate(f"() => {{ {FORGETS_AT_ANY_2XX} }}")
    server.faults.append(PORTAL)
    kiosk.rate(2)
    witness.thanked.append(2)
    kiosk.until(lambda: server.met == 1 and kiosk.kept() == [], "the portal's answer")
    with pytest.raises(AssertionError, match="lost"):
        witness.sees_all_arrive_once()


def test_control_a_server_that_makes_the_identity_itself_doubles_after_a_cut(kiosk, server, monkeypatch):
    def record_anew(*, items, **context):
        receipt = record_ratings(items=[{**raw, "id": str(uuid.uuid4())} for raw in items], **context)
        for raw, result in zip(items, receipt.results, strict=True):
            result["id"] = raw["id"]
        return receipt

    monkeypatch.setattr(door, "record_ratings", record_anew)
    server.faults.append(cut_at(0))
    with pytest.raises(AssertionError, match="doubled"):
        Witness(kiosk).rates(2).sees_all_arrive_once()
