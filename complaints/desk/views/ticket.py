"""/desk/<number>/: the page of a ticket (D2)."""

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from complaints.desk.access import desk_page, ticket_or_404


@require_http_methods(["GET", "HEAD"])
@desk_page()
def ticket(request, number):
    """The ticket."""
    row = ticket_or_404(request.user, number)
    return redirect("admin:complaints_ticket_change", row.pk)
