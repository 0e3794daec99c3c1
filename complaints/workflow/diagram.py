"""docs/workflow.md: the table of moves as a diagram and as tables, in English."""

from django.utils.translation import override

from complaints.workflow.table import MOVES
from complaints.workflow.vocabulary import FINISHED, OPEN, TERMINAL, Clock, Move, Status

HEAD = """# The life of a ticket

Made from `complaints/workflow/table.py` by `./run manage workflow_diagram`; a test compares. Do not edit by hand.

Late is not a status but a question (`Ticket.objects.overdue(at)`). Every move is one row of the table and is made by
`complaints.moving.move_ticket` alone; two events are written by the system: `register` of a bad rating, and
`rating_amended` when the visitor changed a rating that has a ticket.
"""


def workflow_document() -> str:
    """The whole document."""
    with override("en"):
        return "\n".join([HEAD, *_diagram(), "", *_statuses(), "", *_moves()]) + "\n"


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    for move in MOVES:
        if not move.sources:
            lines.append(f"    [*] --> {move.target}: {move.name}")
        lines += [
            f"    {source} --> {move.target}: {move.name}"
            for source in _in_order(move.sources)
            if move.target not in (None, source, Status.WITHDRAWN)
        ]
    return [
        *lines,
        *(f"    {status} --> [*]" for status in _in_order(TERMINAL)),
        "```",
        "",
        "Left out for legibility: moves that stay where they are, and `withdraw`; the tables have them.",
    ]


def _statuses() -> list[str]:
    return [
        "## Statuses",
        "",
        "| status | in words | owed something | moves |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{status}` | {status.label} | {'yes' if status in OPEN else 'no'} | {_leaving(status)} |"
            for status in Status
        ),
    ]


def _leaving(status: Status) -> str:
    return ", ".join(f"`{move.name}`" for move in MOVES if status in move.sources) or "–"


def _moves() -> list[str]:
    return [
        "## Moves",
        "",
        "| move | in words | from | to | permission | needs | clock | citizen sees it | also |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| `{move.name}` | {move.label} | {_from(move)} | {_to(move)} | `{move.permission}` "
            f"| {_needs(move)} | {_clock(move)} | {'yes' if move.visible_to_citizen else 'no'} | {_also(move)} |"
            for move in MOVES
        ),
        "",
        "## Reasons to choose from",
        "",
        *(
            f"* `{move.name}`: " + "; ".join(f"`{value}` {label}" for value, label in move.reasons.choices)
            for move in MOVES
            if move.reasons
        ),
    ]


def _from(move: Move) -> str:
    for name, statuses in [("anywhere but the end", frozenset(Status) - TERMINAL), ("anywhere unfinished", OPEN)]:
        if move.sources == statuses:
            return name
    return ", ".join(f"`{status}`" for status in _in_order(move.sources)) or "–"


def _to(move: Move) -> str:
    return f"`{move.target}`" if move.target else "stays"


def _needs(move: Move) -> str:
    return ", ".join(f"`{field}`" for field in move.needs) or "–"


def _clock(move: Move) -> str:
    return "–" if move.clock is Clock.NONE else move.clock.value


def _also(move: Move) -> str:
    notes = [
        ("the mover becomes the handler if there is none", move.takes),
        ("no handler afterwards", move.frees),
        ("counts as the first contact", move.contacts),
        ("counts as a call in vain", move.attempts),
        (f"only after {move.attempts_needed} calls in vain", bool(move.attempts_needed)),
        ("sends out the drafted answer", move.publishes),
        ("closes", move.target in FINISHED - TERMINAL),
    ]
    return "; ".join(note for note, applies in notes if applies) or "–"


def _in_order(statuses: frozenset[Status]) -> list[Status]:
    return [status for status in Status if status in statuses]
