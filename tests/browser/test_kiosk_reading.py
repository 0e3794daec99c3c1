"""读给我听: every screen says what it shows and never a secret; without a local voice it is not offered."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# A voice that is done at once; what it said is kept.
VOICE = """(() => {
    window.said = [];
    const voices = [{ lang: "zh-CN", localService: true }, { lang: "en-GB", localService: false }];
    Object.defineProperty(window, "speechSynthesis", { value: {
        getVoices: () => voices, cancel() {}, addEventListener() {},
        speak: (part) => { said.push(part.text); setTimeout(() => part.onend(), 1); },
    } });
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
})()"""


@pytest.fixture
def kiosk(open_kiosk):
    kiosk = open_kiosk()
    kiosk.context.add_init_script(VOICE)
    return kiosk.enrol()


def heard(kiosk) -> list[str]:
    kiosk.page.evaluate("said.length = 0")
    kiosk.tap("#read")
    expect(kiosk.page.locator("#read")).to_have_attribute("aria-pressed", "false")
    assert kiosk.page.locator(".is-reading").count() == 0
    return kiosk.page.evaluate("said")


def test_each_screen_is_read_as_it_stands(kiosk):
    kiosk.past_guard()
    faces = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    assert heard(kiosk) == ["您对这次服务满意吗？", *faces]
    kiosk.rate(2)
    said = heard(kiosk)
    assert said[0] == "已记下：不满意" and said[1].startswith("哪里让您不满意？")
    assert said[2:8] == ["等得太久", "态度不好", "没一次说清", "跑了好几趟", "事情没办成", "其他问题"]
    assert [part[:5] for part in said[8:]] == ["说一句话,", "请给我回电", "完成"]
    kiosk.ask_for_call().dial("13800138000")
    assert heard(kiosk) == ["留个电话，我们打给您", "只用来回复这件事，办完 30 天后删除。窗口看不到号码。"]
    kiosk.tap('[data-do="leave_number"]').sees("k3").past_guard()
    said = heard(kiosk)
    assert said[0] == "谢谢您！" and "您的编号" in said and said[-1] == "手机扫一扫，随时看办到哪一步"
    assert " ".join(kiosk.page.inner_text("#receipt")) in said
    code = kiosk.page.inner_text("#query-code")
    assert not any(code in part or "查询码" in part for part in said)
    kiosk.until_entrusted(1)


def test_a_language_without_a_local_voice_is_not_read(kiosk):
    expect(kiosk.page.locator("#read")).to_be_visible()
    kiosk.speak("en")
    expect(kiosk.page.locator("#read")).to_be_hidden()
    kiosk.rate(5).finish().leave()
    expect(kiosk.page.locator("#read")).to_be_visible()


def test_any_touch_stops_the_voice(kiosk):
    kiosk.page.evaluate("() => { speechSynthesis.speak = (part) => { said.push(part.text); }; }")
    kiosk.past_guard().tap("#read")
    expect(kiosk.page.locator("#question.is-reading")).to_be_visible()
    kiosk.tap('[data-do="large"]')
    expect(kiosk.page.locator("#read")).to_have_attribute("aria-pressed", "false")
    expect(kiosk.page.locator(".is-reading")).to_have_count(0)
    kiosk.tap("#read").rate(4)
    expect(kiosk.page.locator(".is-reading")).to_have_count(0)
    kiosk.until_stored(1)
