"""What a visitor adds to a rating, a number or a spoken remark: sealed, kept, sent once, gone from the page."""

import json
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from ratings.configuration import TIMINGS
from ratings.models import CallbackRequest, QuarantinedRating, Rating, Tablet, VoiceRemark
from ratings.query_codes import matches
from ratings.sealing import Purpose, open_box, read_keys

pytestmark = pytest.mark.browser

PHONE = "13800138000"
RATINGS, EXTRAS = "**/api/v1/ratings/", "**/api/v1/ratings/*/*/"


def opened(box, purpose, rating_id):
    return open_box(box, key=read_keys(settings.SEALING_KEY)[0], purpose=purpose, rating_id=rating_id)


def test_a_number_left_is_a_receipt_that_opens_the_matter_and_is_read_by_the_server_alone(kiosk):
    kiosk.rate(2).leave_number(PHONE)
    line = kiosk.page.inner_text("#thanks-line")
    assert re.fullmatch(r"\d+ 月 \d+ 日（星期[一二三四五六日]）下班前给您回电。|下一个工作日下班前给您回电。", line)
    expect(kiosk.page.locator("#countdown")).to_contain_text("秒后回到首页")
    assert int(kiosk.page.inner_text("#countdown").split()[0]) > TIMINGS["thanks_s"]
    receipt, code = kiosk.page.inner_text("#receipt"), kiosk.page.inner_text("#query-code")
    path = kiosk.page.evaluate(
        """async (text) => (await import("/static/ratings/kiosk/qr.js")).qrPath(text).d""",
        f"{kiosk.address.removesuffix('/kiosk/')}/track/#n={receipt}&c={code.replace('-', '')}",
    )
    assert kiosk.page.locator("#qr path").get_attribute("d") == path
    shown = kiosk.page.inner_text("#k3")
    assert "不满意" not in shown and PHONE not in shown.replace(" ", "")
    kiosk.until_entrusted(1)
    kept = CallbackRequest.objects.get()
    assert (kept.receipt, kept.language, kept.rating.level) == (receipt, "zh-hans", 2)
    assert matches(code.replace("-", ""), kept.query_code_hash)
    assert opened(kept.phone_box, Purpose.PHONE, kept.rating_id) == PHONE.encode()
    kiosk.until(lambda: kiosk.kept("extras")[0]["state"] == "acknowledged", "the acknowledgement")
    stored = json.dumps([kiosk.kept("extras"), kiosk.kept("device")])
    assert PHONE not in stored and code.replace("-", "") not in stored and receipt in stored


def test_the_day_of_the_call_is_named_and_phones_are_led_to_the_public_address(open_kiosk, settings, monkeypatch):
    settings.PUBLIC_ADDRESS = "https://pj.example.gov.cn"
    monkeypatch.setattr("ratings.configuration.working_days_after", lambda today: ["2025-07-03", "2099-07-03"])
    kiosk = open_kiosk().enrol().rate(1).leave_number()
    expect(kiosk.page.locator("#thanks-line")).to_have_text("7 月 3 日（星期五）下班前给您回电。")
    kiosk.speak("en")
    expect(kiosk.page.locator("#thanks-line")).to_have_text("We call you by the end of Friday 3 July.")
    receipt, code = kiosk.page.inner_text("#receipt"), kiosk.page.inner_text("#query-code").replace("-", "")
    address = f"https://pj.example.gov.cn/track/#n={receipt}&c={code}"
    drawn = "async (text) => (await import('/static/ratings/kiosk/qr.js')).qrPath(text).d"
    assert kiosk.page.locator("#qr path").get_attribute("d") == kiosk.page.evaluate(drawn, address)
    kiosk.until_entrusted(1)


def test_a_receipt_given_without_a_network_holds_when_the_network_is_back(kiosk):
    sent = []
    kiosk.page.on("request", lambda request: sent.append(request.url) if "/ratings/" in request.url else None)
    kiosk.under_worker().go_offline().rate(1).record_voice()
    kiosk.leave_number("01065051234")
    expect(kiosk.page.locator("#thanks-line")).to_contain_text("电话已存好")
    receipt = kiosk.page.inner_text("#receipt")
    kiosk.leave().page.reload()
    kiosk.sees("k1")
    sent.clear()
    kiosk.go_online().until_entrusted(1).until(VoiceRemark.objects.exists, "the voice")
    assert CallbackRequest.objects.get().receipt == receipt
    order = [url.rsplit("/", 2)[1] for url in sent if "kiosk" not in url]
    assert order[0] == "ratings" and [what for what in order if what != "ratings"] == ["callback", "voice"]


