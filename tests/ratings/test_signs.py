"""The QR code of a window in the admin, and the one of a visit for the slip."""

import re

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from feedback_site import env
from ratings.codes import VisitCode, WindowCode, read_code
from ratings.models import Visit, WindowSign
from tests.factories import WEDNESDAY, UserFactory, WindowFactory
from tests.ratings.admin_pages import button, signed_in, text

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"http://testserver(/r/\w+)")


def printed(window):
    return reverse("admin:ratings_window_sign", args=[window.pk])


def test_a_manager_sees_the_code_and_it_opens_the_page(manager, window):
    page = text(manager.get(button(window, "qr-code")))
    address = ADDRESS.search(page)[1]
    assert "<svg" in page and read_code(address.removeprefix("/r/")) == WindowCode(window.pk, 0)
    assert manager.get(address).status_code == 303


def test_the_print_asks_in_three_languages_and_names_the_other_ways(manager, window):
    page = text(manager.get(printed(window)))
    for words in (
        "您对这次服务满意吗？",
        "您對這次服務滿意嗎？",
        "How was our service today?",
        "A3 号窗口",
        "Window A3",
    ):
        assert words in page
    assert "纸质评价表" in page and window.hall.name in page
    assert not re.search(r"<style|style=", page)


def test_renewing_asks_first_and_then_ends_the_code(manager, window):
    old = ADDRESS.search(text(manager.get(printed(window))))[1]
    assert "ends at once" in text(manager.get(button(window, "renew-qr-code")))
    assert not WindowSign.objects.exists()
    assert manager.post(button(window, "renew-qr-code"))["Location"] == button(window, "qr-code")
    sign = WindowSign.objects.get()
    assert (sign.serial, sign.renewed_by) == (1, manager.user)
    new = ADDRESS.search(text(manager.get(button(window, "qr-code"))))[1]
    assert (manager.get(old).status_code, manager.get(new).status_code) == (410, 303)


@pytest.mark.parametrize("role", ["clerk", "desk officer", "auditor", "rated person"])
def test_who_does_not_look_after_windows_neither_prints_nor_renews(client, window, role):
    signed_in(client, UserFactory(hall=window.hall, role=role))
    assert client.get(printed(window)).status_code in (403, 404)
    assert client.post(button(window, "renew-qr-code")).status_code in (403, 404)
    assert not WindowSign.objects.exists()


def test_the_code_of_another_halls_window_is_not_found(manager):
    other = WindowFactory()
    for address in (printed(other), button(other, "qr-code"), button(other, "renew-qr-code")):
        assert manager.get(address).status_code == 404
        assert manager.post(address).status_code == 404


def test_the_queue_system_is_told_the_address_for_the_slip(service_token, settings):
    window = WindowFactory(hall=service_token.hall, number="10")
    queue = APIClient()
    queue.credentials(HTTP_AUTHORIZATION="Service the-service-token")
    told = {"window": window.number, "called_at": WEDNESDAY.isoformat()}
    first = queue.put("/api/v1/visits/YX1/", told, format="json")
    again = queue.put("/api/v1/visits/YX1/", told, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["rate_url"] == again.json()["rate_url"]
    path = ADDRESS.fullmatch(first.json()["rate_url"])[1]
    assert read_code(path.removeprefix("/r/")) == VisitCode(Visit.objects.get().pk)
    settings.PUBLIC_ADDRESS = "https://pj.example.gov.cn"
    assert (
        queue.put("/api/v1/visits/YX1/", told, format="json").json()["rate_url"] == f"https://pj.example.gov.cn{path}"
    )


@pytest.mark.parametrize("value", ["pj.example.gov.cn", "https://a.cn/path", "ftp://a.cn", "https://", "javascript:1"])
def test_a_public_address_that_is_none_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("PUBLIC_ADDRESS", value)
    with pytest.raises(env.ImproperlyConfigured):
        env.origin("PUBLIC_ADDRESS")
    monkeypatch.setenv("PUBLIC_ADDRESS", "https://a.cn/")
    assert env.origin("PUBLIC_ADDRESS") == "https://a.cn"
