"""The stored sums of a week, a row per staff member and revision; rates are derived when they are shown."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback_site.models import Hall, StaffMember, Window
from reports.statistics import Counts
from reports.weeks import Week

# Written and compared by `reports.building`; adding a sum here is half of adding it to the report.
SUMS = (
    "level_5",
    "level_4",
    "level_3",
    "level_2",
    "level_1",
    "default_count",
    "excluded_count",
    "flagged_count",
    "served",
)


class BuildReason(models.TextChoices):
    """Why a revision was made."""

    SCHEDULED = "scheduled", _("end of the week")
    LATE = "late", _("late, corrected or excluded ratings")
    BY_HAND = "by_hand", _("built by hand")


class WeeklySummaryQuerySet(models.QuerySet):
    """Questions about summaries."""

    def current(self):
        """The newest revision of each person and week: the only one that reports show."""
        return self.filter(is_current=True)

    def with_build(self):
        """Each row with `week_is_final` and `known_until`: how far the build of its week has looked at the data."""
        build = WeekBuild.objects.filter(hall=models.OuterRef("hall"), week_starts_on=models.OuterRef("week_starts_on"))
        build = build.order_by()
        return self.annotate(
            week_is_final=models.Subquery(build.values("is_final")),
            known_until=models.Subquery(build.values("data_as_of")),
        )

    def totals(self):
        """The counts of all these rows together, as `Counts`."""
        sums = self.aggregate(**{name: models.Sum(name, default=0) for name in SUMS[:5]})
        return Counts(**sums)


class WeeklySummary(models.Model):
    """What visitors said of one person in one week, as sums; appended, never overwritten.

    The levels count first ratings that a visitor gave himself and nobody excluded. What arrives late or is
    corrected makes a new revision with its reason. Weeks run in the hall's time zone; a person who served in two
    halls has a row in each.
    """

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, db_index=False, related_name="+")
    staff = models.ForeignKey(
        StaffMember,
        verbose_name=_("staff member"),
        on_delete=models.PROTECT,
        db_index=False,
        related_name="weekly_summaries",
    )
    window = models.ForeignKey(
        Window,
        verbose_name=_("window"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Where the person was last on duty in that week; decides the order of lists."),
    )
    week_starts_on = models.DateField(_("week from"), help_text=_("The Monday."))
    revision = models.PositiveIntegerField(_("revision"))
    is_current = models.BooleanField(_("current"))
    level_5 = models.PositiveIntegerField(_("Very satisfied"))
    level_4 = models.PositiveIntegerField(_("Satisfied"))
    level_3 = models.PositiveIntegerField(_("Fairly satisfied"))
    level_2 = models.PositiveIntegerField(_("Dissatisfied"))
    level_1 = models.PositiveIntegerField(_("Very dissatisfied"))
    default_count = models.PositiveIntegerField(
        _("default ratings"), help_text=_("Given by a system because nobody rated; never counted.")
    )
    excluded_count = models.PositiveIntegerField(
        _("excluded ratings"), help_text=_("Excluded by a reviewer's signed decision.")
    )
    flagged_count = models.PositiveIntegerField(
        _("flagged ratings"), help_text=_("Something about them was noticed; flagged ratings do count.")
    )
    served = models.PositiveIntegerField(_("served"), help_text=_("Visits that the queue system reported."))
    built_at = models.DateTimeField(_("built at"))
    data_as_of = models.DateTimeField(_("data as of"))
    code_version = models.CharField(_("code version"), max_length=16)
    reason = models.CharField(_("reason"), max_length=16, choices=BuildReason, blank=True)

    objects = WeeklySummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly summary")
        verbose_name_plural = _("weekly summaries")
        ordering = ["-week_starts_on", "hall", "window__position", "staff"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "week_starts_on", "hall", "revision"],
                name="summary_revision_once",
                violation_error_message=_("This revision exists already."),
            ),
            models.UniqueConstraint(
                fields=["staff", "week_starts_on", "hall"],
                condition=Q(is_current=True),
                name="summary_current_once",
                violation_error_message=_("This person and week have a current summary already."),
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="summary_revision_from_one"),
            models.CheckConstraint(
                condition=Q(*((f"{name}__gte", 0) for name in SUMS)), name="summary_sums_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["hall", "-week_starts_on"],
                condition=Q(is_current=True),
                name="summaries_of_hall_by_week",
            ),
            models.Index(fields=["-week_starts_on"], condition=Q(is_current=True), name="summaries_by_week"),
        ]

    def __str__(self):
        return f"{self.staff} · {self.week.label}"

    @property
    def week(self) -> Week:
        return Week.starting(self.week_starts_on)

    @property
    def counts(self) -> Counts:
        return Counts(self.level_5, self.level_4, self.level_3, self.level_2, self.level_1)


class WeekBuild(models.Model):
    """The claim to build one week of one hall: whoever builds it locks this row, so builds never interleave.

    `data_as_of` is the moment up to which every change is known to be in the summaries; a later sweep looks only
    at what changed since.
    """

    hall_path = "hall"

    hall = models.ForeignKey(Hall, verbose_name=_("hall"), on_delete=models.PROTECT, related_name="week_builds")
    week_starts_on = models.DateField(_("week from"))
    built_at = models.DateTimeField(_("built at"), null=True)
    data_as_of = models.DateTimeField(_("data as of"), null=True)
    is_final = models.BooleanField(_("final"), default=False, help_text=_("Built after the end of the week."))
    code_version = models.CharField(_("code version"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("build of a week")
        verbose_name_plural = _("builds of weeks")
        ordering = ["-week_starts_on", "hall"]
        constraints = [
            models.UniqueConstraint(fields=["hall", "week_starts_on"], name="week_build_once"),
        ]

    def __str__(self):
        return f"{self.hall} · {Week.starting(self.week_starts_on).label}"
