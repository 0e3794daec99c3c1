"""Visits, as a queue or case system reports them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall, ServiceItem, StaffMember, Window


class Visit(models.Model):
    """Somebody was served at a window; a visit allows one rating, a later one is a follow-up (追评)."""

    hall_path = "hall"

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        ACCEPTED = "accepted", _("accepted")
        SUPPLEMENT = "supplement", _("papers to be supplied")
        RETURNED = "returned", _("returned")
        NOT_DONE = "not_done", _("could not be done")
        CONSULTED = "consulted", _("consulted")

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="visits")
    case_no = models.CharField(_("case number"), max_length=50)
    window = models.ForeignKey(
        Window,
        verbose_name=_("window"),
        on_delete=models.PROTECT,
        db_index=False,
        related_name="visits",
    )
    staff = models.ForeignKey(
        StaffMember,
        verbose_name=_("staff member"),
        null=True,
        on_delete=models.PROTECT,
        related_name="visits",
    )
    item = models.ForeignKey(
        ServiceItem,
        verbose_name=_("service item"),
        null=True,
        on_delete=models.PROTECT,
        related_name="visits",
    )
    called_at = models.DateTimeField(_("called at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-called_at"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "case_no"], name="visit_case_no_unique_in_hall"),
        ]
        indexes = [
            models.Index(fields=["hall", "called_at"], name="visits_of_hall_by_time"),
            models.Index(fields=["window", "called_at"], name="visits_of_window_by_time"),
            models.Index(fields=["changed_at"], name="visits_changed_since"),
        ]

    def __str__(self):
        return self.case_no
