"""Questions to the table, answered from values alone."""

from collections.abc import Container

from complaints.workflow.table import MOVES
from complaints.workflow.vocabulary import Move

_BY_NAME = {move.name: move for move in MOVES}


def find_move(name: str) -> Move | None:
    """The move of that name; None for anything else, whatever it is."""
    return _BY_NAME.get(name) if isinstance(name, str) else None


def moves_from(status: str) -> list[Move]:
    """The moves that lead out of (or happen in) a status, in the table's order."""
    return [move for move in MOVES if status in move.sources]


def allowed(status: str, permissions: Container[str], *, attempts: int = 0) -> list[Move]:
    """The moves that somebody with these permissions may make from here after so many calls in vain."""
    return [move for move in moves_from(status) if move.permission in permissions and attempts >= move.attempts_needed]


def why_not(move: Move, status: str, permissions: Container[str], *, attempts: int = 0) -> str:
    """The code of the first rule against the move, "" if there is none.

    `permission_denied` comes first: whoever may not make a move learns nothing about the ticket by trying.
    """
    if move.permission not in permissions:
        return "permission_denied"
    if status not in move.sources or attempts < move.attempts_needed:
        return "move_not_allowed"
    return ""
