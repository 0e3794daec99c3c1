"""The tablet as a device: its key, being moved and replaced, and the code that comes as a picture."""

import json

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback_site.models import Window
from ratings.configuration import TIMINGS
from ratings.enrolment import make_enrolment_code, revoke_tablet
from ratings.models import EnrolmentCode, EnrolmentFailure, HallReasonSet, QuarantinedRating, Rating, ReasonSet, Tablet
from tests.factories import DutyFactory, WindowFactory

pytestmark = pytest.mark.browser

RATINGS = "**/api/v1/ratings/"
ENROL = """async (code) => (await import("/static/ratings/kiosk/tablet.js")).enrol(code)"""
DEVICE = """async () => {
    const { getDevice } = await import("/static/ratings/kiosk/store.js");
    const key = await getDevice("key");
    const exported = key && (await crypto.subtle.exportKey("pkcs8", key).then(() => "left", (error) => error.name));
    return { token: await getDevice("token"), former: await getDevice("former"), exported };
}"""


def code_for(window, replaces=None):
    return make_enrolment_code(window=window, actor=None, at=timezone.now(), replaces=replaces)


def enrol_again(kiosk, window, replaces=None):
    """As who types the code, without the sign for the staff."""
    assert kiosk.page.evaluate(ENROL, code_for(window, replaces)) is None
    kiosk.page.reload()
    return kiosk.sees("k1")


def test_what_the_tablet_sends_is_signed_by_a_key_that_cannot_leave_it(kiosk):
    kiosk.rate(2).finish().leave().until_stored(1)
    tablet = Tablet.objects.get()
    assert len(tablet.public_key) == 124 and tablet.forged_at is None
    assert kiosk.page.evaluate(DEVICE)["exported"] == "InvalidAccessError"


def test_a_copied_token_is_worth_nothing_in_another_browser(kiosk, open_kiosk):
    kiosk.rate(5).finish().leave().until_stored(1)
    token = kiosk.page.evaluate(DEVICE)["token"]
    thief = open_kiosk().open()
    body = json.dumps({"ratings": [{"id": "0198b7c2-0000-4000-8000-000000000001", "seq": 2, "level": 5}]})
    told = thief.page.evaluate(
        """async ([token, body]) => {
            const headers = { Authorization: `Tablet ${token}`, "Content-Type": "application/json" };
            return (await fetch("/api/v1/ratings/", { method: "POST", headers, body })).json();
        }""",
        [token, body],
    )
    assert told["results"][0]["code"] == "bad_signature"
    assert Rating.objects.count() == 1 and QuarantinedRating.objects.count() == 1
    assert Tablet.objects.get().forged_at is not None
    kiosk.rate(4).until_stored(2)


def test_a_tablet_that_has_lost_its_key_keeps_its_ratings_until_it_is_enrolled_anew(kiosk, window):
    kiosk.page.evaluate(
        """async () => (await import("/static/ratings/kiosk/store.js")).setDevice({ key: undefined })"""
    )
    kiosk.rate(3)
    kiosk.until(lambda: QuarantinedRating.objects.count() == 1, "the refusal")
    kiosk.finish().leave()
    assert [row["state"] for row in kiosk.kept()] == ["waiting"]
    assert Rating.objects.count() == 0
    revoke_tablet(tablet=Tablet.objects.get(), at=timezone.now())
    enrol_again(kiosk, window)
    Tablet.objects.filter(drains_until__isnull=False).update(drains_until=None)  # an administrator ends the old one
    kiosk.hears_of_the_network()
    kiosk.until_stored(1)
    assert Rating.objects.get().tablet == Tablet.objects.enrolled().get()


def test_a_moved_tablet_finishes_its_queue_under_the_old_window_and_goes_on_under_the_new(kiosk, window):
    other = WindowFactory(hall=window.hall, number="9")
    kiosk.rate(5).finish().leave().until_stored(1)
    well_again = kiosk.between(RATINGS, lambda route: route.abort())
    for level in (4, 2):
        kiosk.rate(level).finish().leave()
    old = Tablet.objects.get()
    enrol_again(kiosk, other, replaces=old)
    expect(kiosk.page.locator("#window-number")).to_have_text("9")
    kiosk.rate(1).finish().leave()
    assert Rating.objects.count() == 1
    well_again()
    kiosk.until_stored(4)
    assert list(Rating.objects.filter(window=window).order_by("seq").values_list("seq", "level")) == [
        (1, 5), (2, 4), (3, 2),
    ]  # fmt: skip
    assert list(Rating.objects.filter(window=other).values_list("seq", "level")) == [(1, 1)]
    kiosk.until(lambda: kiosk.page.evaluate(DEVICE)["former"] == [], "the old enrolment forgotten")
    assert QuarantinedRating.objects.count() == 0
    old.refresh_from_db()
    assert (old.highest_seq, old.gaps) == (3, [])


