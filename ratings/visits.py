"""What a queue or case system tells about visits; telling it twice changes nothing."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import Hall
from ratings.cleaning import UNSTORABLE
from ratings.clocks import parse_moment
from ratings.items import MAX_CASE_NO
from ratings.models import Visit

UNKNOWN = _("Not known in this hall.")
BATCH = 500
# What a queue system names, and by which of the hall's own numbers.
NUMBERED = {"window": ("windows", "number"), "staff": ("staff", "staff_no"), "item": ("items", "code")}


class InvalidVisit(DomainError):
    """Some field of the visit cannot be used; `fields` says which."""

    code = "invalid"
    message = _("Some of this is not right.")


def record_visit(*, hall: Hall, case_no: str, told: dict, at: datetime) -> tuple[Visit, bool]:
    """Create or complete the visit; returns it and whether it is new. `told` is untrusted JSON of contract.md.

    Raises `InvalidVisit` with the fields at fault; nothing is stored then.
    """
    values = read_visit(case_no, told, _directory(hall, [told]))
    with transaction.atomic():
        visit, created = Visit.objects.select_for_update().get_or_create(
            hall=hall, case_no=case_no, defaults={**values, "changed_at": at}
        )
        if not created and _take_over(visit, values, at):
            visit.save()
    return visit, created


def record_visits(*, hall: Hall, told: dict[str, dict], at: datetime) -> None:
    """Create or complete many visits at once: `told` maps case numbers to what `record_visit` takes.

    A few statements for hundreds of visits. Raises `InvalidVisit` for the first that cannot be used, storing nothing.
    """
    directory = _directory(hall, told.values())
    rows = [(case_no, read_visit(case_no, one, directory)) for case_no, one in sorted(told.items())]
    with transaction.atomic():
        for start in range(0, len(rows), BATCH):
            _store(hall, dict(islice(rows, start, start + BATCH)), at)


def _store(hall, values, at):
    """Insert what is new, then lock and compare: what another writer inserted meanwhile is completed, not lost."""
    new = [Visit(hall=hall, case_no=case_no, changed_at=at, **row) for case_no, row in values.items()]
    Visit.objects.bulk_create(new, ignore_conflicts=True)
    fields = list(next(iter(values.values())))
    known = Visit.objects.select_for_update().filter(hall=hall, case_no__in=values).order_by("pk")
    stored = known.values_list("case_no", *fields)
    differing = [case_no for case_no, *row in stored if row != list(values[case_no].values())]
    changed = list(known.filter(case_no__in=differing)) if differing else []
    for visit in changed:
        _take_over(visit, values[visit.case_no], at)
    Visit.objects.bulk_update(changed, [*fields, "changed_at"])


def _take_over(visit, values, at):
    """Give the visit these values; whether any of them was another before."""
    if all(getattr(visit, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(visit, name, value)
    visit.changed_at = at
    return True


def read_visit(case_no, told, directory) -> dict:
    """The model's values from what was told; windows, staff and items by the hall's own numbers."""
    problems = {}
    if not 0 < len(case_no) <= MAX_CASE_NO or UNSTORABLE.search(case_no):
        problems["case_no"] = [_("1 to 50 characters.")]
    values = {
        "window_id": _look_up(directory, "window", told, problems, required=True),
        "staff_id": _look_up(directory, "staff", told, problems),
        "item_id": _look_up(directory, "item", told, problems),
        "called_at": _moment(told.get("called_at"), "called_at", problems, required=True),
        "ended_at": _moment(told.get("ended_at"), "ended_at", problems),
    }
    outcome = told.get("outcome")
    values["outcome"] = outcome if outcome in Visit.Outcome.values else ""
    if outcome not in (None, "") and not values["outcome"]:
        problems["outcome"] = [_("Not one of the outcomes.")]
    if problems:
        raise InvalidVisit(fields=problems)
    return values


def _directory(hall, told: Iterable[dict]) -> dict:
    """The ids of what was named, by name of the field and number; one query for each kind that was named at all."""
    ids = {}
    for name, (rows, column) in NUMBERED.items():
        named = {one.get(name) for one in told if _is_number(one.get(name))}
        found = getattr(hall, rows).filter(**{f"{column}__in": named}).values_list(column, "pk") if named else ()
        ids[name] = dict(found)
    return ids


def _is_number(value):
    return isinstance(value, str) and 0 < len(value) <= 40 and not UNSTORABLE.search(value)


def _look_up(directory, name, told, problems, *, required=False):
    value = told.get(name)
    if value in (None, "") and not required:
        return None
    if _is_number(value) and value in directory[name]:
        return directory[name][value]
    problems[name] = [UNKNOWN]
    return None


def _moment(value, name, problems, *, required=False):
    if value is None and not required:
        return None
    moment = parse_moment(value)
    if moment is None:
        problems[name] = [_("A date and time with its zone, such as 2026-11-23T09:15:00+08:00.")]
    return moment
