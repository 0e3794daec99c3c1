"""People and tickets of a listening desk."""

import pytest

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
