"""The page on a visitor's own phone: one form is one rating whatever is pressed, and no rating is refused."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from ratings import phone, phone_views
from ratings.codes import Nonce, VisitCode, WindowCode, write_code, write_nonce
from ratings.duties import end_duty
from ratings.models import PhoneUse, QuarantinedRating, Rating, RatingVersion, Reason
from ratings.phone import renew_sign
from ratings.scale import Channel, Level
from ratings.tasks import forget_phones
from tests.factories import WEDNESDAY, DutyFactory, RatingFactory, UserFactory, VisitFactory, WindowFactory

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PLAIN_FORM = "application/x-www-form-urlencoded"
KINDS = [PLAIN_FORM, f"{PLAIN_FORM}; charset=nope", "multipart/form-data", "multipart/form-data; boundary=x", "a/b"]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The page's clock, which a test may move: Wednesday, ten in the morning."""

    class Clock:
        at = WEDNESDAY

        def now(self):
            return self.at

        def go(self, pause):
            self.at += pause

    clock = Clock()
    monkeypatch.setattr(phone_views.timezone, "now", clock.now)
    return clock


@pytest.fixture
def window():
    return WindowFactory(hall__name="云溪区政务服务中心", number="3", name="社会保险业务")


@pytest.fixture
def duty(window):
    return DutyFactory(window=window, staff__name="李小芳")


@pytest.fixture
def browser():
    """A phone; a failure of the server is an answer, not an exception."""
    return Client(raise_request_exception=False, headers={"user-agent": "Phone/1"})


def sign(window, serial=0):
    return f"/r/{write_code(WindowCode(window.pk, serial))}"


def slip(visit):
    return f"/r/{write_code(VisitCode(visit.pk))}"


def opened(browser, address):
    """Scans the code; the address of the form."""
    answer = browser.get(address)
    assert answer.status_code == 303
    return answer.headers["Location"]


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    return unescape(answer.content.decode())


def tap(browser, form, level, **more):
    return browser.post(form, {"do": "rate", "level": str(level), **more})


def finish(browser, form, *codes):
    return browser.post(form, {"do": "finish", "reason": list(codes)})


def reason(level, position=0):
    return Reason.objects.filter(reason_set__code="plain-1", level=level).order_by("position")[position].code


# --- the usual way --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", Level.values)
def test_every_face_takes_the_same_way_to_the_same_row(browser, window, duty, clock, level):
    form = opened(browser, sign(window))
    page = text(browser.get(form))
    assert "云溪区政务服务中心" in page and "李小芳" in page and page.count('class="face"') == 5
    clock.go(4 * SECOND)
    answer = tap(browser, form, level)
    assert (answer.status_code, answer.headers["Location"]) == (303, form)
    rating = Rating.objects.get()
    assert (rating.level, rating.channel, rating.staff, rating.window) == (level, Channel.QR, duty.staff, window)
    assert (rating.tablet, rating.seq, rating.visit, rating.ordinal) == (None, None, None, 1)
    assert (rating.rated_at, rating.received_at, rating.tablet_rated_at) == (clock.at, clock.at, None)
    assert (rating.language, rating.modes, rating.answered_ms, rating.flags) == ("zh-hans", ["phone"], 4000, {})
    page = text(browser.get(form))
    assert str(Level(level).label) and 'name="reason"' in page
    chosen = reason(level)
    assert finish(browser, form, chosen).headers["Location"].endswith("done=1")
    assert [link.reason.code for link in rating.reason_links.all()] == [chosen]
    assert Rating.objects.counted().count() == 1 and not QuarantinedRating.objects.exists()


def test_the_thanks_never_show_the_rating(browser, window):
    form = opened(browser, sign(window))
    tap(browser, form, 2)
    page = text(browser.get(finish(browser, form).headers["Location"]))
    assert "谢谢您！" in page
    assert "face-svg" not in page and "不满意" not in page


def test_without_reasons_finishing_writes_nothing(browser, window):
    form = opened(browser, sign(window))
    tap(browser, form, 5)
    finish(browser, form)
    assert not RatingVersion.objects.exists() and PhoneUse.objects.count() == 1


