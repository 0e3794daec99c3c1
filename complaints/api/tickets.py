"""Tickets for signed-in people: list, register, read, move."""

import django_filters
from django.db.models import Prefetch
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.api import schema
from complaints.errors import FieldInvalid
from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from complaints.opening import open_ticket
from complaints.workflow import Status
from feedback_site.api import TimePages
from feedback_site.models import Hall, StaffMember, User, Window
from feedback_site.scoping import visible
from ratings.api.schema import failures


class TicketPages(TimePages):
    """Newest first; the id decides between two of the same moment."""

    ordering = ("-registered_at", "-id")


class TicketFilter(django_filters.FilterSet):
    """Filters of the list."""

    hall = django_filters.CharFilter(field_name="hall__code", max_length=16)
    window = django_filters.CharFilter(field_name="window__number", max_length=8)
    status = django_filters.ChoiceFilter(choices=Status)
    channel = django_filters.ChoiceFilter(choices=Ticket.Channel)
    overdue = django_filters.BooleanFilter(method="only_overdue")
    registered_after = django_filters.IsoDateTimeFilter(field_name="registered_at", lookup_expr="gte")
    registered_before = django_filters.IsoDateTimeFilter(field_name="registered_at", lookup_expr="lt")

    class Meta:
        model = Ticket
        fields = ()

    def only_overdue(self, queryset, name, value):
        """`true`: a promise has run out; `false`: the others."""
        late = Ticket.objects.overdue(timezone.now())
        return queryset.filter(pk__in=late.values("pk")) if value else queryset.exclude(pk__in=late.values("pk"))


def tickets_of(user):
    """The tickets that a person may see, ready to be shown."""
    return visible(Ticket.objects.not_about(user), user).select_related("hall", "window", "handler")


def ticket_or_404(user, number):
    """One ticket with its history; a foreign one is as unknown as one that never was."""
    events = TicketEvent.objects.select_related("actor").order_by("at", "id")
    found = tickets_of(user).select_related("staff").prefetch_related(Prefetch("events", queryset=events))
    ticket = found.filter(number=number).first()
    if ticket is None:
        raise Http404
    return ticket


class TicketsView(generics.ListAPIView):
    """The list, and the registration of a matter."""

    queryset = Ticket.objects.all()
    permissions = {"GET": "complaints.view_ticket", "POST": "complaints.register_ticket"}
    pagination_class = TicketPages
    filterset_class = TicketFilter
    serializer_class = schema.TicketLine

    def get_queryset(self):
        return tickets_of(self.request.user)

    @extend_schema(parameters=[OpenApiParameter("page_size", int)], responses=schema.TicketLine(many=True))
    def get(self, request, *args, **kwargs):
        """Tickets of the halls one may see, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=schema.NewTicket, responses={201: schema.TicketLine, **failures(400, 401, 403)})
    def post(self, request):
        """Register a matter that somebody brought."""
        serializer = schema.NewTicket(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data
        hall = self._hall(told.pop("hall", None))
        told["window"] = _one(
            "window", visible(Window.objects.filter(hall=hall), request.user), number=told.get("window")
        )
        told["staff"] = _one(
            "staff", visible(StaffMember.objects.filter(hall=hall), request.user), staff_no=told.get("staff")
        )
        ticket = open_ticket(hall=hall, actor=request.user, at=timezone.now(), **told)
        return Response(schema.TicketLine(ticket).data, status=201)

    def _hall(self, code):
        halls = visible(Hall.objects.filter(is_active=True), self.request.user)
        if code is None and self.request.user.hall_id:
            return _one("hall", halls, pk=self.request.user.hall_id)
        if code is None:
            raise FieldInvalid(fields={"hall": [_("Say which hall.")]})
        return _one("hall", halls, code=code)


class TicketView(APIView):
    """One ticket by its number."""

    permission = "complaints.view_ticket"

    @extend_schema(responses={200: schema.TicketShown, **failures(401, 403, 404)})
    def get(self, request, number):
        """The ticket, its history, and the moves that the reader may make now."""
        ticket = ticket_or_404(request.user, number)
        return Response(schema.TicketShown(ticket, context={"request": request}).data)


class MovesView(APIView):
    """Moves of one ticket; each move asks for its own permission besides this."""

    permission = "complaints.view_ticket"

    @extend_schema(request=schema.MadeMove, responses={200: schema.TicketShown, **failures(400, 401, 403, 404, 409)})
    def post(self, request, number):
        """Make one move: 409 `ticket_changed` when somebody was first, `move_not_allowed` when the table has
        no such way.
        """
        ticket = ticket_or_404(request.user, number)
        serializer = schema.MadeMove(data=request.data)
        serializer.is_valid(raise_exception=True)
        told = serializer.validated_data
        people = User.objects.filter(hall=ticket.hall, is_active=True)
        told["handler"] = _one("handler", people, username=told.get("handler"))
        move_ticket(ticket=ticket, actor=request.user, at=timezone.now(), **told)
        moved = ticket_or_404(request.user, number)
        return Response(schema.TicketShown(moved, context={"request": request}).data)


def _one(field, queryset, **key):
    """The row of that key, None for none; unknown and foreign rows are refused in the same words."""
    [value] = key.values()
    if value is None:
        return None
    row = queryset.filter(**key).first()
    if row is None:
        raise FieldInvalid(fields={field: [_("Unknown.")]})
    return row
