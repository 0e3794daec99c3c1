"""A deadline as it was promised, and the sentence that says how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.vocabulary import WORKING, Measure
from feedback_site.working_days import runs

__all__ = ["WORKING", "Measure", "Promise", "length_told"]


@dataclass(frozen=True, kw_only=True)
class Promise:
    """All that is needed to say how a deadline came about, for ever and in any language; moments in the hall's zone."""

    rule: str  # Rule.key
    amount: int
    measure: Measure
    received_at: datetime  # what it counts from
    due_at: datetime
    skipped_on: tuple[date, ...] = ()
    made_up_on: tuple[date, ...] = ()  # working days on a weekend (调休) that were counted
    counted: tuple[tuple[datetime, datetime], ...] = ()  # the spans that working hours are made of
    provisional: bool = False  # it reaches into a year whose calendar was not known

    @property
    def derivation(self) -> str:
        """How the deadline was reckoned, one sentence in the reader's language."""
        sentence = self._hours_told() if self.measure in (Measure.HOURS, Measure.WORKING_HOURS) else self._days_told()
        if self.skipped_on:
            sentence = _("%(sentence)s; skipping %(days)s") % {
                "sentence": sentence,
                "days": _told_days(self.skipped_on),
            }
        if self.made_up_on:
            sentence = _("%(sentence)s; counting %(days)s, working days by the calendar") % {
                "sentence": sentence,
                "days": _told_days(self.made_up_on),
            }
        if self.provisional:
            sentence = _("%(sentence)s; provisional, because the calendar of that year is not known yet") % {
                "sentence": sentence
            }
        return str(sentence)

    def _days_told(self):
        return _("%(days)s after %(received)s (that day not counted), until the end of %(last)s") % {
            "days": length_told(self.amount, self.measure),
            "received": _day(self.received_at.date()),
            "last": _day((self.due_at - timedelta(microseconds=1)).date()),
        }

    def _hours_told(self):
        told = {
            "hours": length_told(self.amount, self.measure),
            "received": _moment(self.received_at),
            "last": _moment(self.due_at),
        }
        sentence = _("%(hours)s from %(received)s, until %(last)s") % told
        if self.counted:
            spans = [f"{_moment(begins)}–{date_format(ends, 'H:i')}" for begins, ends in self.counted]
            sentence = _("%(sentence)s: the hall is open %(spans)s") % {
                "sentence": sentence,
                "spans": _(", ").join(spans),
            }
        return sentence

    def as_data(self) -> dict:
        """For a JSON column."""
        return {
            "rule": self.rule,
            "amount": self.amount,
            "measure": str(self.measure),
            "received_at": self.received_at.isoformat(),
            "due_at": self.due_at.isoformat(),
            "skipped_on": [day.isoformat() for day in self.skipped_on],
            "made_up_on": [day.isoformat() for day in self.made_up_on],
            "counted": [[begins.isoformat(), ends.isoformat()] for begins, ends in self.counted],
            "provisional": self.provisional,
        }

    @classmethod
    def from_data(cls, data: Mapping, zone: ZoneInfo) -> "Promise":
        """The inverse of `as_data`, told in the hall's zone; also reads what was stored before rules were rows."""

        def moment(text):
            return datetime.fromisoformat(text).astimezone(zone)

        def days(name):
            return tuple(date.fromisoformat(day) for day in data.get(name, ()))

        if "received_at" in data:
            received_at = moment(data["received_at"])
        else:
            received_at = datetime.combine(date.fromisoformat(data["received_on"]), time.min, tzinfo=zone)
        return cls(
            rule=data["rule"],
            amount=data["amount"] if "amount" in data else data["days"],
            measure=cls.measure_of(data),
            received_at=received_at,
            due_at=moment(data["due_at"]),
            skipped_on=days("skipped_on"),
            made_up_on=days("made_up_on"),
            counted=tuple((moment(begins), moment(ends)) for begins, ends in data.get("counted", ())),
            provisional=data.get("provisional", False),
        )

    @staticmethod
    def measure_of(data: Mapping) -> Measure:
        """In what a stored promise counts; calendar days where nothing was stored."""
        if "measure" in data:
            return Measure(data["measure"])
        return Measure.WORKING_DAYS if data.get("working") else Measure.CALENDAR_DAYS


def length_told(amount: int, measure: Measure) -> str:
    """`5 working days`."""
    match measure:
        case Measure.WORKING_DAYS:
            text = ngettext("%(days)s working day", "%(days)s working days", amount)
        case Measure.CALENDAR_DAYS:
            text = ngettext("%(days)s calendar day", "%(days)s calendar days", amount)
        case Measure.WORKING_HOURS:
            text = ngettext("%(days)s working hour", "%(days)s working hours", amount)
        case _:
            text = ngettext("%(days)s hour", "%(days)s hours", amount)
    return text % {"days": amount}


def _told_days(days):
    """`1 Oct 2025 to 8 Oct 2025, 11 Oct 2025`."""
    parts = [
        _day(first) if first == last else _("%(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}
        for first, last in runs(days)
    ]
    return _(", ").join(map(str, parts))


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _moment(moment: datetime) -> str:
    return f"{_day(moment.date())} {date_format(moment, 'H:i')}"
