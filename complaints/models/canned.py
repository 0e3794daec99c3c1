"""Canned answers (常用语): what the desk writes again and again, with places that a ticket fills."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall

PLACES = ("number", "due", "window", "hall", "title")
PLACE = re.compile(r"\{(\w*)\}")


def validate_places(text):
    """Only places that a ticket can fill: a misspelt one would reach the citizen as it stands."""
    unknown = sorted({name for name in PLACE.findall(text) if name not in PLACES})
    if unknown:
        raise ValidationError(
            _("Unknown: %(unknown)s. There are %(known)s."),
            code="unknown_place",
            params={
                "unknown": " ".join(f"{{{name}}}" for name in unknown),
                "known": " ".join(f"{{{name}}}" for name in PLACES),
            },
        )


class CannedAnswer(models.Model):
    """One canned answer of a hall; a retired one is unticked."""

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="canned_answers")
    name = models.CharField(_("name"), max_length=40, help_text=_("What the officer looks for in the list."))
    text = models.TextField(
        _("text"),
        max_length=1000,
        validators=[validate_places],
        help_text=_("May hold {number}, {due}, {window}, {hall} and {title}; the ticket fills them in."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting."))

    class Meta:
        verbose_name = _("canned answer")
        verbose_name_plural = _("canned answers")
        ordering = ["hall", "position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "name"],
                name="canned_answer_once_per_hall",
                violation_error_message=_("This hall already has a canned answer of this name."),
            ),
        ]

    def __str__(self):
        return self.name
