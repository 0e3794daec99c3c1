"""Where visitors see how their matter stands; the project puts it under /track/."""

from django.urls import path

from complaints import public

app_name = "track"
urlpatterns = [path("", public.track, name="track")]
