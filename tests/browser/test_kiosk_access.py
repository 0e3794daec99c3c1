"""Everybody can use the tablet: axe finds nothing, targets and letters have their size, in every language and mode."""

import pytest
from axe_playwright_python.sync_playwright import Axe

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
    assert violations(kiosk.page) == []
    kiosk.enrol().speak(language)
    assert violations(kiosk.page) == []
    kiosk.rate(2).tap(".reason >> nth=0")
    assert violations(kiosk.page) == []
    kiosk.finish()
    assert violations(kiosk.page) == []


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
        kiosk.finish()
        check_screen(kiosk, seated=mode == "?low")
        kiosk.leave()


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


def test_at_twice_the_zoom_nothing_is_cut_off_sideways(open_kiosk):
    kiosk = open_kiosk(width=640, height=400).enrol()
    for language in LANGUAGES:
        kiosk.sees("k1").speak(language)
        assert kiosk.page.evaluate(MEASURE)["wide"] <= 0
        kiosk.rate(1)
        assert kiosk.page.evaluate(MEASURE)["wide"] <= 0
        kiosk.finish().leave()


def test_on_a_phone_every_target_is_wide_enough(open_kiosk):
    kiosk = open_kiosk(width=390, height=844).enrol()
    for language in LANGUAGES:
        kiosk.sees("k1").speak(language)
        seen = kiosk.page.evaluate(MEASURE)
        assert [box for box in seen["boxes"] if min(box["width"], box["height"]) < 44 or box["spills"]] == []
        assert seen["wide"] <= 0 and seen["smallest"] >= 16
        kiosk.rate(3)
        seen = kiosk.page.evaluate(MEASURE)
        assert [box for box in seen["boxes"] if min(box["width"], box["height"]) < 44 or box["spills"]] == []
        assert seen["wide"] <= 0
        kiosk.finish().leave()


def test_nothing_moves_for_those_who_asked_for_it(open_kiosk):
    kiosk = open_kiosk(reduced_motion="reduce").enrol()
    assert kiosk.page.evaluate("getComputedStyle(document.querySelector('.face')).transitionDuration") == "0s"
    kiosk.tap('[data-do="large"]')
    assert kiosk.page.evaluate("document.getAnimations().length") == 0


def test_with_the_systems_own_colours_the_faces_stay_themselves(open_kiosk):
    kiosk = open_kiosk(forced_colors="active").enrol()
    assert kiosk.page.evaluate("getComputedStyle(document.querySelector('.face-svg')).forcedColorAdjust") == "none"
