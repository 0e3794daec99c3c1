"""How one's own matter stands, for programs that ask for its owner; public, with a number and a query code."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api import schema
from complaints.progress import progress_of
from complaints.tracking import look_up
from feedback_site.errors import DomainError
from ratings.api.schema import failures
from ratings.api.tablets import network_of


class NothingFound(DomainError):
    """Unknown, wrong, locked or deleted: one answer for all."""

    code = "not_found"
    status = 404
    message = _("There is nothing with this number and this query code.")


class TrackingView(APIView):
    """Public; neither cookies nor sign-in are read."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(request=schema.TrackingAsked, responses={200: schema.TrackingShown, **failures(400, 404)}, auth=[])
    def post(self, request):
        """Where the matter stands and what comes next. A wrong number, a wrong code, too many tries: 404, all alike."""
        now = timezone.now()
        callback = look_up(
            number=request.data.get("number"),
            query_code=request.data.get("query_code"),
            network=network_of(request),
            at=now,
        )
        if callback is None:
            raise NothingFound
        response = Response(schema.TrackingShown(progress_of(callback, now)).data)
        response["Cache-Control"] = "no-store"
        return response
