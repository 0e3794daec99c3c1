"""Ratings and what could not be taken: read by those who may, changed by nobody; a reviewer may sign an exclusion."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from feedback_site.admin import ReadOnlyAdmin, ask
from feedback_site.admin.lists import CappedPaginator
from feedback_site.errors import DomainError
from feedback_site.scoping import sees_all_halls
from ratings.admin import showing
from ratings.cleaning import mask_personal
from ratings.exclusion import exclude_rating
from ratings.models import QuarantinedRating, Rating, RatingExclusion


class CountedFilter(DropdownFilter):
    """Which ratings make up the figures, and why the others do not."""

    title = gettext_lazy("counting")
    parameter_name = "counting"
    limit = CappedPaginator.limit + 1  # of exclusions; the list counts no further either

    def lookups(self, request, model_admin):
        return [
            ("counted", _("counted")),
            ("excluded", _("excluded")),
            ("default", _("default, not counted")),
            ("follow-up", _("follow-up, not counted")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "counted":
                return queryset.counted()
            case "excluded":
                # From the few exclusions to their ratings; PostgreSQL by itself walks all ratings until it met enough.
                newest = RatingExclusion.objects.order_by("-id")[: self.limit]
                return queryset.filter(pk__in=newest.values("rating"))
            case "default":
                return queryset.filter(is_default=True)
            case "follow-up":
                return queryset.filter(ordinal__gt=1)
        return queryset


class ExclusionForm(forms.Form):
    """Why a rating must not count."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "aria-describedby": "id_reason_helptext"}),
        help_text=gettext_lazy("It is kept with your name and shown to everybody who asks. The rating itself stays."),
    )


