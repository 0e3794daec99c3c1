"""/desk/register/: a matter taken in with the keyboard alone; what may be the same is shown while it is typed."""

import uuid

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from complaints.desk.access import desk_page, hall_of, in_hall, tickets_of
from complaints.desk.frame import frame_of
from complaints.desk.registering import LIKELY, DeskForm, register
from complaints.desk.similar import similar_to
from complaints.petitioners import phone_keys
from complaints.telephones import read_phone
from complaints.workflow import Permission
from feedback_site.errors import DomainError

ONCE = "desk.registered"  # the forms that were sent already, and the numbers that came of them
REMEMBERED = 20


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Permission.REGISTER)
def register_page(request):
    """The form; then the slip's number and code, once."""
    hall, _halls = hall_of(request)
    with in_hall(hall):
        if request.method != "POST":
            form = DeskForm(user=request.user, hall=hall)
            return show(request, hall, form, once=uuid.uuid4().hex)
        once = request.POST.get("once", "")[:40]
        known = request.session.get(ONCE, {}).get(once)
        if known:
            ticket = tickets_of(request.user).filter(number=known).first()
            return done(request, hall, {"number": known, "ticket": ticket, "again": True})
        form = DeskForm(request.POST, user=request.user, hall=hall)
        if not form.is_valid():
            return show(request, hall, form, once=once, similar=similar_for(request, hall), status=400)
        same, likely = chosen(request, form.cleaned_data["hall"])
        if likely and not request.POST.get("seen"):
            return show(request, hall, form, once=once, similar=likely, ask=True)
        return take_in(request, hall, form, once, same)


def take_in(request, hall, form, once, same):
    try:
        made = register(told=form.cleaned_data, actor=request.user, at=timezone.now(), same=same)
    except DomainError as refusal:
        for field, sentences in refusal.fields.items():
            form.add_error(field if field in form.fields else None, sentences)
        if not refusal.fields:
            form.add_error(None, str(refusal.message))
        return show(request, hall, form, once=once, status=refusal.status)
    remember(request, once, made.ticket.number)
    return done(request, hall, {"number": made.ticket.number, "ticket": made.ticket, "made": made})


def remember(request, once, number):
    """A form that is sent again (a double press, a reload) is answered with the number that it got."""
    if not once:
        return
    kept = list(request.session.get(ONCE, {}).items())[-REMEMBERED:]
    request.session[ONCE] = dict([*kept, (once, number)])


@require_POST
@desk_page(Permission.REGISTER)
def similar(request):
    """What may be the same matter, while it is typed; by POST, for a number must not stand in an address."""
    hall, _halls = hall_of(request)
    with in_hall(hall):
        return render(request, "complaints/desk/similar.html", {"similar": similar_for(request, hall)})


def similar_for(request, hall):
    phone = read_phone(request.POST.get("phone", "")[:40])
    return similar_to(
        user=request.user,
        hall=hall,
        title=request.POST.get("title", "")[:120],
        at=timezone.now(),
        phone_keys=phone_keys(phone) if phone else [],
    )


def chosen(request, hall):
    """The open ticket that the officer says is the same matter; and those so likely that they are asked about."""
    found = similar_for(request, hall)
    wanted = request.POST.get("same", "")
    same = next((each.ticket for each in found if each.ticket.number == wanted and each.can_go_on), None)
    likely = [each for each in found if each.can_go_on and (each.percent >= LIKELY or each.same_phone)]
    return same, [] if same else likely


def show(request, hall, form, *, once, similar=(), ask=False, status=200):
    context = {"hall": hall, "form": form, "once": once, "similar": similar, "ask": ask}
    return render(request, "complaints/desk/register.html", {**frame_of(request), **context}, status=status)


def done(request, hall, context):
    return render(request, "complaints/desk/registered.html", {**frame_of(request), "hall": hall, **context})
