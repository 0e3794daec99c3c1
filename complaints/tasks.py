"""Background work of the desk; the schedule stands in settings."""

from celery import shared_task
from django.utils import timezone

from complaints import entrusted, opening, petitioners, recomputing


@shared_task(name="complaints.sweep_bad_ratings")
def sweep_bad_ratings(**kwargs):
    """Open tickets for bad ratings that have none; safe to run at any time, any number of times."""
    opening.sweep_bad_ratings(at=timezone.now())


@shared_task(name="complaints.forget_entrusted")
def forget_entrusted(**kwargs):
    """Delete what visitors entrusted and nobody needs any more; safe to run at any time, any number of times."""
    entrusted.forget_entrusted(at=timezone.now())


@shared_task(name="complaints.forget_petitioners")
def forget_petitioners(**kwargs):
    """Delete who brought a matter that was closed long ago; safe to run at any time, any number of times."""
    petitioners.forget_petitioners(at=timezone.now())


@shared_task(name="complaints.recompute_provisional")
def recompute_provisional(**kwargs):
    """Reckon provisional promises anew when a notice was typed in; safe to run at any time, any number of times."""
    recomputing.recompute_provisional(at=timezone.now())
