"""Ratings and what could not be taken: read by those who may, changed by nobody; a reviewer may sign an exclusion."""

from django.contrib import admin
from django.db.models.functions import Left
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from feedback_site.admin import ReadOnlyAdmin
from feedback_site.scoping import sees_all_halls
from ratings.admin import showing, suspicions
from ratings.admin.deciding import Deciding
from ratings.admin.filters import CountedFilter, FlaggedFilter
from ratings.cleaning import mask_personal
from ratings.models import QuarantinedRating, Rating

SHOWN_IN_LISTS = 400  # characters of what was refused
SHOWN_WHOLE = 20_000


@admin.register(Rating)
class RatingAdmin(Deciding, ReadOnlyAdmin):
    """At a million rows the first page costs what it costs at a thousand: index order, a capped count, no scans."""

    list_display = ["time", "place", "staff", "shown_level", "reasons", "said", "noticed", "counts"]
    list_display_links = ["time"]
    list_filter = ["hall", "window", "level", "channel", CountedFilter, FlaggedFilter, "rated_at"]
    list_select_related = ["hall", "window", "staff", "exclusion__reversal"]
    list_per_page = 30
    sortable_by = ()
    fieldsets = [
        (gettext_lazy("What was said"), {"fields": ["shown_level", "reasons_with_codes", "comment_masked", "earlier"]}),
        (gettext_lazy("Where and when"), {"fields": ["hall", "window", "staff", "tablet", "visit", "time", "times"]}),
        (
            gettext_lazy("Whether it counts"),
            {"fields": ["counts_told", "suspicions_told", "exclusion_told", "kept_aside"]},
        ),
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
        "suspicions_told", "exclusion_told", "kept_aside", "language_told", "modes_told",
    ]  # fmt: skip

    def get_list_display(self, request):
        if not sees_all_halls(request.user):
            return super().get_list_display(request)
        return ["place_in_hall" if name == "place" else name for name in self.list_display]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("reason_links__reason", "suspicions")

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
        return format_html("{} {}", suspicions.short(rating.suspicions.all()), showing.flag_words(rating.flags))

    @display(description=gettext_lazy("noticed"), empty_value="")
    def kept_aside(self, rating):
        return showing.flag_words(rating.flags)

    @display(description=gettext_lazy("flagged"))
    def suspicions_told(self, rating):
        return suspicions.told(rating.suspicions.all(), rating.hall)

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
        decisions = [(_("excluded"), signed), (_("counts again"), getattr(signed, "reversal", None))]
        return format_html_join(
            "",
            '<p class="qc-line"><b>{}</b> {} <small>{} · {}</small></p>',
            (
                (word, made.reason, made.decided_by, showing.in_zone(made.decided_at, rating.hall))
                for word, made in decisions
                if made
            ),
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

    def get_queryset(self, request):
        # A spoken remark that was refused is a megabyte: a list of them reads no more than it shows.
        return super().get_queryset(request).defer("raw").annotate(beginning=Left("raw", SHOWN_IN_LISTS))

    @display(description=gettext_lazy("received"))
    def time(self, refused):
        return showing.in_zone(refused.received_at, refused.hall)

    @display(description=gettext_lazy("why"))
    def why(self, refused):
        return showing.REFUSAL_WORDS.get(refused.code, refused.code)

    @display(description=gettext_lazy("as it was sent"))
    def start(self, refused):
        return showing.short_comment(refused.beginning)

    @display(description=gettext_lazy("as it was sent"))
    def sent(self, refused):
        return mask_personal(refused.raw[:SHOWN_WHOLE])
