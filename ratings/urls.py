"""The tablet's page; the project puts it under /kiosk/."""

from django.urls import path

from ratings import views

app_name = "kiosk"
urlpatterns = [
    path("", views.kiosk, name="page"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
