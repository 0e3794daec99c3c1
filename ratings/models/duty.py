"""Who sat at which window when."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from feedback_site.models import StaffMember, Window


class DutyQuerySet(models.QuerySet):
    """Questions about duties."""

    def overlapping(self, starts_at, ends_at):
        """Duties that share a moment with `[starts_at, ends_at)`; `ends_at` None means open-ended."""
        duties = self.filter(Q(ends_at=None) | Q(ends_at__gt=starts_at))
        return duties if ends_at is None else duties.filter(starts_at__lt=ends_at)

    def at(self, moment):
        """Duties that hold at the moment; the end is exclusive."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=moment), starts_at__lte=moment)


class Duty(models.Model):
    """One person at one window from `starts_at` until before `ends_at`.

    Neither a person nor a seat can be in two duties at once: the database refuses it (an exclusion constraint on
    PostgreSQL, a trigger on SQLite, see migration 0002), `clean` says so to people beforehand.
    """

    hall_path = "window__hall"

    window = models.ForeignKey(
        Window,
        verbose_name=_("window"),
        on_delete=models.PROTECT,
        related_name="duties",
    )
    staff = models.ForeignKey(
        StaffMember,
        verbose_name=_("staff member"),
        on_delete=models.PROTECT,
        related_name="duties",
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty while the duty goes on."))
    history = HistoricalRecords()

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="duty_ends_after_start",
                violation_error_message=_("A duty ends after it starts."),
            ),
        ]
        indexes = [
            models.Index(fields=["window", "starts_at"], name="duty_at_window"),
            models.Index(fields=["staff", "starts_at"], name="duty_of_staff"),
        ]

    def __str__(self):
        return f"{self.staff} · {self.window}"

    def clean(self):
        if not (self.window_id and self.staff_id and self.starts_at):
            return
        if self.window.hall_id != self.staff.hall_id:
            raise ValidationError(
                _("Window and staff member belong to different halls."),
                code="other_hall",
            )
        others = Duty.objects.exclude(pk=self.pk).overlapping(self.starts_at, self.ends_at)
        if others.filter(staff=self.staff_id).exists():
            raise ValidationError(_("This person is already on duty in that time."), code="duty_overlap")
        if others.filter(window=self.window_id).exists():
            raise ValidationError(
                _("Somebody else is on duty at this window in that time."),
                code="duty_overlap",
            )
