"""Paper forms that a clerk typed in; the rating is a row like every other."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall, User
from ratings.models.rating import Rating


class PaperForm(models.Model):
    """Where a rating of the channel `paper` comes from: which form, of which day, typed by whom; never edited.

    `day` and `time` are those written on the form, on the hall's own clock.
    """

    hall_path = "hall"

    rating = models.OneToOneField(
        Rating, verbose_name=_("rating"), on_delete=models.PROTECT, primary_key=True, related_name="paper_form"
    )
    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="+")
    form_no = models.CharField(_("form number"), max_length=20)
    day = models.DateField(_("day"))
    time = models.TimeField(_("time of day"), null=True, blank=True)
    typed_by = models.ForeignKey(User, verbose_name=_("typed in by"), on_delete=models.PROTECT, related_name="+")
    typed_at = models.DateTimeField(_("typed in at"))

    class Meta:
        verbose_name = _("paper form")
        verbose_name_plural = _("paper forms")
        ordering = ["-typed_at"]
        constraints = [models.UniqueConstraint(fields=["hall", "form_no"], name="paper_form_typed_once")]
        indexes = [models.Index(fields=["hall", "-typed_at"], name="paper_forms_of_hall_by_time")]

    def __str__(self):
        return self.form_no
