"""Endpoints of the app below `/api/v1/`."""

urlpatterns = []
