"""Call backs (回访): what the citizen says of the answer, by telephone or on the page."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.ticket import Ticket
from complaints.workflow import Mark, Solved
from feedback_site.models import User


class CallBack(models.Model):
    """One try to hear what the citizen says of an answer; appended, never edited or deleted.

    A reached one is valid (有效回访) and says all three: was the citizen contacted while it was handled, is it solved,
    and the mark. The three rates (domain.md B.4) count the last valid one of each ticket.
    """

    hall_path = "ticket__hall"

    class Way(models.TextChoices):
        """How the citizen was asked."""

        PHONE = "phone", _("telephone")
        WEB = "web", _("on the page")
        DESK = "desk", _("at the desk")
        MESSAGE = "message", _("message")

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.PROTECT, related_name="callbacks")
    round = models.PositiveSmallIntegerField(_("round"), help_text=_("Which answer it is about, the first is 1."))
    way = models.CharField(_("way"), max_length=8, choices=Way, default=Way.PHONE)
    reached = models.BooleanField(_("reached"))
    contacted = models.BooleanField(_("was contacted while handled"), null=True, blank=True)
    solved = models.CharField(_("solved"), max_length=8, choices=Solved, blank=True)
    mark = models.CharField(_("mark"), max_length=16, choices=Mark, blank=True)
    actor = models.ForeignKey(
        User, verbose_name=_("by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("call back")
        verbose_name_plural = _("call backs")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reached=True, contacted__isnull=False) & ~Q(solved="") & ~Q(mark="")
                | Q(reached=False, contacted=None, solved="", mark=""),
                name="reached_callback_says_all",
                violation_error_message=_("A call back that reached the citizen says all three, another nothing."),
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "at", "id"], name="callbacks_of_ticket_by_time"),
            models.Index(fields=["at"], condition=Q(reached=True), name="valid_callbacks_by_time"),
        ]

    def __str__(self):
        return f"{self.ticket} · {self.round}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise PermissionDenied(_("A call back is never edited."))
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise PermissionDenied(_("A call back is never deleted."))
