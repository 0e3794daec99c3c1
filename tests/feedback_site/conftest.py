"""Fixtures of the tests of the project's own app."""

import pytest
from django.db import transaction

from tests.project.population import Population


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """One population for all tests of this file, made once and rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Population()
        transaction.set_rollback(True)


@pytest.fixture
def population(house, db):
    """The population; what a test changes in the database is rolled back to it."""
    return house
