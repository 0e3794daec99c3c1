"""Tablets and the one-time codes that enrol them; only hashes of secrets are stored."""

from django.db import models
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
    window it was enrolled for, however late it arrives.
    """

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="tablets")
    window = models.ForeignKey(
        Window,
        verbose_name=_("window"),
        on_delete=models.PROTECT,
        related_name="tablets",
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

    objects = TabletQuerySet.as_manager()
    is_authenticated = True  # what DRF asks of a principal; a tablet is never a Django user

    class Meta:
        verbose_name = _("tablet")
        verbose_name_plural = _("tablets")
        ordering = ["hall", "window", "id"]

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
