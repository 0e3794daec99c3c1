"""Why things went wrong: the dictionary that closing a ticket chooses from."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Cause(models.Model):
    """One cause (原因), the same in every hall; a retired one stays on the tickets that name it.

    The first are the classes of domain.md section 7: attitude, competence, process, materials, time limits, facilities,
    platform; and two for matters that were no fault of the hall.
    """

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name_zh_hans = models.CharField(_("name (简体)"), max_length=40)
    name_zh_hant = models.CharField(_("name (繁體)"), max_length=40)
    name_en = models.CharField(_("name (English)"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting."))

    class Meta:
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        ordering = ["position", "code"]

    def __str__(self):
        names = {"zh-hant": self.name_zh_hant, "en": self.name_en}
        return names.get(get_language(), self.name_zh_hans)
