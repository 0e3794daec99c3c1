"""What a queue or case system tells about visits; telling it twice changes nothing."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import Hall
from ratings.cleaning import UNSTORABLE
from ratings.clocks import parse_moment
from ratings.items import MAX_CASE_NO
from ratings.models import Visit

UNKNOWN = _("Not known in this hall.")


class InvalidVisit(DomainError):
    """Some field of the visit cannot be used; `fields` says which."""

    code = "invalid"
    message = _("Some of this is not right.")


def record_visit(*, hall: Hall, case_no: str, told: dict, at: datetime) -> tuple[Visit, bool]:
    """Create or complete the visit; returns it and whether it is new. `told` is untrusted JSON of contract.md.

    Raises `InvalidVisit` with the fields at fault; nothing is stored then.
    """
    values = read_visit(hall, case_no, told)
    with transaction.atomic():
        visit, created = Visit.objects.select_for_update().get_or_create(
            hall=hall, case_no=case_no, defaults={**values, "changed_at": at}
        )
        changed = {name: value for name, value in values.items() if getattr(visit, name) != value}
        if not created and changed:
            for name, value in changed.items():
                setattr(visit, name, value)
            visit.changed_at = at
            visit.save()
    return visit, created


def read_visit(hall, case_no, told) -> dict:
    """The model's values from what was told; windows, staff and items by the hall's own numbers."""
    problems = {}
    if not 0 < len(case_no) <= MAX_CASE_NO or UNSTORABLE.search(case_no):
        problems["case_no"] = [_("1 to 50 characters.")]
    values = {
        "window": _look_up(hall.windows, "number", told.get("window"), "window", problems, required=True),
        "staff": _look_up(hall.staff, "staff_no", told.get("staff"), "staff", problems),
        "item": _look_up(hall.items, "code", told.get("item"), "item", problems),
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


def _look_up(rows, column, value, name, problems, *, required=False):
    if value in (None, "") and not required:
        return None
    if isinstance(value, str) and len(value) <= 40 and not UNSTORABLE.search(value):
        found = rows.filter(**{column: value}).first()
        if found:
            return found
    problems[name] = [UNKNOWN]
    return None


def _moment(value, name, problems, *, required=False):
    if value is None and not required:
        return None
    moment = parse_moment(value)
    if moment is None:
        problems[name] = [_("A date and time with its zone, such as 2026-11-23T09:15:00+08:00.")]
    return moment
