"""Endpoints for the tablet itself: enrolment, what it shows, heartbeat."""

import hashlib
import ipaddress
import json

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from ratings.api import schema
from ratings.api.authentication import IsTablet, SendingTabletAuthentication, TabletAuthentication
from ratings.configuration import tablet_configuration
from ratings.enrolment import enrol_tablet
from ratings.heartbeat import record_heartbeat
from ratings.models import Tablet


class EnrolView(APIView):
    """Spend a one-time code."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(request=schema.EnrolRequest, responses={201: schema.Enrolled, **schema.failures(400, 429)}, auth=[])
    def post(self, request):
        """A token for the device, told this once."""
        told = request.data
        enrolled = enrol_tablet(
            code=told.get("code"),
            network=network_of(request),
            at=timezone.now(),
            public_key=told.get("public_key"),
            former=told.get("former"),
        )
        tablet = enrolled.tablet
        body = {
            "tablet": tablet.pk,
            "token": enrolled.token,
            "window": {"number": tablet.window.number, "name": tablet.window.name, "kind": tablet.window.kind},
            "hall": {"code": tablet.hall.code, "name": tablet.hall.name},
        }
        response = Response(body, status=status.HTTP_201_CREATED)
        response["Cache-Control"] = "no-store"
        return response


class TabletView(APIView):
    """An endpoint that only a tablet's token opens."""

    authentication_classes = (TabletAuthentication,)
    permission_classes = (IsTablet,)


class SendingView(APIView):
    """An endpoint to which a tablet sends what visitors gave; one that was replaced or moved may finish here."""

    authentication_classes = (SendingTabletAuthentication,)
    permission_classes = (IsTablet,)


class MeView(TabletView):
    """What the tablet shows."""

    @extend_schema(responses={200: schema.Configuration, 304: None, **schema.failures(401)})
    def get(self, request):
        """Everything needed to rate without a network; answers 304 when nothing changed since the given `ETag`."""
        tablet = Tablet.objects.select_related("hall", "window").get(pk=request.user.pk)
        now = timezone.now()
        body = tablet_configuration(tablet=tablet, at=now)
        etag = f'"{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]}"'
        if etag in request.headers.get("If-None-Match", ""):
            response = Response(status=status.HTTP_304_NOT_MODIFIED)
        else:
            response = Response({**body, "server_time": now.isoformat()})
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        return response


class HeartbeatView(TabletView):
    """The tablet's word about itself."""

    @extend_schema(request=schema.Heartbeat, responses={200: schema.HeartbeatAnswer, **schema.failures(400, 401)})
    def post(self, request):
        """Kept for the administrator; bad fields are named and the others kept."""
        record_heartbeat(tablet=request.user, told=request.data, at=timezone.now())
        return Response({"status": "ok"})


def network_of(request) -> str:
    """The caller's address, an IPv6 one cut to its /64; never a header that the caller can write (D19).

    Behind the deployment's own proxy it is the last address of `X-Forwarded-For`, the one that this proxy wrote.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False).network_address)
