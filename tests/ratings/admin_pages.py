"""What the tests of the admin of ratings share: signing in, addresses, and reading a page."""

from django.urls import reverse


def signed_in(client, user):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    client.user = user
    return client


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def button(row, name):
    return change(row).replace("change/", f"{name}/")


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()