def test_an_answer_lost_before_the_move_makes_no_second_rating(kiosk, window):
    def lose(route):
        route.fetch()
        route.abort()

    well_again = kiosk.between(RATINGS, lose)
    kiosk.rate(2).finish().leave().until_stored(1)
    enrol_again(kiosk, window, replaces=Tablet.objects.get())
    well_again()
    kiosk.until(lambda: kiosk.kept()[0]["state"] == "acknowledged", "the verdict")
    assert Rating.objects.count() == 1 and QuarantinedRating.objects.count() == 0


def test_a_code_in_the_address_enrols_and_leaves_the_address(open_kiosk, window):
    kiosk = open_kiosk()
    kiosk.open(f"#code={code_for(window)}").sees("k1")
    assert kiosk.page.evaluate("location.href") == kiosk.address
    assert Tablet.objects.get().window == window


def test_a_bad_code_in_the_address_is_said_and_leaves_the_address(open_kiosk):
    kiosk = open_kiosk().open("#code=AAAA-AAAA").sees("service")
    expect(kiosk.page.locator("#enrol-error")).to_contain_text("设置码不对")
    assert kiosk.page.evaluate("location.hash") == ""


def test_a_bad_code_does_nothing_to_a_tablet_that_works(kiosk):
    kiosk.page.evaluate("location.hash = '#code=AAAA-AAAA'")
    kiosk.until(lambda: EnrolmentFailure.objects.count() == 1, "the try")
    kiosk.rate(5).until_stored(1)


def test_a_tablet_that_is_to_move_asks_for_the_code_and_takes_it_by_picture(open_kiosk, window, monkeypatch):
    monkeypatch.setitem(TIMINGS, "poll_s", 0.2)
    kiosk = open_kiosk().enrol()
    other = WindowFactory(hall=window.hall, number="9")
    code = code_for(other, Tablet.objects.get())
    kiosk.sees("service")
    expect(kiosk.page.locator("#service-title")).to_contain_text("要换窗口")
    kiosk.page.evaluate("(code) => { location.hash = `#code=${code}`; }", code)
    kiosk.sees("k1")
    expect(kiosk.page.locator("#window-number")).to_have_text("9")
    assert list(Tablet.objects.enrolled().values_list("window__number", flat=True)) == ["9"]


def test_a_tablet_that_was_not_moved_after_all_goes_on_when_the_code_has_ended(open_kiosk, window, monkeypatch):
    monkeypatch.setitem(TIMINGS, "poll_s", 0.2)
    kiosk = open_kiosk().enrol()
    code_for(WindowFactory(hall=window.hall, number="9"), Tablet.objects.get())
    kiosk.sees("service")
    EnrolmentCode.objects.update(expires_at=timezone.now())
    kiosk.sees("k1").rate(5).until_stored(1)


def test_who_is_at_the_tablet_when_it_is_to_move_can_finish(open_kiosk, window, monkeypatch):
    monkeypatch.setitem(TIMINGS, "poll_s", 0.2)
    kiosk = open_kiosk().enrol().rate(4)
    code_for(WindowFactory(hall=window.hall, number="9"), Tablet.objects.get())
    kiosk.page.wait_for_timeout(600)
    kiosk.tap(".reason >> nth=0").finish().tap("#ok").sees("service")
    kiosk.until(lambda: Rating.objects.get().reason_links.count() == 1, "the reason")


def test_what_is_changed_in_the_admin_reaches_the_tablet_without_losing_a_tap(open_kiosk, window, monkeypatch):
    monkeypatch.setitem(TIMINGS, "poll_s", 0.2)
    kiosk = open_kiosk().enrol()
    kiosk.rate(1)
    words = kiosk.page.locator(".reason").all_inner_texts()
    Window.objects.update(name="不动产登记")
    HallReasonSet.objects.create(hall=window.hall, reason_set=ReasonSet.objects.exclude(code="plain-1").first())
    window.duties.all().delete()
    DutyFactory(window=window, staff__name="何涛", starts_at=timezone.now(), ends_at=None)
    expect(kiosk.page.locator("#window-name")).to_have_text("不动产登记")
    kiosk.finish().leave()
    expect(kiosk.page.locator("#staff")).to_have_text("何涛")
    kiosk.rate(1)
    assert kiosk.page.locator(".reason").all_inner_texts() != words
    for level in (5, 4, 3):
        kiosk.finish().leave().rate(level)
        Window.objects.update(name=f"窗口{level}")
    kiosk.finish().leave().until_stored(5)
    assert list(Rating.objects.order_by("seq").values_list("seq", "level")) == [(1, 1), (2, 1), (3, 5), (4, 4), (5, 3)]
    assert list(Rating.objects.order_by("seq").values_list("staff__name", flat=True))[1:] == ["何涛"] * 4
