"""One move of one ticket: its form in the sheet or on a page, and what happens when somebody else was first."""

import json
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.desk.access import desk_page, in_hall, is_part, ticket_or_404
from complaints.desk.board import labels
from complaints.desk.columns import column_of
from complaints.desk.frame import frame_of
from complaints.desk.moves import go, move_form, way_for
from complaints.errors import MoveNotAllowed, TicketChanged
from complaints.moving import draft_of, may_move
from complaints.people import call_name
from complaints.workflow import find_move
from feedback_site.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page()
def move(request, number, name):
    """Asks for what the move needs and makes it; what was typed is kept whatever happens."""
    ticket = ticket_or_404(request.user, number)
    row = find_move(name)
    if row is None or not row.sources:
        raise Http404
    if row.permission not in may_move(ticket, request.user):
        raise PermissionDenied
    with in_hall(ticket.hall):
        if request.method != "POST":
            draft = draft_of(ticket) if row.publishes else ""
            into = request.GET.get("into", "")
            form = move_form(row=row, ticket=ticket, actor=request.user, draft=draft, initial={"into": into[:40]})
            return show_form(request, ticket, row, form)
        form = move_form(request.POST, row=row, ticket=ticket, actor=request.user)
        if not form.is_valid():
            return show_form(request, ticket, row, form, status=400)
        return make(request, ticket, row, form)


def make(request, ticket, row, form, show=None):
    """Make the move; `show` renders the form again where it cannot be made (default: the sheet or the page)."""
    show = show or show_form
    told = form.told()
    told.setdefault("expected_status", ticket.status)
    try:
        moved = go(ticket=ticket, row=row, actor=request.user, at=timezone.now(), **told)
    except (TicketChanged, MoveNotAllowed) as refusal:
        # Theirs stands, mine is offered again against what is true now.
        fresh = ticket_or_404(request.user, ticket.number)
        data = request.POST.copy()
        data["expected_status"] = fresh.status
        again = move_form(data, row=row, ticket=fresh, actor=request.user)
        return show(request, fresh, row, again, refusal=refusal, status=refusal.status)
    except DomainError as refusal:
        for field, sentences in refusal.fields.items():
            form.add_error(field if field in form.fields else None, sentences)
        return show(request, ticket, row, form, refusal=refusal, status=refusal.status)
    return moved_answer(request, moved, row)


def moved_answer(request, ticket, row):
    """Said in the live region where the page stays, on the next page where it does not."""
    column = column_of(ticket.status)
    where = labels()[column] if column else ticket.get_status_display()
    words = _("%(number)s: %(move)s → %(where)s") % {"number": ticket.number, "move": row.label, "where": where}
    if is_part(request) and urlsplit(request.headers.get("HX-Current-URL", "")).path == reverse("desk:desk"):
        told = json.dumps({"desk:moved": {"number": ticket.number, "words": words}})
        return HttpResponse(status=204, headers={"HX-Trigger": told})
    messages.success(request, words)
    address = reverse("desk:ticket", args=[ticket.number])
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def show_form(request, ticket, row, form, *, refusal=None, status=200):
    way = way_for(ticket=ticket, row=row, user=request.user)
    context = {
        "ticket": ticket,
        "row": row,
        "form": form,
        "steps": way[:-1],
        "possible": bool(way),
        "refusal": refusal,
        "conflict": status == 409,
        "theirs": theirs_of(ticket) if status == 409 else None,
    }
    if is_part(request):
        return render(request, "complaints/desk/move_form.html", context, status=status)
    return render(request, "complaints/desk/move.html", {**frame_of(request), **context}, status=status)


def theirs_of(ticket):
    """The last thing that happened to the ticket: what a conflict is about."""
    event = ticket.events.select_related("actor").order_by("-at", "-id").first()
    if event is None:
        return None
    return {"who": call_name(event.actor) or _("System"), "at": event.at, "did": event.get_move_display()}
