"""Everybody can use the tablet: axe finds nothing, targets and letters have their size, in every language and mode."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ratings.models import HallReasonSet, ReasonSet

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LANGUAGES = ("zh-hans", "zh-hant", "en")
LANDSCAPE, PORTRAIT = (1280, 800), (800, 1280)

# What can be touched, with the smallest font on the page; hidden things have no box.
MEASURE = """() => {
    const seen = (node) => node.checkVisibility() && node.getClientRects().length > 0;
    const named = (node) => node.dataset.level ? "face" : node.dataset.do || node.dataset.language || node.textContent;
    const boxes = [...document.querySelectorAll("button, input, a")].filter(seen).map((node) => {
        const { width, height, top, left, right, bottom } = node.getBoundingClientRect();
        const spills = node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
        return { name: named(node).trim(), width, height, top, left, right, bottom, spills };
    });
    const texts = [...document.querySelectorAll("body *")].filter((node) => seen(node)
        && !node.closest(".unseen") && [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim()));
    const size = (node) => parseFloat(getComputedStyle(node).fontSize);
    return {
        boxes,
        smallest: Math.min(...texts.map(size)),
        question: size(document.querySelector("#question")),
        label: size(document.querySelector(".face .label")),
        wide: document.documentElement.scrollWidth - innerWidth,
        long: document.documentElement.scrollHeight - innerHeight,
        height: innerHeight,
    };
}"""


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]


def gaps(boxes):
    """The distance between every two neighbours that do not belong to the joined language switch."""
    single = [box for box in boxes if box["name"] not in LANGUAGES]
    for i, one in enumerate(single):
        for other in single[i + 1 :]:
            across = max(one["left"], other["left"]) - min(one["right"], other["right"])
            down = max(one["top"], other["top"]) - min(one["bottom"], other["bottom"])
            yield max(across, down)


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_screen(open_kiosk, language):
    kiosk = open_kiosk().open().sees("service").speak(language)

    def check(state):
        assert (state, violations(kiosk.page)) == (state, [])

    check("the sign for the staff")
    kiosk.enrol().speak(language)
    check("the question")
    kiosk.rate(2).tap(".reason >> nth=5")
    check("reasons, with the voice offered")
    kiosk.start_recording()
    check("a recording runs")
    kiosk.page.wait_for_timeout(700)  # less is taken for a knock
    kiosk.tap("#voice").hears("recorded").ask_for_call()
    check("the number pad")
    kiosk.dial("138").tap('[data-do="leave_number"]')
    check("a number too short")
    kiosk.page.evaluate("document.querySelector('#still').showModal()")
    check("are you still there")
    kiosk.page.evaluate("document.querySelector('#still').close()")
    kiosk.dial("00138000").tap('[data-do="leave_number"]').sees("k3")
    check("the receipt")
    kiosk.until_entrusted(1).leave().go_offline().past_guard().speak(language).rate(5)
    check("reasons without a network")
    kiosk.finish()
    check("thanks without a network")


def test_faces_come_first_for_the_keyboard(kiosk):
    kiosk.page.keyboard.press("Tab")
    assert kiosk.page.evaluate("document.activeElement.dataset.level") == "5"


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
@pytest.mark.parametrize("mode", ["", "?low", "?large"], ids=["standing", "seated", "large"])
def test_targets_and_letters_have_their_size(open_kiosk, size, mode):
    kiosk = open_kiosk(width=size[0], height=size[1]).enrol().open(mode)
    for language in LANGUAGES:
        kiosk.sees("k1").speak(language)
        check_screen(kiosk, seated=mode == "?low", labels=43 if language != "en" else 32)
        kiosk.rate(2)
        check_screen(kiosk, seated=mode == "?low")
        kiosk.ask_for_call().tap('[data-do="leave_number"]')
        expect(kiosk.page.locator("#phone-problem")).to_be_visible()
        check_screen(kiosk, seated=mode == "?low")
        kiosk.dial("13800138000").tap('[data-do="leave_number"]').sees("k3").past_guard()
        check_screen(kiosk, seated=mode == "?low")
        kiosk.leave()
    kiosk.until_entrusted(3)


def check_screen(kiosk, *, seated, labels=None):
    seen = kiosk.page.evaluate(MEASURE)
    assert [box for box in seen["boxes"] if box["width"] < 80 or box["height"] < 80 or box["spills"]] == []
    faces = [box for box in seen["boxes"] if box["name"] == "face"]
    assert [box for box in faces if box["width"] < 112 or box["height"] < 100] == []
    assert len({(round(box["width"]), round(box["height"])) for box in faces}) <= 1
    assert min(gaps(seen["boxes"])) >= 11.9
    assert seen["smallest"] >= 28.7
    assert seen["wide"] <= 0 and seen["long"] <= 0
    if labels:
        assert seen["question"] >= 43 and seen["label"] >= labels
    if seated:
        assert [box for box in seen["boxes"] if box["top"] < 0.375 * seen["height"] - 1] == []


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_the_long_national_wording_fits_too(open_kiosk, size, window):
    HallReasonSet.objects.create(hall=window.hall, reason_set=ReasonSet.objects.get(code="national-2020"))
    kiosk = open_kiosk(width=size[0], height=size[1]).enrol()
    for mode in ("", "?low", "?large"):
        kiosk.open(mode)
        for language in ("zh-hans", "en"):
            kiosk.sees("k1").speak(language).rate(1)
            check_screen(kiosk, seated=mode == "?low")
            kiosk.finish().leave()
    kiosk.until_stored(6)


def test_at_twice_the_zoom_nothing_is_cut_off_sideways(open_kiosk):
    kiosk = open_kiosk(width=640, height=400).enrol()
    for language in LANGUAGES:
        kiosk.sees("k1").speak(language)
        assert kiosk.page.evaluate(MEASURE)["wide"] <= 0
        kiosk.rate(1)
        assert kiosk.page.evaluate(MEASURE)["wide"] <= 0
        kiosk.ask_for_call()
        assert kiosk.page.evaluate(MEASURE)["wide"] <= 0
        kiosk.dial("13800138000").tap('[data-do="leave_number"]').sees("k3").past_guard()
        assert kiosk.page.evaluate(MEASURE)["wide"] <= 0
        kiosk.leave()
    kiosk.until_entrusted(3)


# WCAG 1.4.12: what a reader may ask of the spacing of letters, words and lines.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""


def test_on_a_phone_every_target_is_wide_enough_and_letters_may_be_spread(open_kiosk):
    kiosk = open_kiosk(width=390, height=844, bypass_csp=True).enrol()

    def check():
        seen = kiosk.page.evaluate(MEASURE)
        assert [box for box in seen["boxes"] if min(box["width"], box["height"]) < 44 or box["spills"]] == []
        assert seen["wide"] <= 0 and seen["smallest"] >= 16
        style = kiosk.page.add_style_tag(content=SPACED)
        seen = kiosk.page.evaluate(MEASURE)
        assert [box for box in seen["boxes"] if box["spills"]] == [] and seen["wide"] <= 0
        style.evaluate("(node) => node.remove()")

    for language in LANGUAGES:
        kiosk.sees("k1").speak(language)
        check()
        kiosk.rate(3)
        check()
        kiosk.ask_for_call()
        check()
        kiosk.dial("13800138000").tap('[data-do="leave_number"]').sees("k3").past_guard()
        check()
        kiosk.leave()
    kiosk.until_entrusted(3)


def test_nothing_moves_for_those_who_asked_for_it(open_kiosk):
    kiosk = open_kiosk(reduced_motion="reduce").enrol()
    assert kiosk.page.evaluate("getComputedStyle(document.querySelector('.face')).transitionDuration") == "0s"
    kiosk.tap('[data-do="large"]')
    assert kiosk.page.evaluate("document.getAnimations().length") == 0


def test_with_the_systems_own_colours_the_faces_stay_themselves(open_kiosk):
    kiosk = open_kiosk(forced_colors="active").enrol()
    assert kiosk.page.evaluate("getComputedStyle(document.querySelector('.face-svg')).forcedColorAdjust") == "none"
    kiosk.page.keyboard.press("Tab")
    assert kiosk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    kiosk.rate(1).leave_number().until_entrusted(1)
    assert kiosk.page.evaluate("getComputedStyle(document.querySelector('#qr')).forcedColorAdjust") == "none"


def test_every_text_says_which_language_it_is_in(kiosk):
    wrong = """() => [...document.querySelectorAll("body *")].filter((node) => node.checkVisibility()
        && [...node.childNodes].some((child) => child.nodeType === 3 && /[\\u4e00-\\u9fff]/.test(child.data))
        && !node.closest("[lang]").lang.startsWith("zh")).map((node) => node.outerHTML)"""
    kiosk.speak("en")
    assert kiosk.page.evaluate(wrong) == []
    assert kiosk.rate(2).page.evaluate(wrong) == []
    assert kiosk.page.locator('[data-language="zh-hant"]').get_attribute("lang") == "zh-Hant"
