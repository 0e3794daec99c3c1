"""Who comes to the desk's pages, and which tickets and hall they see there."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from complaints.models import Ticket
from feedback_site.models import Hall, User
from feedback_site.scoping import sees_all_halls, visible
from feedback_site.zones import zone

READ = "complaints.view_ticket"


def desk_page(permission=READ):
    """A page for signed-in holders of the permission that no browser and no proxy keeps."""

    def decorate(view):
        @wraps(view)
        def page(request, *args, **kwargs):
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return never_cache(signed_in(page))

    return decorate


def signed_in(page):
    """The sign-in page for strangers; a part asked for after the session ended sends the whole page there."""
    guarded = login_required(page)

    @wraps(page)
    def view(request, *args, **kwargs):
        if is_part(request) and not request.user.is_authenticated:
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("desk:desk")})
        return guarded(request, *args, **kwargs)

    return view


def is_part(request) -> bool:
    """Whether htmx asks for a part of the page that is shown already."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def tickets_of(user: User):
    """The tickets that a person may see: of the halls they see, and none about themselves."""
    return visible(Ticket.objects.not_about(user), user)


def ticket_or_404(user: User, number: str) -> Ticket:
    """One ticket with what its page names; a foreign one is as unknown as one that never was."""
    rows = tickets_of(user).select_related("hall", "window", "staff", "handler", "rating", "lead_unit")
    rows = rows.select_related("merged_into", "petitioner")
    ticket = rows.filter(number=number).first()
    if ticket is None:
        raise Http404
    return ticket


def hall_of(request) -> tuple[Hall, list[Hall]]:
    """The hall whose desk is shown, and those one may change to (none for people of one hall)."""
    rows = visible(Hall.objects.filter(is_active=True), request.user).order_by("code")
    halls = list(rows)
    if not halls:
        raise PermissionDenied
    asked = request.GET.get("hall", "")
    chosen = next((hall for hall in halls if hall.code == asked), None)
    own = next((hall for hall in halls if hall.pk == request.user.hall_id), halls[0])
    return chosen or own, halls if sees_all_halls(request.user) else []


def in_hall(hall: Hall):
    """Dates and times as the hall's own clock shows them."""
    return timezone.override(zone(hall.timezone))
