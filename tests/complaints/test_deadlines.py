"""What a hall promises: days counted from the day after receipt, and a sentence that says how."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from complaints.deadlines import RULES, Aim, Promise, find_rule, is_working_day, promise

SHANGHAI = ZoneInfo("Asia/Shanghai")
URUMQI = ZoneInfo("Asia/Urumqi")


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
    assert promise(name=name, received_at=moment(received), zone=SHANGHAI).due_at == moment(due)


def test_a_holiday_that_was_handed_in_is_skipped_and_named():
    holidays = {date(2026, 10, day) for day in range(1, 8)}

    made = promise(name="matter_answer", received_at=moment("2026-09-28T10:00"), zone=SHANGHAI, holidays=holidays)

    assert made.due_at == moment("2026-10-13T00:00")  # 29, 30 September, 8, 9, 12 October
    assert date(2026, 10, 1) in made.skipped_on and date(2026, 10, 10) in made.skipped_on
    with translation.override("en"):
        assert "1 Oct 2026" in made.derivation


def test_calendar_days_count_through_holidays():
    made = promise(
        name="bad_rating_rectify",
        received_at=moment("2026-09-28T10:00"),
        zone=SHANGHAI,
        holidays={date(2026, 10, 1)},
    )

    assert made.due_at == moment("2026-10-06T00:00")
    assert made.skipped_on == ()


def test_days_are_the_halls_days_and_not_the_servers():
    """16:30 UTC on Monday is already Tuesday in Shanghai, and in Ürümqi (UTC+6) still Monday."""
    received_at = datetime(2026, 11, 23, 16, 30, tzinfo=ZoneInfo("UTC"))

    in_shanghai = promise(name="bad_rating_contact", received_at=received_at, zone=SHANGHAI)
    in_urumqi = promise(name="bad_rating_contact", received_at=received_at, zone=URUMQI)

    assert in_shanghai.due_at == datetime(2026, 11, 26, tzinfo=SHANGHAI)
    assert in_urumqi.due_at == datetime(2026, 11, 25, tzinfo=URUMQI)


def test_a_promise_says_how_it_came_about():
    made = promise(name="bad_rating_contact", received_at=moment("2026-11-27T16:30"), zone=SHANGHAI)

    with translation.override("en"):
        assert made.derivation == (
            "1 working day after 27 Nov 2026 (that day not counted), until the end of 30 Nov 2026; "
            "skipping 28 Nov 2026, 29 Nov 2026"
        )


def test_a_stored_promise_comes_back_the_same():
    made = promise(name="matter_answer", received_at=moment("2026-11-27T16:30"), zone=SHANGHAI)

    assert Promise.from_data(made.as_data(), SHANGHAI) == made


def test_every_rule_names_its_source_and_a_rule_not_yet_in_force_promises_nothing():
    assert all(rule.source and rule.days > 0 for rule in RULES)
    assert len({rule.key for rule in RULES}) == len(RULES)
    assert {rule.aim for rule in RULES} == set(Aim)
    assert find_rule("bad_rating_contact", date(2026, 1, 1)).key == "bad_rating_contact@2020-04-10"
    with pytest.raises(LookupError):
        find_rule("bad_rating_contact", date(2019, 1, 1))


@pytest.mark.parametrize(
    ("day", "works"), [(date(2026, 11, 23), True), (date(2026, 11, 28), False), (date(2026, 11, 29), False)]
)
def test_monday_to_friday_are_working_days(day, works):
    assert is_working_day(day) is works
    assert not is_working_day(day, {day})
