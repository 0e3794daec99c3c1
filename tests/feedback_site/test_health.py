"""For load balancers and people on call (reliability.md d.11)."""

import socket
import time

import pytest
from django.db import DatabaseError, connections
from django.test import Client

from feedback_site import health


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.fixture
def broker_well(monkeypatch):
    monkeypatch.setattr(health, "broker_answers", lambda: True)


def test_a_living_process_says_ok_and_asks_nobody(client):
    """Without access to a database; pytest-django would stop a query."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_is_when_database_and_broker_answer(client, broker_well):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert {"status": "ok", "database": "ok", "broker": "ok"}.items() <= response.json().items()
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_an_absent_broker_is_named(client, monkeypatch):
    monkeypatch.setattr(health, "broker_answers", lambda: False)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert {"status": "degraded", "database": "ok", "broker": "away"}.items() <= response.json().items()


@pytest.mark.django_db
def test_an_absent_database_is_named_and_nothing_else_of_it_is_told(client, broker_well, monkeypatch):
    def refuse(self):
        raise DatabaseError("password=hunter2")

    monkeypatch.setattr(type(connections["default"]), "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert {"status": "degraded", "database": "away", "broker": "ok"}.items() <= response.json().items()
    assert b"hunter2" not in response.content


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_health_is_only_read(client, path, method):
    response = client.generic(method, path)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.fixture
def listener():
    """A port of ours that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def asked(settings, port):
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
    began = time.monotonic()
    answer = health.broker_answers()
    return answer, time.monotonic() - began


def test_a_broker_that_is_not_there_is_noticed_at_once(settings, listener):
    port = listener.getsockname()[1]
    listener.close()
    answer, seconds = asked(settings, port)
    assert answer is False
    assert seconds < 5


@pytest.mark.slow
def test_a_broker_that_says_nothing_is_noticed_within_seconds(settings, listener):
    answer, seconds = asked(settings, listener.getsockname()[1])
    assert answer is False
    assert seconds < 10
