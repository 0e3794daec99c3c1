"""Time limits as rows: what is promised, for whom, from which day on, and on whose word."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.deadlines import Rule
from complaints.vocabulary import Aim, Measure, Scope
from complaints.workflow import Grade
from feedback_site.models import Hall

LONGEST = 1_000  # units; a slip of the keyboard must not promise for ever


class TimeLimit(models.Model):
    """One limit, of one hall or of every hall. A row in force is never edited: a later `starts_on` supersedes it.

    Which row applies: `complaints.deadlines.choose`. What was promised by a row names it and keeps its figures.
    """

    hall_path = "hall"

    hall = models.ForeignKey(
        Hall,
        verbose_name=_("hall"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="time_limits",
        help_text=_("Empty: for every hall that has no limit of its own."),
    )
    aim = models.CharField(_("what for"), max_length=16, choices=Aim)
    scope = models.CharField(_("about"), max_length=12, choices=Scope)
    grade = models.CharField(
        _("grade"), max_length=12, choices=Grade, blank=True, help_text=_("Empty: for every grade.")
    )
    amount = models.PositiveSmallIntegerField(
        _("how many"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    measure = models.CharField(_("of what"), max_length=16, choices=Measure)
    starts_on = models.DateField(
        _("applies from"), help_text=_("To what is received from this day on. A row in force is not changed any more.")
    )
    source = models.CharField(_("source"), max_length=200, help_text=_("Who says so: the rule, its article, its date."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering = ["scope", "aim", "grade", "hall", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "aim", "scope", "grade", "starts_on"],
                condition=Q(hall__isnull=False),
                name="time_limit_of_hall_once_a_day",
                violation_error_message=_("This hall has such a limit from that day on already."),
            ),
            models.UniqueConstraint(
                fields=["aim", "scope", "grade", "starts_on"],
                condition=Q(hall=None),
                name="time_limit_for_all_once_a_day",
                violation_error_message=_("There is such a limit for every hall from that day on already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=LONGEST),
                name="time_limit_of_some_length",
                violation_error_message=_("A time limit is one to a thousand long."),
            ),
        ]

    def __str__(self):
        return f"{self.get_scope_display()} · {self.get_aim_display()}"

    def as_rule(self) -> Rule:
        """The row as a value to reckon with; asks for the hall's code."""
        return Rule(
            aim=Aim(self.aim),
            scope=Scope(self.scope),
            grade=self.grade,
            amount=self.amount,
            measure=Measure(self.measure),
            starts_on=self.starts_on,
            source=self.source,
            hall=self.hall.code if self.hall else "",
        )
