"""Putting people on duty; the database refuses overlaps, here they become a sentence."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import StaffMember, Window
from ratings.models import Duty


class DutyOverlap(DomainError):
    """The person or the seat is taken in that time."""

    code = "duty_overlap"
    status = 409
    message = _("The person or the window is already taken in that time.")


def assign_duty(*, window: Window, staff: StaffMember, starts_at: datetime, ends_at: datetime | None = None) -> Duty:
    """Put the person at the window for `[starts_at, ends_at)`; None means until further notice.

    Raises `DutyOverlap`, also when another writer was first; DomainError `invalid_duty` for halls that differ.
    """
    return _store(Duty(window=window, staff=staff, starts_at=starts_at, ends_at=ends_at))


def assign_duties(duties: list[Duty]) -> None:
    """Store a roster at once, with its history; raises `DutyOverlap` and stores nothing when two of them collide."""
    try:
        with transaction.atomic():
            # Django's own bulk_create keeps no history; simple-history's helper does.
            Duty.history.bulk_history_create(Duty.objects.bulk_create(duties), batch_size=500)
    except IntegrityError:
        raise DutyOverlap from None


def end_duty(*, duty: Duty, at: datetime) -> Duty:
    """The person leaves the window at that moment.

    Raises DomainError `invalid_duty` for a moment before the duty began, `DutyOverlap` for one inside the next duty.
    """
    duty.ends_at = at
    return _store(duty)


def _store(duty):
    """Check and save; an overlap is one failure, whether it was seen before or only by the database."""
    try:
        duty.full_clean()
        with transaction.atomic():
            duty.save()
    except IntegrityError:
        raise DutyOverlap from None
    except ValidationError as error:
        codes = {problem.code for problem in error.error_dict.get("__all__", [])}
        if "duty_overlap" in codes:
            raise DutyOverlap from None
        raise DomainError(" ".join(error.messages), code="invalid_duty") from None
    return duty
