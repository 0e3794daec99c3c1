"""Making a move from the desk's pages: with the steps between, all or nothing."""

from datetime import datetime

from django.db import transaction

from complaints.desk.ways import way_to
from complaints.forms import MoveForm
from complaints.models import Ticket
from complaints.moving import may_move, move_ticket
from complaints.workflow import Move, Status, allowed
from feedback_site.models import User


def way_for(*, ticket: Ticket, row: Move, user: User) -> list[Move]:
    """The moves that lead this person from where the ticket stands to `row`, which is the last; empty for no way."""
    return way_to(row, ticket.status, may_move(ticket, user), attempts=ticket.callback_attempts)


def moves_now(*, ticket: Ticket, user: User) -> list[Move]:
    """The moves that this person may make now."""
    return allowed(ticket.status, may_move(ticket, user), attempts=ticket.callback_attempts)


def move_form(data=None, *, row: Move, ticket: Ticket, actor: User, draft: str = "", initial=None) -> MoveForm:
    """The form of a move for this person."""
    return MoveForm(data, row=row, ticket=ticket, draft=draft, initial=initial)


def go(*, ticket: Ticket, row: Move, actor: User, at: datetime, expected_status: str, **told) -> Ticket:
    """Make the move and the steps before it in one transaction; returns the ticket as it is afterwards.

    The way is the one from `expected_status`, as it was offered. Raises what `move_ticket` raises; nothing is written
    then, not even the steps.
    """
    known = expected_status if expected_status in Status else ticket.status
    way = way_to(row, known, may_move(ticket, actor), attempts=ticket.callback_attempts) or [row]
    seen = expected_status
    with transaction.atomic():
        for step in way[:-1]:
            ticket = move_ticket(ticket=ticket, move=step.name, actor=actor, at=at, expected_status=seen)
            seen = ticket.status
        return move_ticket(ticket=ticket, move=row.name, actor=actor, at=at, expected_status=seen, **told)
