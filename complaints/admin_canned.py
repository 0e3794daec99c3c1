"""Canned answers in the admin: each hall's manager writes its own."""

from django.contrib import admin

from complaints.models import CannedAnswer
from feedback_site.admin import BaseAdmin


@admin.register(CannedAnswer)
class CannedAnswerAdmin(BaseAdmin):
    """The answers that the composer of the desk offers."""

    list_display = ["name", "hall", "position", "is_active"]
    list_filter = ["hall", "is_active"]
    search_fields = ["name", "text"]
    list_select_related = ["hall"]
