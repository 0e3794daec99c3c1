"""What a hall promises and until when: rules as data, each with its source and the day it applies from.

Promises here are whole days: the day of receipt is not counted, a promise ends with its last day, at midnight,
exclusively. Working days are those of the State Council's calendar (`feedback_site.working_days`); a promise that
reaches into a year whose notice is not known yet is provisional and says so. Working hours: `complaints.worktime`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from feedback_site.working_days import Calendar, runs


class Aim(StrEnum):
    """What is to be done by then."""

    CONTACT = "contact"
    ANSWER = "answer"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A time limit. A changed limit is a new row with a later `starts_on`: old promises keep the row they
    were made by.
    """

    name: str
    aim: Aim
    label: LazyText
    days: int
    working: bool
    starts_on: date
    source: str

    @property
    def key(self) -> str:
        """Name and first day, as stored with a promise."""
        return f"{self.name}@{self.starts_on:%Y-%m-%d}"


RULES: tuple[Rule, ...] = (
    Rule(
        name="bad_rating_contact",
        aim=Aim.CONTACT,
        label=_("First contact after a bad rating"),
        days=1,
        working=True,
        starts_on=date(2020, 4, 10),
        source="上海市优化营商环境条例 (2020) art. 29: 实名差评 within 1 working day (domain.md A.1, A.6)",
    ),
    Rule(
        name="bad_rating_rectify",
        aim=Aim.ANSWER,
        label=_("Verify, put right and answer a bad rating"),
        days=7,
        working=False,
        starts_on=date(2020, 1, 1),
        source="Beijing 好差评 implementation opinion: 7 days (domain.md A.6, sources S15, S24)",
    ),
    Rule(
        name="matter_contact",
        aim=Aim.CONTACT,
        label=_("First contact about a matter"),
        days=1,
        working=True,
        starts_on=date(2020, 1, 1),
        source="the platform's default after 北京市接诉即办工作条例 art. 15 (及时, no number)",
    ),
    Rule(
        name="matter_answer",
        aim=Aim.ANSWER,
        label=_("Solve and answer a matter"),
        days=5,
        working=True,
        starts_on=date(2020, 1, 1),
        source="Beijing 办不成事 work order: 5 working days in general (domain.md 0.1, source S8)",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A deadline as it was promised, with all that is needed to say how it came about, for ever and in any
    language.
    """

    rule: str  # Rule.key
    days: int
    working: bool
    received_on: date
    skipped_on: tuple[date, ...]
    due_at: datetime
    made_up_on: tuple[date, ...] = ()  # working days on a weekend (调休) that were counted
    provisional: bool = False  # it reaches into a year whose calendar was not known

    @property
    def derivation(self) -> str:
        """How the deadline was reckoned, one sentence in the reader's language."""
        told = {"received": _day(self.received_on), "last": _day((self.due_at - timedelta(microseconds=1)).date())}
        if self.working:
            days = ngettext("%(days)s working day", "%(days)s working days", self.days) % {"days": self.days}
        else:
            days = ngettext("%(days)s calendar day", "%(days)s calendar days", self.days) % {"days": self.days}
        sentence = _("%(days)s after %(received)s (that day not counted), until the end of %(last)s") % {
            **told,
            "days": days,
        }
        if self.skipped_on:
            sentence = _("%(sentence)s; skipping %(days)s") % {
                "sentence": sentence,
                "days": _days_told(self.skipped_on),
            }
        if self.made_up_on:
            sentence = _("%(sentence)s; counting %(days)s, working days by the calendar") % {
                "sentence": sentence,
                "days": _days_told(self.made_up_on),
            }
        if self.provisional:
            sentence = _("%(sentence)s; provisional, because the calendar of that year is not known yet") % {
                "sentence": sentence
            }
        return sentence

    def as_data(self) -> dict:
        """For a JSON column."""
        return {
            "rule": self.rule,
            "days": self.days,
            "working": self.working,
            "received_on": self.received_on.isoformat(),
            "skipped_on": [day.isoformat() for day in self.skipped_on],
            "due_at": self.due_at.isoformat(),
            "made_up_on": [day.isoformat() for day in self.made_up_on],
            "provisional": self.provisional,
        }

    @classmethod
    def from_data(cls, data: dict, zone: ZoneInfo) -> "Promise":
        """The inverse of `as_data`, told in the hall's zone; promises from before the calendar have no made-up days."""
        return cls(
            rule=data["rule"],
            days=data["days"],
            working=data["working"],
            received_on=date.fromisoformat(data["received_on"]),
            skipped_on=tuple(date.fromisoformat(day) for day in data["skipped_on"]),
            due_at=datetime.fromisoformat(data["due_at"]).astimezone(zone),
            made_up_on=tuple(date.fromisoformat(day) for day in data.get("made_up_on", ())),
            provisional=data.get("provisional", False),
        )


def find_rule(name: str, on: date) -> Rule:
    """The row of that name that applies on the day, the latest one; LookupError if there is none yet."""
    rows = [rule for rule in RULES if rule.name == name and rule.starts_on <= on]
    if not rows:
        raise LookupError(f"no rule {name!r} on {on}")
    return max(rows, key=lambda rule: rule.starts_on)


def promise(*, name: str, received_at: datetime, zone: ZoneInfo, calendar: Calendar) -> Promise:
    """The promise that the rule of that name makes for something received at a moment (aware) in a hall of
    that zone.
    """
    received_on = received_at.astimezone(zone).date()
    rule = find_rule(name, received_on)
    days = _days_of(rule, received_on, calendar)
    counted = [day for day, counts in days if counts]
    return Promise(
        rule=rule.key,
        days=rule.days,
        working=rule.working,
        received_on=received_on,
        skipped_on=tuple(day for day, counts in days if not counts),
        due_at=datetime.combine(counted[-1] + timedelta(days=1), time.min, tzinfo=zone),
        made_up_on=tuple(day for day in counted if rule.working and calendar.is_made_up(day)),
        provisional=rule.working and not all(calendar.knows(day) for day, _counts in days),
    )


def _days_of(rule, received_on, calendar):
    """Every day from the one after receipt to the last one counted, each with whether it counts."""
    day, left, days = received_on, rule.days, []
    while left:
        day += timedelta(days=1)
        counts = not rule.working or calendar.is_working_day(day)
        left -= counts
        days.append((day, counts))
    return days


def promises(*, from_rating: bool, received_at: datetime, zone: ZoneInfo, calendar: Calendar) -> dict[Aim, Promise]:
    """Everything promised to somebody whose bad rating, or whose matter, was received at that moment."""
    names = {
        Aim.CONTACT: "bad_rating_contact" if from_rating else "matter_contact",
        Aim.ANSWER: "bad_rating_rectify" if from_rating else "matter_answer",
    }
    return {
        aim: promise(name=name, received_at=received_at, zone=zone, calendar=calendar) for aim, name in names.items()
    }


def _days_told(days):
    """`1 Oct 2025 to 8 Oct 2025, 11 Oct 2025`."""
    parts = [
        _day(first) if first == last else _("%(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}
        for first, last in runs(days)
    ]
    return _(", ").join(map(str, parts))


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
