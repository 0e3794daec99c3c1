"""One's own matter with a number and a query code: the owner sees it, nobody learns anything else."""

import json
import re
import time
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from complaints.entrusted import forget_entrusted
from complaints.models import Ticket, TicketEvent, TrackingTry
from complaints.moving import move_ticket
from complaints.opening import sweep_bad_ratings
from complaints.progress import NOW, progress_of
from complaints.tracking import TRIES_A_DAY, TRIES_NEAR, look_up
from complaints.workflow import Status
from ratings import query_codes
from ratings.models import CallbackRequest
from tests.factories import (
    WEDNESDAY,
    HallFactory,
    RatingFactory,
    TabletFactory,
    TicketFactory,
    UserFactory,
    WindowFactory,
)
from tests.ratings.entrusted import CODE, ask_to_be_called, receipt
from tests.ratings.together import at_once, failures

TRACK = "/track/"
API = "/api/v1/tracking/"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WRONG = "AAAAAAAAAAAA"
pytestmark = pytest.mark.django_db


def make_callback(hall, level=2, at=WEDNESDAY, **told):
    window = WindowFactory(hall=hall)
    rating = RatingFactory(window=window, tablet=TabletFactory(window=window), level=level, rated_at=at)
    return ask_to_be_called(rating, **told)


@pytest.fixture
def callback(hall):
    """Asked for on Wednesday; its ticket is opened."""
    callback = make_callback(hall)
    sweep_bad_ratings(at=WEDNESDAY + 2 * MINUTE)
    return callback


def look(number=None, code=CODE, network="192.0.2.1", at=WEDNESDAY):
    return look_up(number=receipt() if number is None else number, query_code=code, network=network, at=at)


def ask(client, number=None, code=CODE, **more):
    return client.post(TRACK, {"number": receipt() if number is None else number, "query_code": code}, **more)


def ask_api(client, **body):
    return client.post(API, json.dumps(body), content_type="application/json")


# --- the right pair -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("{}", CODE),
        ("{lower}", CODE.lower()),
        (" {} ", "K7QM-4T9X-ABCD"),
        ("{wide}", "Ｋ７ＱＭ－４Ｔ９Ｘ－ＡＢＣＤ"),
        ("{bare}", "K7QM 4T9X ABCD"),
        ("A-2026-000001", CODE),
        ("a 2026 ooooo1", CODE),
    ],
)
def test_the_right_pair_finds_it_however_it_is_typed(callback, number, code):
    wide = receipt().translate({ord(char): ord(char) + 0xFEE0 for char in receipt()})
    typed = number.format(receipt(), lower=receipt().lower(), wide=wide, bare=receipt().replace("-", ""))
    assert look(typed, code) == callback


def test_a_hall_code_with_letters_that_look_like_digits_is_found():
    callback = make_callback(HallFactory(code="OIL-7"), receipt=receipt(hall="OIL7"))
    sweep_bad_ratings(at=WEDNESDAY + 2 * MINUTE)
    assert look("0117 1118 0701" + receipt(hall="OIL7")[-1]) == callback
    assert look("oil-7-2026-000001") == callback


def test_it_is_found_before_the_sweep_has_opened_the_ticket(hall, client):
    make_callback(hall)
    answer = ask(client)
    assert "收到了，会给您打电话" in answer.content.decode()


def test_of_two_years_with_the_same_receipt_each_code_finds_its_own(hall):
    old = make_callback(hall, code="AAAABBBBCCCC")
    new = make_callback(hall)
    assert look(code="AAAABBBBCCCC") == old
    assert look() == new


def test_a_right_code_does_not_count_as_a_try(callback):
    for _time in range(TRIES_NEAR + 3):
        assert look() == callback


# --- one answer for everything else ---------------------------------------------------------------------------------

NONSENSE = [
    "", "%", "_", "*", "' OR 1=1", "[]", "------", "\x00", "A1118-0701-\x00", "张三", "1" * 100_000, "13800138000",
    "<script>alert(1)</script>",
]  # fmt: skip


def wrong_pairs():
    """Wrong code, unknown number, unknown ticket number, nonsense in either."""
    pairs = [
        (receipt(), WRONG),
        ("A1119-0701-A", CODE),
        ("A-2026-999999", CODE),
        (receipt(), ""),
        (receipt(), "0" * 12),
    ]
    return pairs + [(text, CODE) for text in NONSENSE] + [(receipt(), text) for text in NONSENSE]


