"""Typing in a year's notice: the days that differ from Monday to Friday, as lines that people can paste and read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from feedback_site.models import CalendarDay, CalendarYear
from feedback_site.working_days import SATURDAY

LINE = re.compile(r"(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})(?:\s+(?P<name>\S.{0,39}))?")
NAME_LENGTH = 40


@dataclass(frozen=True)
class SpecialDay:
    """One line of the notice."""

    day: date
    is_working: bool
    name: str


def read_lines(text: str, *, year: int, is_working: bool) -> list[SpecialDay]:
    """Days from lines such as `10-01 国庆节`; raises `ValidationError` that names each line which makes no sense.

    A day off must be a weekday and a made-up working day a weekend day: anything else changes nothing and is a slip.
    """
    found, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(_read_line(line.strip(), year, is_working))
        except ValueError as problem:
            problems.append(_("Line %(number)s: %(problem)s") % {"number": number, "problem": problem})
    days = [special.day for special in found]
    problems += [
        _("%(day)s stands there twice.") % {"day": f"{day:%m-%d}"} for day in sorted(set(days)) if days.count(day) > 1
    ]
    if problems:
        raise ValidationError(problems)
    return found


def write_lines(days: Iterable[CalendarDay], *, is_working: bool) -> str:
    """The inverse of `read_lines`."""
    return "\n".join(f"{row.day:%m-%d} {row.name}".strip() for row in days if row.is_working is is_working)


def set_days(*, year: CalendarYear, days: Iterable[SpecialDay]) -> None:
    """Make these the special days of the year; each row that changes, comes or goes keeps its history."""
    wanted = {special.day: special for special in days}
    with transaction.atomic():
        for row in year.days.all():
            special = wanted.pop(row.day, None)
            if special is None:
                row.delete()
            elif (row.is_working, row.name) != (special.is_working, special.name):
                row.is_working, row.name = special.is_working, special.name
                row.save()
        for special in wanted.values():
            CalendarDay.objects.create(year=year, day=special.day, is_working=special.is_working, name=special.name)


def _read_line(line, year, is_working):
    match = LINE.fullmatch(line)
    if match is None:
        raise ValueError(_("write it like 10-01 and then the name."))
    try:
        day = date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(_("there is no such day.")) from None
    if (day.weekday() >= SATURDAY) is not is_working:
        raise ValueError(
            _("this is not on a weekend, so it works anyway.") if is_working else _("this is on a weekend anyway.")
        )
    return SpecialDay(day, is_working, match["name"] or "")
