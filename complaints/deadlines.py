"""What a hall promises and until when: rules as data, each with its source and the day it applies from.

A first version, on purpose small: a working day is Monday to Friday in the hall's zone, without the days
handed in as `holidays`. It knows nothing of make-up working weekends (调休), office hours or lunch; the
calendar that does is an issue of its own. Until it is there, a promise over a holiday that nobody handed in
ends too early, and one over a make-up weekend ends too late. The day of receipt is not counted; a promise
ends with its last day, at midnight, exclusively.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


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
        if not self.skipped_on:
            return sentence
        skipped = _(", ").join(_day(day) for day in self.skipped_on)
        return _("%(sentence)s; skipping %(days)s") % {"sentence": sentence, "days": skipped}

    def as_data(self) -> dict:
        """For a JSON column."""
        return {
            "rule": self.rule,
            "days": self.days,
            "working": self.working,
            "received_on": self.received_on.isoformat(),
            "skipped_on": [day.isoformat() for day in self.skipped_on],
            "due_at": self.due_at.isoformat(),
        }

    @classmethod
    def from_data(cls, data: dict, zone: ZoneInfo) -> "Promise":
        """The inverse of `as_data`, told in the hall's zone."""
        return cls(
            rule=data["rule"],
            days=data["days"],
            working=data["working"],
            received_on=date.fromisoformat(data["received_on"]),
            skipped_on=tuple(date.fromisoformat(day) for day in data["skipped_on"]),
            due_at=datetime.fromisoformat(data["due_at"]).astimezone(zone),
        )


def find_rule(name: str, on: date) -> Rule:
    """The row of that name that applies on the day, the latest one; LookupError if there is none yet."""
    rows = [rule for rule in RULES if rule.name == name and rule.starts_on <= on]
    if not rows:
        raise LookupError(f"no rule {name!r} on {on}")
    return max(rows, key=lambda rule: rule.starts_on)


def promise(*, name: str, received_at: datetime, zone: ZoneInfo, holidays: Collection[date] = frozenset()) -> Promise:
    """The promise that the rule of that name makes for something received at a moment (aware) in a hall of
    that zone.
    """
    received_on = received_at.astimezone(zone).date()
    rule = find_rule(name, received_on)
    last_on, skipped_on = received_on, []
    left = rule.days
    while left:
        last_on += timedelta(days=1)
        if rule.working and not is_working_day(last_on, holidays):
            skipped_on.append(last_on)
        else:
            left -= 1
    return Promise(
        rule=rule.key,
        days=rule.days,
        working=rule.working,
        received_on=received_on,
        skipped_on=tuple(skipped_on),
        due_at=datetime.combine(last_on + timedelta(days=1), time.min, tzinfo=zone),
    )


def promises(
    *, from_rating: bool, received_at: datetime, zone: ZoneInfo, holidays: Collection[date] = frozenset()
) -> dict[Aim, Promise]:
    """Everything promised to somebody whose bad rating, or whose matter, was received at that moment."""
    names = {
        Aim.CONTACT: "bad_rating_contact" if from_rating else "matter_contact",
        Aim.ANSWER: "bad_rating_rectify" if from_rating else "matter_answer",
    }
    return {
        aim: promise(name=name, received_at=received_at, zone=zone, holidays=holidays) for aim, name in names.items()
    }


def is_working_day(day: date, holidays: Collection[date] = frozenset()) -> bool:
    """Monday to Friday and no holiday; see the module's docstring for what this does not know."""
    return day.weekday() < 5 and day not in holidays


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
