"""Whose tries are counted: the network behind our own proxy, never what a caller writes of himself."""

import pytest
from django.test import RequestFactory

from ratings.api.tablets import network_of


def asked(address="203.0.113.7", **headers):
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("", "unknown"), ("x", "unknown")],
)
def test_an_ipv6_caller_counts_with_its_whole_network(address, network):
    assert network_of(asked(address)) == network


def test_a_header_that_the_caller_wrote_counts_for_nothing():
    assert network_of(asked(**{"X-Forwarded-For": "198.51.100.1"})) == "203.0.113.7"


def test_behind_the_own_proxy_only_its_word_counts(settings):
    settings.BEHIND_TLS_PROXY = True
    told = {"X-Forwarded-For": "forged, 192.0.2.99, 198.51.100.1"}
    assert network_of(asked("127.0.0.1", **told)) == "198.51.100.1"
    assert network_of(asked("127.0.0.1")) == "127.0.0.1"


@pytest.mark.django_db
def test_who_guessed_too_often_is_told_when_to_come_back(client):
    answers = [client.post("/api/v1/tablets/enrol/", {"code": "0"}, "application/json") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert answers[-1]["Retry-After"] == "600"
