"""The directory's pages: halls, windows, staff members, service items."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from feedback_site.admin.base import HistoryAdmin
from feedback_site.models import Aid, Hall, ServiceItem, StaffMember, Window


class DirectoryAdmin(HistoryAdmin):
    """Directory rows keep every version; who belongs to one hall adds rows of that hall only."""

    list_filter = ["is_active"]

    def get_changeform_initial_data(self, request):
        return {"hall": request.user.hall_id, **super().get_changeform_initial_data(request)}


@admin.register(Hall)
class HallAdmin(DirectoryAdmin):
    list_display = ["name", "code", "timezone", "is_active"]
    search_fields = ["code", "name"]


class WindowForm(forms.ModelForm):
    """Aids as tick boxes instead of JSON."""

    aids = forms.MultipleChoiceField(
        label=_("aids"),
        choices=Aid,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("What helps here."),
    )

    class Meta:
        model = Window
        fields = ["hall", "number", "position", "name", "kind", "aids", "is_active"]


@admin.register(Window)
class WindowAdmin(DirectoryAdmin):
    form = WindowForm
    list_display = ["number", "name", "kind", "hall", "is_active"]
    list_filter = ["hall", "kind", "is_active"]
    list_select_related = ["hall"]
    search_fields = ["number", "name"]
    found_by_sidebar = True


@admin.register(StaffMember)
class StaffMemberAdmin(DirectoryAdmin):
    list_display = ["name", "staff_no", "hall", "is_active"]
    list_filter = ["hall", "is_active"]
    list_select_related = ["hall"]
    ordering = ["hall", "pinyin", "staff_no"]
    search_fields = ["staff_no", "name", "pinyin"]
    found_by_sidebar = True
    fields = ["hall", "staff_no", "name", "pinyin", "user", "is_active"]


@admin.register(ServiceItem)
class ServiceItemAdmin(DirectoryAdmin):
    list_display = ["name", "code", "hall", "is_active"]
    list_filter = ["hall", "is_active"]
    list_select_related = ["hall"]
    search_fields = ["code", "name"]
    found_by_sidebar = True
