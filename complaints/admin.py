"""The listening desk in the admin, first version: the list, the page of a ticket, and its moves as buttons."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

import complaints.admin_canned  # noqa: F401  (registers its page)
from complaints.admin_entrusted import EntrustedViews
from complaints.admin_limits import TimeLimitAdmin
from complaints.admin_loop import AppealAdmin, VerificationAdmin
from complaints.admin_petitioner import PetitionerViews, petitioner_for
from complaints.clock import State
from complaints.errors import TicketChanged
from complaints.forms import MoveForm, RegisterForm
from complaints.models import Ticket
from complaints.moving import draft_of, may_move, move_ticket
from complaints.opening import open_ticket
from complaints.people import call_name
from complaints.timeline import ICONS, clocks_of, lines_of, nearest_clock
from complaints.workflow import Permission, allowed, find_move
from feedback_site.admin import ReadOnlyAdmin
from feedback_site.errors import DomainError
from feedback_site.models import CalendarYear
from feedback_site.scoping import sees_all_halls
from feedback_site.working_days import missing_year
from feedback_site.zones import zone

__all__ = ["AppealAdmin", "TicketAdmin", "TimeLimitAdmin", "VerificationAdmin"]


class LatenessFilter(admin.SimpleListFilter):
    """Late is a question, so it is a filter and not a column of the table."""

    title = _("deadline")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("open", _("not finished")), ("overdue", _("overdue")), ("mine", _("in my hands"))]

    def queryset(self, request, queryset):
        match self.value():
            case "open":
                return queryset.open()
            case "overdue":
                return queryset.overdue(timezone.now())
            case "mine":
                return queryset.open().filter(handler=request.user)
        return queryset


@admin.register(Ticket)
class TicketAdmin(PetitionerViews, EntrustedViews, ReadOnlyAdmin):
    """Tickets are read here; they change by moves alone, each asked for on a page of its own."""

    list_display = ["number", "state", "title", "place", "deadline", "in_hand", "hall"]
    list_display_links = ["number", "title"]
    list_filter = [LatenessFilter, "status", "channel", "hall"]
    list_select_related = ["hall", "window", "handler"]
    search_fields = ["number", "title", "rating__callback__receipt"]
    sortable_by = ["number", "deadline"]
    actions_list = ["register"]

    class Media:
        css = {"all": ["feedback_site/tokens.css", "complaints/desk.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).not_about(request.user)

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        return columns if sees_all_halls(request.user) else [name for name in columns if name != "hall"]

    def changelist_view(self, request, extra_context=None):
        missing = missing_year(CalendarYear.objects.as_calendar(), timezone.localdate())
        if missing and request.method == "GET":
            text = _(
                "The calendar of %(year)s is missing: time limits that reach into it are provisional. Please have the "
                "State Council's notice typed in."
            )
            messages.warning(request, text % {"year": missing})
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("status"))
    def state(self, ticket):
        tone = "end" if not ticket.is_open else "new" if ticket.status == "registered" else "run"
        return format_html('<span class="qd-chip qd-{}">{}</span>', tone, ticket.get_status_display())

    @admin.display(description=_("window"))
    def place(self, ticket):
        return str(ticket.window) if ticket.window else "–"

    @admin.display(description=_("deadline"), ordering="due_at")
    def deadline(self, ticket):
        label, reading = nearest_clock(ticket, timezone.now())
        if reading.state is State.NONE:
            return "–"
        return format_html(
            '<span class="qd-chip qd-{}"><span class="material-symbols-outlined" aria-hidden="true">{}</span>'
            "{}</span> <small>{}</small>",
            reading.state.value,
            ICONS[reading.state],
            reading.words,
            label,
        )

    @admin.display(description=_("handler"))
    def in_hand(self, ticket):
        return call_name(ticket.handler) or "–"

    def get_urls(self):
        move = self.admin_site.admin_view(self.move_view)
        return [
            path("<int:pk>/move/<str:name>/", move, name="complaints_ticket_move"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of a ticket: read-only; the buttons lead to the moves that this person may make now."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return self._ticket_page(request, self.get_visible_or_404(request, object_id))

    def _ticket_page(self, request, ticket, *, phone="", revealed=None):
        at = timezone.now()
        moves = allowed(ticket.status, may_move(ticket, request.user), attempts=ticket.callback_attempts)
        with timezone.override(zone(ticket.hall.timezone)):
            return render(
                request,
                "complaints/admin/ticket.html",
                self._context(
                    request,
                    ticket,
                    ticket.title,
                    clocks=clocks_of(ticket, at),
                    lines=lines_of(ticket),
                    moves=moves,
                    handler_name=call_name(ticket.handler),
                    reasons=self._reasons(ticket),
                    entrusted=self.entrusted_to(ticket, request.user, phone),
                    brought=petitioner_for(ticket, request.user, revealed),
                ),
            )

    def move_view(self, request, pk, name):
        """Asks for what a move needs, makes it, and keeps what was typed when somebody else was first."""
        ticket = self.get_visible_or_404(request, pk)
        row = find_move(name)
        if row is None or not row.sources:
            raise Http404
        if row.permission not in may_move(ticket, request.user):
            raise PermissionDenied
        with timezone.override(zone(ticket.hall.timezone)):
            return self._move_page(request, ticket, row)

    def _move_page(self, request, ticket, row):
        if request.method != "POST":
            if row not in allowed(ticket.status, {row.permission}, attempts=ticket.callback_attempts):
                messages.warning(request, _("This is not possible where the ticket stands now."))
                return redirect("admin:complaints_ticket_change", ticket.pk)
            form = MoveForm(row=row, ticket=ticket, draft=draft_of(ticket) if row.publishes else "")
            return self._render_move(request, ticket, row, form)
        form = MoveForm(request.POST, row=row, ticket=ticket)
        if not form.is_valid():
            return self._render_move(request, ticket, row, form, status=400)
        try:
            move_ticket(ticket=ticket, move=row.name, actor=request.user, at=timezone.now(), **form.told())
        except TicketChanged as refusal:
            # Theirs stands, mine is offered again against what is true now.
            fresh = self.get_visible_or_404(request, ticket.pk)
            data = request.POST.copy()
            data["expected_status"] = fresh.status
            form = MoveForm(data, row=row, ticket=fresh)
            return self._render_move(request, fresh, row, form, refusal=refusal, status=refusal.status)
        except DomainError as refusal:
            for field, sentences in refusal.fields.items():
                form.add_error(field if field in form.fields else None, sentences)
            return self._render_move(request, ticket, row, form, refusal=refusal, status=refusal.status)
        messages.success(request, _("%(number)s: %(move)s") % {"number": ticket.number, "move": row.label})
        return redirect("admin:complaints_ticket_change", ticket.pk)

    def _render_move(self, request, ticket, row, form, *, refusal=None, status=200):
        still = row in allowed(ticket.status, {row.permission}, attempts=ticket.callback_attempts)
        context = self._context(request, ticket, row.label, row=row, form=form, refusal=refusal, still_possible=still)
        return render(request, "complaints/admin/move.html", context, status=status)

    @action(
        description=_("Register a matter"),
        url_path="register",
        permissions=[Permission.REGISTER.value],
        icon="add",
    )
    def register(self, request):
        """Somebody is at the desk: one page, one button."""
        form = RegisterForm(request.POST or None, user=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                ticket = open_ticket(actor=request.user, at=timezone.now(), **form.cleaned_data)
            except DomainError as refusal:
                for field, sentences in refusal.fields.items():
                    form.add_error(field, sentences)
            else:
                messages.success(request, _("Registered under the number %(number)s.") % {"number": ticket.number})
                may_read = self.has_view_permission(request)
                return redirect(self._address(ticket) if may_read else "admin:complaints_ticket_register")
        context = self._context(request, None, _("Register a matter"), form=form)
        return render(request, "complaints/admin/register.html", context, status=400 if form.errors else 200)

    def _address(self, ticket):
        return reverse("admin:complaints_ticket_change", args=[ticket.pk])

    def _reasons(self, ticket):
        if ticket.rating is None:
            return []
        links = ticket.rating.reason_links.select_related("reason").order_by("reason__position")
        return [link.reason for link in links]

    def _context(self, request, ticket, title, **more):
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "ticket": ticket,
            "media": self.media,
            **more,
        }
