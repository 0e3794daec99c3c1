"""Pages of the app."""

urlpatterns = []
