"""What a visitor entrusted, on the page of a ticket: masked, opened by an officer who is written down, or gone."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.people import call_name
from feedback_site.errors import DomainError
from ratings.disclosing import HIDDEN, LISTEN, REVEAL, Gone, hear_voice, masked, may_open, reveal_phone
from ratings.entrusting import SOUNDS
from ratings.models import CallbackRequest, Disclosure, Rating, VoiceRemark


@dataclass(kw_only=True)
class Shown:
    """The call-back and the spoken remark of a ticket for one reader."""

    callback: CallbackRequest | None = None
    voice: VoiceRemark | None = None
    phone: str = ""
    revealed: bool = False
    may_reveal: bool = False
    may_listen: bool = False
    openings: list = field(default_factory=list)


class EntrustedViews:
    """Mixed into the ticket's admin, whose rows and page it uses; nothing here is kept by a browser (`admin_view`)."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/phone/", view(self.phone_view), name="complaints_ticket_phone"),
            path("<int:pk>/voice/", view(self.voice_view), name="complaints_ticket_voice"),
            *super().get_urls(),
        ]

    def phone_view(self, request, pk):
        """显示: the ticket's page with the number readable, once, for whoever is written down as having read it."""
        ticket = self.get_visible_or_404(request, pk)
        callback = CallbackRequest.objects.select_related("rating__staff").filter(rating=ticket.rating_id).first()
        if callback is None:
            raise Http404
        if request.method != "POST":
            return redirect("admin:complaints_ticket_change", pk)
        phone = _opened(reveal_phone, callback=callback, actor=request.user)
        return self._ticket_page(request, ticket, phone=phone)

    def voice_view(self, request, pk):
        """The recording as a file; every fetch is written down."""
        ticket = self.get_visible_or_404(request, pk)
        voice = VoiceRemark.objects.select_related("rating__staff").filter(rating=ticket.rating_id).first()
        if voice is None:
            raise Http404
        sound = _opened(hear_voice, voice=voice, actor=request.user)
        response = HttpResponse(sound, content_type=voice.mime)
        response["Content-Disposition"] = f'attachment; filename="{ticket.number}-voice.{SOUNDS[voice.mime]}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def entrusted_to(self, ticket, user, phone=""):
        """What the page of this ticket shows this reader; `phone` is the number that was just revealed."""
        if ticket.rating_id is None:
            return Shown()
        rated = Rating.objects.select_related("staff", "callback", "voice").defer("voice__box")
        rating = rated.get(pk=ticket.rating_id)
        callback, voice = getattr(rating, "callback", None), getattr(rating, "voice", None)
        if callback is None and voice is None:
            return Shown()
        may_reveal = may_open(rating=rating, user=user, permission=REVEAL)
        openings = Disclosure.objects.filter(rating=rating).select_related("actor")
        return Shown(
            callback=callback,
            voice=voice,
            phone=phone or _masked(callback, may_reveal),
            revealed=bool(phone),
            may_reveal=may_reveal,
            may_listen=may_open(rating=rating, user=user, permission=LISTEN),
            openings=[(call_name(each.actor), each.get_kind_display(), each.at) for each in openings],
        )


def _masked(callback, may_reveal):
    if callback is None or callback.forgotten_at:
        return ""
    if not may_reveal:
        return HIDDEN
    try:
        return masked(callback)
    except Gone:
        return _("cannot be opened: its key is not on this server")


def _opened(read, **what):
    try:
        return read(at=timezone.now(), **what)
    except Gone:
        raise Http404 from None
    except DomainError:
        raise PermissionDenied from None
