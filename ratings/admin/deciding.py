"""The reviewer's two decisions about a rating, each a page that asks why."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from feedback_site.admin import ask
from feedback_site.errors import DomainError
from ratings.exclusion import exclude_rating, take_back_exclusion


class ReasonForm(forms.Form):
    """Why it is decided so."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "aria-describedby": "id_reason_helptext"}),
        help_text=gettext_lazy("It is kept with your name and shown to everybody who asks. The rating itself stays."),
    )


class Deciding:
    """For the admin of ratings: exclude what was never decided, take back an exclusion that stands."""

    actions_detail = ["sign_exclusion", "sign_reversal"]

    def get_actions_detail(self, request, object_id):
        rating = self.get_object(request, object_id)
        offered = [] if rating is None else super().get_actions_detail(request, object_id)
        wanted = "sign_reversal" if rating and rating.is_excluded else "sign_exclusion"
        is_over = rating and hasattr(rating, "exclusion") and not rating.is_excluded
        return [each for each in offered if each.action_name.endswith(wanted) and not is_over]

    @action(
        description=gettext_lazy("Exclude…"),
        url_path="exclude",
        icon="block",
        permissions=["ratings.add_ratingexclusion"],
    )
    def sign_exclusion(self, request, object_id):
        """Ask why, then sign that this rating does not count."""
        rating = self.get_visible_or_404(request, object_id)
        return self._decide(
            request,
            rating,
            lambda reason: exclude_rating(rating=rating, reason=reason, actor=request.user, at=timezone.now()),
            title=_("Exclude this rating"),
            text=_("It will no longer count for the person and the window. It stays in the list, marked as excluded."),
            button=_("Exclude"),
            is_danger=True,
        )

    @action(
        description=gettext_lazy("Let it count again…"),
        url_path="take-back",
        icon="undo",
        permissions=["ratings.add_exclusionreversal"],
    )
    def sign_reversal(self, request, object_id):
        """Ask why, then sign that this rating counts after all."""
        rating = self.get_visible_or_404(request, object_id)
        if not hasattr(rating, "exclusion"):
            raise Http404
        signed = rating.exclusion
        return self._decide(
            request,
            rating,
            lambda reason: take_back_exclusion(exclusion=signed, reason=reason, actor=request.user, at=timezone.now()),
            title=_("Let this rating count again"),
            text=_("It counts for the person and the window again. Both decisions stay to be read."),
            button=_("Let it count"),
        )

    def _decide(self, request, rating, sign, **page):
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                sign(form.cleaned_data["reason"])
            except DomainError as refusal:
                form.add_error("reason", str(refusal.message))
            else:
                messages.success(request, _("Signed. The week's figures follow within the hour."))
                return redirect("admin:ratings_rating_change", rating.pk)
        return ask(self, request, rating, form=form, **page)
