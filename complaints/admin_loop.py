"""The loop of bad ratings in the admin: findings and appeals for those who judge, and a page for the person rated."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from complaints.appealing import DECIDE, decide_appeal, lodge_appeal, may_appeal
from complaints.loop_forms import UPHELD, DecisionForm, GroundsForm, ReasonForm, VerifyForm
from complaints.mine import findings_about
from complaints.models import Appeal, Verification
from complaints.people import call_name
from complaints.verifying import VERIFY, sign_exclusion, verify_rating
from feedback_site.admin import ReadOnlyAdmin
from feedback_site.errors import DomainError
from feedback_site.zones import zone


class Asking(ReadOnlyAdmin):
    """Pages that ask for something and hand it to a service; what the service refuses is said beside the field."""

    class Media:
        css = {"all": ["feedback_site/tokens.css", "complaints/desk.css"]}

    def _ask(self, request, form, act, *, title, button, done, back, **more):
        """`act` gets the clean values; `done` is said and `back` shown after it."""
        if request.method == "POST" and form.is_valid():
            try:
                act(**form.cleaned_data)
            except DomainError as refusal:
                for field, sentences in (refusal.fields or {None: [refusal.message]}).items():
                    form.add_error(field if field in form.fields else None, sentences)
            else:
                messages.success(request, done)
                return redirect(back)
        more |= {"title": title, "form": form, "button": button, "back": back}
        return self._page(request, "complaints/admin/loop_ask.html", 400 if form.errors else 200, **more)

    def _page(self, request, template, status=200, **more):
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **more}
        return render(request, template, context, status=status)


class ProposedFilter(admin.SimpleListFilter):
    """Findings that wait for an auditor."""

    title = _("exclusion")
    parameter_name = "exclusion"

    def lookups(self, request, model_admin):
        return [("proposed", _("proposed, not decided"))]

    def queryset(self, request, queryset):
        return queryset.proposing() if self.value() == "proposed" else queryset


@admin.register(Verification)
class VerificationAdmin(Asking):
    """Findings: read by the desk, made by who may verify; what one proposes is signed here by an auditor."""

    list_display = ["ticket", "finding", "proposed", "at", "verifier"]
    list_filter = [ProposedFilter, "finding", "ticket__hall"]
    list_select_related = ["ticket", "ticket__rating__exclusion", "actor"]
    ordering = ["-at", "-id"]
    fields = ["ticket_link", "round", "finding", "words", "words_to_rated", "verifier", "at", "appeal", "proposed"]
    readonly_fields = ["ticket_link", "verifier", "proposed"]
    actions_detail = ["sign"]

    def get_queryset(self, request):
        return super().get_queryset(request).not_about(request.user)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("mine/", view(self.mine_view), name="complaints_findings_about_me"),
            path("mine/<int:pk>/appeal/", view(self.appeal_view), name="complaints_appeal_against"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request):
        return request.user.has_perm(VERIFY)

    def add_view(self, request, form_url="", extra_context=None):
        """Verify one ticket; `?ticket=` names it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        form = VerifyForm(posted, user=request.user, initial={"ticket": request.GET.get("ticket", "")})
        return self._ask(
            request,
            form,
            lambda **told: verify_rating(actor=request.user, at=timezone.now(), **told),
            title=_("Verify a bad rating"),
            button=_("Sign the finding"),
            done=_("Signed. The person rated can read what you wrote to them."),
            back=reverse("admin:complaints_verification_changelist"),
        )

    @action(
        description=_("Exclude, as proposed…"),
        url_path="sign",
        icon="block",
        permissions=["ratings.add_ratingexclusion"],
    )
    def sign(self, request, object_id):
        """An auditor signs what the finding proposes."""
        found = self.get_visible_or_404(request, object_id)
        return self._ask(
            request,
            ReasonForm(request.POST if request.method == "POST" else None),
            lambda reason: sign_exclusion(verification=found, reason=reason, actor=request.user, at=timezone.now()),
            title=_("Exclude this rating"),
            button=_("Exclude"),
            done=_("Signed. The week's figures follow within the hour."),
            back=reverse("admin:complaints_verification_change", args=[found.pk]),
            text=f"{found.get_finding_display()}: {found.words}",
        )

    def get_actions_detail(self, request, object_id):
        found = self.get_queryset(request).proposing().filter(pk=object_id) if str(object_id).isdecimal() else None
        return super().get_actions_detail(request, object_id) if found is not None and found.exists() else []

    def mine_view(self, request):
        """What the person rated reads of findings about them."""
        staff = getattr(request.user, "staff_member", None)
        if staff is None:
            raise PermissionDenied
        with timezone.override(zone(staff.hall.timezone)):
            findings = findings_about(staff, timezone.now())
            return self._page(request, "complaints/admin/mine.html", title=_("Findings about me"), findings=findings)

    def appeal_view(self, request, pk):
        """The person rated appeals against one finding."""
        staff = getattr(request.user, "staff_member", None)
        found = Verification.objects.filter(ticket__staff=staff, pk=pk).select_related("ticket__hall").first()
        if staff is None or found is None:
            raise Http404
        back = reverse("admin:complaints_findings_about_me")
        if request.method != "POST" and not may_appeal(found, timezone.now()):
            messages.warning(request, _("This is not possible, or not any more."))
            return redirect(back)
        return self._ask(
            request,
            GroundsForm(request.POST if request.method == "POST" else None),
            lambda grounds: lodge_appeal(verification=found, grounds=grounds, actor=request.user, at=timezone.now()),
            title=_("Appeal against a finding"),
            button=_("Appeal"),
            done=_("Your appeal was received. A reviewer who had nothing to do with it decides."),
            back=back,
            text=found.words_to_rated,
        )

    @admin.display(description=_("verified by"))
    def verifier(self, found):
        return call_name(found.actor)

    @admin.display(description=_("exclusion"))
    def proposed(self, found):
        if hasattr(found.ticket.rating, "exclusion"):
            return _("decided")
        return _("proposed") if found.proposes_exclusion else "–"

    @admin.display(description=_("ticket"))
    def ticket_link(self, found):
        return format_html('<a href="{}">{}</a>', _address(found.ticket), found.ticket)


