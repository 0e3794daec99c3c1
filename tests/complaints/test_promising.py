"""Limits as rows: which one a ticket is promised by, per hall and grade, and what its moves promise besides."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from complaints.errors import FieldInvalid
from complaints.models import Ticket, TimeLimit
from complaints.moving import move_ticket
from complaints.opening import open_ticket
from complaints.promising import Book, callback_promise, columns, longest_extension, promises_for, return_promise
from complaints.vocabulary import Aim, Scope
from complaints.workflow import Grade, find_move
from tests.complaints.standing import put, told
from tests.factories import HallFactory, TimeLimitFactory, UserFactory

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
LIMITS = "/admin/complaints/timelimit/"


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_every_aim_of_every_grade_has_a_limit_with_its_source_from_the_start():
    book = Book.load()

    for scope, rating_id in ((Scope.MATTER, None), (Scope.BAD_RATING, 1)):
        for grade in Grade:
            ticket = Ticket(hall=HallFactory.build(pk=1), rating_id=rating_id, grade=grade)
            for aim in set(Aim) - ({Aim.APPEAL, Aim.APPEAL_DECISION} if scope == Scope.MATTER else set()):
                rule = book.rule(ticket, aim, date(2026, 11, 18))
                assert rule is not None and rule.source, (scope, grade, aim)
    assert not TimeLimit.objects.exclude(hall=None).exists()


@pytest.mark.parametrize(
    ("grade", "contact", "answer"),
    [
        # Wednesday 30 September 2026, ten o'clock; the week after is National Day's, 10 October works.
        ("emergency", "2026-09-30T11:00", "2026-09-30T12:00"),
        ("utilities", "2026-09-30T12:00", "2026-10-01T10:00"),
        ("ordinary", "2026-10-09T00:00", "2026-10-14T00:00"),  # 8; 8, 9, 10 (Saturday), 12, 13 October
        ("complex", "2026-10-09T00:00", "2026-10-16T00:00"),  # 15 calendar days
    ],
)
def test_what_is_promised_over_the_national_day_week_of_2026_by_grade(hall, grade, contact, answer):
    made = promises_for(Ticket(hall=hall, grade=grade), moment("2026-09-30T10:00"))

    assert made[Aim.CONTACT].due_at == moment(contact)
    assert made[Aim.ANSWER].due_at == moment(answer)
    assert not made[Aim.ANSWER].provisional


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        ("2025-09-28T10:00", "2025-10-12T00:00"),  # a working Sunday: 29, 30 September, 9, 10, 11 (Saturday) October
        ("2025-09-30T10:00", "2025-10-15T00:00"),  # 9, 10, 11, 13, 14 October
        ("2025-10-03T10:00", "2025-10-15T00:00"),  # received on a holiday
    ],
)
def test_what_is_promised_over_the_national_day_week_of_2025(hall, received, answer):
    assert promises_for(Ticket(hall=hall), moment(received))[Aim.ANSWER].due_at == moment(answer)


def test_a_halls_own_limit_goes_before_the_general_one_and_from_its_first_day_only(hall, officer, at):
    TimeLimitFactory(hall=hall, amount=8, measure="working_hours", starts_on=at.date())
    TimeLimitFactory(hall=HallFactory(), amount=1)
    before, now = (
        open_ticket(hall=hall, channel="web", title="甲", actor=officer, at=moment_)
        for moment_ in (at - timedelta(days=1), at)
    )

    assert before.answer_promise["rule"] == "matter_answer@2020-01-01"
    assert now.answer_promise["rule"] == "matter_answer@2026-11-18/A"
    # Ten to five o'clock is seven hours of a hall that keeps the usual ones: the eighth is tomorrow's first.
    assert now.due_at == moment("2026-11-19T10:00")


def test_moves_promise_the_call_back_and_the_days_for_returning(ticket, officer, at):
    accepted = put(ticket, "accepted", at)
    dispatch = find_move("dispatch")
    dispatched = move_ticket(ticket=accepted, move="dispatch", actor=officer, at=at, **told(dispatch, officer, at))
    replied = put(ticket, "replied", at)
    approved = move_ticket(ticket=replied, move="approve", actor=officer, at=at, public_text="您好，办好了。")

    assert dispatched.return_due_at == moment("2026-11-26T00:00") == return_promise(ticket, at).due_at
    assert dispatched.return_promise["rule"] == "matter_return@2020-01-01"
    assert approved.callback_due_at == moment("2026-11-21T00:00") == callback_promise(ticket, at).due_at
    assert approved.callback_promise["rule"] == "matter_callback@2020-01-01"


def test_an_extension_is_no_longer_than_its_limit(ticket, officer, at):
    stood = put(ticket, "in_progress", at)
    longest = longest_extension(stood).due_at
    asked = {"ticket": stood, "move": "ask_extension", "actor": officer, "at": at, "internal_text": "跨部门"}

    assert longest == stood.due_at + timedelta(days=30)
    with pytest.raises(FieldInvalid):
        move_ticket(due_at=longest + timedelta(minutes=1), **asked)
    assert move_ticket(due_at=longest, **asked).asked_due_at == longest


def test_a_first_contact_is_never_replaced_by_a_shorter_later_one(hall, officer, at):
    """The hall tightens its limit to one hour; a ticket taken up again keeps the day it was promised."""
    opened = open_ticket(hall=hall, channel="web", title="甲", actor=officer, at=at)
    rejected = put(opened, "rejected", at)
    TimeLimitFactory(hall=hall, aim="contact", amount=1, measure="hours", starts_on=at.date())

    again = move_ticket(
        ticket=rejected, move="reconsider", actor=officer, at=at + timedelta(hours=2), internal_text="再看"
    )

    assert again.contact_due_at == opened.contact_due_at == moment("2026-11-20T00:00")
    assert again.contact_promise == opened.contact_promise
    assert columns(promises_for(again, at + timedelta(days=9)), again)["contact_due_at"] > opened.contact_due_at


def test_a_book_answers_for_any_number_of_tickets_with_three_queries(hall, at, django_assert_num_queries):
    with django_assert_num_queries(3):
        book = Book.load()
        for ticket in (Ticket(hall=hall, grade=grade) for grade in Grade):
            assert promises_for(ticket, at, book)


def test_two_limits_of_one_kind_never_begin_on_one_day(hall):
    TimeLimitFactory(hall=hall)
    for own in (hall, None):
        double = TimeLimitFactory.build(hall=own, starts_on=date(2020, 1, 1) if own is None else date(2026, 11, 18))
        with pytest.raises(ValidationError):
            double.full_clean()


def fields_of(hall, **more):
    tomorrow = timezone.localdate() + timedelta(days=1)
    return {
        "hall": hall.pk if hall else "",
        "scope": "matter",
        "aim": "answer",
        "grade": "",
        "amount": 3,
        "measure": "working_days",
        "starts_on": tomorrow.isoformat(),
        "source": "大厅承诺",
    } | more


def test_a_manager_adds_limits_for_the_own_hall_alone(client, hall, manager):
    client.force_login(manager)

    assert client.post(f"{LIMITS}add/", fields_of(hall)).status_code == 302
    assert client.post(f"{LIMITS}add/", fields_of(HallFactory(code="B"))).status_code == 200
    assert client.post(f"{LIMITS}add/", fields_of(None)).status_code == 200
    assert client.post(f"{LIMITS}add/", fields_of(hall, starts_on="2020-02-02")).status_code == 200
    own = TimeLimit.objects.exclude(hall=None).get()
    assert own.hall == hall and own.history.get().history_user == manager


def test_a_limit_not_yet_in_force_can_be_put_right_and_one_in_force_cannot(client, hall, manager):
    client.force_login(manager)
    client.post(f"{LIMITS}add/", fields_of(hall))
    row = TimeLimit.objects.get(hall=hall)

    assert client.post(f"{LIMITS}{row.pk}/change/", fields_of(hall, amount=4)).status_code == 302
    TimeLimit.objects.filter(pk=row.pk).update(starts_on=timezone.localdate())
    assert client.post(f"{LIMITS}{row.pk}/change/", fields_of(hall, amount=9)).status_code == 403
    general = TimeLimit.objects.filter(hall=None).first()
    assert client.post(f"{LIMITS}{general.pk}/change/", fields_of(None, amount=9)).status_code == 403
    assert client.get(f"{LIMITS}{general.pk}/change/").status_code == 200
    row.refresh_from_db()
    assert row.amount == 4


def test_limits_of_another_hall_are_not_read(client, hall):
    other = TimeLimitFactory(hall=HallFactory(code="B"), source="乙厅承诺")
    client.force_login(UserFactory(hall=hall, role="desk officer"))

    assert "乙厅承诺" not in client.get(LIMITS).content.decode()
    assert "信访工作条例" in client.get(LIMITS).content.decode()
    assert client.get(f"{LIMITS}{other.pk}/change/").status_code == 302
