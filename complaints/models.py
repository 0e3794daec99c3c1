"""Tickets of the listening desk, their history, and the numbers they carry."""

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.workflow import FINISHED, MOVES, OPEN, Status, SystemEvent
from feedback_site.models import Hall, StaffMember, User, Window
from ratings.models import Rating


def move_choices():
    """Moves and system events with their labels; a callable, so that a new move needs no migration."""
    return [(move.name, move.label) for move in MOVES] + list(SystemEvent.choices)


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
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.REGISTERED)
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
    asked_due_at = models.DateTimeField(_("extension asked until"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    paused_at = models.DateTimeField(_("clock stopped at"), null=True, blank=True)
    paused_seconds = models.PositiveBigIntegerField(_("stopped so far (s)"), default=0)
    callback_attempts = models.PositiveSmallIntegerField(_("calls in vain"), default=0)
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
                condition=Q(due_at__gte=models.F("received_at")),
                name="ticket_due_after_receipt",
                violation_error_message=_("A ticket is not due before it was received."),
            ),
        ]
        indexes = [
            models.Index(fields=["-registered_at", "-id"], name="tickets_by_time"),
            models.Index(fields=["hall", "-registered_at", "-id"], name="tickets_of_hall_by_time"),
            models.Index(fields=["due_at"], name="open_tickets_by_deadline", condition=Q(closed_at=None)),
        ]

    def __str__(self):
        return self.number

    @property
    def is_open(self):
        """Whether something is still owed."""
        return self.status in OPEN


class TicketEvent(models.Model):
    """One line of a ticket's history; appended, never edited or deleted (a trigger holds it against every
    writer).
    """

    hall_path = "ticket__hall"

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.PROTECT, related_name="events")
    move = models.CharField(_("move"), max_length=32, choices=move_choices)
    from_status = models.CharField(_("from"), max_length=16, choices=Status, blank=True)
    to_status = models.CharField(_("to"), max_length=16, choices=Status)
    actor = models.ForeignKey(
        User, verbose_name=_("by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    handler = models.ForeignKey(
        User, verbose_name=_("handed to"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=32, blank=True)
    public_text = models.TextField(_("words to the citizen"), blank=True)
    internal_text = models.TextField(_("internal note"), blank=True)
    visible_to_citizen = models.BooleanField(_("visible to the citizen"), default=False)
    due_before = models.DateTimeField(_("due before"), null=True, blank=True)
    due_after = models.DateTimeField(_("due after"), null=True, blank=True)

    class Meta:
        verbose_name = _("event of a ticket")
        verbose_name_plural = _("events of tickets")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["ticket", "at", "id"], name="events_of_ticket_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(move=SystemEvent.RATING_AMENDED),
                name="amended_rating_noted_once",
                violation_error_message=_("This ticket already says that its rating was changed."),
            ),
            models.UniqueConstraint(
                fields=["ticket", "move"],
                condition=Q(move__in=[SystemEvent.CALLBACK_ASKED, SystemEvent.VOICE_LEFT]),
                name="entrusted_noted_once",
                violation_error_message=_("This ticket already says what its visitor entrusted."),
            ),
        ]

    def __str__(self):
        return f"{self.ticket} · {self.get_move_display()}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise PermissionDenied(_("The history of a ticket is never edited."))
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise PermissionDenied(_("The history of a ticket is never deleted."))

    @classmethod
    def noting(cls, event, *, ticket, at):
        """The line, not stored yet, for what happened to a ticket without moving it."""
        return cls(
            ticket=ticket,
            move=event,
            from_status=ticket.status,
            to_status=ticket.status,
            at=at,
            due_before=ticket.due_at,
            due_after=ticket.due_at,
        )


class TrackingTry(models.Model):
    """One try to look something up with a number and a query code; kept for a day, so that codes cannot be guessed.

    `key` is the digest of the number as it was typed, whether it exists or not.
    """

    key = models.CharField(max_length=64)
    network = models.CharField(max_length=45)
    at = models.DateTimeField()
    counts = models.BooleanField(default=True)  # False: the code was right, or was not looked at

    class Meta:
        indexes = [
            models.Index(fields=["key", "at"], name="tracking_tries_of_number"),
            models.Index(fields=["at"], name="tracking_tries_by_time"),
        ]

    def __str__(self):
        return self.network


class TicketSequence(models.Model):
    """The highest ticket number of a hall and year; one UPDATE reserves a block, so that no number is given
    twice.

    Numbers have gaps: a block whose tickets another worker opened first stays unused.
    """

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    highest = models.PositiveBigIntegerField(_("highest number"), default=0)

    class Meta:
        verbose_name = _("sequence of ticket numbers")
        verbose_name_plural = _("sequences of ticket numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "year"],
                name="one_sequence_per_hall_and_year",
                violation_error_message=_("This hall already numbers its tickets in this year."),
            )
        ]

    def __str__(self):
        return f"{self.hall} {self.year}: {self.highest}"