def test_nothing_is_sent_for_a_rating_that_has_not_arrived(open_kiosk):
    kiosk = open_kiosk(service_workers="block").enrol()
    asked = []
    kiosk.between(EXTRAS, lambda route: asked.append(route.request.url) or route.continue_())
    well_again = kiosk.between(RATINGS, lambda route: route.fulfill(status=502, body="bad gateway"))
    kiosk.rate(3).leave_number().leave()
    kiosk.hears_of_the_network()
    kiosk.page.wait_for_timeout(500)
    assert asked == [] and kiosk.kept("extras")[0]["state"] == "waiting"
    well_again()
    kiosk.until_entrusted(1)


def test_a_spoken_remark_arrives_sealed_and_leaves_the_tablet(kiosk):
    kiosk.rate(5).start_recording()
    loud = "document.querySelectorAll('.meter .on').length > 0"
    kiosk.until(lambda: kiosk.page.evaluate(loud), "the meter hears the beep")
    kiosk.page.wait_for_timeout(700)
    kiosk.tap("#voice").hears("recorded")
    assert kiosk.page.inner_text("#voice").startswith("已录好 0:0")
    kiosk.record_voice().finish().until(VoiceRemark.objects.exists, "the voice")
    voice = VoiceRemark.objects.get()
    sound = opened(bytes(voice.box), Purpose.VOICE, voice.rating_id)
    assert sound.startswith(b"\x1a\x45\xdf\xa3") and 600 < voice.duration_ms < 20_000
    assert voice.mime == "audio/webm;codecs=opus" or voice.mime == "audio/webm"
    kiosk.until(lambda: kiosk.kept("extras") == [], "the voice gone from the tablet")


def test_call_backs_are_for_the_lower_levels_and_the_number_can_be_withheld(kiosk):
    for level, offered in ((5, False), (3, True)):
        kiosk.rate(level)
        assert kiosk.page.locator("#call").is_visible() is offered
        if not offered:
            kiosk.finish().leave()
    kiosk.ask_for_call().dial("138").tap('[data-do="leave_number"]')
    expect(kiosk.page.locator("#phone-problem")).to_have_text("手机号是 11 位，还差 8 位。")
    kiosk.page.keyboard.press("Backspace")
    kiosk.page.keyboard.press("9")
    expect(kiosk.page.locator("#digits")).to_have_text("139")
    expect(kiosk.page.locator("#phone-problem")).to_be_hidden()
    kiosk.tap('[data-do="no_number"]').sees("k2").past_guard()
    kiosk.ask_for_call()
    expect(kiosk.page.locator("#digits")).to_have_text("请按数字键")
    kiosk.tap('[data-do="no_number"]').sees("k2").past_guard().finish()
    expect(kiosk.page.locator("#ticket")).to_be_hidden()
    assert kiosk.kept("extras") == []


def test_something_else_leads_to_saying_it(kiosk):
    kiosk.rate(2).tap(".reason >> nth=5")
    expect(kiosk.page.locator("#voice.is-invited")).to_be_visible()
    kiosk.tap(".reason >> nth=5")
    expect(kiosk.page.locator("#voice.is-invited")).to_have_count(0)


REFUSED = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
NO_MICROPHONE = "navigator.mediaDevices.enumerateDevices = async () => [];"
NOT_SECURE = "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });"


def test_a_forbidden_microphone_is_said_calmly_and_an_absent_one_not_offered(open_kiosk):
    kiosk = open_kiosk()
    kiosk.context.add_init_script(REFUSED)
    kiosk.enrol().rate(1).tap("#voice").hears("refused")
    expect(kiosk.page.locator("#voice")).to_contain_text("现在录不了音")
    kiosk.finish()
    absent = open_kiosk()
    absent.context.add_init_script(NO_MICROPHONE)
    absent.enrol().rate(5)
    expect(absent.page.locator(".side")).to_be_hidden()


@pytest.mark.parametrize("why", ["no key", "plain HTTP"])
def test_what_cannot_be_sealed_is_not_asked_for(open_kiosk, settings, why):
    kiosk = open_kiosk()
    if why == "no key":
        settings.SEALING_KEY = ""
    else:
        kiosk.context.add_init_script(NOT_SECURE)
    kiosk.enrol().rate(1)
    expect(kiosk.page.locator(".side")).to_be_hidden()
    kiosk.finish().until_stored(1)


