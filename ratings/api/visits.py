"""The endpoint of queue and case systems."""

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback_site.addresses import public_address
from ratings.api import schema
from ratings.api.authentication import IsService, ServiceAuthentication
from ratings.codes import VisitCode, write_code
from ratings.visits import record_visit


class VisitView(APIView):
    """One visit by its case number."""

    authentication_classes = (ServiceAuthentication,)
    permission_classes = (IsService,)

    @extend_schema(
        request=schema.VisitTold, responses={200: schema.VisitKept, 201: schema.VisitKept, **schema.failures(400, 401)}
    )
    def put(self, request, case_no):
        """Create or complete the visit; the same call twice changes nothing.

        `rate_url` is for the QR code on the visitor's slip; it is the same at every call.
        """
        visit, created = record_visit(hall=request.user.hall, case_no=case_no, told=request.data, at=timezone.now())
        address = public_address(request, reverse("phone:begin", args=[write_code(VisitCode(visit.pk))]))
        answer = {"case_no": visit.case_no, "outcome": visit.outcome, "rate_url": address}
        return Response(answer, status=201 if created else 200)
