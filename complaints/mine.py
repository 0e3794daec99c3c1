"""What the person rated reads of findings about them: never who complained, nor when exactly (ux/README.md 0.6).

Only what stands in these lines reaches the page: not the ticket, its number, the citizen's words, the verifier's notes.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.appealing import may_appeal, may_appeal_until
from complaints.clocks import until
from complaints.models import Verification
from complaints.promising import Book
from complaints.vocabulary import PROPOSING
from feedback_site.models import StaffMember
from feedback_site.zones import zone

NOON = 12


@dataclass(frozen=True, kw_only=True)
class OwnFinding:
    """One finding, as the person it is about reads it."""

    pk: int
    when: str  # half a day: the minute would tell who it was
    rating: str  # the level and the reasons tapped
    finding: str
    words: str
    told: str
    appeal_until: str  # "" when no appeal is possible (any more)
    appealed: str = ""
    grounds: str = ""
    decision: str = ""
    reasons: str = ""


def findings_about(staff: StaffMember, at: datetime) -> list[OwnFinding]:
    """Every finding about the person, the newest first."""
    book = Book.load()
    rows = (
        Verification.objects.filter(ticket__staff=staff)
        .select_related("ticket__hall", "ticket__rating", "appealed__decision")
        .prefetch_related("ticket__rating__reason_links__reason")
    )
    return [_own(row, at, book) for row in rows.order_by("-at", "-id")]


def _own(row, at, book):
    where = zone(row.ticket.hall.timezone)
    rating = row.ticket.rating
    links = sorted(rating.reason_links.all(), key=lambda link: link.reason.position)
    open_for_appeal = may_appeal(row, at, book)
    ends_at = may_appeal_until(row, book) if open_for_appeal else None
    return OwnFinding(
        pk=row.pk,
        when=_half_day(localtime(rating.rated_at, where)),
        rating=" · ".join([str(rating.get_level_display()), *(str(link.reason) for link in links)]),
        finding=str(row.get_finding_display()),
        words=row.words_to_rated,
        told=date_format(localtime(row.at, where), "MONTH_DAY_FORMAT"),
        appeal_until=until(ends_at, where) if ends_at else (_("at any time") if open_for_appeal else ""),
        **_appeal(row, where),
    )


def _appeal(row, where):
    appeal = getattr(row, "appealed", None)
    if appeal is None:
        return {"decision": _("It counts for you: nothing to appeal.") if row.finding in PROPOSING else ""}
    told = {"until": until(appeal.due_at, where)}
    shown = {"appealed": date_format(localtime(appeal.at, where), "MONTH_DAY_FORMAT"), "grounds": appeal.grounds}
    decision = getattr(appeal, "decision", None)
    if decision is None:
        return {**shown, "decision": _("A reviewer who had nothing to do with it decides %(until)s.") % told}
    words = _("Your appeal was upheld.") if decision.upheld else _("Your appeal was dismissed.")
    return {**shown, "decision": words, "reasons": decision.words}


def _half_day(local):
    told = {"day": date_format(local, "MONTH_DAY_FORMAT")}
    return _("%(day)s, in the morning") % told if local.hour < NOON else _("%(day)s, in the afternoon") % told
