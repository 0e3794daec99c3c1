"""The words in which the table is written: statuses, needed fields, permissions, effects on the clocks, legal
reasons.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """Where a ticket stands (domain.md B.2). Late is a question, not a status."""

    REGISTERED = "registered", _("registered")  # 已登记/待受理
    REJECTED = "rejected", _("not accepted")  # 不予受理
    ACCEPTED = "accepted", _("accepted")  # 已受理/待派单
    DISPATCHED = "dispatched", _("dispatched")  # 已派单/待签收
    RETURN_REVIEW = "return_review", _("return under review")  # 退单审核中
    IN_PROGRESS = "in_progress", _("in progress")  # 办理中
    WAITING = "waiting", _("waiting for the citizen")  # 等群众补充
    EXTENSION_REVIEW = "extension_review", _("extension under review")  # 延期审核中
    ESCALATED = "escalated", _("escalated")  # 提级响应/督办
    REPLIED = "replied", _("answer under review")  # 已答复/待审核
    CALLBACK = "callback", _("to be called back")  # 待回访
    REWORK = "rework", _("to be handled again")  # 重办
    CLOSED = "closed", _("closed")  # 办结
    ARCHIVED = "archived", _("archived")  # 归档
    WITHDRAWN = "withdrawn", _("withdrawn")  # 撤诉
    MERGED = "merged", _("merged with another")  # 并入另一件


TERMINAL = frozenset({Status.ARCHIVED, Status.WITHDRAWN, Status.MERGED})
# Nobody owes anything any more, though a closed or rejected matter can be taken up again.
FINISHED = TERMINAL | {Status.CLOSED, Status.REJECTED}
OPEN = frozenset(Status) - FINISHED


class Field(StrEnum):
    """What a move may need to be told."""

    PUBLIC_TEXT = "public_text"
    INTERNAL_TEXT = "internal_text"
    REASON = "reason"
    HANDLER = "handler"
    DUE_AT = "due_at"
    UNIT = "unit"
    CAUSE = "cause"
    REMEDY = "remedy"  # what was done
    INTO = "into"  # the ticket that goes on for both
    CONTACTED = "contacted"
    SOLVED = "solved"
    MARK = "mark"


class Permission(StrEnum):
    """Who may; the roles that hold them are in feedback_site/roles.py."""

    REGISTER = "complaints.register_ticket"
    HANDLE = "complaints.handle_ticket"
    REVIEW = "complaints.review_ticket"
    SUPERVISE = "complaints.supervise_ticket"


class Clock(Enum):
    """What a move does to the promised time for the answer."""

    NONE = "none"
    START = "start"  # a new promise from this moment on
    PAUSE = "pause"  # the citizen's turn: the time until the resume is added to the promise
    RESUME = "resume"
    EXTEND = "extend"  # the time that was asked for becomes the promise
    END = "end"  # the citizen has the answer, or none is owed any more


class RejectionReason(TextChoices):
    """Why a matter is not dispatched: 北京市接诉即办工作条例 art. 11 (1)–(6), and what the citizen is told
    instead.
    """

    EMERGENCY = "emergency", _("emergency: passed to 110, 119, 120 or 122 at once")
    OTHER_LEGAL_WAY = (
        "other_legal_way",
        _("belongs to litigation, arbitration, discipline, review or petition"),
    )
    SAME_DEMAND = "same_demand", _("same demand already in hand or closed, nothing new")
    SECRET = "secret", _("touches state or trade secrets or privacy")
    NOT_PUBLIC_DUTY = "not_public_duty", _("outside public duties: other ways are told")
    UNLAWFUL = "unlawful", _("against the law or public morals")


class WaitingReason(TextChoices):
    """Why the clock is stopped; always shown, never hidden."""

    PAPERS = "papers", _("the citizen supplies papers")
    CITIZEN_AWAY = "citizen_away", _("the citizen asked for a later date")
    FACTS = "facts", _("the citizen clears up a fact")


class Category(TextChoices):
    """What kind of demand it is: 北京市接诉即办工作条例 art. 2, and praise, which owes no answer."""

    CONSULTATION = "consultation", _("question")  # 咨询
    HELP = "help", _("request for help")  # 求助
    COMPLAINT = "complaint", _("complaint")  # 投诉
    REPORT = "report", _("report of misconduct")  # 举报
    SUGGESTION = "suggestion", _("suggestion")  # 建议
    PRAISE = "praise", _("praise")  # 表扬


class Grade(TextChoices):
    """How pressing it is; decides the time limits (domain.md B.3)."""

    EMERGENCY = "emergency", _("emergency: danger to life or property")
    UTILITIES = "utilities", _("water, electricity, gas, heating")
    ORDINARY = "ordinary", _("ordinary")
    COMPLEX = "complex", _("complex")


class Mark(TextChoices):
    """What the citizen says of the answer (回访满意度)."""

    SATISFIED = "satisfied", _("satisfied")
    FAIRLY_SATISFIED = "fairly_satisfied", _("fairly satisfied")
    DISSATISFIED = "dissatisfied", _("dissatisfied")


class Content(TextChoices):
    """The marks with which a call back may close a ticket; somebody not satisfied is handled again."""

    SATISFIED = Mark.SATISFIED.value, Mark.SATISFIED.label
    FAIRLY_SATISFIED = Mark.FAIRLY_SATISFIED.value, Mark.FAIRLY_SATISFIED.label


class Solved(TextChoices):
    """Whether the matter is solved, in the citizen's words on the page."""

    YES = "yes", _("solved")
    PARTLY = "partly", _("solved in part")
    NO = "no", _("not solved")


class ClosedWithoutCall(TextChoices):
    """Why nobody can be called back."""

    ANONYMOUS = "anonymous", _("the rating was anonymous")
    NO_CALL_WANTED = "no_call_wanted", _("the citizen wants no call")


class SystemEvent(TextChoices):
    """Lines of the history that no move writes."""

    RATING_AMENDED = "rating_amended", _("The visitor changed the rating; it is no longer bad")
    CALLBACK_ASKED = "callback_asked", _("The visitor asks to be called back")
    VOICE_LEFT = "voice_left", _("The visitor left a spoken remark")
    CITIZEN_ADDED = "citizen_added", _("The citizen adds")
    URGED = "urged", _("The citizen asks to hurry")
    VERIFIED = "verified", _("Verified the bad rating")
    APPEALED = "appealed", _("Appealed against the finding")
    APPEAL_DECIDED = "appeal_decided", _("Decided on the appeal")
    LIMIT_RECKONED = "limit_reckoned", _("Time limits reckoned anew by the calendar")


@dataclass(frozen=True, kw_only=True)
class Move:
    """One row of the table. `target` None: the status stays as it is. `sources` empty: the ticket does not
    exist yet.
    """

    name: str
    label: LazyText
    sources: frozenset[Status]
    target: Status | None
    permission: Permission
    needs: tuple[Field, ...] = ()
    reasons: type[TextChoices] | None = None
    clock: Clock = Clock.NONE
    visible_to_citizen: bool = False
    attempts_needed: int = 0  # call backs in vain before this move is possible
    attempts: bool = False  # is such a call in vain itself
    contacts: bool = False  # the citizen was spoken to: the promise of a first contact is kept
    publishes: bool = False  # the draft of the answer goes out with this move
    takes: bool = False  # whoever makes the move becomes the handler, unless somebody is already
    frees: bool = False  # nobody is the handler afterwards

    def lands_on(self, status: Status) -> Status:
        """The status after the move was made from `status`."""
        return status if self.target is None else self.target
