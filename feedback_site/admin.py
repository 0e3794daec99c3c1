"""The admin's base classes (scope, read-only history) and the directory's pages."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from feedback_site.models import Aid, Hall, ServiceItem, StaffMember, User, Window
from feedback_site.scoping import visible

admin.site.site_title = admin.site.site_header = _("Sunlit Window")
admin.site.unregister(Group)


class BaseAdmin(ModelAdmin):
    """Every admin of the project: rows, choices and autocompletes of the halls one may see; nothing is deleted.

    Rows that matter are deactivated instead, so that a figure can always be traced to what it was made from.
    """

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_queryset(self, request):
        return visible(super().get_queryset(request), request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if hasattr(db_field.remote_field.model, "hall_path") and "queryset" not in kwargs:
            kwargs["queryset"] = visible(db_field.remote_field.model._default_manager.all(), request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_field_queryset(self, db, db_field, request):
        queryset = super().get_field_queryset(db, db_field, request)
        if hasattr(db_field.remote_field.model, "hall_path"):
            queryset = visible(
                queryset if queryset is not None else db_field.remote_field.model._default_manager.all(),
                request.user,
            )
        return queryset

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(BaseAdmin):
    """For what is appended or derived: it can be read by those who may, and changed here by nobody."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class DirectoryAdmin(SimpleHistoryAdmin, BaseAdmin):
    """Directory rows keep every version; who belongs to one hall adds rows of that hall only."""

    object_history_template = "unfold/simple_history/object_history.html"
    object_history_list_template = "unfold/simple_history/object_history_list.html"
    list_filter = ["is_active"]

    def get_changeform_initial_data(self, request):
        return {
            "hall": request.user.hall_id,
            **super().get_changeform_initial_data(request),
        }


@admin.register(Hall)
class HallAdmin(DirectoryAdmin):
    list_display = ["code", "name", "timezone", "is_active"]
    search_fields = ["code", "name"]


class WindowForm(forms.ModelForm):
    """Aids as tick boxes instead of JSON."""

    aids = forms.MultipleChoiceField(
        label=_("aids"),
        choices=Aid,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What helps here."),
    )

    class Meta:
        model = Window
        fields = ["hall", "number", "position", "name", "kind", "aids", "is_active"]


@admin.register(Window)
class WindowAdmin(DirectoryAdmin):
    form = WindowForm
    list_display = ["number", "name", "kind", "hall", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["hall"]
    search_fields = ["number", "name"]


@admin.register(StaffMember)
class StaffMemberAdmin(DirectoryAdmin):
    list_display = ["staff_no", "name", "hall", "is_active"]
    list_select_related = ["hall"]
    ordering = ["hall", "pinyin"]
    search_fields = ["staff_no", "name", "pinyin"]
    fields = ["hall", "staff_no", "name", "pinyin", "user", "is_active"]


@admin.register(ServiceItem)
class ServiceItemAdmin(DirectoryAdmin):
    list_display = ["code", "name", "hall", "is_active"]
    list_select_related = ["hall"]
    search_fields = ["code", "name"]


class SuperuserOnly:
    """Accounts and roles are the superuser's alone (reliability.md T14): nobody gives rights to himself."""

    def has_module_permission(self, request):
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_add_permission(self, request):
        return self.has_module_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(SuperuserOnly, DjangoUserAdmin, BaseAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "hall", "is_active", "is_staff"]
    list_filter = ["is_active", "groups"]
    list_select_related = ["hall"]
    fieldsets = [
        (None, {"fields": ["username", "password", "hall"]}),
        (_("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (
            _("Rights"),
            {
                "fields": [
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                ]
            },
        ),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": [
                    "username",
                    "hall",
                    "usable_password",
                    "password1",
                    "password2",
                ]
            },
        )
    ]


@admin.register(Group)
class GroupAdmin(SuperuserOnly, DjangoGroupAdmin, BaseAdmin):
    def get_queryset(self, request):
        # Groups belong to no hall; the class above lets superusers in only.
        return self.model._default_manager.all()
