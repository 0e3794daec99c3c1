"""One matter from its registration to its end."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.cause import Cause
from complaints.models.unit import Unit
from complaints.workflow import FINISHED, OPEN, Category, Grade, Status
from feedback_site.models import Hall, StaffMember, User, Window
from ratings.models import Rating


class TicketQuerySet(models.QuerySet):
    """Questions about tickets; late is one of them."""

    def open(self):
        """Something is still owed; asked of `closed_at`, which is empty exactly then and has an index."""
        return self.filter(closed_at=None)

    def overdue(self, at):
        """Open, not paused, not yet answered, and a promise has run out at `at`."""
        late = Q(due_at__lte=at) | Q(contact_due_at__lte=at, contacted_at=None)
        return self.open().filter(late, paused_at=None, answered_at=None)

    def not_about(self, user):
        """Without tickets about the person asking: the one complained about never sees who complained."""
        return self.exclude(staff__user=user)


class Ticket(models.Model):
    """One matter from its registration to its end (工单).

    `status` is written by `complaints.moving` alone. What was promised is stored as it was promised:
    deadline, rule and derivation (`contact_promise`, `answer_promise`, see `complaints.deadlines`), window
    and person on duty.
    """

    hall_path = "hall"

    class Channel(models.TextChoices):
        """Through what the matter came."""

        RATING = "rating", _("bad rating")
        DESK = "desk", _("at the desk")
        PHONE = "phone", _("telephone")
        LETTER = "letter", _("letter")
        QR = "qr", _("own phone by QR code")
        WEB = "web", _("web")
        HOTLINE = "hotline", _("handed over by 12345")

    number = models.CharField(_("number"), max_length=32, unique=True, editable=False)
    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="tickets")
    channel = models.CharField(_("source"), max_length=8, choices=Channel)
    rating = models.OneToOneField(
        Rating,
        verbose_name=_("rating"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ticket",
    )
    window = models.ForeignKey(
        Window,
        verbose_name=_("window"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
        help_text=_("Which window it is about, if any."),
    )
    staff = models.ForeignKey(
        StaffMember,
        verbose_name=_("staff member"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
        help_text=_("Whom it is about, as on duty at that time."),
    )
    title = models.CharField(
        _("title"),
        max_length=120,
        help_text=_("What it is about in one line, without names or telephone numbers."),
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("What was said, as completely and exactly as possible.")
    )
    category = models.CharField(
        _("kind of demand"), max_length=16, choices=Category, default=Category.HELP, db_default=Category.HELP
    )
    grade = models.CharField(
        _("grade"),
        max_length=12,
        choices=Grade,
        default=Grade.ORDINARY,
        db_default=Grade.ORDINARY,
        help_text=_("Decides the time limits."),
    )
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.REGISTERED)
    lead_unit = models.ForeignKey(
        Unit,
        verbose_name=_("lead unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
        help_text=_("The unit that answers for it to the end, whoever helps."),
    )
    handler = models.ForeignKey(
        User,
        verbose_name=_("handler"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets_in_hand",
    )
    received_at = models.DateTimeField(
        _("received at"), help_text=_("When the hall received it; promises count from here.")
    )
    registered_at = models.DateTimeField(_("registered at"))
    contact_due_at = models.DateTimeField(_("first contact due"), null=True, blank=True)
    contact_promise = models.JSONField(default=dict, blank=True, editable=False)
    contacted_at = models.DateTimeField(_("first contact"), null=True, blank=True)
    due_at = models.DateTimeField(_("answer due"))
    answer_promise = models.JSONField(default=dict, editable=False)
    callback_due_at = models.DateTimeField(_("call back due"), null=True, blank=True)
    callback_promise = models.JSONField(default=dict, blank=True, editable=False)
    return_due_at = models.DateTimeField(_("may be returned until"), null=True, blank=True)
    return_promise = models.JSONField(default=dict, blank=True, editable=False)
    asked_due_at = models.DateTimeField(_("extension asked until"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    paused_at = models.DateTimeField(_("clock stopped at"), null=True, blank=True)
    paused_seconds = models.PositiveBigIntegerField(_("stopped so far (s)"), default=0)
    callback_attempts = models.PositiveSmallIntegerField(_("calls in vain"), default=0)
    round = models.PositiveSmallIntegerField(
        _("round"), default=1, db_default=1, help_text=_("Which answer is being worked on, the first is 1.")
    )
    cause = models.ForeignKey(
        Cause, verbose_name=_("cause"), null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    remedy = models.TextField(_("what was done"), blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text=_("The ticket of the same matter that goes on for both."),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    revision = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Counts the moves, so that a move made meanwhile is always noticed.")
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-registered_at", "-id"]
        permissions = [
            ("register_ticket", "Can register a ticket"),
            ("handle_ticket", "Can handle tickets"),
            ("review_ticket", "Can review returns, extensions and answers"),
            ("supervise_ticket", "Can supervise tickets"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="ticket_status_known",
                violation_error_message=_("A ticket cannot have this status."),
            ),
            models.CheckConstraint(
                condition=Q(channel="rating", rating__isnull=False) | (~Q(channel="rating") & Q(rating=None)),
                name="ticket_from_rating_has_rating",
                violation_error_message=_("A ticket that came from a rating names it, and no other does."),
            ),
            models.CheckConstraint(
                condition=Q(status=Status.WAITING, paused_at__isnull=False)
                | (~Q(status=Status.WAITING) & Q(paused_at=None)),
                name="ticket_clock_stopped_while_waiting",
                violation_error_message=_("The clock stands exactly while the ticket waits for the citizen."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(FINISHED), closed_at__isnull=False)
                | Q(status__in=sorted(OPEN), closed_at=None),
                name="ticket_closed_at_when_finished",
                violation_error_message=_("A finished ticket says when it was closed, an open one does not."),
            ),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_into=None)),
                name="ticket_merged_names_the_other",
                violation_error_message=_("A merged ticket names the one that goes on, no other does."),
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=models.F("received_at")),
                name="ticket_due_after_receipt",
                violation_error_message=_("A ticket is not due before it was received."),
            ),
        ]
        indexes = [
            models.Index(fields=["-registered_at", "-id"], name="tickets_by_time"),
            models.Index(fields=["hall", "-registered_at", "-id"], name="tickets_of_hall_by_time"),
            models.Index(fields=["due_at"], name="open_tickets_by_deadline", condition=Q(closed_at=None)),
            # The board of one hall: its columns, and what was finished this week.
            models.Index(fields=["hall", "status"], name="open_tickets_of_hall_by_status", condition=Q(closed_at=None)),
            models.Index(
                fields=["hall", "-closed_at", "-id"],
                name="done_tickets_of_hall_by_time",
                condition=Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_open(self):
        """Whether something is still owed."""
        return self.status in OPEN
