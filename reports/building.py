"""Building weeks: from ratings to sums, with the same few statements at any number of staff and ratings."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import Hall
from feedback_site.zones import zone
from ratings.models import Duty, Rating, RatingFlag, Visit
from reports.models import BuildReason, WeekBuild, WeeklySummary
from reports.sums import store_sums
from reports.weeks import Week

# What the sums mean; raise it when their definition changes.
CODE_VERSION = "sums-2"  # 2: flagged are those that a rule of ratings.integrity marked and that count
# A change is stamped before its transaction commits; visible this much later, it is still found.
OVERLAP = timedelta(minutes=15)


class WeekNotStarted(DomainError):
    code = "week_not_started"
    message = _("This week has not started yet.")


class WeekBeforeLaunch(DomainError):
    code = "week_before_launch"
    message = _("The hall had no duty, visit or rating yet in this week.")


@dataclass(frozen=True)
class Built:
    """What a build did: how many rows it wrote in all, how many of them replaced an earlier revision."""

    rows: int
    revised: int
    is_final: bool


def build_week(*, hall: Hall, week: Week, at: datetime, reason: str = "") -> Built:
    """Bring the summaries of one hall and week in line with the ratings as they are now.

    Writes only for those whose sums differ, so a second run writes nothing: a new revision where the week was final,
    in place where it still ran when it was built last. `reason` is a `BuildReason`. A week that still runs is built as
    it stands and is not final. Raises `WeekNotStarted` and `WeekBeforeLaunch`.
    """
    _refuse_other_times(hall, week, at)
    with transaction.atomic():
        claim = _claim(hall, week)
        rows = store_sums(
            hall_id=hall.pk,
            week_starts_on=week.starts_on,
            bounds=week.bounds(zone(hall.timezone)),
            at=at,
            code_version=CODE_VERSION,
            reason=reason,
            was_final=claim.is_final,
        )
        revised = _make_newest_current(hall, week) if rows else 0
        claim.built_at = claim.data_as_of = at
        claim.is_final = week.has_ended(at, zone(hall.timezone))
        claim.code_version = CODE_VERSION
        claim.save()
    return Built(rows=rows, revised=revised, is_final=claim.is_final)


def sweep_late(*, at: datetime) -> dict[str, list[str]]:
    """Build every ended week that is missing, and again those whose ratings or visits changed since.

    Gives the labels of the weeks built, by hall code. Safe at any time and any number of times at once.
    """
    return {hall.code: _sweep_hall(hall, at) for hall in Hall.objects.filter(is_active=True)}


def build_running(*, at: datetime) -> int:
    """Bring the running week of every active hall up to date, for who looks at it meanwhile; returns rows written."""
    written = 0
    for hall in Hall.objects.filter(is_active=True):
        # A hall that has not opened yet has no week to show.
        with suppress(WeekBeforeLaunch):
            written += build_week(hall=hall, week=Week.containing(at, zone(hall.timezone)), at=at).rows
    return written


def launched_at(hall: Hall) -> datetime | None:
    """The moment of the hall's first duty, visit or rating."""
    firsts = [
        Rating.objects.filter(hall=hall).aggregate(first=Min("rated_at"))["first"],
        Visit.objects.filter(hall=hall).aggregate(first=Min("called_at"))["first"],
        Duty.objects.filter(window__hall=hall).aggregate(first=Min("starts_at"))["first"],
    ]
    return min((first for first in firsts if first), default=None)


def _refuse_other_times(hall, week, at):
    if not week.has_started(at, zone(hall.timezone)):
        raise WeekNotStarted
    launch = launched_at(hall)
    if launch is None or week.has_ended(launch, zone(hall.timezone)):
        raise WeekBeforeLaunch


def _claim(hall, week):
    """The build's row, locked until the end of the transaction: two builds of one week follow each other."""
    WeekBuild.objects.bulk_create([WeekBuild(hall=hall, week_starts_on=week.starts_on)], ignore_conflicts=True)
    return WeekBuild.objects.select_for_update().get(hall=hall, week_starts_on=week.starts_on)


def _make_newest_current(hall, week):
    """Hand `is_current` from the replaced revisions to the new ones; in two steps, lest two be current."""
    rows = WeeklySummary.objects.filter(hall=hall, week_starts_on=week.starts_on)
    same = WeeklySummary.objects.filter(
        hall=hall, week_starts_on=week.starts_on, staff=OuterRef("staff"), revision__gt=OuterRef("revision")
    )
    replaced = rows.current().filter(Exists(same)).update(is_current=False)
    if replaced:
        rows.filter(~Exists(same), is_current=False).update(is_current=True)
    return replaced


def _sweep_hall(hall, at):
    launch = launched_at(hall)
    if launch is None:
        return []
    hall_zone = zone(hall.timezone)
    last = Week.containing(at, hall_zone).previous()
    first = Week.containing(launch, hall_zone)
    builds = WeekBuild.objects.filter(hall=hall, is_final=True)
    known = dict(builds.values_list("week_starts_on", "data_as_of"))
    due = set(_mondays(first, last)) - set(known)
    if known:
        due |= _touched(hall, hall_zone, min(known.values()) - OVERLAP) & set(known)
    built = []
    for monday in sorted(due):
        week = Week.starting(monday)
        build_week(hall=hall, week=week, at=at, reason=BuildReason.LATE if monday in known else BuildReason.SCHEDULED)
        built.append(week.label)
    # Nothing else changed up to now: the next sweep need not look further back.
    builds.filter(data_as_of__lt=at).update(data_as_of=at)
    return built


def _touched(hall, hall_zone, since):
    """Mondays of the weeks in which something changed since then, or was flagged.

    A flag says itself when it was raised: it leaves the rating untouched, its `changed_at` included.
    """
    mondays = set()
    for rows, moment in (
        (Rating.objects.filter(hall=hall, changed_at__gte=since), "rated_at"),
        (Visit.objects.filter(hall=hall, changed_at__gte=since), "called_at"),
        (RatingFlag.objects.filter(rating__hall=hall, raised_at__gte=since), "rating__rated_at"),
    ):
        weeks = rows.order_by().annotate(week=TruncWeek(moment, tzinfo=hall_zone)).values_list("week", flat=True)
        mondays |= {week.date() for week in weeks.distinct()}
    return mondays


def _mondays(first, last):
    week = first
    while week <= last:
        yield week.starts_on
        week = week.next()
