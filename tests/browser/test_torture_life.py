"""What happens to a tablet in a year: reloads, a second tab, a killed browser, a new version with a full queue."""

import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter

import pytest
from django.utils import timezone

from ratings import views
from ratings.configuration import TIMINGS
from ratings.enrolment import make_enrolment_code
from ratings.models import Rating
from tests.browser.conftest import CHROMIUM, PATIENCE_SECONDS, SECONDS, Kiosk
from tests.browser.proxy import Proxy, never_arrives
from tests.browser.witness import Witness

pytestmark = pytest.mark.browser

START_SECONDS = 90


@pytest.fixture
def server(server, monkeypatch):
    """The live server behind a cable that can be cut."""
    monkeypatch.setitem(TIMINGS, "retry_s", [0.1])
    proxy = Proxy(server.url)
    yield proxy
    proxy.close()


def test_a_reload_right_after_the_tap_loses_nothing(kiosk, server):
    witness = Witness(kiosk.under_worker())
    server.always = never_arrives
    for level in (2, 5):
        kiosk.rate(level)
        kiosk.page.reload()
        witness.thanked.append(level)
        kiosk.sees("k1")
        witness.sees_a_row_for_each_thanks()
    server.always = None
    witness.sees_all_arrive_once()


def test_a_reload_between_the_commit_and_the_answer_makes_no_second_rating(kiosk, server):
    stored, go_on = threading.Event(), threading.Event()

    def hold_the_answer(exchange):
        exchange.pass_on()
        stored.set()
        go_on.wait(PATIENCE_SECONDS)

    server.faults.append(hold_the_answer)
    witness = Witness(kiosk)
    kiosk.rate(1)
    witness.thanked.append(1)
    kiosk.until(stored.is_set, "the commit")
    kiosk.page.reload()
    kiosk.sees("k1")
    go_on.set()
    witness.sees_all_arrive_once()
    assert len(server.posts) == 2


@pytest.fixture
def two_tabs(kiosk):
    """The tablet's page twice in one browser."""
    page = kiosk.context.new_page()
    other = Kiosk(page, kiosk.context, kiosk.address.removesuffix("/kiosk/"), kiosk.window).open().sees("k1")
    return kiosk, other


TAP = "document.querySelector('[data-level=\"{}\"]').click()"


def tap_in_both(tabs, server, times):
    """Both tabs at the same moment, without a network; then both learn at once that it is back."""
    witness = Witness(tabs[0])
    server.stop()
    for _ in range(times):
        for tab, level in zip(tabs, (5, 1), strict=True):
            tab.page.bring_to_front()
            tab.sees("k1").past_guard()
            tab.page.evaluate(f"setTimeout(() => {TAP.format(level)}, 50)")
            witness.thanked.append(level)
        for tab in tabs:
            tab.page.bring_to_front()
            tab.sees("k2").past_guard().finish().leave()
    server.start()
    for tab in tabs:
        tab.hears_of_the_network()
    return witness


def times_sent(server):
    return Counter(item["id"] for body in server.posts for item in json.loads(body)["ratings"])


def test_two_tabs_share_one_queue_and_one_sender(two_tabs, server):
    tap_in_both(two_tabs, server, 2).sees_all_arrive_once()
    assert sorted(Rating.objects.values_list("seq", flat=True)) == [1, 2, 3, 4]
    assert set(times_sent(server).values()) == {1}


def test_control_two_tabs_without_the_lock_send_the_same_twice(two_tabs, server):
    both = threading.Barrier(2)

    def hold_until_both_send(exchange):
        both.wait(PATIENCE_SECONDS)
        exchange.answer(exchange.pass_on())

    for tab in two_tabs:
        tab.page.evaluate("Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })")
    server.faults.extend([hold_until_both_send] * 2)
    tap_in_both(two_tabs, server, 1).sees_all_arrive_once()  # the server's guard still stands
    assert set(times_sent(server).values()) == {2}


class OwnBrowser:
    """Chromium in a process group of its own with a profile that stays."""

    def __init__(self, profile, browser_type):
        self.profile = profile
        self.browser_type = browser_type
        self.process = None

    def open(self):
        """Its one page."""
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-background-networking", "--no-first-run"]
        command += [
            "--disable-gpu",
            "--window-size=1280,800",
            "--remote-debugging-port=0",
            "--hide-crash-restore-bubble",
        ]
        command += [f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        until = time.monotonic() + START_SECONDS
        while not (port_file.exists() and port_file.read_text().count("\n")):
            assert time.monotonic() < until and self.process.poll() is None, "Chromium did not start."
            time.sleep(0.05)
        port = port_file.read_text().splitlines()[0]
        context = self.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0]
        context.set_default_timeout(PATIENCE_SECONDS * SECONDS)
        return context.new_page()

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def own_browser(chromium, tmp_path):
    browser = OwnBrowser(tmp_path / "profile", chromium.browser_type)
    yield browser
    browser.kill()


