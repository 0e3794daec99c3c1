"""What a hall promises: days counted from the day after receipt, and a sentence that says how."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from complaints.deadlines import Aim, Measure, Promise, Rule, Scope, choose, reckoned_anew
from complaints.deadlines import promise as promise_by
from complaints.worktime import Schedule
from feedback_site.working_days import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
URUMQI = ZoneInfo("Asia/Urumqi")
PLAIN = Calendar(known_years=frozenset({2026, 2028}))  # no holiday falls into these weeks
NATIONAL_DAY_2025 = Calendar(
    known_years=frozenset({2025}),
    exceptions={
        date(2025, 9, 28): True,
        date(2025, 10, 11): True,
        **{date(2025, 10, day): False for day in (1, 2, 3, 6, 7, 8)},
    },
)


NATIONAL_DAY_2026 = Calendar(
    known_years=frozenset({2026}),
    exceptions={
        date(2026, 9, 20): True,
        date(2026, 9, 25): False,  # Mid-Autumn
        date(2026, 10, 10): True,
        **{date(2026, 10, day): False for day in (1, 2, 5, 6, 7)},
    },
)


def rule(scope, aim, amount, measure, **more):
    more = {"starts_on": date(2020, 1, 1), "source": "a source"} | more
    return Rule(scope=Scope(scope), aim=Aim(aim), amount=amount, measure=Measure(measure), **more)


RULES = {
    "bad_rating_contact": rule("bad_rating", "contact", 1, "working_days"),
    "bad_rating_rectify": rule("bad_rating", "answer", 7, "calendar_days"),
    "matter_answer": rule("matter", "answer", 5, "working_days"),
}


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def promise(*, name, received_at, zone, calendar):
    return promise_by(rule=RULES[name], received_at=received_at, schedule=Schedule(calendar, zone))


# received, rule, last instant (exclusive). 2026-11-23 is a Monday.
KNOWN = [
    ("2026-11-23T09:15", "bad_rating_contact", "2026-11-25T00:00"),  # Mon → all of Tue
    ("2026-11-23T00:00", "bad_rating_contact", "2026-11-25T00:00"),
    ("2026-11-23T23:59", "bad_rating_contact", "2026-11-25T00:00"),
    ("2026-11-27T16:30", "bad_rating_contact", "2026-12-01T00:00"),  # Fri → Mon
    ("2026-11-28T10:00", "bad_rating_contact", "2026-12-01T00:00"),  # Sat → Mon
    (
        "2026-11-23T09:15",
        "bad_rating_rectify",
        "2026-12-01T00:00",
    ),  # 7 calendar days: until the end of 30 November
    ("2026-12-28T12:00", "bad_rating_rectify", "2027-01-05T00:00"),
    ("2028-02-25T12:00", "bad_rating_rectify", "2028-03-04T00:00"),  # over 29 February
    ("2026-11-23T09:15", "matter_answer", "2026-12-01T00:00"),  # 5 working days: Tue–Fri, Mon
    ("2026-11-27T09:15", "matter_answer", "2026-12-05T00:00"),
]


@pytest.mark.parametrize(("received", "name", "due"), KNOWN)
def test_known_deadlines(received, name, due):
    assert promise(name=name, received_at=moment(received), zone=SHANGHAI, calendar=PLAIN).due_at == moment(due)


def test_working_days_over_the_national_day_week_skip_it_and_count_its_make_up_saturday():
    """5 working days from 28 September 2025 (itself a working Sunday, not counted): 29, 30, 9, 10 and 11 October."""
    made = promise(
        name="matter_answer", received_at=moment("2025-09-28T10:00"), zone=SHANGHAI, calendar=NATIONAL_DAY_2025
    )

    assert made.due_at == moment("2025-10-12T00:00")
    assert made.skipped_on == tuple(date(2025, 10, day) for day in range(1, 9))
    assert made.made_up_on == (date(2025, 10, 11),)
    assert not made.provisional
    with translation.override("en"):
        assert made.derivation == (
            "5 working days after 28 Sep 2025 (that day not counted), until the end of 11 Oct 2025; "
            "skipping 1 Oct 2025 to 8 Oct 2025; counting 11 Oct 2025, working days by the calendar"
        )


def test_calendar_days_count_through_holidays():
    made = promise(
        name="bad_rating_rectify", received_at=moment("2025-09-28T10:00"), zone=SHANGHAI, calendar=NATIONAL_DAY_2025
    )

    assert made.due_at == moment("2025-10-06T00:00")
    assert (made.skipped_on, made.made_up_on, made.provisional) == ((), (), False)


def test_a_promise_into_a_year_whose_calendar_is_not_known_is_provisional_and_says_so():
    made = promise(name="matter_answer", received_at=moment("2026-12-30T10:00"), zone=SHANGHAI, calendar=PLAIN)

    assert made.provisional
    assert made.due_at == moment("2027-01-08T00:00")  # 31 December, 4, 5, 6, 7 January: New Year's Day is a fixed one
    with translation.override("en"):
        assert made.derivation.endswith("; provisional, because the calendar of that year is not known yet")
    calendar_days = promise(
        name="bad_rating_rectify", received_at=moment("2026-12-30T10:00"), zone=SHANGHAI, calendar=PLAIN
    )
    assert not calendar_days.provisional


def test_days_are_the_halls_days_and_not_the_servers():
    """16:30 UTC on Monday is already Tuesday in Shanghai, and in Ürümqi (UTC+6) still Monday."""
    received_at = datetime(2026, 11, 23, 16, 30, tzinfo=ZoneInfo("UTC"))

    in_shanghai = promise(name="bad_rating_contact", received_at=received_at, zone=SHANGHAI, calendar=PLAIN)
    in_urumqi = promise(name="bad_rating_contact", received_at=received_at, zone=URUMQI, calendar=PLAIN)

    assert in_shanghai.due_at == datetime(2026, 11, 26, tzinfo=SHANGHAI)
    assert in_urumqi.due_at == datetime(2026, 11, 25, tzinfo=URUMQI)


def test_a_promise_says_how_it_came_about():
    made = promise(name="bad_rating_contact", received_at=moment("2026-11-27T16:30"), zone=SHANGHAI, calendar=PLAIN)

    with translation.override("en"):
        assert made.derivation == (
            "1 working day after 27 Nov 2026 (that day not counted), until the end of 30 Nov 2026; "
            "skipping 28 Nov 2026 to 29 Nov 2026"
        )


def test_a_stored_promise_comes_back_the_same():
    made = promise(name="matter_answer", received_at=moment("2026-11-27T16:30"), zone=SHANGHAI, calendar=PLAIN)

    assert Promise.from_data(made.as_data(), SHANGHAI) == made


def test_promises_stored_before_the_calendar_and_before_the_rows_can_still_be_read():
    made = promise(name="matter_answer", received_at=moment("2026-11-27T00:00"), zone=SHANGHAI, calendar=PLAIN)
    old = {
        "rule": made.rule,
        "days": 5,
        "working": True,
        "received_on": "2026-11-27",
        "skipped_on": [day.isoformat() for day in made.skipped_on],
        "due_at": made.due_at.isoformat(),
    }

    assert Promise.from_data(old, SHANGHAI) == made


def test_working_days_over_the_national_day_week_of_2026_with_its_make_up_saturday():
    """5 working days from Tuesday 29 September 2026: 30 September, 8, 9, 10 (a working Saturday) and 12 October."""
    made = promise(
        name="matter_answer", received_at=moment("2026-09-29T10:00"), zone=SHANGHAI, calendar=NATIONAL_DAY_2026
    )

    assert made.due_at == moment("2026-10-13T00:00")
    assert made.skipped_on == (*(date(2026, 10, day) for day in range(1, 8)), date(2026, 10, 11))
    assert made.made_up_on == (date(2026, 10, 10),)


# Known answers of other systems' threads, as promises.
HOURS = [
    ("1-5 08:00-18:00", "2026-11-23T17:00", 4, "2026-11-24T11:00"),
    ("1-5 08:00-18:00", "2026-11-27T17:00", 4, "2026-11-30T11:00"),  # over a weekend
    ("1-5 09:00-17:00", "2026-11-23T16:30", 1, "2026-11-24T09:30"),
    ("1-5 09:00-12:00; 1-5 13:30-17:00", "2026-11-23T11:00", 4, "2026-11-23T16:30"),  # over lunch
    ("1-5 09:00-17:00", "2026-09-30T16:00", 2, "2026-10-08T10:00"),  # over the National Day week of 2026
    ("1-5 09:00-17:00", "2026-10-09T16:00", 2, "2026-10-10T10:00"),  # onto its make-up Saturday
]


@pytest.mark.parametrize(("opening_hours", "received", "hours", "due"), HOURS)
def test_working_hours_are_the_halls(opening_hours, received, hours, due):
    made = promise_by(
        rule=rule("matter", "answer", hours, "working_hours"),
        received_at=moment(received),
        schedule=Schedule(NATIONAL_DAY_2026, SHANGHAI, opening_hours),
    )

    assert made.due_at == moment(due)
    assert sum((ends - begins for begins, ends in made.counted), timedelta()) == timedelta(hours=hours)
    assert not made.provisional


def test_working_hours_say_how_they_came_about_with_lunch_and_what_was_skipped():
    made = promise_by(
        rule=rule("matter", "answer", 4, "working_hours"),
        received_at=moment("2026-11-27T15:00"),
        schedule=Schedule(NATIONAL_DAY_2026, SHANGHAI, "1-5 09:00-12:00; 1-5 13:30-17:00"),
    )

    with translation.override("en"):
        assert made.derivation == (
            "4 working hours from 27 Nov 2026 15:00, until 30 Nov 2026 11:00: "
            "the hall is open 27 Nov 2026 15:00–17:00, 30 Nov 2026 09:00–11:00; skipping 28 Nov 2026 to 29 Nov 2026"
        )
    assert Promise.from_data(made.as_data(), SHANGHAI) == made


def test_plain_hours_run_through_the_night_and_the_holiday():
    made = promise_by(
        rule=rule("matter", "answer", 24, "hours", grade="utilities"),
        received_at=moment("2026-09-30T20:00"),
        schedule=Schedule(NATIONAL_DAY_2026, SHANGHAI),
    )

    assert made.due_at == moment("2026-10-01T20:00")
    assert (made.rule, made.provisional) == ("matter_answer_utilities@2020-01-01", False)
    with translation.override("en"):
        assert made.derivation == "24 hours from 30 Sep 2026 20:00, until 1 Oct 2026 20:00"


def test_a_promise_reckoned_anew_knows_what_the_calendar_says_since():
    """The notice for 2027, here an invented one, closes 4 January and works on Saturday 9 January."""
    before = promise(name="matter_answer", received_at=moment("2026-12-30T10:00"), zone=SHANGHAI, calendar=PLAIN)
    notice = Calendar(frozenset({2026, 2027}), {date(2027, 1, 1): False, date(2027, 1, 4): False})

    after = reckoned_anew(before, Schedule(notice, SHANGHAI))

    assert (before.due_at, before.provisional) == (moment("2027-01-08T00:00"), True)
    assert (after.due_at, after.provisional) == (moment("2027-01-09T00:00"), False)
    assert (after.rule, after.received_at) == (before.rule, before.received_at)


GENERAL = rule("matter", "answer", 5, "working_days")
COMPLEX = rule("matter", "answer", 15, "calendar_days", grade="complex")
OWN = rule("matter", "answer", 3, "working_days", hall="A", starts_on=date(2026, 1, 1))
OWN_LATER = rule("matter", "answer", 2, "working_days", hall="A", starts_on=date(2026, 7, 1))
OWN_COMPLEX = rule("matter", "answer", 10, "working_days", grade="complex", hall="A", starts_on=date(2026, 7, 1))


@pytest.mark.parametrize(
    ("rules", "grade", "on", "chosen"),
    [
        ([GENERAL], "ordinary", date(2026, 6, 1), GENERAL),
        ([GENERAL], "ordinary", date(2019, 12, 31), None),
        ([GENERAL, OWN], "ordinary", date(2025, 12, 31), GENERAL),  # the hall's own is not in force yet
        ([OWN, GENERAL], "ordinary", date(2026, 6, 30), OWN),
        ([OWN, GENERAL, OWN_LATER], "ordinary", date(2026, 7, 1), OWN_LATER),
        ([OWN_LATER, OWN, COMPLEX, GENERAL], "complex", date(2026, 7, 1), COMPLEX),  # the grade says more than the hall
        ([OWN_COMPLEX, OWN, COMPLEX, GENERAL], "complex", date(2026, 7, 1), OWN_COMPLEX),
    ],
)
def test_the_rule_that_applies(rules, grade, on, chosen):
    assert choose(rules, aim=Aim.ANSWER, scope=Scope.MATTER, grade=grade, on=on) is chosen
    assert choose(rules, aim=Aim.CONTACT, scope=Scope.MATTER, grade=grade, on=on) is None
    assert OWN.key == "matter_answer@2026-01-01/A"
