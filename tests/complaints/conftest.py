"""People and tickets of a listening desk."""

import pytest
from django.utils import translation

from tests.factories import HallFactory, TicketFactory, UserFactory


@pytest.fixture
def hall(db):
    return HallFactory(code="A")


@pytest.fixture
def officer(hall):
    """Holds every permission of the desk but supervision."""
    return UserFactory(username="officer", hall=hall, role="desk officer")


@pytest.fixture
def manager(hall):
    return UserFactory(username="manager", hall=hall, role="hall manager")


@pytest.fixture
def ticket(hall):
    return TicketFactory(hall=hall, number="A-2026-000001")


@pytest.fixture
def english(client):
    """Pages and sentences in the language in which the tests read them."""
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def desk(client, officer):
    """The officer's browser."""
    client.force_login(officer)
    return client