@pytest.mark.parametrize(("language", "question"), [
    ("zh-hans", "您对这次服务满意吗？"), ("zh-hant", "您對這次服務滿意嗎？"), ("en", "How was our service today?"),
])  # fmt: skip
def test_the_page_speaks_three_languages_and_stays_in_the_one_chosen(browser, window, language, question):
    form = opened(browser, f"{sign(window)}?lang={language}")
    answer = browser.get(form)
    assert question in text(answer) and answer.headers["Content-Language"] == language
    form = tap(browser, form, 3).headers["Location"]
    assert f"lang={language}" in form
    assert Rating.objects.get().language == language


@pytest.mark.parametrize(("accepted", "language"), [
    ("zh-CN,zh;q=0.9", "zh-hans"), ("zh-TW", "zh-hant"), ("en-GB,en;q=0.8", "en"), ("ru", "zh-hans"), ("", "zh-hans"),
])  # fmt: skip
def test_a_phone_is_spoken_to_in_its_own_language(browser, window, accepted, language):
    answer = browser.get(sign(window), headers={"accept-language": accepted})
    assert answer.headers["Content-Language"] == language


def test_large_text_is_kept_from_page_to_page_and_told(browser, window):
    form = opened(browser, f"{sign(window)}?large=1")
    assert '<body class="large">' in text(browser.get(form))
    tap(browser, form, 4, read="1")
    assert Rating.objects.get().modes == ["phone", "large_text", "read_aloud"]


# --- one form is one rating -----------------------------------------------------------------------------------------


def test_a_double_tap_a_reload_and_sending_again_are_one_rating(browser, window, clock):
    form = opened(browser, sign(window))
    for _ in range(3):
        assert tap(browser, form, 2).status_code == 303
        clock.go(SECOND)
    finish(browser, form, reason(2))
    finish(browser, form, reason(2))
    tap(browser, form, 2)
    assert Rating.objects.count() == 1 and RatingVersion.objects.count() == 1
    assert Rating.objects.get().reason_links.count() == 1
    assert not QuarantinedRating.objects.exists()


def test_control_without_the_nonce_a_double_tap_is_two_ratings(browser, window, monkeypatch):
    form = opened(browser, sign(window))
    real = phone_views.read_nonce
    monkeypatch.setattr(phone_views, "read_nonce", lambda *a: Nonce(uuid.uuid4(), real(*a).shown_at))
    tap(browser, form, 2)
    tap(browser, form, 2)
    assert Rating.objects.count() == 2


def test_going_back_finds_the_same_form_which_shows_what_is_saved(browser, window):
    form = opened(browser, sign(window))
    tap(browser, form, 2)
    assert "已记下" in text(browser.get(form))


def test_another_face_from_a_stale_page_does_not_replace_the_first(browser, window, clock):
    form = opened(browser, sign(window))
    tap(browser, form, 2)
    assert "note=late" in tap(browser, form, 5).headers["Location"]
    assert Rating.objects.get().level == 2
    assert QuarantinedRating.objects.get().code == "conflict"


def test_two_scans_are_two_forms(browser, window):
    assert opened(browser, sign(window)) != opened(browser, sign(window))


# --- a change of mind -----------------------------------------------------------------------------------------------


def test_within_a_minute_another_face_replaces_the_first(browser, window, clock):
    form = opened(browser, sign(window))
    tap(browser, form, 5)
    finish(browser, form, reason(5))
    clock.go(59 * SECOND)
    page = text(browser.get(f"{form}&change=1"))
    assert 'name="change"' in page and "不改了" in page
    tap(browser, form, 1, change="1")
    rating = Rating.objects.get()
    assert (rating.level, rating.reason_links.count()) == (1, 0)
    assert list(RatingVersion.objects.values_list("level", flat=True)) == [5, 5]


def test_back_and_forth_ends_at_the_last_word(browser, window, clock):
    form = opened(browser, sign(window))
    for level in (5, 1, 5, 1):
        tap(browser, form, level, change="1")
        clock.go(SECOND)
        assert Rating.objects.get().level == level


