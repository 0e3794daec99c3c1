"""Background work on ratings; the schedule stands in settings."""

import logging

from celery import shared_task
from django.utils import timezone

from ratings import flagging, phone

log = logging.getLogger(__name__)


@shared_task(name="ratings.flag_ratings")
def flag_ratings(**kwargs):
    """Every two minutes: let the rules of `ratings.integrity` look at what changed; a lost run is made up for."""
    raised = flagging.flag_ratings(at=timezone.now())
    if raised:
        log.info("raised %s flags on ratings", raised)


@shared_task(name="ratings.forget_phones")
def forget_phones(**kwargs):
    """Every hour: what is known of phones goes after a day, also where no phone comes any more."""
    phone.forget_uses(at=timezone.now())
