"""What a hall promises: days counted from the day after receipt, and a sentence that says how."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from complaints.deadlines import RULES, Aim, Promise, find_rule, promise
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


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


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


def test_a_promise_stored_before_the_calendar_can_still_be_read():
    made = promise(name="matter_answer", received_at=moment("2026-11-27T16:30"), zone=SHANGHAI, calendar=PLAIN)
    old = {name: value for name, value in made.as_data().items() if name not in ("made_up_on", "provisional")}

    assert Promise.from_data(old, SHANGHAI) == made


def test_every_rule_names_its_source_and_a_rule_not_yet_in_force_promises_nothing():
    assert all(rule.source and rule.days > 0 for rule in RULES)
    assert len({rule.key for rule in RULES}) == len(RULES)
    assert {rule.aim for rule in RULES} == set(Aim)
    assert find_rule("bad_rating_contact", date(2026, 1, 1)).key == "bad_rating_contact@2020-04-10"
    with pytest.raises(LookupError):
        find_rule("bad_rating_contact", date(2019, 1, 1))