def test_what_a_restored_server_has_lost_is_sent_again_with_its_rating(kiosk):
    kiosk.rate(2).leave_number().leave().until_entrusted(1)
    kiosk.until(lambda: kiosk.kept("extras")[0]["state"] == "acknowledged", "the acknowledgement")
    receipt = CallbackRequest.objects.get().receipt
    CallbackRequest.objects.all().delete()
    Rating.objects.all().delete()
    Tablet.objects.update(highest_seq=0, gaps=[])
    kiosk.page.wait_for_timeout(5)
    kiosk.hears_of_the_network()
    kiosk.until_entrusted(1)
    assert CallbackRequest.objects.get().receipt == receipt


def test_a_rating_that_the_server_does_not_know_any_more_goes_first(open_kiosk):
    kiosk = open_kiosk(service_workers="block").enrol()
    lost = []

    def lose_the_rating(route):
        if not lost:
            lost.append(Rating.objects.all().delete())
        route.continue_()

    kiosk.between(EXTRAS, lose_the_rating)
    kiosk.rate(1).leave_number().leave()
    kiosk.until_entrusted(1)
    assert lost and Rating.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        (409, "conflict", "set_aside"),
        (400, "invalid", "set_aside"),
        (404, "not_found", "waiting"),
        (200, "", "waiting"),
    ],
)
def test_only_the_servers_own_word_ends_the_waiting(open_kiosk, status, code, state):
    kiosk = open_kiosk(service_workers="block").enrol()
    answers = []

    def answer(route):
        answers.append(route.request.url)
        if status == 200:  # a portal's page
            return route.fulfill(status=200, content_type="text/html", body="<p>登录")
        return route.fulfill(status=status, json={"code": code, "message": "", "fields": {}})

    well_again = kiosk.between(EXTRAS, answer)
    kiosk.rate(1).leave_number().leave()
    kiosk.until(lambda: bool(answers), "the first try")
    if state == "waiting":
        kiosk.until(lambda: len(answers) > 1, "the second try, for the first answer was none")
    kiosk.until(lambda: kiosk.kept("extras")[0]["state"] == state, "the verdict")
    well_again()
    if state == "waiting":
        kiosk.until_entrusted(1)


def test_an_answer_that_is_lost_makes_no_second_call_back(open_kiosk):
    kiosk = open_kiosk(service_workers="block").enrol()
    lost = []

    def lose_first_answer(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    kiosk.between(EXTRAS, lose_first_answer)
    kiosk.rate(1).leave_number().leave()
    kiosk.until(lambda: kiosk.kept("extras")[0]["state"] == "acknowledged", "the second try")
    assert lost == [201] and CallbackRequest.objects.count() == 1 and not QuarantinedRating.objects.exists()


FULL_UNTIL_A_VOICE_IS_DROPPED = """() => {
    const { add, delete: remove } = IDBObjectStore.prototype;
    let room = 0;
    IDBObjectStore.prototype.delete = function (...given) { room += 1; return remove.apply(this, given); };
    IDBObjectStore.prototype.add = function (...given) {
        if (room < 1) throw new DOMException("full", "QuotaExceededError");
        return add.apply(this, given);
    };
}"""


def test_on_a_full_disk_the_oldest_voice_gives_way_to_a_rating(kiosk):
    kiosk.under_worker().go_offline()
    for level in (5, 4):
        kiosk.rate(level).record_voice(0.8).finish().leave()
    first, second = (row["id"] for row in sorted(kiosk.kept(), key=lambda row: row["seq"]))
    kiosk.page.evaluate(FULL_UNTIL_A_VOICE_IS_DROPPED)
    kiosk.rate(1).finish()
    assert [row["rating"] for row in kiosk.kept("extras")] == [second] and len(kiosk.kept()) == 3
    assert first != second


def test_a_number_that_cannot_be_stored_gets_no_receipt(kiosk):
    kiosk.rate(1).ask_for_call().dial(PHONE)
    kiosk.page.evaluate(
        "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('no', 'UnknownError'); }; }"
    )
    kiosk.tap('[data-do="leave_number"]')
    expect(kiosk.page.locator("#phone-problem")).to_contain_text("电话没有存上")
    expect(kiosk.page.locator("#k3")).to_be_hidden()
