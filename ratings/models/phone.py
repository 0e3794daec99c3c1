"""Ratings from a visitor's own phone: the sign at a window whose QR code can be renewed, and how often a phone came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback_site.models import User, Window


class WindowSign(models.Model):
    """The QR code that hangs at a window; a window without a row has its first one, serial 0."""

    hall_path = "window__hall"

    window = models.OneToOneField(
        Window, verbose_name=_("window"), on_delete=models.CASCADE, primary_key=True, related_name="sign"
    )
    serial = models.PositiveIntegerField(_("serial"), default=0)
    renewed_at = models.DateTimeField(_("renewed at"))
    renewed_by = models.ForeignKey(
        User, verbose_name=_("renewed by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("sign with the QR code")
        verbose_name_plural = _("signs with QR codes")

    def __str__(self):
        return f"{self.window} · {self.serial}"


class PhoneUse(models.Model):
    """A phone sent something to the rating page; kept for a day, for the budgets of `ratings.phone`.

    `network` and `device` are keyed hashes that change every day; nothing leads from here to a rating, nor back.
    """

    window = models.ForeignKey(Window, on_delete=models.CASCADE, db_index=False, related_name="+")
    network = models.CharField(max_length=32)
    device = models.CharField(max_length=32)
    is_new = models.BooleanField(help_text="A new rating, not a change of one.")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["network", "at"], name="phone_uses_of_network"),
            models.Index(fields=["window", "at"], name="phone_uses_of_window"),
            models.Index(fields=["at"], name="phone_uses_by_time"),
        ]

    def __str__(self):
        return f"{self.window_id} · {self.at:%Y-%m-%d %H:%M}"
