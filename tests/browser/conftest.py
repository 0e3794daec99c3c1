"""A real Chromium (Debian's, driven by Playwright) against the live server: the tablet as a visitor meets it."""

import re
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from feedback_site.models import Hall, StaffMember, Window
from ratings.configuration import TIMINGS
from ratings.enrolment import make_enrolment_code
from ratings.models import (
    CallbackRequest,
    Disclosure,
    Duty,
    EnrolmentCode,
    EnrolmentFailure,
    HallReasonSet,
    QuarantinedRating,
    Rating,
    RatingReason,
    RatingVersion,
    Tablet,
    Visit,
    VoiceRemark,
)
from tests.browser.desk_pages import clock, empty_the_database, sign_in
from tests.complaints.board_life import like_the_mockup
from tests.conftest import restore
from tests.factories import DutyFactory, HallFactory, WindowFactory

CHROMIUM = Path("/usr/bin/chromium")
# A microphone that beeps, and nobody who would have to allow it.
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SECONDS = 1000
GUARD_MS = 60
# How long anything that is to happen may take on a busy machine; who does not wait in vain never notices.
PATIENCE_SECONDS = 30
expect.set_options(timeout=PATIENCE_SECONDS * SECONDS)
CLEARING_TRIES = 50
GONE = re.compile(r"has been closed|disposed|Frame was detached")
# In the order in which they can be deleted.
RECORDED = (Duty, Window, StaffMember, Hall)
MADE_HERE = (
    *(Disclosure, CallbackRequest, VoiceRemark, HallReasonSet),
    *(QuarantinedRating, RatingReason, RatingVersion, Rating, Visit, EnrolmentFailure, EnrolmentCode, Tablet),
    *RECORDED,
    *(model.history.model for model in RECORDED),
)
# What Chromium says of a request that a test lets fail on purpose.
EXPECTED_NOISE = re.compile(r"Failed to load resource|An unknown error occurred when fetching the script")


@pytest.fixture(scope="session", autouse=True)
def orm_beside_playwright():
    """Playwright keeps an event loop in this thread; the tests' queries beside it are meant."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def chromium(orm_beside_playwright):
    if not CHROMIUM.exists():
        pytest.fail(f"The browser tests need Chromium at {CHROMIUM}: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", *MICROPHONE]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(django_db_setup, django_db_blocker):
    """One server for all browser tests."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def transactional_db(django_db_setup, django_db_blocker):
    """A database that the server sees too.

    In place of pytest-django's, which empties every table after each test, and with them what the migrations brought:
    that takes seconds, and a test database that is kept would stay without its dictionary.
    """
    with django_db_blocker.unblock():
        restore(django_db_setup)  # an earlier test's flush may have taken it away
        yield
        clear()


def clear():
    """Delete what the test made; the server may still be storing what a page sent just before it was closed."""
    for tries_left in reversed(range(CLEARING_TRIES)):
        try:
            for model in MADE_HERE:
                model._base_manager.all().delete()
            return
        except (IntegrityError, OperationalError):
            if not tries_left:
                raise
            time.sleep(0.1)


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    """A tablet that met a failure rests for a moment only, and not for a minute after a few of them."""
    monkeypatch.setitem(TIMINGS, "retry_s", [0.5])


@pytest.fixture
def window(transactional_db, monkeypatch):
    """Window 3 with 李小芳 on duty; its tablet guards each new screen for a short moment only.

    Its thanks stay until they are tapped away, for however long the machine is busy with other things.
    """
    monkeypatch.setitem(TIMINGS, "guard_ms", GUARD_MS)
    monkeypatch.setitem(TIMINGS, "thanks_s", 120)
    monkeypatch.setitem(TIMINGS, "thanks_ticket_s", 240)
    window = WindowFactory(hall__code="A", hall__name="云溪区政务服务中心", number="3", name="社会保险业务")
    DutyFactory(window=window, staff__name="李小芳", starts_at=timezone.now(), ends_at=None)
    return window


