"""Fixtures that every test may ask for."""

import hypothesis
import pytest
from rest_framework.test import APIClient

from tests.factories import WEDNESDAY, TabletFactory

# How long one example takes says nothing on a shared machine.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


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
