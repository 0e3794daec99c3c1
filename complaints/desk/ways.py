"""From where a ticket stands to a move that is not the next one: the steps between, where they need nothing. Pure.

Somebody who drags a fresh matter to 办理中 means: accept it and handle it. Each step is still a move of the table with
its own permission and its own line in the history; this only saves the clicks.
"""

from collections.abc import Container

from complaints.workflow import MOVES, Move, Status, allowed

# Steps that somebody may be carried over: they need nothing to be told and decide nothing that is another's to decide.
STEPPING = ("accept", "take", "sign_for", "resume")
LONGEST = 3


def way_to(move: Move, status: str, permissions: Container[str], *, attempts: int = 0) -> list[Move]:
    """The moves to make, the asked one last; empty when it cannot be reached by stepping moves alone."""
    fringe: list[tuple[str, list[Move]]] = [(status, [])]
    seen = {status}
    while fringe:
        stands, made = fringe.pop(0)
        moves = allowed(Status(stands), permissions, attempts=attempts)
        if move in moves:
            return [*made, move]
        if len(made) + 1 >= LONGEST:
            continue
        for step in moves:
            if step.name in STEPPING and step.target is not None and step.target not in seen:
                seen.add(step.target)
                fringe.append((step.target, [*made, step]))
    return []


def reachable(status: str, permissions: Container[str], *, attempts: int = 0) -> list[tuple[Move, list[Move]]]:
    """Every move that can be made now or by stepping, with its way; the direct ones first, in the table's order."""
    ways = [(row, way_to(row, status, permissions, attempts=attempts)) for row in MOVES if row.sources]
    return sorted(((row, way) for row, way in ways if way), key=lambda pair: len(pair[1]))


def hands_over(move: Move) -> bool:
    """Whether the move gives the ticket to somebody: what the key A means."""
    return move.name in ("assign", "dispatch", "redispatch")


def stops_clock(move: Move) -> bool:
    """Whether it is the wait for the citizen."""
    return move.target == Status.WAITING


def needs_words(move: Move) -> bool:
    """Whether a form must be filled in; the others are made at once."""
    return bool(move.needs or getattr(move, "needs_one", ()) or move.publishes)


def is_note(move: Move) -> bool:
    """A note or a call: it stands in the composer, not among the next steps."""
    return move.name in ("note", "contact")
