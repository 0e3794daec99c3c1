"""When a hall is open, written as one line: `1-5 09:00-12:00; 1-5 13:30-17:00; 6 09:00-12:00`. Pure.

Days are ISO weekdays (1 Monday … 7 Sunday), times the hall's own. Holidays and make-up working days (调休) are not
known here: the calendar of working days is an issue of its own, see `complaints.deadlines`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

USUAL = "1-5 09:00-17:00"  # 朝九晚五: the hours most halls announce; a hall writes its own
_SPAN = re.compile(r"([1-7])(?:-([1-7]))? ([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])")


class InvalidHours(ValueError):
    """The line cannot be read as opening hours."""


@dataclass(frozen=True, slots=True)
class Span:
    """On these weekdays from `opens` until before `closes`."""

    weekdays: range
    opens: time
    closes: time


@cache
def parse(text: str) -> tuple[Span, ...]:
    """The spans of the line; an empty line has none. Raises `InvalidHours`."""
    return tuple(_span(part.strip()) for part in text.split(";")) if text.strip() else ()


def is_open(text: str, local: datetime, *, around: timedelta = timedelta(0)) -> bool:
    """Whether the hall is open at a moment of its own clock, or was or will be within `around`; empty: always."""
    spans = parse(text)
    return not spans or any(_holds(span, local.replace(tzinfo=None), around) for span in spans)


def validate_hours(text: str) -> None:
    """For the model field."""
    try:
        parse(text)
    except InvalidHours:
        raise ValidationError(_("Write the hours like 1-5 09:00-17:00."), code="invalid_hours") from None


def _span(part):
    match = _SPAN.fullmatch(part)
    if match is None:
        raise InvalidHours(part)
    first, last = int(match[1]), int(match[2] or match[1])
    try:
        opens, closes = time.fromisoformat(match[3]), time.fromisoformat(match[4])
    except ValueError:
        raise InvalidHours(part) from None
    if first > last or opens >= closes:
        raise InvalidHours(part)
    return Span(range(first, last + 1), opens, closes)


def _holds(span, local, around):
    """Asked of yesterday and tomorrow too, for `around` may reach over midnight."""
    for day in (local.date() + timedelta(days=shift) for shift in (-1, 0, 1)):
        opens, closes = datetime.combine(day, span.opens), datetime.combine(day, span.closes)
        if day.isoweekday() in span.weekdays and opens - around <= local < closes + around:
            return True
    return False
