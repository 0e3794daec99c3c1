"""Moving tickets: the only code that writes `Ticket.status`, and the history line that goes with it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.deadlines import Aim
from complaints.errors import FieldInvalid, FieldMissing, MoveNotAllowed, PermissionDenied, TicketChanged
from complaints.models import Ticket, TicketEvent
from complaints.promising import columns, longest_extension, promises_for, put_off_columns, step_columns
from complaints.verifying import check_verified
from complaints.workflow import FINISHED, Clock, Field, Move, Permission, Status, find_move, why_not
from feedback_site.models import User
from ratings.cleaning import clean_comment

A_YEAR = timedelta(days=366)


def move_ticket(
    *,
    ticket: Ticket,
    move: str,
    actor: User,
    at: datetime,
    expected_status: str | None = None,
    public_text: str = "",
    internal_text: str = "",
    reason: str = "",
    handler: User | None = None,
    due_at: datetime | None = None,
) -> Ticket:
    """Make one move of the table and write its event; returns the ticket as it is afterwards.

    `expected_status` is where the actor saw the ticket (default: where `ticket` was when it was loaded).
    Whether the actor may see the ticket at all is the edge's question (`feedback_site.scoping.visible`).
    Raises `MoveNotAllowed`, `TicketChanged`, `PermissionDenied`, `FieldMissing`, `FieldInvalid`; nothing is
    written then. Safe for any number of clerks at once: of moves made from the same sight, one wins.
    """
    row = find_move(move)
    if row is None or not row.sources:
        raise MoveNotAllowed()
    seen = expected_status or ticket.status
    with transaction.atomic():
        now = Ticket.objects.select_related("hall").get(pk=ticket.pk)
        _check_may(row, now, actor)
        if now.status != seen:
            raise TicketChanged()
        if why_not(row, now.status, {row.permission}, attempts=now.callback_attempts):
            raise MoveNotAllowed()
        if row.publishes or row.target == Status.CLOSED:
            check_verified(now)
        told = _Told(row, now, at, public_text, internal_text, reason, handler, due_at)
        target = row.lands_on(Status(now.status))
        changes = _changes(row, now, target, actor, at, told)
        won = Ticket.objects.filter(pk=now.pk, status=seen, revision=now.revision).update(
            status=target, revision=F("revision") + 1, **changes
        )
        if not won:
            raise TicketChanged()
        TicketEvent.objects.create(
            ticket=now,
            move=row.name,
            from_status=now.status,
            to_status=target,
            actor=actor,
            at=at,
            handler=told.handler,
            reason=told.reason,
            public_text=told.public_text,
            internal_text=told.internal_text,
            visible_to_citizen=row.visible_to_citizen,
            due_before=now.due_at,
            due_after=changes.get("due_at", now.due_at),
        )
    return Ticket.objects.get(pk=now.pk)


def may_move(ticket: Ticket, actor: User) -> set[str]:
    """The permissions of the table that the actor holds on this ticket; none on a ticket about the actor."""
    if ticket.staff_id and ticket.staff_id == getattr(getattr(actor, "staff_member", None), "pk", None):
        return set()
    return {permission for permission in Permission if actor.has_perm(permission)}


def _check_may(row, ticket, actor):
    if row.permission not in may_move(ticket, actor):
        raise PermissionDenied()


class _Told:
    """What the actor told, cleaned and checked against what the move needs."""

    def __init__(self, row: Move, ticket, at, public_text, internal_text, reason, handler, due_at):
        self._problems: dict[str, list[str]] = {}
        self.public_text = self._text(Field.PUBLIC_TEXT, public_text)
        self.internal_text = self._text(Field.INTERNAL_TEXT, internal_text)
        self.reason = reason if row.reasons else ""
        self.handler = handler if Field.HANDLER in row.needs else None
        self.due_at = due_at if Field.DUE_AT in row.needs else None
        missing = [field for field in row.needs if not getattr(self, field)]
        if missing:
            raise FieldMissing(fields={field.value: [_("This is needed.")] for field in missing})
        if not row.visible_to_citizen and Field.PUBLIC_TEXT not in row.needs and self.public_text:
            self._problem(Field.PUBLIC_TEXT, _("This step is not shown to the citizen."))
        if row.reasons and self.reason not in row.reasons.values:
            self._problem(Field.REASON, _("Choose one of the reasons."))
        if self.handler and not _can_handle(self.handler, ticket):
            self._problem(Field.HANDLER, _("Choose somebody of this hall who handles tickets."))
        if self.due_at:
            self._check_extension(ticket, at)
        if self._problems:
            raise FieldInvalid(fields=self._problems)
        if row.publishes and not self.public_text:
            self.public_text = draft_of(ticket)

    def _check_extension(self, ticket, at):
        longest = longest_extension(ticket)
        last = longest.due_at if longest else at + A_YEAR
        if not (max(at, ticket.due_at) < self.due_at <= last):
            words = _("An extension ends after the time promised so far, and by %(day)s at the latest.")
            last_day = date_format((last - timedelta(microseconds=1)).date(), "SHORT_DATE_FORMAT")
            self._problem(Field.DUE_AT, words % {"day": last_day})

    def _text(self, field, text):
        clean, flags = clean_comment(text.strip())
        if "comment_cut" in flags:
            self._problem(field, _("At most 2,000 characters."))
        return clean

    def _problem(self, field, sentence):
        self._problems.setdefault(field.value, []).append(sentence)


def draft_of(ticket: Ticket) -> str:
    """The words of the answer that waits for approval, "" if there is none."""
    answers = TicketEvent.objects.filter(ticket=ticket, move="answer").order_by("-at", "-id")
    return answers.values_list("public_text", flat=True).first() or ""


def _can_handle(user, ticket):
    return (
        user.is_active
        and user.hall_id == ticket.hall_id
        and user.has_perm(Permission.HANDLE)
        and Permission.HANDLE in may_move(ticket, user)
    )


def _changes(row, ticket, target, actor, at, told):
    """The columns that change with the move, `status` and `revision` apart."""
    changes = {}
    if row.contacts and ticket.contacted_at is None:
        changes["contacted_at"] = at
    if row.attempts:
        changes["callback_attempts"] = F("callback_attempts") + 1
    if row.takes and ticket.handler_id is None:
        changes["handler"] = actor
    if row.frees:
        changes["handler"] = None
    if told.handler:
        changes["handler"] = told.handler
    if told.due_at:
        changes["asked_due_at"] = told.due_at
    if ticket.closed_at is None and target in FINISHED:
        changes["closed_at"] = at
    if target not in FINISHED:
        changes["closed_at"] = None
    return changes | _clock_changes(row, ticket, target, at, told)


def _clock_changes(row, ticket, target, at, told):
    changes = {}
    stood = max(at - ticket.paused_at, timedelta(0)) if ticket.paused_at else timedelta(0)
    if ticket.paused_at and target != Status.WAITING:
        changes["paused_at"] = None
        changes["paused_seconds"] = ticket.paused_seconds + int(stood.total_seconds())
    match row.clock:
        case Clock.PAUSE:
            changes["paused_at"] = at
        case Clock.RESUME:
            changes |= put_off_columns(ticket, at)
        case Clock.EXTEND:
            changes["due_at"] = ticket.asked_due_at
            changes["asked_due_at"] = None
        case Clock.END if told.public_text:
            changes["answered_at"] = at
        case Clock.START:
            changes |= _new_promises(ticket, at)
    if target != ticket.status:
        changes |= step_columns(ticket, target, at)
    return changes


def _new_promises(ticket, at):
    """A matter taken up again gets a new promise; whoever was never spoken to is also promised a contact
    anew.
    """
    made = promises_for(ticket, at)
    if ticket.contacted_at is not None:
        made.pop(Aim.CONTACT, None)
    return {"answered_at": None, "callback_attempts": 0, **columns(made, ticket)}
