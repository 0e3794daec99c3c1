"""/desk/<number>/: the page of a ticket (D2), its composer, and 显示."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.desk.access import desk_page, in_hall, is_part, ticket_or_404
from complaints.desk.canned import canned_of, filled
from complaints.desk.composing import WORDS, Draft, Tab, messages_for, moves_of_tab, tab_of
from complaints.desk.frame import frame_of
from complaints.desk.moves import move_form, moves_now, way_for
from complaints.desk.person import open_one, person_of
from complaints.desk.similar import similar_to
from complaints.desk.ticket_page import callbacks_of, called, shown_lines, steps_of
from complaints.desk.views.moves import make, theirs_of
from complaints.desk.ways import stops_clock
from complaints.forms import TEXT_LENGTH
from complaints.models import CannedAnswer, PetitionerDisclosure
from complaints.moving import may_move
from complaints.people import call_name
from complaints.timeline import clocks_of
from complaints.workflow import Permission
from feedback_site.errors import DomainError

PLACE_OF_WORDS = "text"  # the composer's own name for the words: the move's name for them changes with the tab


@require_http_methods(["GET", "HEAD"])
@desk_page()
def ticket(request, number):
    """The page; `?tab=note` opens a tab, `?canned=3` begins with a canned answer."""
    row = ticket_or_404(request.user, number)
    draft = Draft(tab_of(request.GET.get("tab", "")))
    with in_hall(row.hall):
        canned = _canned(row, request.GET.get("canned", ""))
        if canned:
            draft = draft.with_more(filled(canned.text, row))
        return page(request, row, draft, refusal=_not_answered(row) if "close" in request.GET else None)


@require_http_methods(["GET", "HEAD"])
@desk_page()
def close(request, number):
    """办结: on to the step that ends the matter, or what is still missing."""
    row = ticket_or_404(request.user, number)
    ends = [step for step in steps_of(moves_now(ticket=row, user=request.user)) if step.key == "E"]
    if row.answered_at and ends:
        return redirect("desk:move", number, ends[0].name)
    return redirect(reverse("desk:ticket", args=[number]) + "?close=1#composer")


def _not_answered(row):
    if row.answered_at:
        return DomainError(_("From where the ticket stands it cannot be closed yet; look at the next steps."))
    return DomainError(_("The citizen has not been answered yet, so this cannot be closed."))


@require_POST
@desk_page()
def compose(request, number):
    """The composer: another tab, a canned answer, or send. Nothing typed is lost on any of the ways."""
    row = ticket_or_404(request.user, number)
    if Permission.HANDLE not in may_move(row, request.user):
        raise PermissionDenied
    told = request.POST
    draft = Draft(
        tab_of(told.get("tab", "")), told.get(PLACE_OF_WORDS, "")[: 2 * TEXT_LENGTH], told.get("was_internal") == "1"
    )
    with in_hall(row.hall):
        if told.get("turn"):
            return again(request, row, draft.turned_to(tab_of(told["turn"], draft.tab)))
        if "insert" in told:
            canned = _canned(row, told.get("canned", ""))
            return again(request, row, draft.with_more(filled(canned.text, row)) if canned else draft)
        if draft.must_ask and told.get("public_ok") != "1":
            ask = DomainError(_("These words were for inside only. Say that the citizen may read them."))
            return again(request, row, draft, refusal=ask, status=400)
        return _send(request, row, draft)


def _send(request, row, draft):
    move = _move_of(row, draft.tab, request.user)
    if move is None:
        return again(request, row, draft, refusal=DomainError(_not_now(draft.tab)), status=409)
    data = request.POST.copy()
    data[WORDS[draft.tab].value] = draft.text
    form = move_form(data, row=move, ticket=row, actor=request.user)
    if not form.is_valid():
        return again(request, row, draft, form=form, status=400)

    def show(request, fresh, _move, form, *, refusal=None, status=200):
        return again(request, fresh, draft, form=form, refusal=refusal, status=status)

    return make(request, row, move, form, show)


def again(request, row, draft, *, form=None, refusal=None, status=200):
    """The composer with what was typed: alone for htmx, on its page otherwise."""
    if is_part(request):
        context = composer_of(request, row, draft, form=form, refusal=refusal, status=status)
        return render(request, "complaints/desk/composer.html", {"ticket": row, **context}, status=status)
    return page(request, row, draft, form=form, refusal=refusal, status=status)


@require_POST
@desk_page()
def reveal(request, number):
    """显示: the page with one thing readable, once, for whoever is written down as having read it."""
    row = ticket_or_404(request.user, number)
    kind = request.POST.get("kind", "")
    try:
        text = open_one(ticket=row, kind=kind, actor=request.user, at=timezone.now())
    except DomainError as refusal:
        if refusal.status == 403:
            raise PermissionDenied from None
        raise Http404 from None
    with in_hall(row.hall):
        return page(request, row, Draft(Tab.ANSWER), opened={kind: text})


def page(request, row, draft, *, form=None, refusal=None, opened=None, status=200):
    """The whole of D2."""
    at = timezone.now()
    moves = moves_now(ticket=row, user=request.user)
    clocks = clocks_of(row, at)
    context = {
        **frame_of(request),
        **composer_of(request, row, draft, form=form, refusal=refusal, status=status),
        "ticket": row,
        "clocks": clocks,
        "main_clock": _main(clocks),
        "lines": shown_lines(row),
        "callbacks": callbacks_of(row),
        "steps": steps_of(moves),
        "can_stop": any(stops_clock(move) for move in moves),
        "reasons": _reasons(row),
        "person": person_of(ticket=row, user=request.user, opened=opened),
        "openings": _openings(row),
        "handler_name": call_name(row.handler),
        "similar": similar_to(user=request.user, hall=row.hall, title=row.title, at=at, but=row) if row.is_open else [],
        "may_merge": any(move.name == "merge" for move in moves),
        "may_handle": request.user.has_perm(Permission.HANDLE),
    }
    return render(request, "complaints/desk/ticket.html", context, status=status)


def composer_of(request, row, draft, *, form=None, refusal=None, status=200):
    """The composer's part of the context."""
    move = _move_of(row, draft.tab, request.user)
    words = WORDS[draft.tab].value
    if form is None and move is not None:
        form = move_form(None, row=move, ticket=row, actor=request.user)
    whom = called(row)
    return {
        "draft": draft,
        "form": form,
        "words": words,
        "word_errors": form.errors.get(words, []) if form is not None else [],
        "rest": [field for field in form.visible_fields() if field.name != words] if form is not None else [],
        "composes": move,
        "steps_with": way_for(ticket=row, row=move, user=request.user)[:-1] if move else [],
        "not_now": "" if move else _not_now(draft.tab),
        "refusal": refusal,
        "conflict": status == 409,
        "possible": move is not None,
        "theirs": theirs_of(row) if status == 409 else None,
        "tabs": _tabs(draft),
        "canned": list(canned_of(row)),
        "whom": whom,
        "send": _send_words(draft.tab, whom),
        "hint": _hint(draft.tab, whom),
        "longest": TEXT_LENGTH,
        "messages_needed": messages_for(draft.text),
    }


