"""The board's columns: which status stands where (ux/README D1). Pure."""

from enum import IntEnum

from complaints.workflow import OPEN, Move, Status

S = Status


class Column(IntEnum):
    """A column by its key on the keyboard, from left to right."""

    TAKE_IN = 1  # 待受理: nobody works on it yet
    IN_HAND = 2  # 办理中
    WAITING = 3  # 等群众补充: the clock stands
    CALL_BACK = 4  # 待回访


STATUSES: dict[Column, tuple[Status, ...]] = {
    Column.TAKE_IN: (S.REGISTERED, S.ACCEPTED, S.DISPATCHED, S.RETURN_REVIEW),
    Column.WAITING: (S.WAITING,),
    Column.CALL_BACK: (S.CALLBACK,),
}
# Whatever else is open is being worked on: a status that is added later is never lost from the board.
STATUSES[Column.IN_HAND] = tuple(
    status for status in Status if status in OPEN and not any(status in group for group in STATUSES.values())
)
_COLUMN_OF = {status: column for column, group in STATUSES.items() for status in group}


def column_of(status: str) -> Column | None:
    """Where a ticket of that status stands; None for one that is finished."""
    return _COLUMN_OF.get(Status(status))


def target_column(move: Move, status: str) -> Column | None:
    """Into which column the move brings a ticket of that status; None when it leaves the board or stays."""
    if move.target is None:
        return None
    return column_of(move.target)
