"""Tablets and the one-time codes that enrol them; only hashes of secrets are stored."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall, User, Window


class TabletQuerySet(models.QuerySet):
    """Questions about tablets."""

    def enrolled(self):
        """Tablets whose token is still good."""
        return self.filter(revoked_at=None)


class Tablet(models.Model):
    """A device at a window; its token is 256 random bits of which only the SHA-256 is stored (reliability.md D18).

    A tablet keeps its window for life: moving it means enrolling it anew, so that each of its ratings belongs to the
    window it was enrolled for, however late it arrives. The old row may finish sending (`drains_until`), no more.
    """

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="tablets")
    window = models.ForeignKey(
        Window,
        verbose_name=_("window"),
        on_delete=models.PROTECT,
        related_name="tablets",
    )
    number = models.PositiveSmallIntegerField(
        _("number in the hall"),
        null=True,
        blank=True,
        help_text=_("1 to 99, part of the receipts that the tablet makes; empty: it makes none."),
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    enrolled_at = models.DateTimeField(_("enrolled at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    highest_seq = models.BigIntegerField(_("highest number"), default=0)
    gaps = models.JSONField(_("missing numbers"), default=list, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    queued = models.PositiveIntegerField(_("waiting on the tablet"), null=True, blank=True)
    reported_seq = models.BigIntegerField(_("highest number on the tablet"), null=True, blank=True)
    app_version = models.CharField(_("app version"), max_length=40, blank=True)
    storage_persisted = models.BooleanField(_("storage is persistent"), null=True, blank=True)
    battery = models.FloatField(_("battery"), null=True, blank=True, help_text=_("0 to 1"))
    clock_offset_seconds = models.FloatField(_("clock offset (s)"), null=True, blank=True)
    queued_earlier = models.PositiveIntegerField(_("waiting from an earlier enrolment"), null=True, blank=True)
    set_aside = models.PositiveIntegerField(_("set aside on the tablet"), null=True, blank=True)
    queue_since = models.DateTimeField(_("queue not shorter since"), null=True, blank=True)
    # Base64 of a P-256 SPKI; empty: an old tablet, or one on plain HTTP, which cannot sign.
    public_key = models.CharField(max_length=200, blank=True, editable=False)
    forged_at = models.DateTimeField(_("last sent without its key"), null=True, blank=True)
    forked_at = models.DateTimeField(_("last number used twice"), null=True, blank=True)
    predecessor = models.ForeignKey(
        "self",
        verbose_name=_("in the place of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="successors",
    )
    # After it was replaced or moved, what was given before may still come in until then: numbers up to `drain_seq`
    # where the device told it, else taps from before the end.
    drains_until = models.DateTimeField(_("may finish sending until"), null=True, blank=True)
    drain_seq = models.BigIntegerField(_("highest number it may finish"), null=True, blank=True)

    objects = TabletQuerySet.as_manager()
    is_authenticated = True  # what DRF asks of a principal; a tablet is never a Django user

    class Meta:
        verbose_name = _("tablet")
        verbose_name_plural = _("tablets")
        ordering = ["hall", "window", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "number"],
                condition=Q(revoked_at=None),
                name="tablet_number_once_in_a_hall",
                violation_error_message=_("Another enrolled tablet of this hall has this number."),
            ),
            models.CheckConstraint(
                condition=Q(number=None) | Q(number__range=(1, 99)), name="tablet_number_of_two_digits"
            ),
        ]

    def __str__(self):
        return _("Tablet %(id)s at %(window)s") % {"id": self.pk, "window": self.window}


class EnrolmentCode(models.Model):
    """A code that turns one device into the tablet of a window, once and for ten minutes."""

    hall_path = "window__hall"

    window = models.ForeignKey(Window, verbose_name=_("window"), on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    created_by = models.ForeignKey(User, verbose_name=_("created by"), null=True, on_delete=models.SET_NULL)
    replaces = models.ForeignKey(
        Tablet,
        verbose_name=_("ends"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replacement_codes",
        help_text=_("The tablet whose place the new one takes."),
    )

    class Meta:
        verbose_name = _("enrolment code")
        verbose_name_plural = _("enrolment codes")

    def __str__(self):
        return _("Code for %(window)s") % {"window": self.window}


class EnrolmentFailure(models.Model):
    """A wrong code from a network, kept for ten minutes so that codes cannot be guessed."""

    network = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["network", "at"], name="enrolment_failures_of_network")]

    def __str__(self):
        return self.network


class ServiceToken(models.Model):
    """A queue or case system that may report visits of one hall; only the token's SHA-256 is stored."""

    hall_path = "hall"

    name = models.CharField(_("name"), max_length=60)
    hall = models.ForeignKey(
        Hall,
        verbose_name=_("hall"),
        on_delete=models.PROTECT,
        related_name="service_tokens",
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    is_authenticated = True

    class Meta:
        verbose_name = _("service token")
        verbose_name_plural = _("service tokens")

    def __str__(self):
        return self.name
