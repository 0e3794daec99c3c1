"""Nothing that a visitor added is left for the next: who walks away leaves the reasons and what was finished."""

import pytest
from playwright.sync_api import expect

from ratings.configuration import TIMINGS
from ratings.models import CallbackRequest, Rating, VoiceRemark

pytestmark = pytest.mark.browser

PHONE = "13800138000"


def goes_soon(monkeypatch):
    """Who does nothing for six seconds has gone; a busy machine needs some of them from one tap to the next."""
    monkeypatch.setitem(TIMINGS, "k2_idle_s", 4)
    monkeypatch.setitem(TIMINGS, "warn_s", 2)


def test_who_walks_away_leaves_the_reasons_and_what_was_finished_only(open_kiosk, monkeypatch):
    goes_soon(monkeypatch)
    kiosk = open_kiosk().enrol()
    kiosk.rate(1).tap(".reason >> nth=0").record_voice()
    kiosk.ask_for_call().dial("1380013").sees("k1").until(VoiceRemark.objects.exists, "the finished recording")
    kiosk.until(lambda: Rating.objects.get().reason_links.count() == 1, "the reason")
    kiosk.rate(2).start_recording().sees("k1")
    kiosk.until_stored(2).page.wait_for_timeout(300)
    assert VoiceRemark.objects.count() == 1 and CallbackRequest.objects.count() == 0
    assert kiosk.page.evaluate(LEFT) == {"digits": "请按数字键", "receipt": "", "code": "", "qr": "", "voice": "ready"}


LEFT = """() => ({
    digits: document.querySelector("#digits").textContent,
    receipt: document.querySelector("#receipt").textContent,
    code: document.querySelector("#query-code").textContent,
    qr: document.querySelector("#qr path").getAttribute("d"),
    voice: document.querySelector("#voice").dataset.status,
})"""


def test_a_recording_that_nobody_stopped_is_kept_by_who_is_still_there_only(open_kiosk, monkeypatch):
    goes_soon(monkeypatch)
    kiosk = open_kiosk()
    kiosk.context.add_init_script(
        "{ const wait = setTimeout; setTimeout = (f, ms) => wait(f, ms === 30000 ? 900 : ms); }"
    )
    kiosk.enrol().rate(1).start_recording().hears("recorded").sees("k1")
    kiosk.rate(2).start_recording().hears("recorded").finish().leave()
    kiosk.until(VoiceRemark.objects.exists, "the voice of who was there").page.wait_for_timeout(200)
    assert [voice.rating.level for voice in VoiceRemark.objects.all()] == [2]


def test_number_receipt_and_recording_are_gone_for_the_next_visitor(kiosk):
    kiosk.rate(1).record_voice().leave_number(PHONE).leave().until_entrusted(1)
    assert kiosk.page.evaluate(LEFT) == {"digits": "请按数字键", "receipt": "", "code": "", "qr": "", "voice": "ready"}
    assert PHONE not in kiosk.page.content().replace(" ", "")
    kiosk.rate(3).ask_for_call()
    expect(kiosk.page.locator("#digits")).to_have_text("请按数字键")
    kiosk.until(VoiceRemark.objects.exists, "the voice")
