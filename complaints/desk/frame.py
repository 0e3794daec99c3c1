"""What stands around every page of the desk: who is signed in, and where they may go from here."""

from complaints.desk.access import READ
from complaints.desk.cards import mark_of
from complaints.people import call_name
from complaints.workflow import Permission


def frame_of(request) -> dict:
    """The header's context."""
    may = request.user.has_perm
    name = call_name(request.user)
    return {
        "me": name,
        "me_mark": mark_of(name),
        "may_read": may(READ),
        "may_register": may(Permission.REGISTER),
        "may_type": may("ratings.add_paperform"),
        "may_see_ratings": may("ratings.view_rating"),
        "may_see_reports": may("reports.view_weeklysummary"),
        "has_units": request.user.units.exists(),
        "may_admin": request.user.is_staff,
    }