@pytest.fixture
def open_kiosk(chromium, server, window):
    """Opens a tablet that is not enrolled yet; at the end no page may have met an error of its own."""
    contexts, problems = [], []

    def open_one(*, width=1280, height=800, **options) -> Kiosk:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
        context.set_default_timeout(PATIENCE_SECONDS * SECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        return Kiosk(page, context, server.url, window)

    yield open_one
    for context in contexts:
        context.close()
    assert [problem for problem in problems if not EXPECTED_NOISE.search(problem)] == []


@pytest.fixture
def kiosk(open_kiosk):
    """An enrolled tablet at window 3, showing the question."""
    return open_kiosk().enrol()


class Kiosk:
    """What a visitor, or the staff, does with a tablet."""

    def __init__(self, page: Page, context: BrowserContext, server: str, window: Window):
        self.page = page
        self.context = context
        self.address = f"{server}/kiosk/"
        self.window = window

    @property
    def browser(self) -> Browser:
        return self.context.browser

    def open(self, query: str = ""):
        self.page.goto(self.address + query)
        return self

    def enrol(self):
        code = make_enrolment_code(window=self.window, actor=None, at=timezone.now())
        self.open()
        self.page.fill("#code", code)
        self.page.click("#enrol-go")
        return self.sees("k1")

    def sees(self, screen: str):
        expect(self.page.locator(f"#{screen}")).to_be_visible()
        return self

    def past_guard(self):
        """The page ignores taps for a moment after each change of screen."""
        self.page.wait_for_timeout(GUARD_MS + 80)
        return self

    def tap(self, selector: str):
        self.page.click(selector)
        return self

    def rate(self, level: int):
        return self.sees("k1").past_guard().tap(f'[data-level="{level}"]').sees("k2").past_guard()

    def ask_for_call(self):
        return self.tap("#call").sees("k2b").past_guard()

    def dial(self, digits: str):
        for digit in digits:
            self.tap(f'[data-key="{digit}"]')
        return self

    def leave_number(self, digits: str = "13800138000"):
        """From the reasons to the receipt."""
        return self.ask_for_call().dial(digits).tap('[data-do="leave_number"]').sees("k3").past_guard()

    def record_voice(self, seconds: float = 1):
        """From the reasons; starts, waits and stops a recording."""
        self.start_recording().page.wait_for_timeout(seconds * SECONDS)
        return self.tap("#voice").hears("recorded")

    def start_recording(self):
        return self.tap("#voice").hears("recording")

    def hears(self, status: str):
        expect(self.page.locator("#voice")).to_have_attribute("data-status", status)
        return self

    def finish(self):
        return self.tap('.row-end [data-do="finish"]').sees("k3").past_guard()

    def leave(self):
        return self.tap("#ok").sees("k1")

    def speak(self, language: str):
        self.past_guard().tap(f'[data-language="{language}"]')
        expect(self.page.locator(f'[data-language="{language}"]')).to_have_attribute("aria-pressed", "true")
        return self

    def go_offline(self):
        self.context.set_offline(True)
        return self

    def go_online(self):
        self.context.set_offline(False)
        return self

    def between(self, pattern: str, handler: Callable[[Route], object]) -> Callable[[], None]:
        """Puts `handler` between the tablet and the server; call what this returns when the network is well again.

        It never unroutes: the tablet tries again whenever it likes, so a request may be in the handler's hands at that
        very moment (Playwright then takes its `abort` or `fulfill` for a second handling), and between two handlers
        one may slip through.
        """
        is_well = False

        def handle(route):
            with closed_meanwhile():
                route.continue_() if is_well else handler(route)

        def well_again():
            nonlocal is_well
            is_well = True
            self.hears_of_the_network()

        self.page.route(pattern, handle)
        return well_again

    def hears_of_the_network(self):
        self.page.evaluate("dispatchEvent(new Event('online'))")
        return self

    def under_worker(self):
        """Waits until the service worker has the whole page."""
        self.page.evaluate("navigator.serviceWorker.ready")
        # Not wait_for_function: it polls with eval, which the page's policy forbids.
        return self.until(lambda: self.page.evaluate("navigator.serviceWorker.controller !== null"), "the worker")

    def version(self) -> str:
        return self.page.locator("html").get_attribute("data-version")

    def kept(self, store: str = "ratings") -> list[dict]:
        """The rows of the tablet's own store."""
        return self.page.evaluate(
            """async (name) => {
                const { ask, transact } = await import("/static/ratings/kiosk/store.js");
                return transact("readonly", [name], (store) => ask(store(name).getAll()));
            }""",
            store,
        )

    def until(self, condition, what: str):
        """Waits for the server or the tablet to have got there."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > give_up:
                pytest.fail(f"Waited {PATIENCE_SECONDS} seconds in vain: {what}")
            self.page.wait_for_timeout(50)
        return self

    def until_entrusted(self, number: int):
        return self.until(lambda: CallbackRequest.objects.count() == number, f"{number} call-backs on the server")

    def until_stored(self, number: int):
        return self.until(lambda: Rating.objects.count() == number, f"{number} ratings on the server")


@pytest.fixture
def desk(chromium, server, transactional_db):
    """Opens the board of 周敏; at the end no page may have met an error of its own."""
    contexts, problems = [], []
    with clock():
        officer = like_the_mockup(HallFactory(code="A", name="云溪区政务服务中心"))

        def open_one(path="/desk/", *, language="zh-hans", width=1440, height=900, **options):
            context = chromium.new_context(viewport={"width": width, "height": height}, **options)
            contexts.append(context)
            sign_in(context, server, officer)
            context.add_cookies([{"name": "django_language", "value": language, "url": server.url}])
            page = context.new_page()
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
            page.goto(server.url + path)
            return page

        yield open_one
        for context in contexts:
            context.close()
        empty_the_database()
    # What Chromium says of answers that the tests mean: a conflict, a form with a mistake, a cut connection.
    noise = re.compile(r"Failed to load resource|htmx:sendError|ERR_INTERNET_DISCONNECTED")
    assert [problem for problem in problems if not noise.search(problem)] == []


@contextmanager
def closed_meanwhile():
    """Lets a handler go on whose page was closed while it held a request."""
    try:
        yield
    except PlaywrightError as error:
        if not GONE.search(str(error)):
            raise
