"""Which words a hall's tablets offer, and the national code behind each word."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from feedback_site.admin import BaseAdmin, SharedAdmin
from ratings.admin import showing
from ratings.models import HallReasonSet, NationalReason, Reason, ReasonSet
from ratings.scale import LEVELS


def words_of(reason_set):
    """A set's words by level, each with its national code or the words that it has none."""
    reasons = reason_set.reasons.select_related("national").order_by("-level", "position")
    by_level = {level: [] for level in LEVELS}
    for reason in reasons:
        by_level[reason.level].append({"word": str(reason), "national": reason.national})
    rows = [{"level": showing.face_and_word(level), "words": by_level[level]} for level in LEVELS if by_level[level]]
    return render_to_string("admin/ratings/words.html", {"rows": rows})


@admin.register(HallReasonSet)
class HallReasonSetAdmin(BaseAdmin):
    list_display = ["hall", "reason_set"]
    list_select_related = ["hall", "reason_set"]
    fields = ["hall", "reason_set", "words"]

    def get_readonly_fields(self, request, obj=None):
        return ["hall", "words"] if obj else ["words"]

    @display(description=_("words"))
    def words(self, choice):
        return words_of(choice.reason_set) if choice.reason_set_id else ""


@admin.register(ReasonSet)
class ReasonSetAdmin(SharedAdmin):
    list_display = ["name", "code"]
    fields = ["name", "code", "words"]
    readonly_fields = ["words"]

    @display(description=_("words"))
    def words(self, reason_set):
        return words_of(reason_set)


@admin.register(Reason)
class ReasonAdmin(SharedAdmin):
    list_display = ["text_zh_hans", "shown_level", "reason_set", "national_told", "code"]
    list_filter = ["reason_set", "level"]
    list_select_related = ["reason_set", "national"]
    fields = [
        "reason_set",
        "shown_level",
        "text_zh_hans",
        "text_zh_hant",
        "text_en",
        "national_told",
        "code",
        "position",
    ]
    readonly_fields = ["shown_level", "national_told"]

    @display(description=_("level"), ordering="level")
    def shown_level(self, reason):
        return showing.face_and_word(reason.level)

    @display(description=_("national code"))
    def national_told(self, reason):
        return str(reason.national or showing.national_code(reason))


@admin.register(NationalReason)
class NationalReasonAdmin(SharedAdmin):
    list_display = ["code", "text", "shown_level", "scope", "is_extended", "version"]
    list_filter = ["level", "scope", "is_extended"]
    fields = ["version", "code", "text", "shown_level", "scope", "is_extended"]
    readonly_fields = ["shown_level"]

    @display(description=_("level"), ordering="level")
    def shown_level(self, reason):
        return showing.face_and_word(reason.level)
