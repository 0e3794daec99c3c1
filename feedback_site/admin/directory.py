"""The directory's pages: halls, windows, staff members, service items."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldBooleanWidget,
)

from feedback_site.admin.base import HistoryAdmin
from feedback_site.models import Aid, Hall, ServiceItem, StaffMember, StaffPhoto, Window
from feedback_site.photos import MAX_BYTES, square_photo


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


class StaffMemberForm(forms.ModelForm):
    """The person, and the photo for the tablet's card."""

    new_photo = forms.FileField(
        label=_("photo for the tablet"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("Only if the person agrees. It is cut square and made small; the file itself is not kept."),
    )
    without_photo = forms.BooleanField(
        label=_("take the photo away"),
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text=_("The tablet shows the number of the window instead."),
    )

    class Meta:
        model = StaffMember
        fields = ["hall", "staff_no", "name", "pinyin", "user", "is_active"]

    def clean_new_photo(self):
        """The bytes of the small square picture, or None."""
        upload = self.cleaned_data["new_photo"]
        if not upload:
            return None
        if upload.size > MAX_BYTES:
            raise ValidationError(_("At most 10 MB."), code="too_large")
        return square_photo(upload.read())


@admin.register(StaffMember)
class StaffMemberAdmin(DirectoryAdmin):
    form = StaffMemberForm
    list_display = ["name", "staff_no", "hall", "is_active"]
    list_filter = ["hall", "is_active"]
    list_select_related = ["hall"]
    ordering = ["hall", "pinyin", "staff_no"]
    search_fields = ["staff_no", "name", "pinyin"]
    found_by_sidebar = True
    fields = ["hall", "staff_no", "name", "pinyin", "user", "shown_photo", "new_photo", "without_photo", "is_active"]
    readonly_fields = ["shown_photo"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("new_photo"):
            StaffPhoto.objects.update_or_create(staff=obj, defaults={"image": form.cleaned_data["new_photo"]})
        elif form.cleaned_data.get("without_photo"):
            StaffPhoto.objects.filter(staff=obj).delete()

    @admin.display(description=_("photo on the tablet"))
    def shown_photo(self, staff):
        photo = StaffPhoto.objects.filter(staff=staff.pk).first()
        return format_html('<img src="{}" width="96" height="96" alt="">', photo.data_url) if photo else _("none")


@admin.register(ServiceItem)
class ServiceItemAdmin(DirectoryAdmin):
    list_display = ["name", "code", "hall", "is_active"]
    list_filter = ["hall", "is_active"]
    list_select_related = ["hall"]
    search_fields = ["code", "name"]
    found_by_sidebar = True
