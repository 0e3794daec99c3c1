"""What a hall promises and until when, reckoned from values alone: a rule, a moment, a hall's schedule.

The rules are rows (`complaints.models.TimeLimit`), each with its source and the day it applies from; a changed limit
is a new row with a later day, so old promises keep the row they were made by. A promise in days leaves out the day of
receipt and ends with its last day, at midnight, exclusively. Working days are those of the State Council's calendar
(`feedback_site.working_days`); a promise that reaches into a year whose notice is not known yet is provisional and
says so. Working hours are the hall's opening hours on working days (`complaints.worktime`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from complaints.promised import WORKING, Measure, Promise
from complaints.vocabulary import Aim, Scope
from complaints.worktime import Schedule

__all__ = ["Aim", "Measure", "Promise", "Rule", "Scope", "choose", "later_of", "promise", "put_off", "reckoned_anew"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One time limit as a value."""

    aim: Aim
    scope: Scope
    amount: int
    measure: Measure
    starts_on: date
    source: str
    grade: str = ""  # a `Grade`; "" for every one
    hall: str = ""  # the code of the hall whose own rule it is; "" for every hall

    @property
    def key(self) -> str:
        """Name, first day and hall, as stored with a promise: `matter_answer_complex@2020-01-01/A`."""
        name = "_".join(part for part in (self.scope, self.aim, self.grade) if part)
        return f"{name}@{self.starts_on:%Y-%m-%d}{f'/{self.hall}' if self.hall else ''}"


def choose(rules: Iterable[Rule], *, aim: Aim, scope: Scope, grade: str, on: date) -> Rule | None:
    """The rule that applies on the day, of those for one hall and for every hall; None if there is none yet.

    A rule for the grade goes before one for every grade, then the hall's own before the general one, then the latest.
    """
    fitting = [
        rule
        for rule in rules
        if (rule.aim, rule.scope) == (aim, scope) and rule.grade in ("", grade) and rule.starts_on <= on
    ]
    return max(fitting, key=lambda rule: (rule.grade != "", rule.hall != "", rule.starts_on), default=None)


def promise(*, rule: Rule, received_at: datetime, schedule: Schedule) -> Promise:
    """What the rule promises for something received at that moment (aware). Raises `NoWorkingTime`."""
    return _reckon(rule.key, rule.amount, rule.measure, received_at.astimezone(schedule.zone), schedule)


def reckoned_anew(promised: Promise, schedule: Schedule) -> Promise:
    """The same promise by what the calendar says now. Raises `NoWorkingTime`."""
    return _reckon(promised.rule, promised.amount, promised.measure, promised.received_at, schedule)


def put_off(
    due_at: datetime, promised: Mapping, *, stood_from: datetime, until: datetime, schedule: Schedule
) -> datetime:
    """The deadline after the clock stood from one moment until another: later by the wait, in working time where it was
    promised in working time, so that a wait over a weekend is none. `promised` is the stored promise.
    """
    if Promise.measure_of(promised) not in WORKING:
        return due_at + max(until - stood_from, timedelta(0))
    return schedule.add(due_at, schedule.between(stood_from, until))


def later_of(standing: datetime | None, promised: Promise) -> bool:
    """Whether a new promise of a first contact may stand in place of the old one: never a shorter one."""
    return standing is None or promised.due_at >= standing


def _reckon(key, amount, measure, received_at, schedule):
    how = {Measure.HOURS: _hours, Measure.WORKING_HOURS: _working_hours}.get(measure, _days)
    return Promise(
        rule=key, amount=amount, measure=measure, received_at=received_at, **how(amount, measure, received_at, schedule)
    )


def _hours(amount, measure, received_at, schedule):
    return {"due_at": (received_at + timedelta(hours=amount))}


def _working_hours(amount, measure, received_at, schedule):
    spans = schedule.counted(received_at, timedelta(hours=amount))
    last = spans[-1][1].date()
    days = [received_at.date() + timedelta(days=shift) for shift in range((last - received_at.date()).days + 1)]
    worked = {begins.date() for begins, _ends in spans}
    return {
        "due_at": spans[-1][1],
        "counted": tuple(spans),
        "skipped_on": tuple(day for day in days if not schedule.calendar.is_working_day(day)),
        "made_up_on": tuple(sorted(day for day in worked if schedule.calendar.is_made_up(day))),
        "provisional": not all(schedule.calendar.knows(day) for day in days),
    }


def _days(amount, measure, received_at, schedule):
    working, calendar = measure in WORKING, schedule.calendar
    day, left, days = received_at.date(), amount, []
    while left:
        day += timedelta(days=1)
        counts = not working or calendar.is_working_day(day)
        left -= counts
        days.append((day, counts))
    return {
        "due_at": datetime.combine(day + timedelta(days=1), time.min, tzinfo=schedule.zone),
        "skipped_on": tuple(day for day, counts in days if not counts),
        "made_up_on": tuple(day for day, counts in days if working and counts and calendar.is_made_up(day)),
        "provisional": working and not all(calendar.knows(day) for day, _counts in days),
    }
