"""The server dies by `kill -9` between a tap and its answer; after a new start the rating is there, once."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

import pytest
from django.db import connection

from ratings.configuration import TIMINGS
from ratings.models import Rating

pytestmark = pytest.mark.browser

START_SECONDS = 120
GUARD_MS = TIMINGS["guard_ms"] + 50  # this server guards its screens as in life


class OwnServer:
    """Gunicorn in a process of its own on the test's database, so that it can be killed."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{self.port}", "--worker-class=gthread"]
        command += ["--threads=4", "--log-level=error", "feedback_site.wsgi:application"]
        environment = {**os.environ, "DATABASE_URL": database_url(), "DEMO": "1"}
        # A group of its own: the kill takes master and worker alike, as a power cut would.
        self.process = subprocess.Popen(command, env=environment, start_new_session=True)
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=10).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        pytest.fail("The server did not start.")

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def database_url():
    """The address of the database that this test uses."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(at['NAME']))}"
    host, port = quote(at["HOST"] or "localhost", safe=""), f":{at['PORT']}" if at["PORT"] else ""
    login = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    return f"postgres://{login}@{host}{port}/{quote(at['NAME'])}"


@pytest.fixture
def server(transactional_db):
    """In place of the live server: one that dies without a word."""
    server = OwnServer()
    server.start()
    yield server
    server.kill()


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
def test_a_rating_survives_the_death_of_the_server_between_tap_and_answer(kiosk, server, moment):
    died, answers = [], []

    def die(route):
        if not died:
            died.append(moment)  # before the answer comes: one death is enough
            if moment == "after the commit":
                answers.append(route.fetch().status)
            server.kill()
        route.abort() if server.process.poll() is not None else route.continue_()

    kiosk.between("**/api/v1/ratings/", die)
    kiosk.page.wait_for_timeout(GUARD_MS)
    kiosk.rate(2)
    kiosk.until(lambda: server.process.poll() is not None, "the server's death")
    assert answers == ([200] if moment == "after the commit" else [])
    assert len(kiosk.kept()) == 1
    kiosk.page.wait_for_timeout(GUARD_MS)
    kiosk.finish()
    assert Rating.objects.count() == (1 if moment == "after the commit" else 0)
    server.start()
    kiosk.hears_of_the_network()  # it may have tried in vain for long, and would rest for a minute
    kiosk.until(lambda: [row["state"] for row in kiosk.kept()] == ["acknowledged"], "the acknowledgement")
    rating = Rating.objects.get()
    assert (rating.level, rating.seq) == (2, 1)