def test_whatever_is_wrong_the_page_is_the_same_but_for_what_was_typed(client, callback):
    pages = set()
    for number, code in wrong_pairs():
        TrackingTry.objects.all().delete()
        answer = ask(client, number, code)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        pages.add(re.sub(r'value="[^"]*" maxlength', 'value="" maxlength', answer.content.decode()))
    assert len(pages) == 1
    assert "编号和查询码对不上" in pages.pop()


def test_whatever_is_wrong_a_program_gets_one_answer(client, callback):
    answers = set()
    odd = [
        (None, CODE),
        (7, CODE),
        ([], {}),
        ({"$ne": 1}, {"$ne": 1}),
        (True, True),
        (receipt(), None),
        ("\ud800", "x"),
    ]
    for number, code in [*wrong_pairs(), *odd]:
        TrackingTry.objects.all().delete()
        answer = ask_api(client, number=number, query_code=code)
        answers.add((answer.status_code, answer.content, answer["Cache-Control"]))
    assert ask_api(client).status_code == 404
    [(status, content, cache)] = answers
    assert (status, json.loads(content)["code"], cache) == (404, "not_found", "no-store")


def test_the_telephone_number_is_never_a_secret(client, callback):
    for number, code in (("13800138000", CODE), (receipt(), "13800138000"), (receipt(), "8000")):
        assert look(number, code) is None


def test_what_is_deleted_is_as_unknown_as_what_never_was(callback):
    Ticket.objects.update(status="closed", closed_at=WEDNESDAY)
    forget_entrusted(at=WEDNESDAY + 31 * DAY)
    assert look() is None
    assert look("A-2026-000001") is None


def test_a_wrong_pair_costs_the_same_queries_whatever_is_wrong(callback):
    def queries(number, code):
        TrackingTry.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            look(number, code)
        return len(captured)

    # the try, its count, halls, by receipt, by ticket, and whether it counts
    assert {queries(number, code) for number, code in wrong_pairs()} == {6}
    assert queries(receipt(), CODE) == 6


def test_a_locked_and_a_forgotten_number_cost_the_same_queries(callback):
    for _time in range(TRIES_NEAR + 1):
        look(code=WRONG)
    with CaptureQueriesContext(connection) as captured:
        look()
    assert len(captured) == 6


def test_one_slow_hash_is_compared_whatever_is_wrong(callback, monkeypatch):
    compared = []
    real = query_codes.PBKDF2PasswordHasher.verify
    monkeypatch.setattr(query_codes.PBKDF2PasswordHasher, "verify", lambda *given: compared.append(1) or real(*given))
    for number, code in wrong_pairs():
        TrackingTry.objects.all().delete()
        compared.clear()
        look(number, code)
        assert len(compared) == 1, (number, code)
    for _time in range(TRIES_NEAR + 2):
        compared.clear()
        look(code=WRONG)
        assert len(compared) == 1


# --- guesses --------------------------------------------------------------------------------------------------------


def test_after_five_wrong_tries_a_network_waits_a_quarter_of_an_hour(callback):
    for _time in range(TRIES_NEAR):
        assert look(code=WRONG) is None
    assert look() is None
    assert look(at=WEDNESDAY + 15 * MINUTE - timedelta(seconds=1)) is None
    assert look(at=WEDNESDAY + 15 * MINUTE) == callback


def test_another_network_and_another_number_are_not_locked(hall, callback):
    other = make_callback(hall, receipt=receipt("0702"))
    for _time in range(TRIES_NEAR + 1):
        look(code=WRONG)
    assert look(network="192.0.2.2") == callback
    assert look(receipt("0702")) == other


def test_tries_while_locked_do_not_lock_longer(callback):
    for minute in range(14):
        look(code=WRONG, at=WEDNESDAY + minute * MINUTE)
    assert look(at=WEDNESDAY + 19 * MINUTE) == callback


def test_after_fifty_wrong_tries_from_anywhere_a_number_rests_for_a_day(callback):
    for number in range(TRIES_A_DAY):
        look(code=WRONG, network=f"192.0.2.{number}")
    assert look(network="198.51.100.1") is None
    assert look(network="198.51.100.1", at=WEDNESDAY + DAY) == callback


