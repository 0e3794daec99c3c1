"""Ratings as they were given, what became of them, and what could not be taken."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall, StaffMember, Window
from ratings.models.judgement import RatingExclusion
from ratings.models.reason import Reason
from ratings.models.tablet import Tablet
from ratings.models.visit import Visit
from ratings.scale import BAD, FACE_SET_VERSION, SCALE_VERSION, Channel, Level


class RatingQuerySet(models.QuerySet):
    """Questions about ratings."""

    def counted(self):
        """Those that make up a person's figures: given by a visitor, the first of the visit, not excluded."""
        return self.not_excluded().filter(is_default=False, ordinal=1)

    def not_excluded(self):
        """Those about which no exclusion stands."""
        # `exclusion=None` would be a join whose size PostgreSQL guesses as one row: 5 s instead of 13 ms at a million.
        return self.filter(~Exists(RatingExclusion.objects.standing().filter(rating=OuterRef("pk"))))

    def bad(self):
        """差评: the last two levels."""
        return self.filter(level__in=BAD)


class Rating(models.Model):
    """One tap of a visitor; stored once whatever is re-sent, completed within a minute, never edited.

    `id` is made on the tablet at the tap. `rated_at` is the moment of the tap on the server's clock (see
    `ratings.clocks`), the tablet's own word is kept beside it. `staff` is the person on duty at the window at that
    moment; a later correction of a duty does not touch it.
    """

    hall_path = "hall"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hall = models.ForeignKey(
        Hall,
        verbose_name=_("hall"),
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
    )
    window = models.ForeignKey(
        Window,
        verbose_name=_("window"),
        on_delete=models.PROTECT,
        db_index=False,
        related_name="ratings",
    )
    staff = models.ForeignKey(
        StaffMember,
        verbose_name=_("staff member"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="ratings",
    )
    tablet = models.ForeignKey(
        Tablet,
        verbose_name=_("tablet"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="ratings",
    )
    visit = models.ForeignKey(
        Visit,
        verbose_name=_("visit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ratings",
    )
    seq = models.BigIntegerField(_("number on the tablet"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    comment = models.TextField(_("comment"), blank=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.TABLET)
    language = models.CharField(_("language"), max_length=8, blank=True)
    modes = models.JSONField(_("modes"), default=list, blank=True)
    rated_at = models.DateTimeField(_("rated at"))
    tablet_rated_at = models.DateTimeField(_("tablet's time of the tap"), null=True, blank=True)
    sent_at = models.DateTimeField(_("tablet's time of sending"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))
    changed_at = models.DateTimeField(_("changed at"))
    answered_ms = models.PositiveIntegerField(_("time to the tap (ms)"), null=True, blank=True)
    ordinal = models.PositiveSmallIntegerField(
        _("ordinal"),
        default=1,
        help_text=_("1: the rating of the visit; 2: a follow-up rating (追评)."),
    )
    is_default = models.BooleanField(_("default rating"), default=False)
    scale_version = models.CharField(_("scale version"), max_length=16, default=SCALE_VERSION)
    face_set_version = models.CharField(_("face set version"), max_length=16, default=FACE_SET_VERSION)
    flags = models.JSONField(_("flags"), default=dict, blank=True)
    content_hash = models.CharField(max_length=64, editable=False, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-rated_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="rating_level_known"),
            models.CheckConstraint(condition=Q(ordinal__gte=1), name="rating_ordinal_from_one"),
        ]
        indexes = [
            models.Index(fields=["hall", "-rated_at", "-id"], name="ratings_of_hall_by_time"),
            models.Index(fields=["staff", "rated_at"], name="ratings_of_staff_by_time"),
            models.Index(fields=["window", "rated_at"], name="ratings_of_window_by_time"),
            models.Index(fields=["-rated_at", "-id"], name="ratings_by_time"),
            models.Index(fields=["changed_at"], name="ratings_changed_since"),
            models.Index(
                fields=["changed_at"],
                condition=Q(level__in=BAD),
                name="bad_ratings_changed_since",
            ),
            # For lists of what is rare: the usual tap is in none of these, and costs nothing more to store.
            models.Index(
                fields=["level", "-rated_at", "-id"],
                include=["hall"],
                condition=Q(level__lt=Level.VERY_SATISFIED),
                name="ratings_below_the_best",
            ),
            models.Index(
                fields=["channel", "-rated_at", "-id"],
                include=["hall"],
                condition=~Q(channel=Channel.TABLET),
                name="ratings_of_other_channels",
            ),
            models.Index(
                fields=["-rated_at", "-id"],
                include=["hall", "is_default", "ordinal"],
                condition=Q(is_default=True) | Q(ordinal__gt=1),
                name="ratings_that_do_not_count",
            ),
        ]

    def __str__(self):
        return f"{self.get_level_display()} · {self.window}"

    @property
    def is_excluded(self):
        """Whether a reviewer's decision stands that it does not count."""
        return hasattr(self, "exclusion") and not hasattr(self.exclusion, "reversal")

    @property
    def is_counted(self):
        """Whether it makes up a person's figures; for many rows ask `counted()`."""
        return not self.is_default and self.ordinal == 1 and not self.is_excluded


class RatingReason(models.Model):
    """A reason tapped with a rating; the word as shown is the `Reason`'s, in the rating's language."""

    hall_path = "rating__hall"

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="reason_links")
    reason = models.ForeignKey(Reason, verbose_name=_("reason"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("reason of a rating")
        verbose_name_plural = _("reasons of ratings")
        constraints = [models.UniqueConstraint(fields=["rating", "reason"], name="reason_once_per_rating")]

    def __str__(self):
        return str(self.reason)


class RatingVersion(models.Model):
    """What a rating said before the visitor changed it (点错了，改一改); appended, never edited."""

    hall_path = "rating__hall"

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="versions")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    comment = models.TextField(_("comment"), blank=True)
    reason_codes = models.JSONField(_("reasons"), default=list)
    content_hash = models.CharField(max_length=64, editable=False)
    replaced_at = models.DateTimeField(_("replaced at"))

    class Meta:
        verbose_name = _("earlier version of a rating")
        verbose_name_plural = _("earlier versions of ratings")
        ordering = ["replaced_at", "id"]

    def __str__(self):
        return str(self.get_level_display())


class QuarantinedRating(models.Model):
    """What a tablet sent and the rules refused, word for word: nothing a citizen gave is dropped (D4)."""

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="+")
    tablet = models.ForeignKey(
        Tablet,
        verbose_name=_("tablet"),
        null=True,
        on_delete=models.PROTECT,
        related_name="quarantined",
    )
    code = models.CharField(_("why"), max_length=32)
    raw = models.TextField(_("as it was sent"))
    raw_hash = models.CharField(max_length=64, editable=False)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("quarantined rating")
        verbose_name_plural = _("quarantined ratings")
        ordering = ["-received_at", "-id"]
        constraints = [
            # A re-sent refusal is the same refusal, kept once.
            models.UniqueConstraint(fields=["tablet", "raw_hash", "code"], name="quarantined_once"),
        ]

    def __str__(self):
        return f"{self.code} · {self.received_at:%Y-%m-%d %H:%M}"
