"""Endpoints of ratings below `/api/v1/`."""

from django.urls import path

from ratings.api.entrusting import CallbackView, VoiceView
from ratings.api.ratings import RatingsView
from ratings.api.tablets import EnrolView, HeartbeatView, MeView
from ratings.api.visits import VisitView

urlpatterns = [
    path("tablets/enrol/", EnrolView.as_view(), name="tablet-enrol"),
    path("tablets/me/", MeView.as_view(), name="tablet-me"),
    path("tablets/heartbeat/", HeartbeatView.as_view(), name="tablet-heartbeat"),
    path("ratings/", RatingsView.as_view(), name="ratings"),
    path("ratings/<uuid:rating_id>/callback/", CallbackView.as_view(), name="rating-callback"),
    path("ratings/<uuid:rating_id>/voice/", VoiceView.as_view(), name="rating-voice"),
    path("visits/<str:case_no>/", VisitView.as_view(), name="visit"),
]
