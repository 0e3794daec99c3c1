"""Endpoints of the desk below `/api/v1/`. Numbers are slugs: anything else is 404 before the database is
asked.
"""

from django.urls import path

from complaints.api.tickets import MovesView, TicketsView, TicketView
from complaints.api.tracking import TrackingView

urlpatterns = [
    path("tracking/", TrackingView.as_view(), name="tracking"),
    path("tickets/", TicketsView.as_view(), name="tickets"),
    path("tickets/<slug:number>/", TicketView.as_view(), name="ticket"),
    path("tickets/<slug:number>/moves/", MovesView.as_view(), name="ticket-moves"),
]
