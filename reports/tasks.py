"""What the worker does for reports. Thin: a lost task is made up for by the next sweep."""

import logging

from celery import shared_task
from django.utils import timezone

from feedback_site.errors import DomainError
from feedback_site.models import Hall
from feedback_site.zones import zone
from reports.building import build_running, build_week, sweep_late
from reports.models import BuildReason
from reports.weeks import InvalidWeek, Week

log = logging.getLogger(__name__)


@shared_task(name="reports.build_last_week")
def build_last_week(**kwargs):
    """Monday morning: one task per active hall for the week that has just ended there."""
    now = timezone.now()
    for hall in Hall.objects.filter(is_active=True):
        week = Week.containing(now, zone(hall.timezone)).previous()
        build_hall_week.delay(hall=hall.code, week=week.label)


@shared_task(name="reports.build_hall_week")
def build_hall_week(hall=None, week=None, **kwargs):
    """Build one week of one hall, both named as in addresses; what cannot be is logged and left."""
    found = Hall.objects.filter(code=hall).first() if isinstance(hall, str) and "\0" not in hall else None
    if found is None or not isinstance(week, str):
        log.warning("build_hall_week: no such hall, or not a week")
        return
    try:
        build_week(hall=found, week=Week.parse(week), at=timezone.now(), reason=BuildReason.SCHEDULED)
    except (InvalidWeek, DomainError) as refusal:
        log.warning("build_hall_week: %s", refusal.code)


@shared_task(name="reports.sweep_late_ratings")
def sweep_late_ratings(**kwargs):
    """Every hour: build what is missing, and again what late ratings touched."""
    for hall, weeks in sweep_late(at=timezone.now()).items():
        if weeks:
            log.info("swept hall %s: %s", hall, ", ".join(weeks))


@shared_task(name="reports.build_running_weeks")
def build_running_weeks(**kwargs):
    """Every few minutes: the running week as it stands, so that a tap is seen before Monday."""
    build_running(at=timezone.now())
