"""Print a token for a queue or case system."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feedback_site.models import Hall
from ratings.enrolment import make_service_token


class Command(BaseCommand):
    help = "Print a token for a queue or case system of a hall, alone on a line; it is not shown again."

    def add_arguments(self, parser):
        parser.add_argument("name", help="What the token is for, such as the queue system's name.")
        parser.add_argument("--hall", required=True, help="The hall's code, such as A.")

    def handle(self, *args, name, hall, **options):
        found = Hall.objects.filter(code=hall).first()
        if found is None:
            raise CommandError(f"There is no hall {hall}.")
        self.stdout.write(make_service_token(name=name, hall=found, at=timezone.now()))
