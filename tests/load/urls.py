"""The project's addresses and one more: the bare view that the figures are compared with."""

from uuid import uuid4

from django.db import connection
from django.http import JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from feedback_site.urls import handler404  # noqa: F401  (Django looks handler404 up here)
from feedback_site.urls import urlpatterns as project_urls

SCRATCH_TABLE = (
    "CREATE TABLE bench_row (id uuid PRIMARY KEY, level smallint NOT NULL, received_at timestamptz NOT NULL)"
)


@csrf_exempt
def insert(request):
    """Authenticates nothing, reads nothing, does one INSERT with commit."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row VALUES (%s, %s, %s)", [uuid4(), 5, timezone.now()])
    return JsonResponse({"status": "created"})


urlpatterns = [path("bench/insert/", insert), *project_urls]
