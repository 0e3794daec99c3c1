"""What the board's pure parts say: deadlines in working time, and the day ruler's positions."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import translation

from complaints.clock import State
from complaints.desk.ruler import LEFT, RIGHT, Due, ruler_of
from complaints.desk.saying import owed_by, tell
from complaints.desk.worktimer import WorkTimer
from complaints.worktime import Schedule
from feedback_site.hours import parse
from feedback_site.working_days import Calendar
from feedback_site.zones import zone

HOURS = "1-5 09:00-12:00; 1-5 13:30-17:30"
SHANGHAI = zone("Asia/Shanghai")
# National Day 2026 as in a notice: 1 to 7 October off, Saturday 10 October at work.
CALENDAR = Calendar(
    frozenset({2026}),
    {**{date(2026, 10, day): False for day in (1, 2, 5, 6, 7)}, date(2026, 10, 10): True},
)
SCHEDULE = Schedule(CALENDAR, SHANGHAI, HOURS)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def moment(text):
    return datetime.fromisoformat(f"2026-{text}:00+08:00")


def said(due, at, *, received="09-28 09:00", **more):
    ticket = SimpleNamespace(
        status="in_progress",
        received_at=moment(received),
        contact_due_at=None,
        contacted_at=None,
        due_at=moment(due),
        paused_at=None,
        answered_at=None,
        callback_due_at=None,
    )
    for name, value in more.items():
        setattr(ticket, name, value)
    return tell(owed_by(ticket), moment(at), WorkTimer(SCHEDULE, CALENDAR))


@pytest.mark.parametrize(
    ("due", "at", "state", "words"),
    [
        ("09-30 11:00", "09-30 10:00", State.SOON, "1 h left to answer"),
        ("09-30 14:30", "09-30 11:30", State.SOON, "1 h 30 min left to answer"),  # lunch is no working time
        ("09-30 17:30", "09-30 10:00", State.SOON, "Answer by 17:30 today"),
        ("10-01 00:00", "09-30 10:00", State.SOON, "Answer within today"),
        ("10-08 11:00", "09-30 16:00", State.OK, "1 working day left"),  # the holiday week between
        ("10-11 00:00", "10-09 10:00", State.OK, "Answer within tomorrow"),  # the made-up Saturday
        ("09-30 10:00", "09-30 10:32", State.OVER, "32 min overdue, not answered"),
        ("09-30 17:00", "10-08 09:30", State.OVER, "1 h overdue, not answered"),  # seven days off cost nothing
        ("09-28 10:00", "09-30 10:00", State.OVER, "2 working days overdue, not answered"),
    ],
)
def test_lengths_count_working_time_only(due, at, state, words):
    told = said(due, at)
    assert (told.state, told.words) == (state, words)


def test_the_first_contact_is_owed_before_the_answer_and_the_call_back_after_it():
    assert said("10-08 17:30", "09-30 10:00", contact_due_at=moment("09-30 11:00")).words == "1 h left to contact"
    told = said("09-29 17:30", "09-30 10:00", status="callback", callback_due_at=moment("09-30 11:00"))
    assert told.words == "1 h left to call back"
    assert said("09-30 11:00", "09-30 10:00", status="callback").words == "1 h left to answer"


def test_a_stopped_clock_says_for_how_long_and_never_runs_out():
    told = said("09-30 10:00", "10-08 10:00", paused_at=moment("09-29 10:00"))
    assert (told.state, told.words) == (State.PAUSED, "Paused for 9 days, waiting for the citizen")


@pytest.mark.parametrize("start", ["09-26 10:00", "09-28 08:00", "09-30 12:15", "10-01 00:00", "10-10 11:00"])
@pytest.mark.parametrize("hours", [0, 1, 13, 24, 100, 24 * 14])
def test_the_boards_timer_agrees_with_the_slow_schedule(start, hours):
    begins, ends = moment(start), moment(start) + timedelta(hours=hours)
    assert WorkTimer(SCHEDULE, CALENDAR).between(begins, ends) == SCHEDULE.between(begins, ends)


def ruler(*dues, at="09-30 10:30", hours=HOURS, weekday=3):
    return ruler_of(spans=parse(hours), weekday=weekday, at=moment(at).astimezone(SHANGHAI), dues=list(dues))


def due(number, at, *, soon=False):
    return Due(number=number, due_at=moment(at).astimezone(SHANGHAI), soon=soon)


def test_the_day_lies_between_opening_and_closing_with_the_lunch_dashed():
    line = ruler()
    assert (line.ticks[0].words, line.ticks[0].x) == ("9:00", LEFT)
    assert line.ticks[-1].words == "17:00" and line.ticks[-1].x < RIGHT
    [(begins, ends, middle)] = line.breaks
    assert LEFT < begins < middle < ends < RIGHT
    assert (line.now.words, LEFT < line.now.x < begins) == ("10:30", True)


def test_before_opening_there_is_no_now_mark():
    assert ruler(at="09-30 07:00").now is None


def test_deadlines_on_each_other_are_one_mark_with_their_number():
    line = ruler(
        due("A-1-000184", "09-30 12:00", soon=True), due("A-1-000001", "10-01 00:00"), due("A-1-000002", "10-01 00:00")
    )
    assert [(mark.label, mark.state) for mark in line.marks] == [("0184", State.SOON), ("×2", State.OK)]
    assert line.marks[-1].x == RIGHT


@pytest.mark.parametrize("hours", ["", "6 09:00-12:00", "1-7 00:00-23:59"])
def test_any_hours_give_a_line(hours):
    line = ruler(due("A-1-000001", "09-30 12:00"), hours=hours)
    assert all(LEFT <= mark.x <= RIGHT for mark in line.marks)
