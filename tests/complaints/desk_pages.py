"""Addresses and texts of the desk's pages in the admin."""

from django.urls import reverse

LIST = "/admin/complaints/ticket/"


def page_of(ticket):
    return reverse("admin:complaints_ticket_change", args=[ticket.pk])


def move_of(ticket, move):
    return reverse("admin:complaints_ticket_move", args=[ticket.pk, move])


def text(response):
    return response.content.decode()
