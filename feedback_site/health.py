"""Is it alive, and is it ready: for load balancers and people on call."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
BROKER_TIMEOUT_SECONDS = 1
# Ages in seconds that `/readyz` tells beside its verdict; the apps above enter theirs here when they are ready.
AGES: dict[str, Callable[[datetime], int | None]] = {}


@never_cache
@require_safe
def healthz(request):
    """200 as long as the process lives; asks nobody."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request):
    """200 when database and broker answer, else 503 that names which does not; with the age of derived data."""
    parts = {"database": database_answers(), "broker": broker_answers()}
    ready = all(parts.values())
    body = {
        "status": "ok" if ready else "degraded",
        **{name: "ok" if well else "away" for name, well in parts.items()},
        **{name: age(timezone.now()) if parts["database"] else None for name, age in AGES.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


def database_answers() -> bool:
    """Whether a trivial query succeeds."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError as error:
        log.warning("readyz: database away (%s)", type(error).__name__)
        return False


def broker_answers() -> bool:
    """Whether the broker accepts a connection within a second."""
    options = {
        **settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        "socket_connect_timeout": BROKER_TIMEOUT_SECONDS,
        "socket_timeout": BROKER_TIMEOUT_SECONDS,  # one that takes the call and says nothing is away, too
    }
    broker = Connection(settings.CELERY_BROKER_URL, transport_options=options)
    try:
        with broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT_SECONDS)
            return True
    except (OSError, OperationalError, *broker.connection_errors) as error:
        log.warning("readyz: broker away (%s)", type(error).__name__)
        return False
