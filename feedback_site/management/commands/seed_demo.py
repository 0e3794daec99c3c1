"""Fill an empty database with the demo halls."""

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feedback_site.demo.directory import keep_password
from feedback_site.demo.story import WEEKS, NotEmpty, is_empty, seed
from feedback_site.env import kept_secret

PASSWORD_BYTES = 9  # twelve characters


class Command(BaseCommand):
    help = "Fill an empty database with the demo: two halls, twelve windows, twelve weeks up to now."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="Do nothing when there is data already.")
        parser.add_argument("--weeks", type=int, default=WEEKS, help="Whole weeks to tell, two at least.")

    def handle(self, *args, if_empty, weeks, **options):
        if weeks < 2:
            raise CommandError("The story needs two weeks at least.")
        if not is_empty():
            if not if_empty:
                raise CommandError("The database holds data already; the demo only goes into an empty one.")
            self._say("there is data already, nothing to do")
            if settings.DEMO_PASSWORD and keep_password(settings.DEMO_PASSWORD):
                self._say("the password of its accounts is now that of DEMO_PASSWORD")
            return
        started = time.monotonic()
        kept_in = Path(settings.DATA_DIR) / "demo_password"
        password = settings.DEMO_PASSWORD or kept_secret(kept_in, PASSWORD_BYTES)
        try:
            seed(at=timezone.now(), password=password, weeks=weeks, say=self._say)
        except NotEmpty:
            raise CommandError("Somebody else filled the database meanwhile.") from None
        where = "DEMO_PASSWORD" if settings.DEMO_PASSWORD else f"kept in {kept_in}"
        self._say(f"done in {time.monotonic() - started:.1f} s; the password of all accounts is {where}")

    def _say(self, line):
        self.stdout.write(f"Demo halls: {line}")
        self.stdout.flush()
