"""Why somebody was (un)happy: the versioned national dictionary, and the sets of words that a hall shows."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall
from ratings.scale import Level


class NationalReason(models.Model):
    """One code of the national 好差评 dictionary (domain.md A.3); codes are not added or dropped by a hall."""

    class Scope(models.TextChoices):
        PERSON = "person", _("the person")
        PROCESS = "process", _("the process")
        GUIDE = "guide", _("the guide")
        PLATFORM = "platform", _("the platform")

    version = models.CharField(_("dictionary version"), max_length=16)
    code = models.CharField(_("code"), max_length=8)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    scope = models.CharField(
        _("speaks of"),
        max_length=8,
        choices=Scope,
        help_text=_("Only reasons that speak of the person may ever count for or against the person."),
    )
    is_extended = models.BooleanField(_("extended"), help_text=_("Base reasons are shown first."))
    text = models.CharField(_("text"), max_length=60)

    class Meta:
        verbose_name = _("national reason")
        verbose_name_plural = _("national reasons")
        ordering = ["-level", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"],
                name="national_reason_code_unique_in_version",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=Level.values),
                name="national_reason_level_known",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.text}"


class ReasonSet(models.Model):
    """A set of words for the tablet; never edited after use, a reworded set is a new one."""

    code = models.SlugField(_("code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("reason set")
        verbose_name_plural = _("reason sets")
        ordering = ["code"]

    def __str__(self):
        return self.name


class Reason(models.Model):
    """One word of a set as it is shown, and the national code it stands for, if any.

    `code` is what tablets send; it is unique over all sets, so that an old tablet's codes are understood for ever.
    """

    reason_set = models.ForeignKey(
        ReasonSet,
        verbose_name=_("reason set"),
        on_delete=models.PROTECT,
        related_name="reasons",
    )
    code = models.CharField(_("code"), max_length=24, unique=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    position = models.PositiveSmallIntegerField(_("position"))
    national = models.ForeignKey(
        NationalReason,
        verbose_name=_("national code"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the national dictionary has no such reason; it is not exported."),
    )
    text_zh_hans = models.CharField(_("text (simplified)"), max_length=60)
    text_zh_hant = models.CharField(_("text (traditional)"), max_length=60)
    text_en = models.CharField(_("text (English)"), max_length=160)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["reason_set", "-level", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["reason_set", "level", "position"],
                name="reason_place_unique_in_set",
            ),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="reason_level_known"),
        ]

    def __str__(self):
        return self.texts.get(get_language()) or self.text_zh_hans

    @property
    def texts(self):
        """The word in every language, as the tablet gets it."""
        return {
            "zh-hans": self.text_zh_hans,
            "zh-hant": self.text_zh_hant,
            "en": self.text_en,
        }


class HallReasonSet(models.Model):
    """Which set a hall's tablets show."""

    hall_path = "hall"

    hall = models.OneToOneField(
        Hall,
        verbose_name=_("hall"),
        on_delete=models.CASCADE,
        related_name="reason_choice",
    )
    reason_set = models.ForeignKey(ReasonSet, verbose_name=_("reason set"), on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("reason set of a hall")
        verbose_name_plural = _("reason sets of halls")

    def __str__(self):
        return f"{self.hall} · {self.reason_set}"
