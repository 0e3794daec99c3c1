"""Fixtures that every test may ask for."""

import pytest
from rest_framework.test import APIClient

from tests.factories import WEDNESDAY, TabletFactory


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
