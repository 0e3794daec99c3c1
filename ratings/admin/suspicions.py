"""Flags in words: a short one for lists, and a sentence with the values that a rule fired on."""

from django.utils.dateparse import parse_datetime
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ratings import integrity
from ratings.admin import showing
from ratings.integrity import Rule

SHORT = {
    Rule.BURST: gettext_lazy("a burst"),
    Rule.REPEAT: gettext_lazy("right after another"),
    Rule.TOO_QUICK: gettext_lazy("too quick"),
    Rule.OUTSIDE_HOURS: gettext_lazy("closed then"),
    Rule.BEFORE_END: gettext_lazy("still being served"),
    Rule.MORE_THAN_VISITS: gettext_lazy("more than visits"),
    Rule.ONE_SIDED: gettext_lazy("one-sided"),
}
SENTENCES = {
    Rule.BURST: gettext_lazy(
        "%(ratings)s ratings on this tablet within %(seconds)s s; more than %(limit)s are flagged."
    ),
    Rule.REPEAT: gettext_lazy("The tablet had been free again for only %(seconds)s s; under %(limit)s s is flagged."),
    Rule.TOO_QUICK: gettext_lazy("Tapped %(seconds)s s after the faces appeared; under %(limit)s s is flagged."),
    Rule.OUTSIDE_HOURS: gettext_lazy("Tapped at %(local)s; the hall's hours are %(hours)s."),
    Rule.BEFORE_END: gettext_lazy("Tapped %(minutes)s min before the visit ended; over %(limit)s min is flagged."),
    Rule.MORE_THAN_VISITS: gettext_lazy(
        "On %(day)s this window has %(ratings)s ratings and only %(visits)s visits; which are too many cannot be told."
    ),
    Rule.ONE_SIDED: gettext_lazy(
        "%(run)s times the best level in a row, while %(participation)s of %(visits)s visitors rated; "
        "at the other windows %(usual)s did."
    ),
}
LIMITS = {
    Rule.BURST: integrity.BURST_MORE_THAN,
    Rule.REPEAT: int(integrity.REPEAT_WITHIN.total_seconds()),
    Rule.TOO_QUICK: integrity.TOO_QUICK_MS // 1000,
    Rule.BEFORE_END: int(integrity.BEFORE_END.total_seconds()) // 60,
}


class _Told(dict):
    """Values of a flag; what an older version of a rule did not keep is a dash."""

    def __missing__(self, name):
        return "–"


def short(flags):
    """One chip a flag, for lists."""
    chips = [showing.chip("flag", SHORT.get(flag.rule, flag.rule)) for flag in flags]
    return format_html_join(mark_safe(" "), "{}", ((chip,) for chip in chips))


def told(flags, hall):
    """Each flag with what it was raised for, a line each; nothing when there is none."""
    lines = format_html_join(
        "",
        '<p class="qc-line"><b>{}</b> {} <small>{}</small></p>',
        (
            (
                flag.get_rule_display(),
                sentence(flag),
                _("flagged %(time)s") % {"time": showing.in_zone(flag.raised_at, hall)},
            )
            for flag in flags
        ),
    )
    note = _("Flags change nothing by themselves: the rating counts until a reviewer decides.")
    return format_html('{}<p class="qc-line"><small>{}</small></p>', lines, note) if lines else ""


def sentence(flag):
    """What was seen, with its values; an unknown rule has only its values."""
    if flag.rule not in SENTENCES:
        return " · ".join(f"{name} {value}" for name, value in flag.values.items())
    values = _Told(flag.values, limit=LIMITS.get(flag.rule))
    for name in ("participation", "usual"):
        if isinstance(values.get(name), float):
            values[name] = f"{values[name]:.0%}"
    if isinstance(values.get("seconds"), int):
        values["minutes"] = values["seconds"] // 60
    if isinstance(values.get("local"), str) and (moment := parse_datetime(values["local"])):
        values["local"] = moment.strftime("%Y-%m-%d %H:%M")
    return SENTENCES[flag.rule] % values
