"""The project's own app: the directory, roles and start-up checks."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps  # as a module: a second config class here would be taken for ours
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from feedback_site import api_docs, checks, roles  # noqa: F401  (api_docs registers itself)


class FeedbackSiteConfig(AppConfig):
    name = "feedback_site"
    verbose_name = _("People and windows")

    def ready(self):
        checks.register()
        # Django's own signal: the roles are right after every `migrate`, on every database, tests included.
        post_migrate.connect(roles.sync_roles, dispatch_uid="feedback_site.roles")


class HouseAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the site class of this house."""

    default = False
    default_site = "feedback_site.admin_site.Site"
