"""The history of a ticket."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.ticket import Ticket
from complaints.workflow import MOVES, Status, SystemEvent
from feedback_site.models import User


def move_choices():
    """Moves and system events with their labels; a callable, so that a new move needs no migration."""
    return [(move.name, move.label) for move in MOVES] + list(SystemEvent.choices)


class TicketEvent(models.Model):
    """One line of a ticket's history; appended, never edited or deleted (a trigger holds it against every
    writer).
    """

    hall_path = "ticket__hall"

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.PROTECT, related_name="events")
    move = models.CharField(_("move"), max_length=32, choices=move_choices)
    from_status = models.CharField(_("from"), max_length=16, choices=Status, blank=True)
    to_status = models.CharField(_("to"), max_length=16, choices=Status)
    actor = models.ForeignKey(
        User, verbose_name=_("by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    handler = models.ForeignKey(
        User, verbose_name=_("handed to"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    public_text = models.TextField(_("words to the citizen"), blank=True)
    internal_text = models.TextField(_("internal note"), blank=True)
    visible_to_citizen = models.BooleanField(_("visible to the citizen"), default=False)
    due_before = models.DateTimeField(_("due before"), null=True, blank=True)
    due_after = models.DateTimeField(_("due after"), null=True, blank=True)

    class Meta:
        verbose_name = _("event of a ticket")
        verbose_name_plural = _("events of tickets")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="events_of_ticket_by_time"),
            models.Index(fields=["-at", "-id"], name="latest_events"),  # what the board says others did just now
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(move=SystemEvent.RATING_AMENDED),
                name="amended_rating_noted_once",
                violation_error_message=_("This ticket already says that its rating was changed."),
            ),
            models.UniqueConstraint(
                fields=["ticket", "move"],
                condition=Q(move__in=[SystemEvent.CALLBACK_ASKED, SystemEvent.VOICE_LEFT]),
                name="entrusted_noted_once",
                violation_error_message=_("This ticket already says what its visitor entrusted."),
            ),
        ]

    def __str__(self):
        return f"{self.ticket} · {self.get_move_display()}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise PermissionDenied(_("The history of a ticket is never edited."))
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise PermissionDenied(_("The history of a ticket is never deleted."))

    @classmethod
    def noting(cls, event, *, ticket, at):
        """The line, not stored yet, for what happened to a ticket without moving it."""
        return cls(
            ticket=ticket,
            move=event,
            from_status=ticket.status,
            to_status=ticket.status,
            at=at,
            due_before=ticket.due_at,
            due_after=ticket.due_at,
        )