@admin.register(Rating)
class RatingAdmin(ReadOnlyAdmin):
    """At a million rows the first page costs what it costs at a thousand: index order, a capped count, no scans."""

    list_display = ["time", "place", "staff", "shown_level", "reasons", "said", "noticed", "counts"]
    list_display_links = ["time"]
    list_filter = ["hall", "window", "level", "channel", CountedFilter, "rated_at"]
    list_select_related = ["hall", "window", "staff", "exclusion"]
    list_per_page = 30
    sortable_by = ()
    actions_detail = ["sign_exclusion"]
    fieldsets = [
        (gettext_lazy("What was said"), {"fields": ["shown_level", "reasons_with_codes", "comment_masked", "earlier"]}),
        (gettext_lazy("Where and when"), {"fields": ["hall", "window", "staff", "tablet", "visit", "time", "times"]}),
        (gettext_lazy("Whether it counts"), {"fields": ["counts_told", "exclusion_told", "noticed"]}),
        (
            gettext_lazy("How it was given"),
            {
                "fields": [
                    "channel",
                    "language_told",
                    "modes_told",
                    "answered_ms",
                    "seq",
                    "scale_version",
                    "face_set_version",
                    "id",
                ]
            },
        ),
    ]
    readonly_fields = [
        "shown_level", "reasons_with_codes", "comment_masked", "earlier", "time", "times", "counts_told",
        "exclusion_told", "noticed", "language_told", "modes_told",
    ]  # fmt: skip

    def get_list_display(self, request):
        if not sees_all_halls(request.user):
            return super().get_list_display(request)
        return ["place_in_hall" if name == "place" else name for name in self.list_display]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("reason_links__reason")

    def get_actions_detail(self, request, object_id):
        rating = self.get_object(request, object_id)
        return [] if rating is None or hasattr(rating, "exclusion") else super().get_actions_detail(request, object_id)

    @action(
        description=gettext_lazy("Exclude…"),
        url_path="exclude",
        icon="block",
        permissions=["ratings.add_ratingexclusion"],
    )
    def sign_exclusion(self, request, object_id):
        """Ask why, then sign that this rating does not count."""
        rating = self.get_visible_or_404(request, object_id)
        form = ExclusionForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                exclude_rating(rating=rating, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now())
            except DomainError as refusal:
                form.add_error("reason", str(refusal.message))
            else:
                messages.success(request, _("Signed. The week's figures follow within the hour."))
                return redirect("admin:ratings_rating_change", rating.pk)
        return ask(
            self,
            request,
            rating,
            title=_("Exclude this rating"),
            text=_("It will no longer count for the person and the window. It stays in the list, marked as excluded."),
            form=form,
            button=_("Exclude"),
            is_danger=True,
        )

    @display(description=gettext_lazy("time"))
    def time(self, rating):
        return showing.in_zone(rating.rated_at, rating.hall)

    @display(description=gettext_lazy("window"))
    def place(self, rating):
        return showing.two_lines(rating.window, rating.window.name)

    @display(description=gettext_lazy("window"))
    def place_in_hall(self, rating):
        return showing.two_lines(rating.window, rating.hall.name)

    @display(description=gettext_lazy("rating"))
    def shown_level(self, rating):
        return showing.face_and_word(rating.level)

    @display(description=gettext_lazy("reasons"), empty_value="")
    def reasons(self, rating):
        return showing.words(rating.reason_links.all())

    @display(description=gettext_lazy("reasons"))
    def reasons_with_codes(self, rating):
        return showing.words_with_codes(rating.reason_links.select_related("reason__national"))

    @display(description=gettext_lazy("comment"), empty_value="")
    def said(self, rating):
        return showing.short_comment(rating.comment)

    @display(description=gettext_lazy("comment"))
    def comment_masked(self, rating):
        return mask_personal(rating.comment)

    @display(description=gettext_lazy("noticed"), empty_value="")
    def noticed(self, rating):
        return showing.flag_words(rating.flags)

    @display(description=gettext_lazy("counting"))
    def counts(self, rating):
        return showing.chip(*showing.counting(rating))

    @display(description=gettext_lazy("counting"))
    def counts_told(self, rating):
        _colour, word = showing.counting(rating)
        return word

    @display(description=gettext_lazy("language"))
    def language_told(self, rating):
        return showing.language_name(rating.language)

    @display(description=gettext_lazy("modes"))
    def modes_told(self, rating):
        return showing.mode_words(rating.modes)

    @display(description=gettext_lazy("earlier versions"))
    def earlier(self, rating):
        return format_html_join(
            "",
            '<p class="qc-line">{} <small>{}</small></p>',
            (
                (
                    showing.face_and_word(version.level),
                    _("until %(time)s") % {"time": showing.in_zone(version.replaced_at, rating.hall)},
                )
                for version in rating.versions.all()
            ),
        )

    @display(description=gettext_lazy("moments"))
    def times(self, rating):
        moments = [
            (_("tap, by the tablet's clock"), rating.tablet_rated_at),
            (_("sent, by the tablet's clock"), rating.sent_at),
            (_("received"), rating.received_at),
            (_("last changed"), rating.changed_at),
        ]
        return format_html_join(
            "",
            '<p class="qc-line">{} <small>{}</small></p>',
            ((showing.in_zone(moment, rating.hall), name) for name, moment in moments if moment),
        )

    @display(description=gettext_lazy("exclusion"))
    def exclusion_told(self, rating):
        signed = getattr(rating, "exclusion", None)
        if signed is None:
            return ""
        return format_html(
            '<p class="qc-line">{} <small>{} · {}</small></p>',
            signed.reason,
            signed.decided_by,
            showing.in_zone(signed.decided_at, rating.hall),
        )


@admin.register(QuarantinedRating)
class QuarantinedRatingAdmin(ReadOnlyAdmin):
    """What tablets sent and the rules refused; long numbers are masked here, the stored text is word for word."""

    list_display = ["time", "why", "hall", "tablet", "start"]
    list_filter = ["hall", "received_at"]
    list_select_related = ["hall", "tablet__window"]
    sortable_by = ()
    fields = ["time", "why", "hall", "tablet", "sent"]
    readonly_fields = ["time", "why", "sent"]

    @display(description=gettext_lazy("received"))
    def time(self, refused):
        return showing.in_zone(refused.received_at, refused.hall)

    @display(description=gettext_lazy("why"))
    def why(self, refused):
        return showing.REFUSAL_WORDS.get(refused.code, refused.code)

    @display(description=gettext_lazy("as it was sent"))
    def start(self, refused):
        return showing.short_comment(refused.raw)

    @display(description=gettext_lazy("as it was sent"))
    def sent(self, refused):
        return mask_personal(refused.raw)
