"""The rating page for a visitor's own phone; the project puts it under /r/."""

from django.urls import path

from ratings import phone_views

app_name = "phone"
urlpatterns = [
    path("", phone_views.find, name="find"),
    path("<str:code>", phone_views.begin, name="begin"),
    path("<str:code>/<str:nonce>", phone_views.rate, name="rate"),
]