def test_after_a_minute_the_first_stands_and_the_visitor_is_told(browser, window, clock):
    form = opened(browser, sign(window))
    tap(browser, form, 5)
    clock.go(61 * SECOND)
    assert "change=1" not in text(browser.get(form))
    assert "已记下" in text(browser.get(f"{form}&change=1"))
    answer = tap(browser, form, 1, change="1")
    assert "已经过了一分钟" in text(browser.get(answer.headers["Location"]))
    assert Rating.objects.get().level == 5
    assert QuarantinedRating.objects.get().code == "amended_too_late"


def test_a_slow_reader_may_still_give_reasons(browser, window, clock):
    form = opened(browser, sign(window))
    tap(browser, form, 2)
    clock.go(25 * MINUTE)
    finish(browser, form, reason(2), reason(2, 1))
    assert Rating.objects.get().reason_links.count() == 2
    clock.go(10 * MINUTE)
    assert "谢谢您" in text(browser.get(form))


# --- a slip ---------------------------------------------------------------------------------------------------------


def test_a_slip_gives_the_rating_of_the_visit_and_then_follow_ups(browser, window, duty):
    visit = VisitFactory(window=window, case_no="YX1", staff=duty.staff)
    form = opened(browser, slip(visit))
    assert "追评" not in text(browser.get(form))
    tap(browser, form, 5)
    form = opened(browser, slip(visit))
    assert "追评" in text(browser.get(form))
    tap(browser, form, 2)
    rows = Rating.objects.order_by("ordinal").values_list("visit__case_no", "ordinal", "level")
    assert list(rows) == [("YX1", 1, 5), ("YX1", 2, 2)]
    assert Rating.objects.counted().count() == 1


def test_rated_at_home_in_the_evening_it_is_still_about_the_person_who_served(browser, window, duty, clock):
    visit = VisitFactory(window=window, called_at=WEDNESDAY)
    end_duty(duty=duty, at=WEDNESDAY + 8 * 60 * MINUTE)
    DutyFactory(window=window, starts_at=WEDNESDAY + 9 * 60 * MINUTE, ends_at=None)
    clock.go(12 * 60 * MINUTE)
    tap(browser, opened(browser, slip(visit)), 4)
    assert Rating.objects.get().staff == duty.staff


def test_a_window_that_closed_since_does_not_close_its_slips(browser, window):
    visit = VisitFactory(window=window)
    window.is_active = False
    window.save()
    tap(browser, opened(browser, slip(visit)), 4)
    assert Rating.objects.get().visit == visit


def test_a_slip_is_good_for_a_month(browser, window, clock):
    visit = VisitFactory(window=window, called_at=WEDNESDAY)
    clock.go(timedelta(days=30))
    opened(browser, slip(visit))
    clock.go(SECOND)
    assert "30 天" in text(browser.get(slip(visit)), status=410)


# --- codes that do not hold -----------------------------------------------------------------------------------------


def test_a_renewed_sign_ends_the_old_print_and_opens_the_new(browser, window):
    manager = UserFactory(hall=window.hall, role="hall manager")
    renew_sign(window=window, actor=manager, at=WEDNESDAY)
    assert "已经停用" in text(browser.get(sign(window)), status=410)
    opened(browser, sign(window, serial=1))
    renew_sign(window=window, actor=manager, at=WEDNESDAY)
    text(browser.get(sign(window, serial=1)), status=410)


def test_a_closed_window_takes_no_more_and_says_so(browser, window):
    window.is_active = False
    window.save()
    text(browser.get(sign(window)), status=410)


@pytest.mark.parametrize("code", ["x", "kiosk", "0" * 21, "%E2%98%83", "a" * 300, "-", "..", "%20", "0g'--", "１２３"])
def test_a_code_from_elsewhere_is_answered_calmly(browser, window, code):
    for method in (browser.get, browser.post):
        for address in (f"/r/{code}", f"/r/{code}/abc"):
            assert method(address).status_code in (404, 405)
    assert not Rating.objects.exists()


