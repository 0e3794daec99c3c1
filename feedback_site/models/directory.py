"""The directory: users, halls, windows, staff members and service items, which every app points at."""

import re

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from feedback_site.hours import USUAL, validate_hours
from feedback_site.pinyin import sort_key
from feedback_site.zones import validate_zone


class User(AbstractUser):
    """Somebody who signs in; belongs to one hall, or to none (superusers, auditors of several halls)."""

    hall = models.ForeignKey(
        "Hall",
        verbose_name=_("hall"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="users",
        help_text=_("Whose rows this person may see. Empty: none, unless the person may view all halls."),
    )

    hall_path = "hall"


class Hall(models.Model):
    """A service hall; all its moments are told in its own time zone."""

    hall_path = "pk"

    code = models.SlugField(
        _("code"),
        max_length=16,
        unique=True,
        help_text=_("Short code used in addresses and numbers, such as A."),
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("As it is written above the door."))
    timezone = models.CharField(
        _("time zone"),
        max_length=40,
        default="Asia/Shanghai",
        validators=[validate_zone],
        help_text=_("IANA name; weeks and days of this hall begin at midnight there."),
    )
    opening_hours = models.CharField(
        _("opening hours"),
        max_length=200,
        default=USUAL,
        db_default=USUAL,
        blank=True,
        validators=[validate_hours],
        help_text=_(
            "Weekdays (1 Monday … 7 Sunday) and times, such as 1-5 09:00-12:00; 1-5 13:30-17:00; 6 09:00-12:00. "
            "Ratings far outside are flagged. Empty: at any time."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        ordering = ["code"]
        permissions = [("view_all_halls", "Can view the rows of every hall")]

    def __str__(self):
        return self.name


class Aid(models.TextChoices):
    """Aids for people with special needs that a window has (GB 50763 and 适老化 practice)."""

    KNEE_SPACE = "knee_space", _("low counter with knee space")
    HEARING_LOOP = "hearing_loop", _("hearing loop")
    MAGNIFIER = "magnifier", _("magnifier and reading glasses")
    SIGN_LANGUAGE = "sign_language", _("sign language by video")
    LARGE_PRINT = "large_print", _("forms in large print")
    WHEELCHAIR = "wheelchair", _("wheelchair at hand")


def validate_aids(value):
    """A list of distinct `Aid` values."""
    known = isinstance(value, list) and all(aid in Aid.values for aid in value)
    if not known or len(set(value)) != len(value):
        raise ValidationError(_("Choose aids from the list."), code="invalid_aid")


class Window(models.Model):
    """A counter of a hall; a score follows the person on duty, never the counter alone."""

    hall_path = "hall"

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary window")
        LOW_POSITION = "low_position", _("low-position window")
        LISTENING_DESK = "listening_desk", _("listening desk")
        GREEN_CHANNEL = "green_channel", _("green channel")

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="windows")
    number = models.CharField(_("number"), max_length=8, help_text=_("As on the sign, such as 10 or A3."))
    position = models.PositiveSmallIntegerField(
        _("position"),
        blank=True,
        help_text=_("Place in lists; the number's digits when left empty."),
    )
    name = models.CharField(
        _("name"),
        max_length=40,
        help_text=_("What is done here, such as 社会保险业务."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=16,
        choices=Kind,
        default=Kind.ORDINARY,
        help_text=_("Decides the tablet's layout."),
    )
    aids = models.JSONField(
        _("aids"),
        default=list,
        blank=True,
        validators=[validate_aids],
        help_text=_("What helps visitors here."),
    )
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        ordering = ["hall", "position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "number"],
                name="window_number_unique_in_hall",
                violation_error_message=_("This hall already has a window with this number."),
            ),
        ]

    def __str__(self):
        return _("Window %(number)s") % {"number": self.number}

    def save(self, **kwargs):
        if self.position is None:
            digits = re.sub(r"\D", "", self.number)
            self.position = int(digits[:4]) if digits.isascii() and digits else 0
        super().save(**kwargs)


class StaffMember(models.Model):
    """A person who serves visitors and is rated; may or may not have a sign-in of their own."""

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="staff")
    staff_no = models.CharField(_("staff number"), max_length=20, help_text=_("As on the badge, such as X1003."))
    name = models.CharField(_("name"), max_length=40, help_text=_("As on the badge."))
    pinyin = models.CharField(
        _("pinyin"),
        max_length=160,
        blank=True,
        db_index=True,
        help_text=_("For sorting and search; made from the name when left empty, surnames read as surnames."),
    )
    user = models.OneToOneField(
        User,
        verbose_name=_("sign-in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="staff_member",
        help_text=_("Only if this person signs in."),
    )
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick when the person leaves."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff members")
        ordering = ["hall", "staff_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "staff_no"],
                name="staff_no_unique_in_hall",
                violation_error_message=_("This hall already has a staff member with this number."),
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        self.pinyin = self.pinyin or sort_key(self.name)
        super().save(**kwargs)


class ServiceItem(models.Model):
    """A matter that people come for (事项), such as a transfer of real estate."""

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="items")
    code = models.CharField(_("code"), max_length=40, help_text=_("The item's code in the catalogue."))
    name = models.CharField(_("name"), max_length=80, help_text=_("As people call it."))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("service item")
        verbose_name_plural = _("service items")
        ordering = ["hall", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "code"],
                name="item_code_unique_in_hall",
                violation_error_message=_("This hall already has an item with this code."),
            ),
        ]

    def __str__(self):
        return self.name
