"""Who brought a matter, as far as the hall has to know: sealed, masked, and forgotten after the end."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.ticket import Ticket
from feedback_site.models import User


class Petitioner(models.Model):
    """The citizen or enterprise behind a ticket (诉求人); a bad rating's visitor stands in `ratings.CallbackRequest`.

    Name and number are in the boxes (`ratings.sealing`) and nowhere else; `name_masked` and `phone_masked` are what
    pages show (`王**`, `138****8000`). `phone_key` is a keyed hash by which matters of one number are found.
    The query code is kept as a slow hash (reliability.md D15). Forgotten 30 days after the ticket was closed: boxes,
    hashes and masks are emptied, the row stays as a tombstone.
    """

    hall_path = "ticket__hall"

    class Kind(models.TextChoices):
        """Whose matter it is (GB/T 39046 服务对象, in short)."""

        PERSON = "person", _("citizen")
        ENTERPRISE = "enterprise", _("enterprise")

    ticket = models.OneToOneField(
        Ticket, verbose_name=_("ticket"), primary_key=True, on_delete=models.PROTECT, related_name="petitioner"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PERSON)
    sealed_for = models.UUIDField(default=uuid.uuid4, editable=False, help_text=_("The boxes open for this id alone."))
    key_id = models.CharField(max_length=16, blank=True, editable=False)
    name_box = models.TextField(blank=True, editable=False)
    phone_box = models.TextField(blank=True, editable=False)
    name_masked = models.CharField(_("name"), max_length=100, blank=True)
    phone_masked = models.CharField(_("telephone"), max_length=20, blank=True)
    phone_key = models.CharField(max_length=64, blank=True, editable=False)
    call_times = models.CharField(_("when to call"), max_length=60, blank=True)
    wants_no_call = models.BooleanField(_("wants no call"), default=False)
    language = models.CharField(_("language"), max_length=8, blank=True)
    query_code_hash = models.CharField(max_length=160, blank=True, editable=False)
    received_at = models.DateTimeField(_("received at"))
    forgotten_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("petitioner")
        verbose_name_plural = _("petitioners")
        permissions = [("reveal_petitioner", "Can read the name and number of a petitioner")]
        constraints = [
            models.CheckConstraint(
                condition=Q(forgotten_at=None)
                | Q(name_box="", phone_box="", phone_key="", query_code_hash="", name_masked="", phone_masked=""),
                name="forgotten_petitioner_holds_nothing",
            ),
        ]
        indexes = [
            models.Index(
                fields=["phone_key"], condition=Q(forgotten_at=None) & ~Q(phone_key=""), name="petitioners_by_phone"
            ),
        ]

    def __str__(self):
        return self.name_masked or str(self.ticket)


class PetitionerDisclosure(models.Model):
    """Who read a petitioner's name or number, and when; appended, never edited or deleted."""

    hall_path = "ticket__hall"

    class Kind(models.TextChoices):
        """What was read."""

        NAME = "name", _("name")
        PHONE = "phone", _("telephone number")

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.PROTECT, related_name="disclosures")
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    actor = models.ForeignKey(User, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("opening of a petitioner's data")
        verbose_name_plural = _("openings of petitioners' data")
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.ticket} · {self.get_kind_display()}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise PermissionDenied(_("The record of who read personal data is never edited."))
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise PermissionDenied(_("The record of who read personal data is never deleted."))
