"""Bring the words of the code into the catalogues."""

from django.core.management.base import BaseCommand

from feedback_site.messages import catalogue, update
from feedback_site.translations import PROJECT

LOCALES = ("zh_Hans", "zh_Hant")


class Command(BaseCommand):
    help = "Bring new words into the catalogues and drop those that are gone; translate the empty ones then."
    requires_system_checks = ()

    def handle(self, *args, **options):
        for locale in LOCALES:
            new, gone = update(locale)
            self.stdout.write(f"{catalogue(locale).relative_to(PROJECT)}: {new} new, {gone} gone")
