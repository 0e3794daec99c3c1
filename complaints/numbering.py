"""Ticket numbers such as A-2026-000123: hall, year in the hall's zone, and a number that is given once."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from complaints.models import TicketSequence
from feedback_site.models import Hall
from feedback_site.zones import zone


def reserve_numbers(*, hall: Hall, at: datetime, count: int) -> list[str]:
    """`count` numbers that nobody else gets, in ascending order; an aborted transaction gives them back."""
    year = at.astimezone(zone(hall.timezone)).year
    sequence = TicketSequence.objects.filter(hall=hall, year=year)
    with transaction.atomic():
        # The UPDATE holds the row until the commit: what is read afterwards is this transaction's own end.
        if not sequence.update(highest=F("highest") + count):
            TicketSequence.objects.bulk_create([TicketSequence(hall=hall, year=year)], ignore_conflicts=True)
            sequence.update(highest=F("highest") + count)
        end = sequence.values_list("highest", flat=True).get()
    return [f"{hall.code}-{year}-{number:06d}" for number in range(end - count + 1, end + 1)]
