"""What is thought of a rating: flags raised by rules, decisions signed by reviewers. Appended, never in it."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall, User
from ratings.integrity import Rule


class Appended(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    def save(self, **kwargs):
        if not self._state.adding:
            raise PermissionDenied(_("What was noted about a rating is never edited."))
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise PermissionDenied(_("What was noted about a rating is never deleted."))


class RatingFlag(Appended):
    """A rule of `ratings.integrity` fired for a rating, on these values, as far as was known then.

    The rating stays as it is and counts; it is told beside. A flag is never taken back: what came to be known later
    (visits that were reported late, say) is for the reviewer to weigh.
    """

    hall_path = "rating__hall"

    rating = models.ForeignKey(
        "ratings.Rating",
        verbose_name=_("rating"),
        on_delete=models.PROTECT,
        db_index=False,
        related_name="suspicions",
    )
    rule = models.CharField(_("rule"), max_length=24, choices=Rule)
    values = models.JSONField(_("values"), default=dict)
    raised_at = models.DateTimeField(_("raised at"))

    class Meta:
        verbose_name = _("flag of a rating")
        verbose_name_plural = _("flags of ratings")
        ordering = ["raised_at", "id"]
        constraints = [models.UniqueConstraint(fields=["rating", "rule"], name="flag_once_per_rule")]
        indexes = [models.Index(fields=["raised_at"], name="flags_raised_since")]

    def __str__(self):
        return str(self.get_rule_display())


class FlagSweep(models.Model):
    """The claim to look through the changes of one hall: whoever does locks this row, so sweeps never interleave."""

    hall_path = "hall"

    hall = models.OneToOneField(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="flag_sweep")
    examined_until = models.DateTimeField(_("examined until"), null=True)

    class Meta:
        verbose_name = _("search for flags")
        verbose_name_plural = _("searches for flags")

    def __str__(self):
        return str(self.hall)


class RatingExclusionQuerySet(models.QuerySet):
    """Questions about exclusions."""

    def standing(self):
        """Those that nobody took back."""
        return self.filter(~Exists(ExclusionReversal.objects.filter(exclusion=OuterRef("pk"))))


class RatingExclusion(Appended):
    """A reviewer's signed decision that a rating does not count; the rating itself stays as it is."""

    hall_path = "rating__hall"

    rating = models.OneToOneField(
        "ratings.Rating",
        verbose_name=_("rating"),
        on_delete=models.PROTECT,
        related_name="exclusion",
    )
    reason = models.TextField(
        _("reason"),
        help_text=_("Why this rating must not count, for everybody who asks."),
    )
    decided_by = models.ForeignKey(User, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided at"))

    objects = RatingExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exclusion of a rating")
        verbose_name_plural = _("exclusions of ratings")

    def __str__(self):
        return self.reason


class ExclusionReversal(Appended):
    """A reviewer's signed decision that an excluded rating counts after all; the exclusion stays to be read."""

    hall_path = "exclusion__rating__hall"

    exclusion = models.OneToOneField(
        RatingExclusion, verbose_name=_("exclusion"), on_delete=models.PROTECT, related_name="reversal"
    )
    reason = models.TextField(_("reason"), help_text=_("Why this rating counts after all, for everybody who asks."))
    decided_by = models.ForeignKey(User, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("reversal of an exclusion")
        verbose_name_plural = _("reversals of exclusions")

    def __str__(self):
        return self.reason
