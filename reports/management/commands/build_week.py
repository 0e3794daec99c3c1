"""Build or repair one week by hand."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feedback_site.errors import DomainError
from feedback_site.models import Hall
from reports.building import build_week
from reports.models import BuildReason
from reports.weeks import InvalidWeek, Week


class Command(BaseCommand):
    help = "Builds the weekly summaries of one week, such as 2026-W47. Running it twice changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("week", help="ISO week, such as 2026-W47")
        parser.add_argument("--hall", help="code of one hall; all active halls when left out")

    def handle(self, *, week, hall, **options):
        try:
            wanted = Week.parse(week)
        except InvalidWeek as refusal:
            raise CommandError(str(refusal)) from None
        halls = Hall.objects.filter(code=hall) if hall else Hall.objects.filter(is_active=True)
        if not halls:
            raise CommandError("There is no such hall.")
        for each in halls:
            self.stdout.write(f"{each.code} {wanted}: {self._build(each, wanted)}")

    def _build(self, hall, week):
        try:
            built = build_week(hall=hall, week=week, at=timezone.now(), reason=BuildReason.BY_HAND)
        except DomainError as refusal:
            return f"nothing built. {refusal.message}"
        state = "" if built.is_final else " The week still runs: these figures are not final."
        return f"{built.rows} rows written, {built.revised} of them new revisions.{state}"