def test_a_form_of_another_window_opens_nothing_here(browser, window):
    nonce = write_nonce(Nonce(uuid.uuid4(), WEDNESDAY), WindowCode(WindowFactory().pk, 0))
    answer = tap(browser, f"{sign(window)}/{nonce}", 1)
    assert (answer.status_code, Rating.objects.count()) == (303, 0)


@pytest.mark.parametrize("fields", [
    {}, {"do": "rate"}, {"do": "rate", "level": "6"}, {"do": "rate", "level": "0"}, {"do": "rate", "level": "５"},
    {"do": "rate", "level": "5.0"}, {"do": "rate", "level": ""}, {"do": "finish"}, {"do": "\x01", "level": "\x02"},
    {"do": "finish", "reason": "x" * 500}, {"level": "true"}, {"do": "rate", "level": "-1", "change": "1"},
])  # fmt: skip
def test_a_form_without_a_face_asks_for_one(browser, window, fields):
    form = opened(browser, sign(window))
    assert "请点一个表情" in text(browser.post(form, fields), status=400)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"level", b"level=5&level=1", b"=&=&=", b"level=%FF%00", b"%"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_body_answers_500(browser, window, body, kind):
    form = opened(browser, sign(window))
    assert browser.generic("POST", form, body, content_type=kind).status_code < 500
    assert Rating.objects.count() <= 1


def test_reasons_of_another_level_and_made_up_ones_are_noticed_and_not_kept(browser, window):
    form = opened(browser, sign(window))
    tap(browser, form, 2)
    finish(browser, form, reason(5), "nonsense", "x" * 100, reason(2), *[f"r{n}" for n in range(40)])
    rating = Rating.objects.get()
    assert rating.level == 2 and rating.reason_links.count() <= 1
    assert rating.flags


def test_a_face_tapped_on_a_page_that_was_open_for_hours_is_asked_for_again(browser, window, clock):
    form = opened(browser, sign(window))
    clock.go(3 * 60 * MINUTE)
    answer = tap(browser, form, 4)
    fresh = answer.headers["Location"]
    assert "请再点一次" in text(browser.get(fresh))
    tap(browser, fresh, 4)
    assert Rating.objects.get().rated_at == clock.at


def test_an_answer_that_got_lost_is_found_again_hours_later(browser, window, clock):
    form = opened(browser, sign(window))
    tap(browser, form, 4)
    clock.go(3 * 60 * MINUTE)
    tap(browser, form, 4)
    assert Rating.objects.count() == 1
    assert "谢谢您" in text(browser.get(form))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_another_site_sends_is_not_taken(browser, window, site):
    form = opened(browser, sign(window))
    assert browser.post(form, {"level": "1"}, headers={"sec-fetch-site": site}).status_code == 403
    assert not Rating.objects.exists()
    browser.post(form, {"level": "1"}, headers={"sec-fetch-site": "same-origin"})
    assert Rating.objects.count() == 1


def test_the_page_keeps_the_strict_policy_and_asks_for_no_cookie(browser, window):
    answer = browser.get(opened(browser, sign(window)))
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    page = text(answer)
    assert not re.search(r"<script(?![^>]*src=)|style=|\son\w+=", page)
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_staff_members_session_is_not_looked_at(client, window):
    client.force_login(UserFactory(hall=window.hall, role="hall manager"))
    tap(client, opened(client, sign(window)), 5)
    assert Rating.objects.count() == 1


# --- budgets --------------------------------------------------------------------------------------------------------


def rate_often(count, window, clock, address="10.0.0.1"):
    for number in range(count):
        phone_of_its_own = Client(REMOTE_ADDR=address, headers={"user-agent": f"Phone/{number}"})
        last = tap(phone_of_its_own, opened(phone_of_its_own, sign(window)), 5)
        clock.go(SECOND)
    return last


