"""The tablet loses nothing and shows nothing: taps, outages, changes of mind, and what is left behind."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback_site.models import Window
from ratings import views
from ratings.configuration import TIMINGS
from ratings.enrolment import make_enrolment_code
from ratings.models import Rating, RatingVersion, Tablet
from tests.factories import VisitFactory

pytestmark = pytest.mark.browser

RATINGS = "**/api/v1/ratings/"


def test_one_tap_is_one_rating_and_reasons_complete_it(kiosk):
    kiosk.rate(2).until_stored(1)
    kiosk.tap(".reason >> nth=0").finish()
    kiosk.until(lambda: Rating.objects.get().reason_links.count() == 1, "the reason")
    rating = Rating.objects.get()
    assert (rating.level, rating.seq, rating.language, rating.staff.name) == (2, 1, "zh-hans", "李小芳")


def test_two_knocks_of_one_finger_are_one_rating_without_a_reason(open_kiosk, monkeypatch):
    monkeypatch.setitem(TIMINGS, "guard_ms", 1000)
    kiosk = open_kiosk().enrol()
    kiosk.page.wait_for_timeout(1100)
    # The third knock comes as soon as the next screen stands, whatever the machine is busy with.
    kiosk.page.evaluate(
        """async () => {
            document.querySelector('[data-level="5"]').click();
            document.querySelector('[data-level="5"]').click();
            const [reasons, face] = ["#k2", ".reason"].map((selector) => () => document.querySelector(selector));
            while (reasons().hidden || !face()) await new Promise((resolve) => setTimeout(resolve, 1));
            face().click();
        }"""
    )
    kiosk.sees("k2")
    assert kiosk.page.locator('.reason[aria-pressed="true"]').count() == 0
    kiosk.until_stored(1)
    assert len(kiosk.kept()) == 1


def test_a_keypad_rates_too(kiosk):
    kiosk.past_guard().page.keyboard.press("4")
    kiosk.sees("k2").until_stored(1)
    assert Rating.objects.get().level == 4 and Rating.objects.get().modes == ["keypad"]


def test_three_taps_without_a_network_survive_a_reload_and_arrive_once(kiosk):
    kiosk.under_worker().go_offline()
    kiosk.page.reload()
    for level in (5, 3, 1):
        kiosk.rate(level).finish()
        expect(kiosk.page.locator("#thanks-line")).to_contain_text("现在没有网络")
        kiosk.leave()
    expect(kiosk.page.locator("#net")).to_contain_text("3 条待送出")
    kiosk.page.reload()
    kiosk.sees("k1")
    assert Rating.objects.count() == 0
    kiosk.go_online().until_stored(3)
    assert list(Rating.objects.order_by("seq").values_list("seq", "level")) == [(1, 5), (2, 3), (3, 1)]
    expect(kiosk.page.locator("#net")).to_be_hidden()


def test_an_answer_that_is_lost_after_the_commit_makes_no_second_rating(open_kiosk):
    kiosk = open_kiosk(service_workers="block").enrol()
    lost = []

    def lose_first_answer(route):
        if lost:
            return route.continue_()
        route.fetch()
        lost.append(route.request.post_data)
        return route.abort()

    kiosk.between(RATINGS, lose_first_answer)
    kiosk.rate(1).until_stored(1)
    kiosk.until(lambda: kiosk.kept()[0]["state"] == "acknowledged", "the second send")
    assert len(lost) == 1 and Rating.objects.count() == 1


def test_a_change_of_mind_leaves_one_rating_with_the_last_level(kiosk):
    kiosk.rate(5).until_stored(1)
    kiosk.tap(".said [data-do=undo]").rate(1).finish()
    kiosk.until(lambda: Rating.objects.get().level == 1, "the change")
    assert RatingVersion.objects.get().level == 5


def test_a_change_of_mind_before_the_first_send_is_one_plain_rating(kiosk):
    kiosk.under_worker().go_offline()
    kiosk.rate(5).tap(".said [data-do=undo]").rate(2).tap(".reason >> nth=1").finish().leave()
    kiosk.go_online().until_stored(1)
    assert Rating.objects.get().level == 2 and Rating.objects.get().reason_links.count() == 1


def test_a_portal_that_answers_with_its_own_page_loses_nothing(open_kiosk):
    kiosk = open_kiosk(service_workers="block").enrol()
    portal = {"status": 200, "content_type": "text/html", "body": "<p>登录"}
    well_again = kiosk.between(RATINGS, lambda route: route.fulfill(**portal))
    kiosk.rate(4).finish().leave()
    expect(kiosk.page.locator("#net")).to_be_visible()
    well_again()
    kiosk.until_stored(1)


def test_a_batch_that_is_too_large_is_halved_until_it_passes(open_kiosk):
    kiosk = open_kiosk(service_workers="block").enrol()
    sizes = []

    def only_one_at_a_time(route):
        sizes.append(len(json.loads(route.request.post_data)["ratings"]))
        if sizes[-1] > 1:
            return route.fulfill(status=413, json={"code": "too_large", "message": "", "fields": {}})
        return route.continue_()

    kiosk.go_offline()
    for level in (5, 4, 3):
        kiosk.rate(level).finish().leave()
    kiosk.between(RATINGS, only_one_at_a_time)
    kiosk.go_online().until_stored(3)
    assert sizes[:3] == [3, 2, 1]


def test_ratings_lost_by_a_restore_are_sent_again(kiosk):
    kiosk.rate(2).finish().leave().until_stored(1)
    kiosk.until(lambda: kiosk.kept()[0]["state"] == "acknowledged", "the verdict")
    Rating.objects.all().delete()
    Tablet.objects.update(highest_seq=0, gaps=[])
    kiosk.hears_of_the_network()
    kiosk.until_stored(1)


def test_a_revoked_tablet_shows_the_sign_and_keeps_its_queue(kiosk):
    kiosk.under_worker().go_offline().rate(1).finish().leave()
    Tablet.objects.update(revoked_at="2026-11-23T00:00:00Z")
    kiosk.go_online().sees("service")
    expect(kiosk.page.locator("#service")).to_contain_text("这台平板已停用")
    expect(kiosk.page.locator("#kept")).to_contain_text("还有 1 条评价")
    Tablet.objects.update(revoked_at=None)
    kiosk.hears_of_the_network()
    kiosk.sees("k1").until_stored(1)


def test_a_failing_store_is_said_and_never_thanked_for(kiosk):
    kiosk.past_guard().page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); }; }"
    )
    kiosk.tap('[data-level="5"]')
    expect(kiosk.page.locator("#problem")).to_contain_text("没有存上")
    expect(kiosk.page.locator("#k2")).to_be_hidden()
    expect(kiosk.page.locator("#k3")).to_be_hidden()
    assert kiosk.kept() == [] and Rating.objects.count() == 0


def test_a_browser_that_keeps_nothing_is_no_tablet(open_kiosk):
    kiosk = open_kiosk()
    kiosk.context.add_init_script(
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }"
    )
    kiosk.open().sees("service")
    expect(kiosk.page.locator("#service-title")).to_contain_text("存不了评价")
    expect(kiosk.page.locator("#enrol")).to_be_hidden()


def test_the_tablet_reports_itself(kiosk):
    kiosk.until(lambda: Tablet.objects.get().app_version == kiosk.version(), "the heartbeat")
    told = Tablet.objects.get()
    assert (told.queued, told.reported_seq) == (0, 0) and abs(told.clock_offset_seconds) < 5


def test_nothing_of_a_visitor_is_left_for_the_next(kiosk):
    kiosk.speak("en").tap('[data-do="large"]').rate(1).tap(".reason >> nth=2").finish()
    for word in ("Very dissatisfied", "非常不满意"):
        assert word not in kiosk.page.inner_text("#k3")
    assert kiosk.page.locator("#said-face svg, .reason").count() == 0
    kiosk.leave().until_stored(1)
    left = kiosk.page.evaluate(
        """() => ({
            stored: localStorage.length + sessionStorage.length + document.cookie.length,
            said: document.querySelector("#said-level").textContent + document.querySelector("#live").textContent,
            lang: document.documentElement.lang,
            large: document.body.classList.contains("large"),
            pressed: document.querySelectorAll("main [aria-pressed=true]").length,
            history: history.length,
        })"""
    )
    assert left.pop("history") <= 2
    assert left == {"stored": 0, "said": "", "lang": "zh-Hans", "large": False, "pressed": 0}


def test_who_walks_away_is_asked_and_can_always_have_more_time(open_kiosk):
    kiosk = open_kiosk()
    kiosk.page.clock.install()
    kiosk.enrol()
    kiosk.page.clock.run_for(500)
    kiosk.tap('[data-level="3"]').sees("k2")
    for _ in range(10):
        kiosk.page.clock.run_for(41_000)
        expect(kiosk.page.locator("#still")).to_be_visible()
        expect(kiosk.page.locator("#here")).to_be_focused()
        kiosk.page.keyboard.press("Escape")
        expect(kiosk.page.locator("#still")).to_be_hidden()
    kiosk.page.clock.run_for(61_000)
    kiosk.sees("k1")
    expect(kiosk.page.locator("#still")).to_be_hidden()


def test_a_wrong_code_is_said_and_can_be_tried_again(open_kiosk):
    kiosk = open_kiosk().open()
    kiosk.page.fill("#code", "WRONG-CODE")
    kiosk.tap("#enrol-go")
    expect(kiosk.page.locator("#enrol-error")).to_contain_text("设置码不对")
    kiosk.enrol()


def test_without_a_person_on_duty_the_card_shows_the_window_only(open_kiosk, window):
    window.duties.all().delete()
    kiosk = open_kiosk().enrol()
    expect(kiosk.page.locator("#staff")).to_be_hidden()
    expect(kiosk.page.locator(".who")).to_contain_text("社会保险业务")


def test_a_photo_stands_beside_the_name_when_there_is_one(open_kiosk):
    kiosk = open_kiosk(service_workers="block")

    def with_photo(route):
        answer = route.fetch()
        body = {**answer.json(), "staff": {"name": "李小芳", "photo": "/static/feedback_site/logo.svg"}}
        route.fulfill(response=answer, json=body)

    kiosk.between("**/api/v1/tablets/me/", with_photo)
    kiosk.enrol()
    expect(kiosk.page.locator("#photo")).to_be_visible()
    expect(kiosk.page.locator(".who")).to_contain_text("李小芳")


def test_a_tablet_without_its_configuration_names_itself_to_the_staff(open_kiosk):
    kiosk = open_kiosk(service_workers="block")
    well_again = kiosk.between("**/api/v1/tablets/me/", lambda route: route.abort())
    code = make_enrolment_code(window=kiosk.window, actor=None, at=timezone.now())
    kiosk.open().page.fill("#code", code)
    kiosk.tap("#enrol-go")
    expect(kiosk.page.locator("#device")).to_be_visible()
    assert kiosk.page.inner_text("#device") == f"设备号 {Tablet.objects.get().pk}"
    expect(kiosk.page.locator("#service")).to_contain_text("正在取窗口的资料")
    well_again()
    kiosk.sees("k1")


def test_a_low_window_starts_seated(open_kiosk, window):
    Window.objects.update(kind="low_position")
    kiosk = open_kiosk().enrol()
    expect(kiosk.page.locator("#low")).to_have_attribute("aria-pressed", "true")
    kiosk.rate(5).until_stored(1)
    assert Rating.objects.get().modes == ["low_reach"]


def test_a_new_version_of_the_page_waits_until_nobody_is_there(kiosk, monkeypatch, tmp_path):
    kiosk.under_worker()
    newer = tmp_path / "worker.js"
    newer.write_text(views.WORKER.read_text(encoding="utf-8") + "// newer", encoding="utf-8")
    old = kiosk.version()
    kiosk.rate(4)
    monkeypatch.setattr(views, "WORKER", newer)
    monkeypatch.setattr(views, "shell_at_start", views.make_shell)
    registered = "navigator.serviceWorker.getRegistration()"
    kiosk.page.evaluate(f"{registered}.then((r) => r.update())")
    kiosk.until(lambda: kiosk.page.evaluate(f"{registered}.then((r) => r.waiting !== null)"), "the new worker")
    kiosk.page.evaluate(f"{registered}.then((r) => r.waiting.postMessage('activate'))")
    kiosk.until(lambda: kiosk.page.evaluate("caches.keys().then((names) => names.length)") == 1, "the old cache gone")
    assert kiosk.version() == old
    kiosk.finish().tap("#ok")
    kiosk.until(lambda: kiosk.version() == views.shell_version(), "the new version")
    kiosk.sees("k1").until_stored(1)


def test_without_scripts_the_page_says_where_to_go(open_kiosk):
    kiosk = open_kiosk(java_script_enabled=False).open()
    expect(kiosk.page.locator("p.no-script")).to_contain_text("听意见窗口")


def test_a_rating_goes_to_the_visit_that_the_queue_system_called(kiosk):
    VisitFactory(window=kiosk.window, case_no="YX1", called_at=timezone.now() - timedelta(minutes=5))
    kiosk.page.reload()
    kiosk.rate(5).finish().until_stored(1)
    rating = Rating.objects.get()
    assert (rating.visit.case_no, rating.ordinal, rating.flags) == ("YX1", 1, {})
