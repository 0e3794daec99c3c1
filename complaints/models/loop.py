"""The loop of bad ratings (差评核实、申诉复核): findings, appeals, decisions. All are appended, none changes."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.ticket import Ticket
from complaints.vocabulary import PROPOSING, Finding
from feedback_site.models import User
from ratings.models import RatingExclusion


class Appended(models.Model):
    """A row that is written once (a trigger holds it against every writer)."""

    class Meta:
        abstract = True

    def save(self, **kwargs):
        if not self._state.adding:
            raise PermissionDenied(_("What was found or decided is never edited."))
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise PermissionDenied(_("What was found or decided is never deleted."))


class VerificationQuerySet(models.QuerySet):
    """Questions about findings."""

    def last(self):
        """Those that no later one of the same ticket replaces."""
        later = Verification.objects.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def proposing(self):
        """Those by which the rating should not count, and on which nobody decided yet."""
        decided = RatingExclusion.objects.filter(rating=OuterRef("ticket__rating"))
        return self.last().filter(~Exists(decided), finding__in=sorted(PROPOSING))

    def not_about(self, user):
        """Without those about the person asking: they read theirs on a page of their own."""
        return self.exclude(ticket__staff__user=user)


class Verification(Appended):
    """What somebody outside the window found out about a bad rating; the rating itself never changes.

    The last one of a ticket counts. One that an upheld appeal brought names the appeal.
    """

    hall_path = "ticket__hall"

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.PROTECT, related_name="verifications")
    round = models.PositiveSmallIntegerField(_("round"), help_text=_("Which answer it is about, the first is 1."))
    finding = models.CharField(_("finding"), max_length=12, choices=Finding)
    words = models.TextField(_("facts"), help_text=_("How it was verified and what was found; stays inside."))
    words_to_rated = models.TextField(
        _("words to the person rated"),
        blank=True,
        help_text=_("What the person rated reads. Nothing from which can be seen who complained."),
    )
    actor = models.ForeignKey(User, verbose_name=_("verified by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    appeal = models.OneToOneField(
        "Appeal",
        verbose_name=_("appeal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="new_finding",
        help_text=_("The upheld appeal that this finding comes from."),
    )

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding about a bad rating")
        verbose_name_plural = _("findings about bad ratings")
        ordering = ["at", "id"]
        permissions = [("verify_ticket", "Can verify bad ratings")]
        indexes = [models.Index(fields=["ticket", "id"], name="verifications_of_ticket")]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "round"],
                condition=Q(appeal=None),
                name="verified_once_a_round",
                violation_error_message=_("This bad rating has been verified already."),
            ),
            models.CheckConstraint(
                condition=Q(finding__in=Finding.values),
                name="finding_known",
                violation_error_message=_("Choose one of the findings."),
            ),
        ]

    def __str__(self):
        return f"{self.ticket} · {self.get_finding_display()}"

    @property
    def proposes_exclusion(self):
        """Whether the rating should not count by this finding; an auditor decides."""
        return self.finding in PROPOSING


class AppealQuerySet(models.QuerySet):
    """Questions about appeals."""

    def undecided(self):
        """Those that wait for a reviewer."""
        return self.filter(decision=None)

    def not_about(self, user):
        """Without the asking person's own."""
        return self.exclude(verification__ticket__staff__user=user)


class Appeal(Appended):
    """What the person rated says against a finding (申诉), with grounds, once, within the time for it."""

    hall_path = "verification__ticket__hall"

    verification = models.OneToOneField(
        Verification, verbose_name=_("finding"), on_delete=models.PROTECT, related_name="appealed"
    )
    grounds = models.TextField(_("grounds"))
    actor = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    due_at = models.DateTimeField(_("decision due"))
    promise = models.JSONField(default=dict, editable=False)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal against a finding")
        verbose_name_plural = _("appeals against findings")
        ordering = ["at", "id"]
        permissions = [("decide_appeal", "Can decide appeals")]

    def __str__(self):
        return str(self.verification)


class AppealDecision(Appended):
    """What an independent reviewer decided on an appeal (复核); upheld, it comes with a new finding."""

    hall_path = "appeal__verification__ticket__hall"

    appeal = models.OneToOneField(Appeal, verbose_name=_("appeal"), on_delete=models.PROTECT, related_name="decision")
    upheld = models.BooleanField(_("upheld"))
    words = models.TextField(_("reasons"), help_text=_("Read by the person rated, too: nothing about who complained."))
    actor = models.ForeignKey(User, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("decision on an appeal")
        verbose_name_plural = _("decisions on appeals")

    def __str__(self):
        return str(self.appeal)
