"""The listening desk; the project puts it under /desk/."""

from django.urls import path

from complaints import views

app_name = "desk"
urlpatterns = [path("", views.desk, name="desk")]
