"""The app's entry in Django's registry."""

from datetime import datetime

from django.apps import AppConfig, apps
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from feedback_site import health


def newest_summary_age(at: datetime) -> int | None:
    """Seconds since the last build of any week, None when there was none; over a week, beat is dead."""
    newest = apps.get_model("reports", "WeekBuild").objects.aggregate(newest=Max("built_at"))["newest"]
    return None if newest is None else int((at - newest).total_seconds())


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        health.AGES["newest_summary_age_seconds"] = newest_summary_age
