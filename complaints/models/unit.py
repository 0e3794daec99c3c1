"""Units (承办单位) and their departments (科室): who handles matters."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall, User


class Unit(models.Model):
    """A unit that handles matters for a hall, or a department of one.

    The unit that first signs for a ticket leads it to the end, others help (首接负责制, 接诉即办工作条例 art. 14).
    """

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="units")
    code = models.SlugField(
        _("code"), max_length=32, help_text=_("Short code, the same for as long as the unit lives.")
    )
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="departments",
        help_text=_("For a department: the unit it belongs to."),
    )
    members = models.ManyToManyField(
        User,
        verbose_name=_("members"),
        blank=True,
        related_name="units",
        help_text=_("Who signs for what is dispatched to the unit."),
    )
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting."))

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["hall", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "code"],
                name="unit_code_once_per_hall",
                violation_error_message=_("This hall already has a unit of this code."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")),
                name="unit_is_not_part_of_itself",
                violation_error_message=_("A unit is not part of itself."),
            ),
        ]

    def __str__(self):
        return self.name
