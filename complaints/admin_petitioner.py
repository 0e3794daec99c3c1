"""Who brought a ticket, on its page: masked, read by an officer who is written down, or gone."""

from dataclasses import dataclass, field

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from complaints.models import Petitioner, PetitionerDisclosure, Ticket
from complaints.people import call_name
from complaints.petitioners import Gone, Kind, may_reveal, reveal
from feedback_site.admin import ReadOnlyAdmin
from feedback_site.errors import DomainError
from ratings.admin import showing

BOXES = {Kind.NAME: "name_box", Kind.PHONE: "phone_box"}


@dataclass(kw_only=True)
class Shown:
    """The petitioner of a ticket for one reader; `name` and `phone` are masked but for what was just revealed."""

    petitioner: Petitioner | None = None
    name: str = ""
    phone: str = ""
    hidden: tuple[str, ...] = ()  # what could still be revealed
    may_reveal: bool = False
    openings: list = field(default_factory=list)


class PetitionerViews:
    """Mixed into the ticket's admin, whose rows and page it uses; nothing here is kept by a browser (`admin_view`)."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.petitioner_view)
        return [path("<int:pk>/petitioner/<str:kind>/", view, name="complaints_ticket_petitioner"), *super().get_urls()]

    def petitioner_view(self, request, pk, kind):
        """显示: the ticket's page with the name or the number readable, once, for whoever is written down."""
        ticket = self.get_visible_or_404(request, pk)
        if kind not in Kind.values or not Petitioner.objects.filter(pk=ticket.pk).exists():
            raise Http404
        if request.method != "POST":
            return redirect("admin:complaints_ticket_change", pk)
        try:
            text = reveal(ticket=ticket, kind=kind, actor=request.user, at=timezone.now())
        except Gone:
            raise Http404 from None
        except DomainError:
            raise PermissionDenied from None
        return self._ticket_page(request, ticket, revealed={kind: text})


def petitioner_for(ticket: Ticket, user, revealed=None) -> Shown:
    """What the page of this ticket shows this reader."""
    petitioner = Petitioner.objects.filter(pk=ticket.pk).first()
    if petitioner is None:
        return Shown()
    revealed = revealed or {}
    openings = PetitionerDisclosure.objects.filter(ticket=ticket).select_related("actor")
    return Shown(
        petitioner=petitioner,
        name=revealed.get(Kind.NAME) or petitioner.name_masked,
        phone=revealed.get(Kind.PHONE) or petitioner.phone_masked,
        hidden=tuple(kind.value for kind, box in BOXES.items() if getattr(petitioner, box) and kind not in revealed),
        may_reveal=may_reveal(ticket=ticket, user=user) and not petitioner.forgotten_at,
        openings=[(call_name(each.actor), each.get_kind_display(), each.at) for each in openings],
    )


@admin.register(PetitionerDisclosure)
class PetitionerDisclosureAdmin(ReadOnlyAdmin):
    """Who read whose name or number: one line for each opening, newest first."""

    list_display = ["time", "kind", "actor", "ticket"]
    list_filter = ["kind", "at"]
    list_select_related = ["actor", "ticket__hall"]
    sortable_by = ()
    fields = ["time", "kind", "actor", "ticket"]
    readonly_fields = ["time"]

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(ticket__staff__user=request.user)

    @display(description=gettext_lazy("at"))
    def time(self, disclosure):
        return showing.in_zone(disclosure.at, disclosure.ticket.hall)
