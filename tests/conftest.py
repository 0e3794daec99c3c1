"""Fixtures that every test may ask for."""

import hypothesis
import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from rest_framework.test import APIClient

from ratings.models import Reason
from tests.factories import WEDNESDAY, ServiceTokenFactory, TabletFactory

# How long one example takes says nothing on a shared machine.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Give the kept database back as the migrations made it: tests with real transactions leave it without a row."""
    with django_db_blocker.unblock():
        if not Reason.objects.exists():
            pytest.exit("The kept test database was left empty by a run that was killed; run once with --create-db.", 3)
        as_migrated = connection.creation.serialize_db_to_string()
        yield as_migrated
        restore(as_migrated)


def restore(as_migrated):
    """Bring back what the migrations brought, with its own keys, when a test with real transactions emptied all."""
    if not (Reason.objects.exists() and Group.objects.exists()):
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False)
        connection.creation.deserialize_db_from_string(as_migrated)


@pytest.fixture(autouse=True)
def migrated_rows(_django_db_marker, request):
    """A test with real transactions finds what the migrations brought, whatever an earlier one emptied."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        restore(request.getfixturevalue("django_db_setup"))


@pytest.fixture
def at():
    """A moment that can be said aloud: Wednesday 18 November 2026, ten in the morning in Shanghai."""
    return WEDNESDAY


@pytest.fixture
def tablet(db):
    """An enrolled tablet at a window of its own hall."""
    return TabletFactory(token="the-token")


@pytest.fixture
def tablet_client(tablet):
    """A client that speaks as the tablet."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Tablet the-token")
    return client


@pytest.fixture
def service_token(db):
    """A queue system of its own hall."""
    return ServiceTokenFactory(token="the-service-token")
