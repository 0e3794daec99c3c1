"""What a tablet sends after a rating: call-backs and spoken remarks. Who is asking is `SendingView`'s affair."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from ratings.api import schema
from ratings.api.authentication import is_authentic
from ratings.api.tablets import SendingView
from ratings.entrusting import record_callback, record_voice

ANSWERS = {200: schema.Kept, 201: schema.Kept, **schema.failures(400, 401, 403, 404, 409, 413, 415, 503)}


def kept(created: bool) -> Response:
    """201 for what is new, 200 for the very same once more."""
    return Response({"status": "created" if created else "duplicate"}, status=201 if created else 200)


def sent(request, rating_id) -> dict:
    """What both services ask for."""
    told = request.data
    return {
        "tablet": request.user,
        "rating_id": rating_id,
        "told": told,
        "at": timezone.now(),
        "is_authentic": is_authentic(request),
    }


class CallbackView(SendingView):
    """请给我回电."""

    @extend_schema(request=schema.CallbackTold, responses=ANSWERS)
    def put(self, request, rating_id):
        """Keep a sealed number for the rating; the same call twice changes nothing, other content is a conflict."""
        return kept(record_callback(**sent(request, rating_id)))


class VoiceView(SendingView):
    """说一句话."""

    @extend_schema(request=schema.VoiceTold, responses=ANSWERS)
    def put(self, request, rating_id):
        """Keep a sealed recording for the rating; the same call twice changes nothing, other content is a conflict."""
        return kept(record_voice(**sent(request, rating_id)))
