"""What a visitor entrusts to the hall besides a rating: a number to be called back at, a spoken remark.

Both stay sealed (ratings.sealing) as long as they are kept; whoever opens one leaves a `Disclosure`. They are forgotten
thirty days after the matter is closed; the rows stay as tombstones that say what was there, when it went and why.
"""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback_site.models import User
from ratings.models.rating import Rating


class ForgottenBecause(models.TextChoices):
    """Why something entrusted is gone."""

    CLOSED = "closed", _("30 days after the ticket was closed")
    NO_TICKET = "no_ticket", _("30 days after receipt, without a ticket")


class CallbackRequest(models.Model):
    """请给我回电: the number is in `phone_box` and nowhere else; of the query code only a slow hash is kept (D15).

    `receipt_key` is the receipt as people's typing is compared with it (`ratings.receipts.folded`); a receipt names no
    year, so that two kept requests may share one.
    """

    hall_path = "rating__hall"

    rating = models.OneToOneField(
        Rating, verbose_name=_("rating"), primary_key=True, on_delete=models.PROTECT, related_name="callback"
    )
    receipt = models.CharField(_("receipt"), max_length=32)
    receipt_key = models.CharField(max_length=32, editable=False)
    key_id = models.CharField(max_length=16, editable=False)
    phone_box = models.TextField(editable=False)
    query_code_hash = models.CharField(max_length=160, editable=False)
    language = models.CharField(_("language"), max_length=8, blank=True)
    asked_at = models.DateTimeField(_("tablet's time of asking"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))
    content_hash = models.CharField(max_length=64, editable=False)
    forgotten_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    forgotten_because = models.CharField(_("deleted because"), max_length=16, choices=ForgottenBecause, blank=True)

    class Meta:
        verbose_name = _("call-back")
        verbose_name_plural = _("call-backs")
        permissions = [("reveal_callbackrequest", "Can read the telephone number of a call-back")]
        constraints = [
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(phone_box="", query_code_hash=""),
                name="forgotten_callback_holds_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["receipt_key"], condition=Q(forgotten_at=None), name="callbacks_kept_by_receipt"),
            models.Index(fields=["received_at"], condition=Q(forgotten_at=None), name="callbacks_kept_by_time"),
        ]

    def __str__(self):
        return self.receipt


class VoiceRemark(models.Model):
    """A spoken remark of at most half a minute, sealed as it came from the tablet."""

    hall_path = "rating__hall"

    rating = models.OneToOneField(
        Rating, verbose_name=_("rating"), primary_key=True, on_delete=models.PROTECT, related_name="voice"
    )
    key_id = models.CharField(max_length=16, editable=False)
    box = models.BinaryField()
    mime = models.CharField(_("kind of sound"), max_length=40)
    duration_ms = models.PositiveIntegerField(_("length (ms)"))
    recorded_at = models.DateTimeField(_("tablet's time of recording"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))
    content_hash = models.CharField(max_length=64, editable=False)
    forgotten_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    forgotten_because = models.CharField(_("deleted because"), max_length=16, choices=ForgottenBecause, blank=True)

    class Meta:
        verbose_name = _("spoken remark")
        verbose_name_plural = _("spoken remarks")
        permissions = [("listen_voiceremark", "Can listen to a spoken remark")]
        indexes = [models.Index(fields=["received_at"], condition=Q(forgotten_at=None), name="voices_kept_by_time")]

    def __str__(self):
        return str(self.rating)


class Disclosure(models.Model):
    """Who opened what a visitor entrusted, and when; appended, never edited or deleted."""

    hall_path = "rating__hall"

    class Kind(models.TextChoices):
        """What was opened."""

        PHONE = "phone", _("telephone number")
        VOICE = "voice", _("spoken remark")

    rating = models.ForeignKey(Rating, verbose_name=_("rating"), on_delete=models.PROTECT, related_name="disclosures")
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    actor = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("opening of personal data")
        verbose_name_plural = _("openings of personal data")
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.at:%Y-%m-%d %H:%M}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise PermissionDenied(_("The record of who read personal data is never edited."))
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise PermissionDenied(_("The record of who read personal data is never deleted."))
