"""A browser of the listening desk, on a Wednesday morning at 10:32 (the server's clock; the browser keeps its own)."""

import json

import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

from tests.complaints.board_life import NOW


def clock():
    """The server's clock stands at 10:32 and runs from there."""
    return time_machine.travel(NOW, tick=True)


def sign_in(context, server, user):
    """As if the person had signed in by the form; that has its own tests."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": server.url}])


def empty_the_database():
    """History cannot be deleted row by row, on purpose; the next test fills the migrated rows in again."""
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def problems_of(page):
    """What axe finds, with where."""
    found = json.loads(json.dumps(Axe().run(page).response))["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
