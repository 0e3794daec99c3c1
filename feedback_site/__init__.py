"""The project and the directory (halls, windows, staff, items) that all apps point at."""

from feedback_site.celery import app as celery_app

__all__ = ["celery_app"]
