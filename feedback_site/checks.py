"""System checks: what would silently lose data or doubt a figure stops the start instead."""

from django.conf import settings
from django.core.checks import Tags
from django.core.checks import register as register_check
from django.db import connection

from feedback_site.database import postgres_durability_errors


def durability(app_configs, databases=None, **kwargs):
    """PostgreSQL must not be set to acknowledge what is not on disk (reliability.md D11)."""
    if not databases or settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        return []
    return postgres_durability_errors(connection)


def register():
    """Called once when the app is ready."""
    register_check(durability, Tags.database)
