"""The photo of a staff member on the tablet: only with their consent, and gone for good when they take it back."""

from base64 import b64encode

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback_site.models.directory import StaffMember


class StaffPhoto(models.Model):
    """A small square JPEG as `feedback_site.photos` makes it; in the database, because it is small and has no address.

    No history is kept: who takes a photo back leaves none behind.
    """

    hall_path = "staff__hall"

    staff = models.OneToOneField(
        StaffMember, verbose_name=_("staff member"), on_delete=models.CASCADE, related_name="photo"
    )
    image = models.BinaryField(_("photo"))

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self):
        return str(self.staff)

    @property
    def data_url(self) -> str:
        """The picture itself, for a page that must show it without a network."""
        return f"data:image/jpeg;base64,{b64encode(self.image).decode()}"
