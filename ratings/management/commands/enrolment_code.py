"""Print a one-time code that enrols a tablet."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feedback_site.models import Window
from ratings.enrolment import make_enrolment_code


class Command(BaseCommand):
    help = "Print a one-time tablet code for a window, alone on a line; it works for ten minutes."

    def add_arguments(self, parser):
        parser.add_argument("--hall", required=True, help="The hall's code, such as A.")
        parser.add_argument("--window", required=True, help="The window's number, such as 10.")

    def handle(self, *args, hall, window, **options):
        found = Window.objects.filter(hall__code=hall, number=window, is_active=True).first()
        if found is None:
            raise CommandError(f"There is no window {window} in hall {hall}.")
        self.stdout.write(make_enrolment_code(window=found, actor=None, at=timezone.now()))
