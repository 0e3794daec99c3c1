"""The page on a visitor's own phone in a real browser: with and without scripts, for every hand and eye."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from ratings.codes import VisitCode, WindowCode, write_code
from ratings.models import HallReasonSet, PhoneUse, Rating, ReasonSet, Visit
from tests.factories import RatingFactory, VisitFactory

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LANGUAGES = ("zh-hans", "zh-hant", "en")
# WCAG 1.4.12, as its checkers set it.
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
MEASURE = """() => {
    const boxes = [...document.querySelectorAll("a, button, label, summary")]
        .filter((node) => node.checkVisibility())
        .map((node) => ({ name: node.textContent.trim(), width: node.getBoundingClientRect().width,
            height: node.getBoundingClientRect().height,
            spills: node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1 }));
    const texts = [...document.querySelectorAll("body *")].filter((node) => node.checkVisibility()
        && !node.closest(".unseen") && [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim()));
    return { boxes, wide: document.documentElement.scrollWidth - innerWidth,
        smallest: Math.min(...texts.map((node) => parseFloat(getComputedStyle(node).fontSize))) };
}"""


@pytest.fixture
def open_page(chromium, server, window):
    """Opens the page of a code on a phone; at the end no page may have met an error of its own."""
    contexts, problems = [], []

    def open_one(address=None, *, width=390, height=844, scripts=True, **options) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", java_script_enabled=scripts, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(server.url + (address or sign(window)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    PhoneUse.objects.all().delete()
    assert problems == []


def sign(window):
    return f"/r/{write_code(WindowCode(window.pk, 0))}"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_taps_are_a_finished_rating(open_page, scripts):
    page = open_page(scripts=scripts)
    expect(page.locator("h1")).to_have_text("您对这次服务满意吗？")
    expect(page.locator(".who")).to_contain_text("李小芳")
    page.click(".face >> nth=3")
    expect(page.locator("h1")).to_contain_text("不满意")
    page.click(".reason >> nth=1")
    page.click("text=完成")
    expect(page.locator("h1")).to_have_text("谢谢您！")
    rating = Rating.objects.get()
    assert (rating.level, rating.channel, rating.reason_links.count()) == (2, "qr", 1)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_back_reload_and_two_knocks_stay_one_rating(open_page, scripts):
    page = open_page(scripts=scripts)
    page.locator(".face >> nth=0").dblclick()
    expect(page.locator(".reasons")).to_be_visible()
    page.reload()
    page.click("text=完成")
    expect(page.locator("h1")).to_have_text("谢谢您！")
    page.go_back()
    page.go_back()
    page.reload()
    assert Rating.objects.count() == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_wrong_tap_can_be_put_right(open_page, scripts):
    page = open_page(scripts=scripts)
    page.click(".face >> nth=4")
    page.click("#change")
    page.click(".face >> nth=0")
    expect(page.locator("h1")).to_contain_text("非常满意")
    assert Rating.objects.get().level == 5


def test_the_way_back_to_the_faces_goes_when_its_minute_is_over(open_page, window):
    page = open_page()
    page.click(".face >> nth=4")
    expect(page.locator("#change")).to_be_visible()
    Rating.objects.update(rated_at=timezone.now() - timedelta(seconds=58))
    page.reload()
    expect(page.locator("#change")).to_have_count(0)


def test_a_slip_knows_its_visit(open_page, window):
    visit = VisitFactory(window=window, called_at=timezone.now())
    page = open_page(f"/r/{write_code(VisitCode(visit.pk)).upper()}")
    page.click(".face >> nth=1")
    expect(page.locator(".reasons")).to_be_visible()
    assert Rating.objects.get().visit == Visit.objects.get()


def screens(page):
    """Each screen of a rating, one after the other, with what is to be said of it."""

    def on(selector):
        # A click only begins the way to the next page; what is measured must be that page, whole.
        with page.expect_navigation(wait_until="load"):
            page.click(selector)

    yield "faces"
    on(".face >> nth=4")
    expect(page.locator(".reasons")).to_be_visible()
    page.click(".reason >> nth=0")
    yield "reasons"
    on("#change")
    yield "change"
    on(".row .btn")
    on("main .row .btn")
    yield "thanks"


@pytest.mark.parametrize("look", ["", "&large=1"], ids=["plain", "large"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_every_target_is_wide_enough(open_page, window, language, look):
    page = open_page(f"{sign(window)}?lang={language}{look}")
    for screen in screens(page):
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == [], screen
        seen = page.evaluate(MEASURE)
        assert [box for box in seen["boxes"] if min(box["width"], box["height"]) < 44 or box["spills"]] == [], screen
        assert seen["wide"] <= 0 and seen["smallest"] >= 16, screen


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_320_pixels_and_with_wide_letters_nothing_is_cut_off(open_page, window, language):
    visit = VisitFactory(window=window, called_at=timezone.now())
    RatingFactory(window=window, visit=visit)
    page = open_page(f"/r/{write_code(VisitCode(visit.pk))}?lang={language}&large=1", width=320, height=568)
    for screen in screens(page):
        assert page.evaluate(MEASURE)["wide"] <= 0, screen
        page.evaluate(
            "(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
            " document.adoptedStyleSheets = [sheet]; }",
            SPACING,
        )
        seen = page.evaluate(MEASURE)
        assert seen["wide"] <= 0 and not [box for box in seen["boxes"] if box["spills"]], screen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", range(5))
def test_the_national_wording_fits_at_every_width(open_page, window, language, level):
    choice = HallReasonSet.objects.create(hall=window.hall, reason_set=ReasonSet.objects.get(code="national-2020"))
    for width in (390, 320):
        page = open_page(f"{sign(window)}?lang={language}", width=width)
        page.click(f".face >> nth={level}")
        expect(page.locator(".reasons")).to_be_visible()
        seen = page.evaluate(MEASURE)
        assert seen["wide"] <= 0
        assert [box for box in seen["boxes"] if min(box["width"], box["height"]) < 44 or box["spills"]] == []
    choice.delete()


def test_the_keyboard_meets_the_faces_first_and_ticks_with_the_space_bar(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "5"
    page.keyboard.press("Enter")
    expect(page.locator(".reasons")).to_be_visible()
    page.locator(".reason input").first.focus()
    page.keyboard.press("Space")
    assert page.locator(".reason input").first.is_checked()


def test_a_code_that_does_not_hold_says_who_helps(chromium, server, window):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{server.url}/r/nonsense")
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert "工作人员" in page.locator("main").inner_text() or "staff" in page.locator("main").inner_text()
    context.close()


def test_without_scripts_the_windows_code_opens_a_plain_form_with_five_buttons(open_kiosk):
    """A30: nothing but HTML between the tablet's page and a stored rating."""
    kiosk = open_kiosk(java_script_enabled=False).open()
    kiosk.page.fill("#typed", sign(kiosk.window).removeprefix("/r/"))
    kiosk.page.click(".no-script button")
    expect(kiosk.page.locator("form button[name=level]")).to_have_count(5)
    kiosk.page.click("form button[name=level][value='4']")
    kiosk.until_stored(1)
    rating = Rating.objects.get()
    assert (rating.level, rating.window, rating.channel) == (4, kiosk.window, "qr")
