"""What the owner of a matter is told: what is happening now, what comes next and when, the steps, the hall's words.

Only what is meant for the citizen: no names of people, no internal step, no internal note. Presents; decides and writes
nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.deadlines import Aim
from complaints.entrusted import KEPT_FOR
from complaints.models import Ticket
from complaints.promising import Book
from complaints.workflow import FINISHED, Status
from feedback_site.zones import zone
from ratings.models import CallbackRequest
from ratings.scale import Level

S = Status
# An internal review is told as what it is to the citizen: somebody is at it.
NOW = {
    S.REGISTERED: gettext_lazy("We have it, and will call you"),
    S.ACCEPTED: gettext_lazy("Accepted; we are finding who takes care of it"),
    S.DISPATCHED: gettext_lazy("Accepted; we are finding who takes care of it"),
    S.RETURN_REVIEW: gettext_lazy("Accepted; we are finding who takes care of it"),
    S.IN_PROGRESS: gettext_lazy("Somebody is working on it"),
    S.EXTENSION_REVIEW: gettext_lazy("Somebody is working on it"),
    S.ESCALATED: gettext_lazy("Somebody higher up is working on it"),
    S.WAITING: gettext_lazy("We are waiting for something from you"),
    S.REPLIED: gettext_lazy("The answer is ready and being checked"),
    S.CALLBACK: gettext_lazy("Answered; we will call and ask whether it is solved"),
    S.REWORK: gettext_lazy("We are working on it once more"),
    S.CLOSED: gettext_lazy("Done"),
    S.ARCHIVED: gettext_lazy("Done"),
    S.REJECTED: gettext_lazy("Not accepted; the reason is below"),
    S.WITHDRAWN: gettext_lazy("Withdrawn, as you wished"),
    S.MERGED: gettext_lazy("Goes on together with another of your matters"),
}


class Standing(StrEnum):
    """Where a step stands."""

    DONE = "done"
    CURRENT = "current"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the hall wrote to the citizen."""

    text: str
    when: str
    at: datetime


@dataclass(kw_only=True)
class Step:
    """One step of the way."""

    label: str
    standing: Standing
    detail: str = ""
    words: list[Words] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A whole page of it, in the reader's language, every moment on the hall's clock."""

    number: str
    ticket_number: str
    about: str
    status: str
    now: str
    next: str
    steps: list[Step]


def progress_of(callback: CallbackRequest, at: datetime) -> Progress:
    """How the matter of a call-back stands at that moment; the sweep may not have opened its ticket yet."""
    ticket = getattr(callback.rating, "ticket", None)
    where = zone(callback.rating.hall.timezone)
    status = Status(ticket.status) if ticket else S.REGISTERED
    contact_due = _contact_due(callback, ticket, where)
    return Progress(
        number=callback.receipt,
        ticket_number=ticket.number if ticket else "",
        about=_about(callback.rating),
        status=status if status in (S.REGISTERED, S.WAITING) or status in FINISHED else S.IN_PROGRESS,
        now=str(NOW[status]),
        next=_next(callback, ticket, status, at, where, contact_due),
        steps=_steps(callback, ticket, status, where, contact_due),
    )


def _about(rating):
    """The level and the reasons that the visitor tapped, in the reader's language."""
    links = sorted(rating.reason_links.select_related("reason"), key=lambda link: link.reason.position)
    return " · ".join([str(Level(rating.level).label), *(str(link.reason) for link in links)])


def _contact_due(callback, ticket, where):
    if ticket is not None:
        over = ticket.contacted_at or ticket.answered_at or ticket.status in FINISHED
        return None if over else ticket.contact_due_at
    to_come = Ticket(hall=callback.rating.hall, rating=callback.rating)
    promised = Book.load().promise(to_come, Aim.CONTACT, callback.received_at)
    return promised.due_at if promised else None


def _next(callback, ticket, status, at, where, contact_due):
    if status in FINISHED:
        if ticket.closed_at is None:
            return ""
        gone_on = max(ticket.closed_at, callback.received_at) + KEPT_FOR
        return _("Your number and this code are deleted on %(day)s") % {"day": _day(gone_on, where)}
    if status == S.WAITING:
        return _("The clock stands still until then")
    if contact_due is not None:
        told = {"day": _last_day(contact_due, where)}
        if at < contact_due:
            return _("We call you by %(day)s") % told
        return _("We should have called you by %(day)s. We are sorry; it comes first now") % told
    if status == S.CALLBACK:
        return _("We call you soon")
    told = {"day": _last_day(ticket.due_at, where)}
    if at < ticket.due_at:
        return _("Done by %(day)s at the latest") % told
    return _("It should have been done by %(day)s. We are sorry; we are late") % told


def _steps(callback, ticket, status, where, contact_due):
    told = {"when": _moment(callback.rating.rated_at, where)}
    steps = [Step(label=_("Received"), standing=Standing.DONE, detail=_("%(when)s, rated at the window") % told)]
    words = _words(ticket, where)
    if status in (S.REJECTED, S.WITHDRAWN):
        steps.append(Step(label=str(NOW[status]), standing=Standing.DONE, words=words))
        return steps
    if ticket is not None and ticket.contacted_at:
        steps.append(Step(label=_("Called"), standing=Standing.DONE, detail=_moment(ticket.contacted_at, where)))
    elif contact_due is not None:
        detail = _("by %(day)s") % {"day": _last_day(contact_due, where)}
        steps.append(Step(label=_("We call you"), standing=Standing.LATER, detail=detail))
    finished = status in FINISHED
    answered = finished or status == S.CALLBACK
    steps.append(
        Step(
            label=_("Taken care of"),
            standing=Standing.DONE if answered else Standing.LATER,
            detail="" if answered or ticket is None else _("by %(day)s") % {"day": _last_day(ticket.due_at, where)},
            words=words,
        )
    )
    closed = ticket is not None and finished and ticket.closed_at
    detail = _moment(ticket.closed_at, where) if closed else _("We ask you whether it is solved")
    steps.append(Step(label=_("Done"), standing=Standing.DONE if finished else Standing.LATER, detail=detail))
    for step in steps:
        if step.standing is Standing.LATER:
            step.standing = Standing.CURRENT
            break
    return steps


def _words(ticket: Ticket | None, where):
    if ticket is None:
        return []
    public = ticket.events.filter(visible_to_citizen=True).exclude(public_text="").order_by("at", "id")
    return [Words(text=event.public_text, at=event.at, when=_moment(event.at, where)) for event in public]


def _last_day(due_at, where):
    """The day at whose end a promise ends."""
    return _day(due_at - timedelta(microseconds=1), where)


def _day(moment, where):
    local = localtime(moment, where)
    return _("%(day)s (%(weekday)s)") % {
        "day": date_format(local, "MONTH_DAY_FORMAT"),
        "weekday": date_format(local, "l"),
    }


def _moment(moment, where):
    local = localtime(moment, where)
    return f"{date_format(local, 'MONTH_DAY_FORMAT')} {date_format(local, 'H:i')}"
