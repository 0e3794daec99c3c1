"""Tickets put where a test needs them, and what a move needs to be told."""

from datetime import timedelta

from complaints.models import Ticket
from complaints.workflow import FINISHED, Field, Status
from tests.factories import TicketFactory


def put(ticket, status, at, **more):
    """The ticket as it stands in `status`, with what the constraints ask for."""
    more.setdefault("paused_at", at if status == Status.WAITING else None)
    more.setdefault("closed_at", at if status in FINISHED else None)
    if status == Status.MERGED and "merged_into" not in more:
        more["merged_into"] = TicketFactory(hall=ticket.hall)
    Ticket.objects.filter(pk=ticket.pk).update(status=status, **more)
    return Ticket.objects.get(pk=ticket.pk)


def told(row, officer, at):
    """What the move needs."""
    values = {
        Field.PUBLIC_TEXT: "您好，已经改好。",
        Field.INTERNAL_TEXT: "核实清单",
        Field.REASON: row.reasons.values[0] if row.reasons else "",
        Field.HANDLER: officer,
        Field.DUE_AT: at + timedelta(days=30),
    }
    return {field.value: values[field] for field in row.needs}
