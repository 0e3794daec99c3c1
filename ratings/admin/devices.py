"""Tablets, the codes that enrol them, and the tokens of queue systems: facts to read, and buttons that end or begin."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from feedback_site.admin import ReadOnlyAdmin, WindowAdmin, ask
from feedback_site.models import Window
from ratings.admin import showing
from ratings.enrolment import CODE_LIFE, make_enrolment_code, revoke_service_token, revoke_tablet
from ratings.models import EnrolmentCode, ServiceToken, Tablet

LABELS = {"success": "success", "danger": "danger", "info": "info"}


class RevocableAdmin(ReadOnlyAdmin):
    """For what holds a token: it can be read, and its token ended once and for all.

    A subclass names the button `revoke`, the permission it asks for, and the service.
    """

    actions_detail = ["revoke"]

    def get_actions_detail(self, request, object_id):
        row = self.get_object(request, object_id)
        return [] if row is None or row.revoked_at else super().get_actions_detail(request, object_id)

    def ask_and_revoke(self, request, object_id, *, service, title, text):
        row = self.get_visible_or_404(request, object_id)
        if request.method != "POST":
            return ask(self, request, row, title=title, text=text, button=_("Revoke"), is_danger=True)
        if service(row):
            messages.success(request, _("Revoked. Its token is worth nothing from now on."))
        else:
            messages.info(request, _("It was revoked before."))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)

    @display(description=gettext_lazy("state"), label=LABELS)
    def state(self, row):
        return ("danger", _("revoked")) if row.revoked_at else ("success", _("in use"))

    @display(description=gettext_lazy("state"))
    def state_told(self, row):
        return self.state(row)[1]


@admin.register(Tablet)
class TabletAdmin(RevocableAdmin):
    list_display = ["window", "hall", "state", "seen", "queued", "missing", "app_version"]
    list_filter = ["hall", "window"]
    list_select_related = ["hall", "window"]
    fields = [
        "window", "hall", "state_told", "seen", "enrolled", "revoked", "queued", "highest_seq", "reported_seq",
        "missing", "app_version", "storage_persisted", "battery", "clock_offset_seconds",
    ]  # fmt: skip
    readonly_fields = ["state_told", "seen", "enrolled", "revoked", "missing"]

    @action(
        description=gettext_lazy("Revoke…"), url_path="revoke", icon="link_off", permissions=["ratings.change_tablet"]
    )
    def revoke(self, request, object_id):
        return self.ask_and_revoke(
            request,
            object_id,
            service=lambda tablet: revoke_tablet(tablet=tablet, at=timezone.now()),
            title=_("Revoke this tablet"),
            text=_(
                "It can send nothing any more until it is enrolled anew. What it has sent stays; "
                "what still waits on it is lost."
            ),
        )

    @display(description=gettext_lazy("last seen"), ordering="last_seen_at")
    def seen(self, tablet):
        return showing.in_zone(tablet.last_seen_at, tablet.hall)

    @display(description=gettext_lazy("enrolled at"))
    def enrolled(self, tablet):
        return showing.in_zone(tablet.enrolled_at, tablet.hall)

    @display(description=gettext_lazy("revoked at"))
    def revoked(self, tablet):
        return showing.in_zone(tablet.revoked_at, tablet.hall)

    @display(description=gettext_lazy("missing numbers"))
    def missing(self, tablet):
        return sum(last - first + 1 for first, last in tablet.gaps)


@admin.register(ServiceToken)
class ServiceTokenAdmin(RevocableAdmin):
    list_display = ["name", "hall", "state", "created"]
    list_filter = ["hall"]
    list_select_related = ["hall"]
    fields = ["name", "hall", "state_told", "created", "revoked"]
    readonly_fields = ["state_told", "created", "revoked"]

    @action(
        description=gettext_lazy("Revoke…"),
        url_path="revoke",
        icon="link_off",
        permissions=["ratings.change_servicetoken"],
    )
    def revoke(self, request, object_id):
        return self.ask_and_revoke(
            request,
            object_id,
            service=lambda token: revoke_service_token(token=token, at=timezone.now()),
            title=_("Revoke this token"),
            text=_("The system that uses it can report nothing any more until it gets a new token."),
        )

    @display(description=gettext_lazy("created at"))
    def created(self, token):
        return showing.in_zone(token.created_at, token.hall)

    @display(description=gettext_lazy("revoked at"))
    def revoked(self, token):
        return showing.in_zone(token.revoked_at, token.hall)


@admin.register(EnrolmentCode)
class EnrolmentCodeAdmin(ReadOnlyAdmin):
    """Who made a code when, and whether it was used; the codes themselves are stored nowhere."""

    list_display = ["window", "created", "used", "created_by"]
    list_select_related = ["window__hall", "created_by"]
    fields = ["window", "created", "expires", "used", "created_by"]
    readonly_fields = ["created", "expires", "used"]
    ordering = ["-pk"]

    @display(description=gettext_lazy("created at"))
    def created(self, code):
        return showing.in_zone(code.created_at, code.window.hall)

    @display(description=gettext_lazy("expires at"))
    def expires(self, code):
        return showing.in_zone(code.expires_at, code.window.hall)

    @display(description=gettext_lazy("used at"))
    def used(self, code):
        return showing.in_zone(code.used_at, code.window.hall)


admin.site.unregister(Window)


@admin.register(Window)
class WindowWithCodesAdmin(WindowAdmin):
    """The directory's page of a window with a button for its tablet; it stands here because the arrow points down."""

    actions_detail = ["enrolment_code"]

    @action(
        description=gettext_lazy("Enrolment code…"),
        url_path="enrolment-code",
        icon="tablet",
        permissions=["ratings.add_enrolmentcode"],
    )
    def enrolment_code(self, request, object_id):
        """Make a code and show it this once."""
        window = self.get_visible_or_404(request, object_id)
        if not window.is_active:
            raise PermissionDenied
        minutes = int(CODE_LIFE.total_seconds() // 60)
        if request.method != "POST":
            return ask(
                self,
                request,
                window,
                title=_("Enrol a tablet"),
                text=_(
                    "You get a code that turns one device into the tablet of this window. "
                    "It works once, for %(minutes)s minutes."
                )
                % {"minutes": minutes},
                button=_("Show a code"),
            )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Enrolment code"),
            "opts": self.opts,
            "original": window,
            "code": make_enrolment_code(window=window, actor=request.user, at=timezone.now()),
            "minutes": minutes,
            "kiosk_url": request.build_absolute_uri(reverse("kiosk:page")),
        }
        return TemplateResponse(request, "admin/ratings/enrolment_code.html", context)
