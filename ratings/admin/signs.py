"""The QR code of a window: looked at, printed for the counter, renewed when it has to end."""

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from feedback_site.addresses import public_address
from feedback_site.admin import ask
from ratings.admin import showing
from ratings.codes import WindowCode, write_code
from ratings.phone import renew_sign, serial_of

SEE, RENEW = "ratings.view_windowsign", "ratings.change_windowsign"
PRINTED = ("zh-hans", "zh-hant", "en")
QUESTION = gettext_lazy("How was our service today?")
INVITATION = gettext_lazy("Scan the code, tap a face. No name needed.")
OTHER_WAYS = gettext_lazy("Without a phone: on the tablet, or with a paper form.")


def in_print(sentence):
    """The sentence in every language that stands on paper: `(language, words)`."""
    said = []
    for language in PRINTED:
        with translation.override(language):
            said.append((language, str(sentence)))
    return said


def qr_code(address):
    """The QR code as SVG; a quarter of it may be scratched or dirty before it cannot be read (level Q)."""
    drawn = segno.make(address, error="q", micro=False)
    return mark_safe(drawn.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None))


class WindowSigns:
    """For the admin of windows."""

    @action(description=gettext_lazy("QR code"), url_path="qr-code", icon="qr_code_2", permissions=[SEE])
    def qr_code(self, request, object_id):
        """The code that hangs at the window, and where it leads."""
        window = self.get_visible_or_404(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("QR code"),
            "opts": self.opts,
            "original": window,
            **self._code(request, window),
            "renewed_at": showing.in_zone(window.sign.renewed_at, window.hall) if hasattr(window, "sign") else "",
            "print_url": reverse("admin:ratings_window_sign", args=[window.pk]),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/ratings/window_sign.html", context)

    @action(
        description=gettext_lazy("Renew the QR code…"), url_path="renew-qr-code", icon="autorenew", permissions=[RENEW]
    )
    def renew_qr_code(self, request, object_id):
        """Ask, then end the code that hangs there."""
        window = self.get_visible_or_404(request, object_id)
        if request.method != "POST":
            return ask(
                self,
                request,
                window,
                title=_("Renew the QR code of this window"),
                text=_("The code that hangs there now ends at once. Print the new one and hang it up."),
                button=_("Renew"),
                is_danger=True,
            )
        renew_sign(window=window, actor=request.user, at=timezone.now())
        messages.success(request, _("Renewed. The old code no longer opens the page."))
        return redirect(reverse("admin:feedback_site_window_change", args=[window.pk]).replace("change/", "qr-code/"))

    def get_urls(self):
        sign = self.admin_site.admin_view(self.sign_view)
        return [path("<int:pk>/sign/", sign, name="ratings_window_sign"), *super().get_urls()]

    def sign_view(self, request, pk):
        """A sheet of A6 for the counter, in three languages."""
        window = self.get_visible_or_404(request, pk)
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        context = {
            "hall": window.hall,
            "window": window,
            "numbers": in_print(window),
            "question": in_print(QUESTION),
            "invitation": in_print(INVITATION),
            "other_ways": in_print(OTHER_WAYS),
            **self._code(request, window),
        }
        return HttpResponse(render_to_string("ratings/print/sign.html", context))

    def _code(self, request, window):
        code = write_code(WindowCode(window.pk, serial_of(window)))
        address = public_address(request, reverse("phone:begin", args=[code]))
        return {"address": address, "qr": qr_code(address), "is_open": window.is_active}
