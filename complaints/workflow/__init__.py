"""The life of a ticket as one table: which moves exist, from where, by whom, with what, and what they do to
the clocks.

Buttons, forms, API answers, the diagram in docs/workflow.md and the tests all come from `MOVES`. This package
decides from values alone: it queries nothing, reads no clock and knows no HTTP.
"""

from complaints.workflow.questions import allowed, find_move, moves_from, why_not
from complaints.workflow.table import MOVES
from complaints.workflow.vocabulary import (
    FINISHED,
    OPEN,
    TERMINAL,
    Category,
    Clock,
    ClosedWithoutCall,
    Content,
    Field,
    Grade,
    Mark,
    Move,
    Permission,
    RejectionReason,
    Solved,
    Status,
    SystemEvent,
    WaitingReason,
)

__all__ = [
    "FINISHED",
    "MOVES",
    "OPEN",
    "TERMINAL",
    "Category",
    "Clock",
    "ClosedWithoutCall",
    "Content",
    "Field",
    "Grade",
    "Mark",
    "Move",
    "Permission",
    "RejectionReason",
    "Solved",
    "Status",
    "SystemEvent",
    "WaitingReason",
    "allowed",
    "find_move",
    "moves_from",
    "why_not",
]