def test_however_a_number_is_written_its_tries_count_together(callback):
    for number in (
        receipt(),
        receipt().lower(),
        receipt().replace("-", ""),
        f" {receipt()}",
        receipt().replace("0", "O"),
    ):
        look(number, WRONG)
    assert look() is None


def test_a_header_does_not_make_another_network(client, callback):
    for number in range(TRIES_NEAR):
        ask(client, code=WRONG, headers={"x-forwarded-for": f"198.51.100.{number}"})
    assert "对不上" in ask(client, headers={"x-forwarded-for": "198.51.100.99"}).content.decode()


def test_old_tries_are_deleted(callback):
    look(code=WRONG)
    forget_entrusted(at=WEDNESDAY + DAY - MINUTE)
    assert TrackingTry.objects.count() == 1
    forget_entrusted(at=WEDNESDAY + DAY)
    assert not TrackingTry.objects.exists()


def test_no_try_holds_what_was_typed(callback):
    look(code=WRONG)
    values = " ".join(map(str, TrackingTry.objects.values().get().values()))
    assert receipt() not in values
    assert WRONG not in values


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_tries_at_once_no_more_than_five_are_looked_at(monkeypatch):
    make_callback(HallFactory(code="A"))
    looked_at = []

    def guess(number):
        found = look(code=WRONG, at=WEDNESDAY + timedelta(microseconds=number))
        looked_at.append(found)

    for first in (0, 8):
        assert failures(at_once(*[partial(guess, first + number) for number in range(8)])) == []
    assert TrackingTry.objects.filter(counts=True).count() <= TRIES_NEAR
    assert look(at=WEDNESDAY + MINUTE) is None or TrackingTry.objects.filter(counts=True).count() < TRIES_NEAR


def test_without_the_table_of_tries_nobody_is_let_through(client, callback, monkeypatch):
    def away(**fields):
        raise OperationalError("away")

    monkeypatch.setattr(TrackingTry.objects, "create", away)
    assert ask(client).status_code == 503
    assert ask_api(client, number=receipt(), query_code=CODE).status_code == 503


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_question_is_asked_without_a_cookie_or_javascript(client):
    answer = client.get(TRACK)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "查一查办到哪一步" in page
    assert not answer.cookies
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)", page)
    assert "no-store" in answer["Cache-Control"]


def test_what_stands_in_the_address_is_ignored(client, callback):
    answer = client.get(TRACK, {"number": receipt(), "query_code": CODE, "n": receipt(), "c": CODE})
    assert receipt() not in answer.content.decode()
    assert not TrackingTry.objects.exists()
    assert ask(client).request["QUERY_STRING"] == ""


def test_another_sites_form_needs_no_token_but_changes_nothing(callback):
    strict = Client(enforce_csrf_checks=True)
    assert "您反映的事" in ask(strict).content.decode()


def test_the_page_tells_what_is_happening_what_comes_next_and_the_halls_words(client, callback, hall):
    officer = UserFactory(username="zhou", last_name="周", first_name="敏", hall=hall, role="desk officer")
    ticket = Ticket.objects.get()
    ticket = move_ticket(ticket=ticket, move="accept", actor=officer, at=WEDNESDAY + 3 * MINUTE)
    ticket = move_ticket(
        ticket=ticket, move="contact", actor=officer, at=WEDNESDAY + 4 * MINUTE, internal_text="内部的话"
    )
    ticket = move_ticket(ticket=ticket, move="take", actor=officer, at=WEDNESDAY + 5 * MINUTE)
    move_ticket(
        ticket=ticket,
        move="wait_for_citizen",
        actor=officer,
        at=WEDNESDAY + 6 * MINUTE,
        reason="papers",
        public_text="请您补租房备案号。",
    )
    page = ask(client).content.decode()
    for words in ("编号 " + receipt(), "A-2026-000001", "等您补一补", "补好之前，时限先停着", "请您补租房备案号。"):
        assert words in page
    assert "给您打过电话" in page
    for hidden in ("内部的话", "周敏", "13800138000", "8000", CODE, "zhou"):
        assert hidden not in page
    title = re.search(r"<title>(.*)</title>", page)[1]
    assert receipt() not in title


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_status_has_words_and_a_next_step(client, callback, status, language):
    over = status in {"closed", "archived", "rejected", "withdrawn", "merged"}
    other = TicketFactory(hall=callback.rating.hall) if status == "merged" else None
    Ticket.objects.filter(rating=callback.rating).update(
        merged_into=other,
        status=status,
        closed_at=WEDNESDAY if over else None,
        paused_at=WEDNESDAY if status == "waiting" else None,
    )
    callback = CallbackRequest.objects.get()
    with translation.override(language):
        progress = progress_of(callback, WEDNESDAY + MINUTE)
        assert progress.now == str(NOW[status])
        assert progress.next
    assert [step.standing for step in progress.steps].count("current") == (0 if over else 1)
    answer = ask_api(client, number=receipt(), query_code=CODE)
    assert answer.status_code == 200
    assert set(answer.json()) == {"number", "ticket_number", "status", "about", "now", "next", "steps"}