def _move_of(row, tab, user):
    return next((move for move in moves_of_tab(tab) if way_for(ticket=row, row=move, user=user)), None)


def _tabs(draft):
    words = {
        Tab.ANSWER: ("eye", _("Answer the citizen"), "R"),
        Tab.NOTE: ("lock", _("Internal note"), "I"),
        Tab.PHONE: ("phone", _("Note a telephone call"), "C"),
    }
    return [
        {"name": tab.value, "icon": icon, "label": label, "key": key, "on": tab is draft.tab}
        for tab, (icon, label, key) in words.items()
    ]


def _send_words(tab, whom):
    if tab is Tab.ANSWER:
        return _("Answer %(name)s") % {"name": whom} if whom else _("Answer the citizen")
    return _("Keep the note") if tab is Tab.NOTE else _("Keep the call")


def _hint(tab, whom):
    if tab is Tab.ANSWER:
        return _("%(name)s will read this. Write what was found, what is done, and by when.") % {
            "name": whom or _("The citizen")
        }
    if tab is Tab.PHONE:
        return _("Who called whom, what was said, what was promised. Staff only.")
    return _("For colleagues. The citizen never sees it.")


def _not_now(tab):
    if tab is Tab.ANSWER:
        return _("From where the ticket stands no answer can be written; look at the next steps.")
    return _("Nothing can be noted on this ticket now.")


def _canned(row, pk):
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    return CannedAnswer.objects.filter(hall=row.hall_id, is_active=True, pk=pk).first()


def _main(clocks):
    """The clock that is told in large letters: the first that runs, else the last."""
    running = [clock for clock in clocks if clock.reading.state.value in ("over", "soon", "ok", "paused")]
    return (running or clocks or [None])[0]


def _reasons(row):
    if row.rating is None:
        return []
    links = row.rating.reason_links.select_related("reason").order_by("reason__position")
    return [link.reason for link in links]


def _openings(row):
    rows = PetitionerDisclosure.objects.filter(ticket=row).select_related("actor").order_by("-at", "-id")[:20]
    return [(call_name(each.actor), each.get_kind_display(), each.at) for each in rows]
