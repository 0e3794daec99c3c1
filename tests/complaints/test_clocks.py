"""Every clock of a ticket, told in working time, with the times in which it stood."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from complaints.clock import State, read_clock
from complaints.clocks import clocks_of, nearest_clock
from complaints.deadlines import Aim
from complaints.models import Ticket
from complaints.moving import move_ticket
from complaints.opening import open_ticket
from complaints.promising import Book
from complaints.vocabulary import Measure
from complaints.worktime import Schedule
from feedback_site.working_days import Calendar
from tests.complaints.standing import put
from tests.factories import CallBackFactory

SHANGHAI = ZoneInfo("Asia/Shanghai")
USUAL = Schedule(Calendar(known_years=frozenset({2026})), SHANGHAI, "1-5 09:00-17:00")


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


# 2026-11-18 is a Wednesday; the promise ends with Friday 27 November.
@pytest.mark.parametrize(
    ("at", "state", "words"),
    [
        ("2026-11-18T10:00", State.OK, "7 working days left"),
        ("2026-11-20T18:00", State.OK, "5 working days left"),
        ("2026-11-21T10:00", State.OK, "5 working days left"),  # Saturday
        ("2026-11-26T16:59", State.OK, "1 working day left"),
        ("2026-11-27T09:30", State.OK, "7 h 30 min left"),
        ("2026-11-27T13:00", State.SOON, "4 h left"),
        ("2026-11-27T18:00", State.SOON, "due before the hall opens again"),
        ("2026-11-28T00:00", State.OVER, "0 min overdue"),
        ("2026-11-30T08:59", State.OVER, "0 min overdue"),  # nobody was there since Friday
        ("2026-11-30T09:32", State.OVER, "32 min overdue"),
        ("2026-12-01T10:00", State.OVER, "1 working day overdue"),
        ("2026-12-02T10:00", State.OVER, "2 working days overdue"),
    ],
)
def test_working_days_are_told_as_working_days(at, state, words):
    due_at = moment("2026-11-28T00:00")
    reading = read_clock(due_at=due_at, at=moment(at), schedule=USUAL, measure=Measure.WORKING_DAYS)

    assert (reading.state, reading.words) == (state, words)


@pytest.mark.parametrize(
    ("measure", "words"),
    [(Measure.WORKING_HOURS, "2 h left"), (Measure.HOURS, "18 h left"), (Measure.CALENDAR_DAYS, "18 h left")],
)
def test_hours_are_told_as_the_hours_they_were_promised_in(measure, words):
    reading = read_clock(
        due_at=moment("2026-11-19T10:00"), at=moment("2026-11-18T16:00"), schedule=USUAL, measure=measure
    )

    assert reading.words == words


def clock(ticket, aim, at):
    return next(each for each in clocks_of(ticket, at) if each.aim == aim)


@pytest.mark.django_db
def test_a_pause_is_shown_with_its_reason_and_is_no_used_time(hall, officer):
    begun = moment("2026-11-18T09:00")
    opened = open_ticket(hall=hall, channel="web", title="甲", actor=officer, at=begun)
    Ticket.objects.filter(pk=opened.pk).update(status="in_progress")
    opened.refresh_from_db()
    act = {"actor": officer}
    waiting = move_ticket(
        ticket=opened,
        move="wait_for_citizen",
        at=moment("2026-11-19T09:00"),
        reason="papers",
        public_text="请补交",
        **act,
    )

    [standing] = clock(waiting, Aim.ANSWER, moment("2026-11-21T09:00")).pauses
    assert (standing.words, standing.why, standing.until) == ("2 days", "the citizen supplies papers", None)
    reading = clock(waiting, Aim.ANSWER, moment("2026-11-21T09:00")).reading
    assert (reading.state, reading.words) == (State.PAUSED, "paused for 2 days, waiting for the citizen")

    resumed = move_ticket(ticket=waiting, move="resume", at=moment("2026-11-23T09:00"), **act)
    answer = clock(resumed, Aim.ANSWER, moment("2026-11-23T17:00"))
    # One day, then two that the clock stood (Thursday, Friday), then one more, of six and two working days.
    assert (answer.share_used, answer.used) == (33, "16 h")
    [pause] = answer.pauses
    assert (pause.words, pause.starts_at, pause.share) == ("4 days", 12, 26)
    assert answer.reading.words == "4 working days left"
    assert "moved since" in answer.derivation


@pytest.mark.django_db
def test_the_call_back_is_promised_runs_and_is_kept_by_the_first_try(ticket, officer, at):
    [*_others, to_come] = clocks_of(ticket, at)
    replied = put(ticket, "replied", at)
    approved = move_ticket(ticket=replied, move="approve", actor=officer, at=at, public_text="您好，办好了。")
    running = clock(approved, Aim.CALLBACK, at)
    CallBackFactory(ticket=approved, reached=False, contacted=None, solved="", mark="", at=at + timedelta(hours=2))
    tried = clock(approved, Aim.CALLBACK, at + timedelta(days=1))

    assert (to_come.aim, to_come.reading.words) == (Aim.CALLBACK, "2 working days after the answer")
    assert running.reading.words == "2 working days left"
    assert (tried.reading.state, tried.used) == (State.KEPT, "2 h")


@pytest.mark.django_db
def test_the_days_for_returning_are_a_right_and_never_overdue(ticket, officer, at):
    accepted = put(ticket, "accepted", at)
    dispatched = move_ticket(ticket=accepted, move="dispatch", actor=officer, at=at, handler=officer)

    assert clock(dispatched, Aim.RETURN, at).reading.words == "5 working days left"
    over = clock(dispatched, Aim.RETURN, at + timedelta(days=30)).reading
    assert (over.state, over.words) == (State.NONE, "no longer")
    assert Aim.RETURN not in {each.aim for each in clocks_of(put(ticket, "in_progress", at), at)}


@pytest.mark.django_db
def test_a_list_reads_clocks_without_a_query_a_row(ticket, at, django_assert_num_queries):
    book = Book.load()
    ticket = Ticket.objects.select_related("hall").get()
    with django_assert_num_queries(0):
        label, reading = nearest_clock(ticket, ticket.received_at, book)

    assert (label, reading.state) == ("First contact", State.OK)
