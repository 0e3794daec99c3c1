"""Brings the database to what the code expects; a fault of the environment becomes one sentence."""

import os
import sys

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection

from feedback_site import database, env

REFUSED = 2


def prepare() -> None:
    """Migrate; then fill an empty database with the demo halls, or collect the static files."""
    django.setup()
    connection.ensure_connection()
    for error in database.postgres_durability_errors(connection):
        raise ImproperlyConfigured(error.msg)
    call_command("migrate", interactive=False, verbosity=0)
    if env.flag("DEMO"):
        call_command("seed_demo", if_empty=True)
    if settings.STATIC_ROOT:
        call_command("collectstatic", interactive=False, verbosity=0)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "feedback_site.settings")
    try:
        prepare()
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return REFUSED
    except DatabaseError as error:
        print(f"The database cannot be used: {str(error).splitlines()[0]}", file=sys.stderr)
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
