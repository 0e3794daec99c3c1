"""Where everything is."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from feedback_site import health, views

urlpatterns = [
    path("", views.front_page, name="front"),
    path("kiosk/", include("ratings.urls")),
    path("r/", include("ratings.phone_urls")),
    path("desk/", include("complaints.urls")),
    path("track/", include("complaints.public_urls")),
    path("admin/", admin.site.urls),
    path("language/", include("django.conf.urls.i18n")),
    path("api/v1/", include("ratings.api.urls")),
    path("api/v1/", include("complaints.api.urls")),
    path("api/v1/", include("reports.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]

handler400 = "feedback_site.middleware.bad_request"
handler404 = "feedback_site.api.unknown_path"