def test_over_the_windows_budget_ratings_are_stored_and_flagged(window, clock, monkeypatch):
    monkeypatch.setattr(phone, "WINDOW_BUDGET", 3)
    rate_often(5, window, clock)
    flags = list(Rating.objects.order_by("rated_at").values_list("flags", flat=True))
    assert flags == [{}, {}, {}, {"over_budget": ["window"]}, {"over_budget": ["window"]}]
    clock.go(timedelta(minutes=10))
    rate_often(1, window, clock)
    assert Rating.objects.latest("rated_at").flags == {}


def test_over_the_networks_budget_ratings_are_stored_and_flagged(window, clock, monkeypatch):
    monkeypatch.setattr(phone, "NETWORK_BUDGET", 2)
    rate_often(3, WindowFactory(), clock)
    rate_often(1, window, clock, address="10.0.0.2")
    assert list(Rating.objects.order_by("rated_at").values_list("flags", flat=True)) == [
        {}, {}, {"over_budget": ["network"]}, {},
    ]  # fmt: skip


def test_an_address_that_a_caller_writes_himself_is_not_believed(window, clock, monkeypatch):
    monkeypatch.setattr(phone, "NETWORK_BUDGET", 1)
    for number in range(3):
        liar = Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": f"1.2.3.{number}"})
        tap(liar, opened(liar, sign(window)), 1)
    assert len({use.network for use in PhoneUse.objects.all()}) == 1


def test_a_flood_gets_a_calm_page_that_keeps_the_tap(browser, window, clock, monkeypatch):
    monkeypatch.setattr(phone, "WINDOW_BUDGET", 1)
    monkeypatch.setattr(phone, "FLOOD", 3)
    rate_often(3, window, clock)
    form = opened(browser, sign(window))
    answer = tap(browser, form, 2)
    page = text(answer, status=429)
    assert answer.headers["Retry-After"] == "60"
    assert '<input type="hidden" name="level" value="2">' in page and "纸质评价表" in page
    assert Rating.objects.count() == 3
    clock.go(11 * MINUTE)
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', page))
    assert browser.post(form, kept).status_code == 303
    assert Rating.objects.get(level=2).flags == {}


def test_the_third_rating_of_one_phone_in_a_day_is_flagged(browser, window, clock):
    for _ in range(4):
        tap(browser, opened(browser, sign(window)), 5)
        clock.go(30 * MINUTE)
    flags = list(Rating.objects.order_by("rated_at").values_list("flags", flat=True))
    assert flags == [{}, {}, {"same_phone": 3}, {"same_phone": 4}]


def test_what_is_known_of_a_phone_is_a_hash_and_gone_the_next_day(browser, window, clock):
    tap(browser, opened(browser, sign(window)), 5)
    first = PhoneUse.objects.get()
    assert "127" not in first.network and "Phone" not in first.device
    clock.go(timedelta(days=1, seconds=1))
    tap(browser, opened(browser, sign(window)), 5)
    assert PhoneUse.objects.get().network != first.network


def test_a_sweep_forgets_phones_where_none_comes_any_more(browser, window, clock):
    tap(browser, opened(browser, sign(window)), 5)
    forget_phones()
    assert PhoneUse.objects.count() == 1
    PhoneUse.objects.update(at=clock.at - timedelta(days=1, seconds=1))
    forget_phones()
    assert not PhoneUse.objects.exists() and Rating.objects.count() == 1


def test_pages_cost_few_statements(browser, window, duty, django_assert_max_num_queries):
    visit = VisitFactory(window=window)
    RatingFactory(window=window, visit=visit)
    with django_assert_max_num_queries(3):
        form = opened(browser, slip(visit))
    with django_assert_max_num_queries(4):
        browser.get(form)
    tap(browser, form, 3)
    with django_assert_max_num_queries(7):
        browser.get(form)


def test_a_code_typed_from_paper_leads_to_the_form(browser, window):
    code = sign(window).removeprefix("/r/")
    answer = browser.get("/r/", {"code": f" {code} ", "lang": "en"})
    assert (answer.status_code, answer["Location"]) == (302, f"/r/{code}?lang=en")
    for typed in ("", "x", "é", "a/b", "../admin/", "9" * 5_000, "\x00"):
        assert browser.get("/r/", {"code": typed}).status_code in (400, 404), typed
