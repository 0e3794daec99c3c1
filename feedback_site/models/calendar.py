"""The working-day calendar: the State Council's yearly notices as rows that an administrator types in."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from feedback_site.working_days import Calendar


class CalendarYearManager(models.Manager):
    """Years whose notice is known."""

    def as_calendar(self) -> Calendar:
        """All of it in two queries, for reckoning with."""
        return Calendar(
            known_years=frozenset(self.values_list("year", flat=True)),
            exceptions=dict(CalendarDay.objects.values_list("day", "is_working")),
        )


class CalendarYear(models.Model):
    """The State Council's notice about one year's holidays and make-up working days; shared by all halls."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2020), MaxValueValidator(2100)]
    )
    source = models.CharField(_("source"), max_length=200, help_text=_("The notice that says so, with its number."))
    objects = CalendarYearManager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("year of the calendar")
        verbose_name_plural = _("working-day calendar")
        ordering = ["-year"]

    def __str__(self):
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from Monday to Friday: a weekday off, or a weekend day at work (调休)."""

    year = models.ForeignKey(CalendarYear, verbose_name=_("year"), on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"), default=False)
    name = models.CharField(_("name"), max_length=40, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day:%Y-%m-%d}"

    def clean(self):
        if self.day and self.year_id and self.day.year != self.year.year:
            raise ValidationError({"day": _("This day belongs to another year.")})
