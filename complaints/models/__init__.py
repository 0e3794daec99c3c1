"""What the listening desk stores."""

from complaints.models.callback import CallBack
from complaints.models.canned import CannedAnswer
from complaints.models.cause import Cause
from complaints.models.event import TicketEvent, move_choices
from complaints.models.loop import Appeal, AppealDecision, Verification
from complaints.models.petitioner import Petitioner, PetitionerDisclosure
from complaints.models.sequence import TicketSequence
from complaints.models.ticket import Ticket, TicketQuerySet
from complaints.models.time_limit import TimeLimit
from complaints.models.tracking import TrackingTry
from complaints.models.unit import Unit

__all__ = [
    "Appeal",
    "AppealDecision",
    "CallBack",
    "CannedAnswer",
    "Cause",
    "Petitioner",
    "PetitionerDisclosure",
    "Ticket",
    "TicketEvent",
    "TicketQuerySet",
    "TicketSequence",
    "TimeLimit",
    "TrackingTry",
    "Unit",
    "Verification",
    "move_choices",
]
