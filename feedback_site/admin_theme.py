"""django-unfold in the project's design: names, colours (ux/README B1), and the side bar by what people look for."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def may(permission):
    """A side bar entry's `permission` callback."""
    return lambda request: request.user.has_perm(permission)


def entry(title, icon, url_name, permission):
    """One line of the side bar, shown to those who may open it."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{url_name}"),
        "permission": may(permission),
    }


UNFOLD = {
    "SITE_TITLE": _("Sunlit Window"),
    "SITE_HEADER": _("Sunlit Window"),
    "SITE_SUBHEADER": _("The barometer of the service hall"),
    "SITE_ICON": lambda request: static("feedback_site/logo.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("feedback_site/logo.svg"),
        },
    ],
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("feedback_site/admin.css")],
    "COLORS": {
        # 松绿 #0B5B53 is 700; lighter steps for tints, darker for pressed.
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
            "900": "#073B36",
            "950": "#042622",
        },
        "base": {
            "50": "#F7F9F8",
            "100": "#F2F5F3",
            "200": "#E2E8E5",
            "300": "#C9D3D0",
            "400": "#7F8E94",
            "500": "#5B6B72",
            "600": "#41535B",
            "700": "#2C3E46",
            "800": "#1D2F37",
            "900": "#12242B",
            "950": "#0B181D",
        },
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": [
            {
                "title": _("Look at the figures"),
                "items": [
                    entry(
                        _("Weekly report"),
                        "monitoring",
                        "reports_weeklysummary_changelist",
                        "reports.view_weeklysummary",
                    ),
                    entry(
                        _("Ratings"),
                        "sentiment_satisfied",
                        "ratings_rating_changelist",
                        "ratings.view_rating",
                    ),
                    entry(
                        _("Visits"),
                        "directions_walk",
                        "ratings_visit_changelist",
                        "ratings.view_visit",
                    ),
                    entry(
                        _("Tickets"),
                        "hearing",
                        "complaints_ticket_changelist",
                        "complaints.view_ticket",
                    ),
                ],
            },
            {
                "title": _("People and windows"),
                "items": [
                    entry(
                        _("Staff members"),
                        "badge",
                        "feedback_site_staffmember_changelist",
                        "feedback_site.view_staffmember",
                    ),
                    entry(
                        _("Windows"),
                        "grid_view",
                        "feedback_site_window_changelist",
                        "feedback_site.view_window",
                    ),
                    entry(
                        _("Duties"),
                        "event_seat",
                        "ratings_duty_changelist",
                        "ratings.view_duty",
                    ),
                    entry(
                        _("Service items"),
                        "list_alt",
                        "feedback_site_serviceitem_changelist",
                        "feedback_site.view_serviceitem",
                    ),
                    entry(
                        _("Halls"),
                        "account_balance",
                        "feedback_site_hall_changelist",
                        "feedback_site.view_hall",
                    ),
                ],
            },
            {
                "title": _("Settings and devices"),
                "items": [
                    entry(
                        _("Tablets"),
                        "tablet",
                        "ratings_tablet_changelist",
                        "ratings.view_tablet",
                    ),
                    entry(
                        _("Quarantine"),
                        "shield",
                        "ratings_quarantinedrating_changelist",
                        "ratings.view_quarantinedrating",
                    ),
                    entry(
                        _("Reason sets"),
                        "label",
                        "ratings_hallreasonset_changelist",
                        "ratings.view_hallreasonset",
                    ),
                    entry(
                        _("Users"),
                        "person",
                        "feedback_site_user_changelist",
                        "feedback_site.view_user",
                    ),
                    entry(_("Roles"), "lock", "auth_group_changelist", "auth.view_group"),
                ],
            },
        ],
    },
}
