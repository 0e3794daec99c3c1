"""The table of moves. To add one: a row here; then `./run manage workflow_diagram`, and the words in the .po
files.
"""

from django.utils.translation import gettext_lazy as _

from complaints.workflow.vocabulary import (
    OPEN,
    TERMINAL,
    Clock,
    ClosedWithoutCall,
    Content,
    Field,
    Move,
    Permission,
    RejectionReason,
    Status,
    WaitingReason,
)

S = Status
ATTEMPTS = 3  # calls in vain before a ticket may be closed without having reached the citizen (domain.md B.2)


def _move(name, label, sources, target, permission=Permission.HANDLE, **rest):
    """One row; what is left out is as in `Move`."""
    return Move(name=name, label=label, sources=frozenset(sources), target=target, permission=permission, **rest)


MOVES: tuple[Move, ...] = (
    # --- taking in ------------------------------------------------------------------------------------------
    _move(
        "register",
        _("Register"),
        (),
        S.REGISTERED,
        Permission.REGISTER,
        clock=Clock.START,
        visible_to_citizen=True,
    ),
    _move("accept", _("Accept"), {S.REGISTERED}, S.ACCEPTED, visible_to_citizen=True),
    _move(
        "answer_on_the_spot",
        _("Answer on the spot"),
        {S.REGISTERED},
        S.CLOSED,
        needs=(Field.PUBLIC_TEXT,),
        clock=Clock.END,
        visible_to_citizen=True,
        takes=True,
    ),
    _move(
        "reject",
        _("Do not accept"),
        {S.REGISTERED},
        S.REJECTED,
        needs=(Field.REASON, Field.PUBLIC_TEXT),
        reasons=RejectionReason,
        clock=Clock.END,
        visible_to_citizen=True,
    ),
    _move(
        "reconsider",
        _("Reconsider"),
        {S.REJECTED},
        S.REGISTERED,
        Permission.REVIEW,
        needs=(Field.INTERNAL_TEXT,),
        clock=Clock.START,
        visible_to_citizen=True,
    ),
    # --- finding who handles it -----------------------------------------------------------------------------
    _move("take", _("Handle it myself"), {S.ACCEPTED}, S.IN_PROGRESS, visible_to_citizen=True, takes=True),
    _move("dispatch", _("Dispatch"), {S.ACCEPTED}, S.DISPATCHED, needs=(Field.HANDLER,), visible_to_citizen=True),
    _move(
        "sign_for",
        _("Sign for it"),
        {S.DISPATCHED, S.REWORK},
        S.IN_PROGRESS,
        visible_to_citizen=True,
        takes=True,
    ),
    _move("return", _("Return with a reason"), {S.DISPATCHED}, S.RETURN_REVIEW, needs=(Field.INTERNAL_TEXT,)),
    _move("agree_return", _("Agree to the return"), {S.RETURN_REVIEW}, S.ACCEPTED, Permission.REVIEW, frees=True),
    _move(
        "disagree_return",
        _("Refuse the return"),
        {S.RETURN_REVIEW},
        S.DISPATCHED,
        Permission.REVIEW,
        needs=(Field.INTERNAL_TEXT,),
    ),
    # --- handling -------------------------------------------------------------------------------------------
    _move(
        "answer",
        _("Write the answer"),
        {S.IN_PROGRESS, S.ESCALATED, S.REWORK},
        S.REPLIED,
        needs=(Field.PUBLIC_TEXT,),
        takes=True,
    ),
    _move(
        "wait_for_citizen",
        _("Stop the clock: wait for the citizen"),
        {S.IN_PROGRESS},
        S.WAITING,
        needs=(Field.REASON, Field.PUBLIC_TEXT),
        reasons=WaitingReason,
        clock=Clock.PAUSE,
        visible_to_citizen=True,
    ),
    _move("resume", _("Go on"), {S.WAITING}, S.IN_PROGRESS, clock=Clock.RESUME, visible_to_citizen=True),
    _move(
        "assign",
        _("Hand to a colleague"),
        {S.IN_PROGRESS, S.ESCALATED, S.REWORK},
        None,
        needs=(Field.HANDLER,),
    ),
    _move(
        "ask_extension",
        _("Ask for an extension"),
        {S.IN_PROGRESS},
        S.EXTENSION_REVIEW,
        needs=(Field.DUE_AT, Field.INTERNAL_TEXT),
    ),
    _move(
        "grant_extension",
        _("Grant the extension"),
        {S.EXTENSION_REVIEW},
        S.IN_PROGRESS,
        Permission.REVIEW,
        needs=(Field.PUBLIC_TEXT,),  # told to the citizen, with the reason: 条例 art. 15
        clock=Clock.EXTEND,
        visible_to_citizen=True,
    ),
    _move(
        "refuse_extension",
        _("Refuse the extension"),
        {S.EXTENSION_REVIEW},
        S.IN_PROGRESS,
        Permission.REVIEW,
        needs=(Field.INTERNAL_TEXT,),
    ),
    _move(
        "escalate",
        _("Escalate"),
        {S.DISPATCHED, S.IN_PROGRESS, S.REWORK},
        S.ESCALATED,
        needs=(Field.INTERNAL_TEXT,),
        visible_to_citizen=True,
    ),
    _move(
        "supervise",
        _("Supervise"),
        {S.ACCEPTED, S.DISPATCHED, S.IN_PROGRESS, S.REWORK},
        S.ESCALATED,
        Permission.SUPERVISE,
        needs=(Field.INTERNAL_TEXT,),
    ),
    # --- the answer -----------------------------------------------------------------------------------------
    _move(
        "approve",
        _("Approve the answer"),
        {S.REPLIED},
        S.CALLBACK,
        Permission.REVIEW,
        clock=Clock.END,
        visible_to_citizen=True,
        publishes=True,
    ),
    _move(
        "send_back",
        _("Send the answer back"),
        {S.REPLIED},
        S.IN_PROGRESS,
        Permission.REVIEW,
        needs=(Field.INTERNAL_TEXT,),
    ),
    # --- the call back --------------------------------------------------------------------------------------
    _move(
        "call_back_reached",
        _("Reached: content, close"),
        {S.CALLBACK},
        S.CLOSED,
        needs=(Field.REASON,),
        reasons=Content,
        visible_to_citizen=True,
    ),
    _move(
        "rework",
        _("Reached: not content, handle again"),
        {S.CALLBACK},
        S.REWORK,
        needs=(Field.INTERNAL_TEXT,),
        clock=Clock.START,
        visible_to_citizen=True,
    ),
    _move("call_back_not_reached", _("Not reached"), {S.CALLBACK}, None, attempts=True),
    _move(
        "close",
        _("Close: called three times in vain"),
        {S.CALLBACK},
        S.CLOSED,
        visible_to_citizen=True,
        attempts_needed=ATTEMPTS,
    ),
    _move(
        "close_without_call",
        _("Close: nobody to call back"),
        {S.CALLBACK},
        S.CLOSED,
        needs=(Field.REASON,),
        reasons=ClosedWithoutCall,
        visible_to_citizen=True,
    ),
    # --- afterwards -----------------------------------------------------------------------------------------
    _move(
        "reopen",
        _("Open again"),
        {S.CLOSED},
        S.ACCEPTED,
        Permission.REVIEW,
        needs=(Field.INTERNAL_TEXT,),
        clock=Clock.START,
        visible_to_citizen=True,
        frees=True,
    ),
    _move("archive", _("Archive"), {S.CLOSED, S.REJECTED}, S.ARCHIVED),
    _move(
        "withdraw",
        _("Withdrawn by the citizen"),
        OPEN - {S.CALLBACK},
        S.WITHDRAWN,
        Permission.REVIEW,
        needs=(Field.INTERNAL_TEXT,),
        clock=Clock.END,
        visible_to_citizen=True,
    ),
    _move(
        "contact",
        _("Note a contact with the citizen"),
        OPEN - {S.CALLBACK},
        None,
        needs=(Field.INTERNAL_TEXT,),
        contacts=True,
    ),
    _move("note", _("Add a note"), frozenset(S) - TERMINAL, None, needs=(Field.INTERNAL_TEXT,)),
)
