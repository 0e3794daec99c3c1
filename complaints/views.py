"""/desk/: the door to the listening desk; its own pages are still to come, until then it leads into the
admin.
"""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from complaints.workflow import Permission


@require_safe
@login_required
def desk(request):
    """Whoever reads tickets comes to the list, whoever only registers them to the form, nobody else further."""
    if request.user.has_perm("complaints.view_ticket"):
        return redirect("admin:complaints_ticket_changelist")
    if request.user.has_perm(Permission.REGISTER):
        return redirect("admin:complaints_ticket_register")
    raise PermissionDenied
