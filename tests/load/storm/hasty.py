"""The control: what must never be built. It answers first and stores later, from memory (reliability.md D1)."""

import queue
import threading
import time

from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.urls import path
from django.utils import timezone

from feedback_site.urls import handler404  # noqa: F401  (Django looks handler404 up here)
from feedback_site.urls import urlpatterns as project_urls
from ratings.api.ratings import RatingsView
from ratings.clocks import parse_moment
from ratings.recording import record_ratings

STORE_EVERY_SECONDS = 0.2


class HastyRatingsView(RatingsView):
    """Says `created` to everything."""

    def post(self, request):
        items = request.data["ratings"]
        buffer().put((request.user, items, parse_moment(request.data.get("sent_at")), timezone.now()))
        results = [{"id": item["id"], "status": "created"} for item in items]
        return JsonResponse({"results": results, "highest_seq": 0, "gaps": []})


_buffers: list[queue.Queue] = []
_one_at_a_time = threading.Lock()


def buffer() -> queue.Queue:
    """This worker's memory, emptied by a thread that begins with the first rating (after the fork)."""
    with _one_at_a_time:
        if not _buffers:
            _buffers.append(queue.Queue())
            threading.Thread(target=_store_for_ever, daemon=True).start()
    return _buffers[0]


def _store_for_ever():
    while True:
        time.sleep(STORE_EVERY_SECONDS)
        while not _buffers[0].empty():
            _store(*_buffers[0].get())


def _store(tablet, items, sent_at, received_at):
    while True:
        try:
            record_ratings(tablet=tablet, items=items, sent_at=sent_at, received_at=received_at)
            return
        except DatabaseError:  # it is patient, and still forgets when it dies
            time.sleep(STORE_EVERY_SECONDS)
        finally:
            connection.close()


urlpatterns = [path("api/v1/ratings/", HastyRatingsView.as_view()), *project_urls]
