"""A hall with people, ratings and visits in a few words, for the tests of the week."""

import uuid
from datetime import UTC, datetime, timedelta

from feedback_site.models import Hall, StaffMember, User, Window
from ratings.models import Duty, ExclusionReversal, Rating, RatingExclusion, RatingFlag, Visit
from reports.weeks import Week

WEEK = Week.parse("2026-W47")
MONDAY = datetime(2026, 11, 15, 16, tzinfo=UTC)  # 00:00 in Shanghai
NEXT_MONDAY = MONDAY + timedelta(days=7)
MONDAY_SIX = NEXT_MONDAY + timedelta(hours=6)  # when beat builds
TUESDAY_TEN = MONDAY + timedelta(days=1, hours=10)


def a_hall(code="A", timezone="Asia/Shanghai"):
    """An active hall with window 1."""
    hall = Hall.objects.create(code=code, name=f"Hall {code}", timezone=timezone)
    Window.objects.create(hall=hall, number="1", name="counter")
    return hall


def a_person(hall, number="X1", **fields):
    return StaffMember.objects.create(hall=hall, staff_no=number, name=f"Person {number}", **fields)


def on_duty(staff, window=None, *, since=MONDAY - timedelta(weeks=20), until=None):
    return Duty.objects.create(staff=staff, window=window or staff.hall.windows.first(), starts_at=since, ends_at=until)


def rating(staff, level=5, at=TUESDAY_TEN, **fields):
    """An unsaved rating at the hall's first window."""
    hall = fields.pop("hall", None) or staff.hall
    fields.setdefault("window_id", _window_of(hall))
    fields.setdefault("received_at", at)
    fields.setdefault("changed_at", fields["received_at"])
    return Rating(id=uuid.uuid4(), hall=hall, staff=staff, level=level, rated_at=at, **fields)


def rate(staff, levels="5", at=TUESDAY_TEN, **fields):
    """Store one rating per digit: `rate(staff, "5541")`."""
    return Rating.objects.bulk_create([rating(staff, int(level), at, **fields) for level in levels])


def exclude(rating, at=TUESDAY_TEN):
    """Exclude a rating as the service does: a row of its own, and the rating marked as changed."""
    reviewer, _ = User.objects.get_or_create(username="reviewer")
    RatingExclusion.objects.create(rating=rating, reason="a test", decided_by=reviewer, decided_at=at)
    Rating.objects.filter(pk=rating.pk).update(changed_at=at)


def take_back(rating, at=TUESDAY_TEN):
    """Take the exclusion of a rating back as the service does."""
    signed = RatingExclusion.objects.get(rating=rating)
    ExclusionReversal.objects.create(exclusion=signed, reason="a test", decided_by=signed.decided_by, decided_at=at)
    Rating.objects.filter(pk=rating.pk).update(changed_at=at)


def flag(rating, *rules, at=TUESDAY_TEN):
    """Flag a rating as the sweep does, which leaves the rating alone."""
    for rule in rules or ("burst",):
        RatingFlag.objects.create(rating=rating, rule=rule, raised_at=at)


def visits(staff, count, at=TUESDAY_TEN, changed_at=None):
    return Visit.objects.bulk_create(
        Visit(
            hall=staff.hall,
            case_no=uuid.uuid4().hex,
            window_id=_window_of(staff.hall),
            staff=staff,
            called_at=at,
            changed_at=changed_at or at,
        )
        for _ in range(count)
    )


def _window_of(hall):
    return Window.objects.filter(hall=hall).values_list("pk", flat=True).first()