def test_a_promise_that_was_broken_is_owned(callback):
    ticket = Ticket.objects.get()
    with translation.override("en"):
        assert progress_of(callback, ticket.contact_due_at - MINUTE).next == "We call you by 19 November (Thursday)"
        late = progress_of(CallbackRequest.objects.get(), ticket.contact_due_at).next
        assert late.startswith("We should have called you by 19 November (Thursday). We are sorry")
        Ticket.objects.update(contacted_at=WEDNESDAY)
        now = CallbackRequest.objects.get()
        assert progress_of(now, WEDNESDAY).next == "Done by 25 November (Wednesday) at the latest"
        assert progress_of(CallbackRequest.objects.get(), ticket.due_at).next.endswith("we are late")


def test_after_the_end_the_day_of_deletion_is_told(callback):
    Ticket.objects.update(status="closed", closed_at=WEDNESDAY)
    with translation.override("zh-hans"):
        assert (
            progress_of(CallbackRequest.objects.get(), WEDNESDAY + DAY).next
            == "您的号码和查询码 12月18日（星期五）删除"
        )


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "现在"), ("zh-hant", "現在"), ("en", "Now")])
def test_the_page_speaks_the_language_in_which_the_visitor_rated(client, hall, language, word):
    make_callback(hall, language=language)
    answer = ask(client)
    page = answer.content.decode()
    assert f'<html lang="{language}">' in page
    assert f'<p class="now-label">{word}</p>' in page
    assert answer["Content-Language"] == language


def test_the_language_buttons_keep_the_page_and_the_choice(client, callback):
    page = ask(client).content.decode()
    again = re.search(r'name="again" value="([^"]+)"', page)[1]
    answer = client.post(TRACK, {"again": again, "language": "en"})
    assert "What you told us" in answer.content.decode()
    assert '<html lang="en">' in client.get(TRACK).content.decode()
    assert "See how far it is" in client.post(TRACK, {"language": "en"}).content.decode()


@pytest.mark.parametrize("again", ["", "x", "a:b:c", "\x00", "1" * 10_000])
def test_a_forged_page_is_the_question(client, callback, again):
    answer = client.post(TRACK, {"again": again, "language": "xx'><"})
    assert answer.status_code == 200
    assert "您反映的事" not in answer.content.decode()


def test_a_page_of_something_deleted_or_old_is_the_question(client, callback, monkeypatch):
    again = re.search(r'name="again" value="([^"]+)"', ask(client).content.decode())[1]
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 901)
    assert "您反映的事" not in client.post(TRACK, {"again": again}).content.decode()
    monkeypatch.undo()
    assert "您反映的事" in client.post(TRACK, {"again": again}).content.decode()
    Ticket.objects.update(status="closed", closed_at=WEDNESDAY - 400 * DAY)
    forget_entrusted(at=timezone.now() + 31 * DAY)
    assert "您反映的事" not in client.post(TRACK, {"again": again}).content.decode()


def test_the_number_of_queries_of_the_page_does_not_grow_with_the_history(client, callback):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            ask(client)
        return len(captured)

    few = queries()
    ticket = Ticket.objects.get()
    for _number in range(20):
        said = {"public_text": "x", "visible_to_citizen": True}
        TicketEvent.objects.create(ticket=ticket, move="note", to_status=ticket.status, at=WEDNESDAY, **said)
    assert queries() == few == 8


def test_other_methods_are_answered_plainly(client):
    assert client.put(TRACK).status_code == 405
    assert client.head(TRACK).status_code == 200
