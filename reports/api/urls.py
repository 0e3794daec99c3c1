"""Endpoints of reports below `/api/v1/`."""

from django.urls import path

from reports.api.summaries import WeeklySummariesView

urlpatterns = [path("weekly-summaries/", WeeklySummariesView.as_view(), name="weekly-summaries")]
