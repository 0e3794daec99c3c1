"""/desk/: the door, the board and the list (D1)."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints.desk.access import READ, desk_page, hall_of, in_hall, is_part, signed_in
from complaints.desk.board import WHOSE, board_of
from complaints.desk.frame import frame_of
from complaints.desk.listing import STATES, listing_of
from complaints.desk.menus import menus_for
from complaints.workflow import Permission

STATE_WORDS = {"open": _("not finished"), "overdue": _("overdue"), "done": _("finished"), "every": _("all tickets")}
KEPT = ("hall", "view", "whose", "state", "q")


@require_safe
def desk(request):
    """Whoever reads tickets comes to the board, whoever only registers them to the form, nobody else further."""
    return _door(request)


@signed_in
def _door(request):
    if request.user.has_perm(READ):
        return board(request)
    if request.user.has_perm(Permission.REGISTER):
        return redirect("desk:register")
    raise PermissionDenied


@desk_page()
def board(request):
    """The board or the list of one hall, whole or only the part that changes."""
    hall, halls = hall_of(request)
    asked = request.GET
    look = {
        "whose": asked.get("whose") if asked.get("whose") in WHOSE else "all",
        "state": asked.get("state") if asked.get("state") in STATES else "open",
        "q": asked.get("q", "")[:60],
    }
    is_list = asked.get("view") == "list" or bool(look["q"])
    at = timezone.now()
    with in_hall(hall):
        context = {
            "hall": hall,
            "halls": halls,
            "look": look,
            "is_list": is_list,
            "at": at,
            "kept": {name: asked[name] for name in KEPT if name in asked and name not in ("whose", "view", "q")},
            "links": links(asked, hall, halls),
        }
        if is_list:
            context["listing"] = listing_of(
                user=request.user,
                hall=hall,
                at=at,
                whose=look["whose"],
                state=look["state"],
                query=look["q"],
                after=asked.get("after", ""),
            )
            if context["listing"].after:
                context["next"] = "?" + urlencode({**dict(asked.items()), "after": context["listing"].after})
        else:
            context["board"] = board_of(user=request.user, hall=hall, at=at, whose=look["whose"])
            context["menus"] = menus_for(request.user)
        part = "complaints/desk/list_part.html" if is_list else "complaints/desk/board_part.html"
        page = "complaints/desk/list.html" if is_list else "complaints/desk/board.html"
        return render(request, part if is_part(request) else page, {**frame_of(request), **context})


def links(asked, hall, halls):
    """Where the switches lead: the address as it is with one thing changed."""
    base = {"hall": hall.code} if halls else {}
    if asked.get("whose") in WHOSE and asked.get("whose") != "all":
        base["whose"] = asked["whose"]

    def to(**changes):
        told = {name: value for name, value in {**base, **changes}.items() if value and value != "all"}
        return "?" + urlencode(told) if told else "."

    view = "list" if asked.get("view") == "list" or asked.get("q") else ""
    return {
        "board": to(),
        "list": to(view="list"),
        "all": to(whose="", view=view),
        "mine": to(whose="mine", view=view),
        "unit": to(whose="unit", view=view),
        "done": to(view="list", state="done"),
        "overdue": to(view="list", state="overdue"),
        "states": [(state, STATE_WORDS[state], to(view="list", state=state)) for state in STATES],
    }
