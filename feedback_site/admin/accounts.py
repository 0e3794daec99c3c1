"""Accounts and roles, for superusers only."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from feedback_site.admin.base import BaseAdmin
from feedback_site.models import User
from feedback_site.roles import ROLE_NAMES

admin.site.unregister(Group)


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


# Django keeps the names of permissions in English in the database; these are their words by codename.
DEEDS = {"add": _("add"), "change": _("change"), "delete": _("delete"), "view": _("view")}
PERMISSION_NAMES = {
    "view_all_halls": _("view the rows of every hall"),
    "register_ticket": _("register tickets"),
    "handle_ticket": _("handle tickets"),
    "review_ticket": _("review returns, extensions and answers"),
    "supervise_ticket": _("supervise tickets"),
    "verify_ticket": _("verify bad ratings"),
    "decide_appeal": _("decide appeals"),
}


def permission_name(permission):
    """What a permission allows, as people read it: the thing first, so that the list sorts by things."""
    model = permission.content_type.model_class()
    if model is None:
        return str(permission)
    deed = PERMISSION_NAMES.get(permission.codename) or DEEDS.get(permission.codename.split("_")[0], permission.name)
    return f"{model._meta.verbose_name} · {deed}"


def grantable_permissions():
    """What a role may be given: rights over the project's own rows that somebody can look at in a page or the API."""
    own = Permission.objects.filter(content_type__app_label__in=["feedback_site", "ratings", "complaints", "reports"])
    hidden = Q(content_type__model__startswith="historical") | Q(
        content_type__model__in=["user", "enrolmentfailure", "phoneuse"]
    )
    return own.exclude(hidden)


def role_name(group):
    """The role's name as people read it; groups that an administrator made keep their own."""
    return str(ROLE_NAMES.get(group.name, group.name))


@admin.register(User)
class UserAdmin(SuperuserOnly, DjangoUserAdmin, BaseAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "hall", "is_active", "is_staff"]
    list_filter = ["hall", "is_active", "is_staff"]
    list_select_related = ["hall"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password", "hall"]}),
        (_("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "hall", "usable_password", "password1", "password2"]})]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "groups":
            field.label_from_instance = role_name
        return field


@admin.register(Group)
class GroupAdmin(SuperuserOnly, DjangoGroupAdmin, BaseAdmin):
    list_display = ["shown_name"]
    filter_horizontal = ()

    def get_queryset(self, request):
        # Groups belong to no hall; the class above lets superusers in only.
        return self.model._default_manager.all()

    def get_fields(self, request, obj=None):
        return ["shown_name" if self._is_built_in(obj) else "name", "permissions"]

    def get_readonly_fields(self, request, obj=None):
        # The stored name of a built-in role is a key: renamed, the next `migrate` would make the role anew beside it.
        return ["shown_name"] if self._is_built_in(obj) else []

    @staticmethod
    def _is_built_in(group):
        return group is not None and group.name in ROLE_NAMES

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        if db_field.name == "permissions":
            kwargs["queryset"] = grantable_permissions()
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "permissions":
            field.label_from_instance = permission_name
        return field

    @admin.display(description=_("role"), ordering="name")
    def shown_name(self, group):
        return role_name(group)
