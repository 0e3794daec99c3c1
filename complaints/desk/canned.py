"""Filling a canned answer with what a ticket knows."""

from complaints.models import CannedAnswer, Ticket
from complaints.models.canned import PLACE
from complaints.timeline import until
from feedback_site.zones import zone


def canned_of(ticket: Ticket):
    """Those of the ticket's hall, in their order."""
    return CannedAnswer.objects.filter(hall=ticket.hall_id, is_active=True).order_by("position", "name")


def filled(text: str, ticket: Ticket) -> str:
    """The text with its places filled; one that the ticket cannot fill stays, so that the officer sees it."""
    told = {
        "number": ticket.number,
        "due": until(ticket.due_at, zone(ticket.hall.timezone)),
        "window": str(ticket.window) if ticket.window_id else "",
        "hall": ticket.hall.name,
        "title": ticket.title,
    }
    return PLACE.sub(lambda found: told.get(found[1]) or found[0], text)
