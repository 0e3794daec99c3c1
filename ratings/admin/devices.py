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

from feedback_site.addresses import public_address
from feedback_site.admin import ReadOnlyAdmin, WindowAdmin, ask
from feedback_site.models import Window
from ratings.admin import showing
from ratings.admin.signs import WindowSigns, qr_code
from ratings.enrolment import CODE_LIFE, make_enrolment_code, revoke_service_token
from ratings.models import EnrolmentCode, ServiceToken

CODE_MINUTES = int(CODE_LIFE.total_seconds() // 60)
LABELS = {"success": "success", "danger": "danger", "info": "info"}


def show_code(model_admin, request, window, replaces=None):
    """Make a code and show it this once, in letters and as a picture for the tablet's camera."""
    code = make_enrolment_code(window=window, actor=request.user, at=timezone.now(), replaces=replaces)
    kiosk_url = public_address(request, reverse("kiosk:page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Enrolment code"),
        "opts": model_admin.opts,
        "original": replaces or window,
        "window": window,
        "replaces": replaces,
        "code": code,
        # After the #: it stays in the browser, and in nobody's log.
        "qr": qr_code(f"{kiosk_url}#code={code}"),
        "minutes": CODE_MINUTES,
        "kiosk_url": kiosk_url,
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "admin/ratings/enrolment_code.html", context)


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
class WindowWithCodesAdmin(WindowSigns, WindowAdmin):
    """The directory's page of a window with its tablet and its sign; it stands here because the arrow points down."""

    actions_detail = ["enrolment_code", "qr_code", "renew_qr_code"]

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
                % {"minutes": CODE_MINUTES},
                button=_("Show a code"),
            )
        return show_code(self, request, window)
