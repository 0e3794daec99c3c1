"""django-unfold in the project's design: names, colours (ux/README B1), and the side bar by what people look for."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def may(permission):
    """A side bar entry's `permission` callback."""
    return lambda request: request.user.has_perm(permission)


def entry(title, icon, model, about):
    """One line of the side bar and one card of the start page, for those who may see the `app.model`'s rows."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "about": about,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": may(f"{app}.view_{name}"),
    }


FIGURES = [
    entry(
        _("Weekly report"), "monitoring", "reports.weeklysummary", _("One line per person and week, with its doubt.")
    ),
    entry(_("Ratings"), "sentiment_satisfied", "ratings.rating", _("Every face that was tapped, newest first.")),
    entry(_("Tickets"), "hearing", "complaints.ticket", _("What the listening desk has promised to look after.")),
    entry(_("Findings"), "fact_check", "complaints.verification", _("What was found when a bad rating was verified.")),
    entry(_("Appeals"), "gavel", "complaints.appeal", _("What people rated say against a finding.")),
    entry(_("Paper forms"), "draft", "ratings.paperform", _("Type in what was ticked on paper; print blank forms.")),
    entry(_("Visits"), "directions_walk", "ratings.visit", _("Who was served where, from the queue system.")),
]
PEOPLE = [
    entry(_("Staff members"), "badge", "feedback_site.staffmember", _("Who serves visitors, active or not.")),
    entry(
        _("Windows"), "grid_view", "feedback_site.window", _("The counters, their kinds and aids; enrol a tablet here.")
    ),
    entry(_("Duties"), "event_seat", "ratings.duty", _("Who sits at which window when.")),
    entry(_("Service items"), "list_alt", "feedback_site.serviceitem", _("What people come for.")),
    entry(_("Halls"), "account_balance", "feedback_site.hall", _("The service halls and their time zones.")),
]
SETTINGS = [
    entry(_("Tablets"), "tablet", "ratings.tablet", _("When each was last seen, and what still waits on it.")),
    entry(_("Quarantine"), "shield", "ratings.quarantinedrating", _("What was refused, kept word for word.")),
    entry(_("Opened data"), "visibility", "ratings.disclosure", _("Who looked up a telephone number or a voice.")),
    entry(_("Reason sets"), "label", "ratings.hallreasonset", _("Which words the tablets of a hall offer.")),
    entry(
        _("Working-day calendar"),
        "calendar_month",
        "feedback_site.calendaryear",
        _("Holidays and make-up working days, as the notices say."),
    ),
    entry(_("Time limits"), "timer", "complaints.timelimit", _("What is promised, until when, and on whose word.")),
    entry(_("Users"), "person", "feedback_site.user", _("Who signs in, and what they may do.")),
    entry(_("Roles"), "lock", "auth.group", _("Bundles of permissions.")),
]

UNFOLD = {
    "SITE_TITLE": _("Sunlit Window"),
    "SITE_HEADER": _("Sunlit Window"),
    "SITE_SUBHEADER": _("The barometer of the service hall"),
    "SITE_ICON": lambda request: static("feedback_site/logo.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("feedback_site/favicon.svg")},
    ],
    "THEME": "light",  # the colours of faces, weather and bars are checked on white only
    "BORDER_RADIUS": "8px",
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [
        lambda request: static("feedback_site/tokens.css"),
        lambda request: static("feedback_site/admin.css"),
    ],
    "COLORS": {
        # 松绿 #0B5B53 is 600 and 700; lighter steps for tints, darker for pressed.
        "primary": {
            "50": "#F0F7F5",
            "100": "#E3EFEC",
            "200": "#C3DDD7",
            "300": "#94C3BA",
            "400": "#5BA196",
            "500": "#0F6E64",
            "600": "#0B5B53",
            "700": "#0B5B53",
            "800": "#094A44",
            "900": "#07443E",
            "950": "#042622",
        },
        # Page, lines and inks of B1; 400 and darker are at least 3:1 on white, 500 and darker 4.5:1.
        "base": {
            "50": "#F7F9F8",
            "100": "#F2F5F3",
            "200": "#DDE4E2",
            "300": "#C9D2D3",
            "400": "#7F8E94",
            "500": "#5B6B72",
            "600": "#41535B",
            "700": "#2C3E46",
            "800": "#1D2F37",
            "900": "#12242B",
            "950": "#0B181D",
        },
        "font": {
            "subtle-light": "#5B6B72",
            "subtle-dark": "#C9D2D3",
            "default-light": "#12242B",
            "default-dark": "#F2F5F3",
            "important-light": "#12242B",
            "important-dark": "#FFFFFF",
        },
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": [
            {"title": _("Look at the figures"), "items": FIGURES},
            {"title": _("People and windows"), "items": PEOPLE},
            {"title": _("Settings and devices"), "items": SETTINGS},
        ],
    },
}
