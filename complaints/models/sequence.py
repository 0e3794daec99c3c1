"""The numbers that tickets carry."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall


class TicketSequence(models.Model):
    """The highest ticket number of a hall and year; one UPDATE reserves a block, so that no number is given
    twice.

    Numbers have gaps: a block whose tickets another worker opened first stays unused.
    """

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    highest = models.PositiveBigIntegerField(_("highest number"), default=0)

    class Meta:
        verbose_name = _("sequence of ticket numbers")
        verbose_name_plural = _("sequences of ticket numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "year"],
                name="one_sequence_per_hall_and_year",
                violation_error_message=_("This hall already numbers its tickets in this year."),
            )
        ]

    def __str__(self):
        return f"{self.hall} {self.year}: {self.highest}"
