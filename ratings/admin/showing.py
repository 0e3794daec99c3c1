"""How ratings are shown: a face beside its word, reasons with their national code, flags in words, masked comments."""

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback_site import faces
from feedback_site.zones import zone
from ratings.cleaning import mask_personal
from ratings.scale import Level

COMMENT_IN_LISTS = 40  # characters
FACES = {level: mark_safe(faces.face(level, size=26)) for level in Level.values}
# What was noticed while a rating was stored (ratings.items, ratings.recording); a flag without a word shows its name.
FLAG_WORDS = {
    "burst": gettext_lazy("many taps in a short time"),
    "clock": gettext_lazy("tablet's clock in doubt"),
    "comment_as_sent": gettext_lazy("comment cleaned, kept as sent"),
    "comment_cleaned": gettext_lazy("comment cleaned"),
    "comment_cut": gettext_lazy("comment cut"),
    "comment_unreadable": gettext_lazy("comment unreadable"),
    "extra_fields": gettext_lazy("unknown fields sent"),
    "modes_unknown": gettext_lazy("unknown modes"),
    "modes_unreadable": gettext_lazy("modes unreadable"),
    "over_budget": gettext_lazy("over the budget of the phone page"),
    "personal_data": gettext_lazy("personal data in the comment"),
    "reasons_unfitting": gettext_lazy("reasons of another level"),
    "reasons_unknown": gettext_lazy("unknown reasons"),
    "reasons_unreadable": gettext_lazy("reasons unreadable"),
    "same_phone": gettext_lazy("several from one phone in a day"),
    "visit_from_unknown": gettext_lazy("unknown source of the visit"),
    "visit_passed": gettext_lazy("named a visit that was over"),
    "seq_repeated": gettext_lazy("number used twice on the tablet"),
    "visit_unknown": gettext_lazy("visit not known"),
    "visit_unreadable": gettext_lazy("visit unreadable"),
}
# Why an item was refused (ratings.items.Refused).
REFUSAL_WORDS = {
    "malformed_item": gettext_lazy("not a rating at all"),
    "invalid_id": gettext_lazy("no proper id"),
    "invalid_seq": gettext_lazy("no proper number on the tablet"),
    "invalid_level": gettext_lazy("none of the five levels"),
    "bad_signature": gettext_lazy("not signed by the tablet's key"),
    "retired": gettext_lazy("given after the tablet was replaced"),
    "callback_conflict": gettext_lazy("another call-back for the same rating"),
    "callback_invalid": gettext_lazy("a call-back that cannot be read"),
    "callback_other_tablet": gettext_lazy("a call-back for another tablet's rating"),
    "voice_conflict": gettext_lazy("another spoken remark for the same rating"),
    "voice_invalid": gettext_lazy("a spoken remark that cannot be read"),
    "voice_other_tablet": gettext_lazy("a spoken remark for another tablet's rating"),
}
# How the tablet's page was set (ratings.items.MODES).
MODE_WORDS = {
    "low_reach": gettext_lazy("seated"),
    "large_text": gettext_lazy("large text"),
    "read_aloud": gettext_lazy("read aloud"),
    "portrait": gettext_lazy("upright tablet"),
    "phone": gettext_lazy("on a phone"),
    "keypad": gettext_lazy("with a keypad"),
}


def face_and_word(level):
    """The face, hidden from screen readers, and the word that says the same."""
    return format_html('<span class="qc-level">{} <span>{}</span></span>', FACES[level], Level(level).label)


def two_lines(first, second):
    """What a cell says, and in small letters below what tells it from its neighbours."""
    return format_html('{}<span class="qc-under">{}</span>', first, second)


def chip(tone, words):
    """A word on a tint (success, info or danger); unfold's own labels would render a template for each row."""
    return format_html('<span class="qc-chip qc-chip-{}">{}</span>', tone, words)


def in_zone(moment, hall):
    """The moment on the hall's own clock, to the minute, in figures that line up in columns."""
    return timezone.localtime(moment, zone(hall.timezone)).strftime("%Y-%m-%d %H:%M") if moment else "–"


def national_code(reason):
    """The national code that a reason stands for, in words when there is none."""
    return reason.national.code if reason.national else _("no national code")


def words(links):
    """The reasons of a rating in one line."""
    return " · ".join(str(link.reason) for link in links)


def words_with_codes(links):
    """The reasons of a rating, one a line, each with the national code it stands for."""
    return format_html_join(
        "",
        '<p class="qc-line">{} <small>{}</small></p>',
        ((link.reason, national_code(link.reason)) for link in links),
    )


def flag_words(flags):
    """What was noticed, in words; never the values kept aside, which may hold what a citizen wrote."""
    return " · ".join(str(FLAG_WORDS.get(name, name)) for name in sorted(flags))


def mode_words(modes):
    """How the page was set, in words."""
    return " · ".join(str(MODE_WORDS.get(mode, mode)) for mode in modes)


def language_name(code):
    """The language in its own words."""
    return dict(settings.LANGUAGES).get(code, code)


def short_comment(text):
    """For lists: long numbers masked, the rest cut."""
    return Truncator(mask_personal(text)).chars(COMMENT_IN_LISTS)


def counting(rating):
    """Whether the rating makes up a person's figures, and if not, why not: a word and its colour."""
    if rating.is_excluded:
        return "danger", _("excluded")
    if rating.is_default:
        return "info", _("default, not counted")
    if rating.ordinal > 1:
        return "info", _("follow-up, not counted")
    return "success", _("counted")
