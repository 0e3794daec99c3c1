"""Fixtures of the tests of ratings."""

import pytest

from tests.factories import UserFactory, WindowFactory
from tests.ratings.admin_pages import signed_in


@pytest.fixture
def window():
    return WindowFactory(number="A3", name="不动产登记")


@pytest.fixture
def manager(client, window):
    """The client of the manager of the window's hall, reading English."""
    return signed_in(client, UserFactory(hall=window.hall, role="hall manager"))


@pytest.fixture
def superuser(client):
    return signed_in(client, UserFactory(is_superuser=True))
