"""Roles: named bundles of permissions. Code asks for permissions, never for roles (architecture.md, convention 18).

The bundles are brought up to date after every `migrate`: permissions listed here are added to the group of that name;
permissions that an administrator added by hand stay.
"""

from django.apps import apps as current_apps
from django.utils.translation import gettext_lazy as _

DIRECTORY = ["hall", "window", "staffmember", "serviceitem"]
VIEW_DIRECTORY = [f"feedback_site.view_{model}" for model in [*DIRECTORY, "calendaryear"]]
VIEW_RATINGS = [
    f"ratings.view_{model}"
    for model in [
        "rating",
        "ratingreason",
        "ratingversion",
        "ratingexclusion",
        "exclusionreversal",
        "ratingflag",
        "quarantinedrating",
        "paperform",
        "disclosure",
        "visit",
        "duty",
    ]
]
VIEW_DESK = ["complaints.view_ticket", "complaints.view_ticketevent", "complaints.view_timelimit"]
# Who watches over the watchers: who read whose name and number.
VIEW_OPENINGS = ["complaints.view_petitionerdisclosure"]
VIEW_LOOP = [f"complaints.view_{model}" for model in ["verification", "appeal"]]
VIEW_REPORTS = ["reports.view_weeklysummary"]
VIEW_DEVICES = ["ratings.view_tablet", "ratings.view_enrolmentcode"]

ROLES = {
    "hall manager": [
        *VIEW_DIRECTORY,
        *[f"feedback_site.change_{model}" for model in DIRECTORY if model != "hall"],
        *[f"feedback_site.add_{model}" for model in DIRECTORY if model != "hall"],
        *VIEW_RATINGS,
        *VIEW_DESK,
        *VIEW_OPENINGS,
        "complaints.review_ticket",
        "complaints.supervise_ticket",
        *[f"complaints.{action}_cannedanswer" for action in ("view", "add", "change")],
        *VIEW_LOOP,
        "complaints.verify_ticket",
        "complaints.add_timelimit",
        "complaints.change_timelimit",
        *VIEW_REPORTS,
        *VIEW_DEVICES,
        "ratings.add_duty",
        "ratings.change_duty",
        "ratings.add_enrolmentcode",
        "ratings.change_tablet",
        "ratings.view_windowsign",
        "ratings.change_windowsign",
        "ratings.view_hallreasonset",
        "ratings.change_hallreasonset",
        "ratings.view_reasonset",
        "ratings.view_reason",
        "ratings.view_nationalreason",
    ],
    "desk officer": [
        *VIEW_DIRECTORY,
        "ratings.view_rating",
        "ratings.view_ratingreason",
        *VIEW_DESK,
        "complaints.register_ticket",
        "complaints.handle_ticket",
        "complaints.review_ticket",
        "complaints.reveal_petitioner",
        *VIEW_LOOP,
        "complaints.verify_ticket",
        "ratings.reveal_callbackrequest",
        "ratings.listen_voiceremark",
    ],
    "clerk": [*VIEW_DIRECTORY, "complaints.register_ticket", "ratings.add_paperform", "ratings.view_paperform"],
    "auditor": [
        "feedback_site.view_all_halls",
        *VIEW_DIRECTORY,
        *VIEW_RATINGS,
        "ratings.add_ratingexclusion",  # the reviewer from outside the window (domain.md E.7)
        "ratings.add_exclusionreversal",
        *VIEW_DESK,
        *VIEW_OPENINGS,
        *VIEW_LOOP,
        "complaints.decide_appeal",
        *VIEW_REPORTS,
        *VIEW_DEVICES,
    ],
    "rated person": [],
}
# The group names are keys of the database; these are what people read.
ROLE_NAMES = {
    "hall manager": _("hall manager"),
    "desk officer": _("desk officer"),
    "clerk": _("clerk"),
    "auditor": _("auditor"),
    "rated person": _("rated person"),
}


def sync_roles(apps=None, using="default", **kwargs):
    """Create the groups and give them those of their permissions that exist already (post_migrate handler)."""
    registry = apps or current_apps
    group_model = registry.get_model("auth", "Group")
    permission_model = registry.get_model("auth", "Permission")
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in permission_model.objects.using(using).values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for name, wanted in ROLES.items():
        group, _created = group_model.objects.using(using).get_or_create(name=name)
        group.permissions.add(*[known[permission] for permission in wanted if permission in known])