def test_a_browser_killed_right_after_the_thanks_has_every_rating_when_it_is_back(own_browser, server, window):
    page = own_browser.open()
    kiosk = Kiosk(page, page.context, server.url, window).enrol().under_worker()
    witness = Witness(kiosk)
    server.stop()
    for level in (1, 4, 2):
        kiosk.past_guard().tap(f'[data-level="{level}"]').sees("k2")
        own_browser.kill()
        witness.thanked.append(level)
        page = own_browser.open()
        kiosk.page, kiosk.context = page, page.context
        kiosk.open().sees("k1")  # from the worker's cache: the server is still away
        witness.sees_a_row_for_each_thanks()
    server.start()
    kiosk.hears_of_the_network()
    witness.sees_all_arrive_once()


@pytest.fixture
def update(kiosk, server, monkeypatch, tmp_path):
    """Brings out a new version, a visitor in front of the tablet and ratings in its queue; returns the witness."""

    def bring_out(addition: str) -> Witness:
        newer = tmp_path / "worker.js"
        newer.write_text(views.WORKER.read_text(encoding="utf-8") + addition, encoding="utf-8")
        witness = Witness(kiosk.under_worker())
        server.always = never_arrives
        witness.rates(5, 1, 2)
        kiosk.rate(3)  # first the visitor: with nobody in front of it the page lets a new version in
        witness.thanked.append(3)
        old = kiosk.version()
        monkeypatch.setattr(views, "WORKER", newer)
        monkeypatch.setattr(views, "shell_at_start", views.make_shell)
        registered = "navigator.serviceWorker.getRegistration()"
        kiosk.page.evaluate(f"{registered}.then((r) => r.update())")
        kiosk.until(lambda: kiosk.page.evaluate(f"{registered}.then((r) => r.waiting !== null)"), "the new worker")
        kiosk.page.evaluate(f"{registered}.then((r) => r.waiting.postMessage('activate'))")
        kiosk.until(lambda: kiosk.page.evaluate("caches.keys().then((names) => names.length)") == 1, "one cache")
        assert kiosk.version() == old  # somebody is in front of it
        kiosk.finish().tap("#ok")
        kiosk.until(lambda: kiosk.version() not in (None, old), "the new version")
        return witness

    return bring_out


def test_a_new_version_takes_over_a_full_queue(kiosk, server, update):
    witness = update("// newer")
    kiosk.sees("k1")
    assert witness.waiting() == [5, 1, 2, 3]
    server.always = None
    witness.rates(4).sees_all_arrive_once()
    assert list(Rating.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]


def test_control_a_new_version_that_starts_with_an_empty_store_is_found_out(kiosk, server, update):
    forgets = "self.addEventListener('activate', () => indexedDB.deleteDatabase('qingchuang-kiosk'));"
    witness = update(forgets)
    server.always = None
    with pytest.raises(AssertionError, match="lost"):
        witness.sees_all_arrive_once()


FIRST_VERSION_WITH_A_QUEUE = """async (code) => {
    const body = JSON.stringify({ code });
    const headers = { "Content-Type": "application/json" };
    const { token, tablet } = await (await fetch("/api/v1/tablets/enrol/", { method: "POST", headers, body })).json();
    const database = await new Promise((resolve) => {
        const opening = indexedDB.open("qingchuang-kiosk", 1);
        opening.onupgradeneeded = () => {
            opening.result.createObjectStore("device");
            opening.result.createObjectStore("ratings", { keyPath: "id" }).createIndex("state", ["state", "seq"]);
        };
        opening.onsuccess = () => resolve(opening.result);
    });
    const transaction = database.transaction(["device", "ratings"], "readwrite");
    for (const [key, value] of Object.entries({ token, tablet, next_seq: 4 })) {
        transaction.objectStore("device").put(value, key);
    }
    for (const [seq, level] of [[1, 5], [2, 1], [3, 2]]) {
        transaction.objectStore("ratings").add({
            id: crypto.randomUUID(), seq, tablet, state: "waiting", attempted: seq === 1, amendedAt: null, revision: 0,
            content: {
                level, rated_at: new Date().toISOString(), reasons: [], comment: "", visit: null, language: "zh-hans",
                modes: [], answered_ms: 900,
            },
        });
    }
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    database.close();
}"""


def test_what_the_first_version_of_the_store_held_arrives_too(open_kiosk, server, window):
    kiosk = open_kiosk()
    kiosk.page.goto(f"{server.url}/healthz")
    kiosk.page.evaluate(FIRST_VERSION_WITH_A_QUEUE, make_enrolment_code(window=window, actor=None, at=timezone.now()))
    witness = Witness(kiosk.open().sees("k1"))
    witness.thanked = [5, 1, 2]
    witness.rates(4).sees_all_arrive_once()
    assert list(Rating.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4]
