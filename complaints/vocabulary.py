"""The words of time limits and of the loop of bad ratings; those of the moves are in `complaints.workflow`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Aim(TextChoices):
    """What is to be done by then, or may be done until then."""

    CONTACT = "contact", _("first contact")
    ANSWER = "answer", _("answer")
    CALLBACK = "callback", _("call back after the answer")
    EXTENSION = "extension", _("longest extension")
    RETURN = "return", _("objection to the dispatch")
    APPEAL = "appeal", _("appeal against a finding")
    APPEAL_DECISION = "appeal_decision", _("decision on an appeal")


class Scope(TextChoices):
    """What the limit is about."""

    BAD_RATING = "bad_rating", _("bad rating")
    MATTER = "matter", _("matter brought to the desk")


class Measure(TextChoices):
    """In what a limit is counted."""

    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")
    WORKING_HOURS = "working_hours", _("working hours")
    HOURS = "hours", _("hours")


WORKING = frozenset({Measure.WORKING_DAYS, Measure.WORKING_HOURS})


class Finding(TextChoices):
    """What was found when a bad rating was verified (核实结论, domain.md section 7)."""

    TRUE = "true", _("true")  # 属实
    PARTLY = "partly", _("true in part")  # 部分属实
    MISTAKEN = "mistaken", _("given by mistake")  # 误评
    MALICIOUS = "malicious", _("malicious")  # 恶意差评
    CANNOT_TELL = "cannot_tell", _("cannot be verified")  # 无法核实


PROPOSING = frozenset({Finding.MISTAKEN, Finding.MALICIOUS})  # an auditor decides whether the rating counts