@admin.register(Appeal)
class AppealAdmin(Asking):
    """Appeals: read by the desk, decided by an independent reviewer."""

    list_display = ["ticket", "at", "due_at", "decided"]
    list_filter = ["verification__ticket__hall"]
    list_select_related = ["verification__ticket", "decision"]
    ordering = ["-at", "-id"]
    fields = ["ticket_link", "found", "facts", "grounds", "at", "due_at", "decided", "reasons"]
    readonly_fields = ["ticket_link", "found", "facts", "decided", "reasons"]
    actions_detail = ["decide"]

    def get_queryset(self, request):
        return super().get_queryset(request).not_about(request.user)

    @action(description=_("Decide…"), url_path="decide", icon="gavel", permissions=[DECIDE])
    def decide(self, request, object_id):
        """The reviewer decides, with reasons that the person rated reads."""
        appeal = self.get_visible_or_404(request, object_id)
        return self._ask(
            request,
            DecisionForm(request.POST if request.method == "POST" else None),
            lambda upheld, finding, words: decide_appeal(
                appeal=appeal,
                upheld=upheld == UPHELD,
                finding=finding,
                words=words,
                actor=request.user,
                at=timezone.now(),
            ),
            title=_("Decide on an appeal"),
            button=_("Sign the decision"),
            done=_("Signed. The person rated can read your reasons."),
            back=reverse("admin:complaints_appeal_change", args=[appeal.pk]),
            text=appeal.grounds,
        )

    def get_actions_detail(self, request, object_id):
        open_one = self.get_queryset(request).undecided().filter(pk=object_id) if str(object_id).isdecimal() else None
        return super().get_actions_detail(request, object_id) if open_one is not None and open_one.exists() else []

    @admin.display(description=_("ticket"), ordering="verification__ticket")
    def ticket(self, appeal):
        return appeal.verification.ticket.number

    @admin.display(description=_("ticket"))
    def ticket_link(self, appeal):
        ticket = appeal.verification.ticket
        return format_html('<a href="{}">{}</a>', _address(ticket), ticket)

    @admin.display(description=_("finding"))
    def found(self, appeal):
        return appeal.verification.get_finding_display()

    @admin.display(description=_("facts"))
    def facts(self, appeal):
        return appeal.verification.words

    @admin.display(description=_("decision"))
    def decided(self, appeal):
        if not hasattr(appeal, "decision"):
            return _("not decided yet")
        return _("upheld") if appeal.decision.upheld else _("dismissed")

    @admin.display(description=_("reasons"))
    def reasons(self, appeal):
        return appeal.decision.words if hasattr(appeal, "decision") else "–"


def _address(ticket):
    return reverse("admin:complaints_ticket_change", args=[ticket.pk])


def findings_about_me(request):
    """The start page's way to the own findings, for people who are rated."""
    if not hasattr(request.user, "staff_member"):
        return ""
    return render_to_string("complaints/admin/mine_panel.html", request=request)


admin.site.start_panels.append(findings_about_me)
