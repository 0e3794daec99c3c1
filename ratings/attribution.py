"""To whom and to which visit a rating belongs; nothing is looked up rating by rating."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from django.db.models import Max, Q

from ratings.models import Duty, Rating, Visit
from ratings.serving import LONGEST, Call, served_now, tapped_for

# For `ratings.insertion`: who was on duty at the batch's window `s` when the rating `r` was tapped. Duties of a window
# never overlap, so only the last one begun by then can hold; one entry of the index is read, however old the roster is.
STAFF_ON_DUTY = f"""(
    SELECT CASE WHEN d.ends_at IS NULL OR d.ends_at > r.rated_at THEN d.staff_id END
    FROM {Duty._meta.db_table} d WHERE d.window_id = s.window_id AND d.starts_at <= r.rated_at
    ORDER BY d.starts_at DESC LIMIT 1
)"""


class VisitFinder:
    """Which visit an item belongs to and as which rating of it (1: first, 2: follow-up …)."""

    def __init__(self, by_case_no, calls, ratings_so_far, stored):
        self.by_case_no = by_case_no
        self.calls = calls
        self.ratings_so_far = ratings_so_far
        self.stored = stored

    def take(self, item, at: datetime) -> tuple[int | None, int, dict]:
        """The visit's id or None, the ordinal, and what is to be flagged; the item counts at once, unless stored."""
        named = self.by_case_no.get(item.case_no)
        if named is None:
            return None, 1, {"visit_unknown": item.case_no} if item.case_no else {}
        visit = self._meant(named, at) if item.is_called else named
        noticed = {} if visit == named else {"visit_passed": item.case_no}
        if visit is None:
            return None, 1, noticed
        if item.id not in self.stored:
            self.ratings_so_far[visit] += 1
            self._note(visit, at)
        return visit, max(1, self.ratings_so_far[visit]), noticed

    def _meant(self, named, at):
        call = tapped_for(named, self.calls, at)
        return call and call.visit

    def _note(self, visit, at):
        self.calls = [replace(call, rated_at=at) if call.visit == visit else call for call in self.calls]


NO_VISITS = VisitFinder({}, [], Counter(), set())


def visits_of(hall_id: int, window_id: int, items, moments: list[datetime]) -> VisitFinder:
    """The finder for a batch; locks the visits, so that of two taps for one visit exactly one is the first.

    `moments` are those of the taps, on the server's clock. Call it inside the transaction that stores the ratings.
    """
    case_nos = {item.case_no for item in items if item.case_no}
    if not case_nos:
        return NO_VISITS
    wanted = Q(hall_id=hall_id, case_no__in=case_nos)
    if any(item.is_called for item in items):
        wanted |= Q(window_id=window_id, called_at__gte=min(moments) - LONGEST, called_at__lte=max(moments))
    visits = list(Visit.objects.select_for_update().filter(wanted).order_by("pk"))
    by_case_no = {visit.case_no: visit.pk for visit in visits if visit.case_no in case_nos}
    # A default rating is nobody's word: the visitor's own, however late, is still the first.
    given = Q(visit__in=visits, is_default=False)
    # What is stored already takes no place again, whatever visit it names now.
    stored = Q(pk__in=[item.id for item in items if item.case_no])
    rows = list(Rating.objects.filter(given | stored).order_by("rated_at").values_list("id", "visit_id", "rated_at"))
    latest = {visit: rated_at for _id, visit, rated_at in rows}
    there = sorted(
        (visit for visit in visits if visit.window_id == window_id), key=lambda visit: (visit.called_at, visit.pk)
    )
    return VisitFinder(
        by_case_no,
        [_call(visit, latest.get(visit.pk)) for visit in there],
        Counter(visit for _id, visit, _at in rows),
        {identity for identity, _visit, _at in rows},
    )


def visit_served_now(window_id: int, at: datetime) -> str | None:
    """The case number of the visit being served at the window (`ratings.serving`), or None; one query."""
    calls = Visit.objects.filter(window=window_id, called_at__lte=at, called_at__gte=at - LONGEST)
    own = Max("ratings__rated_at", filter=Q(ratings__is_default=False))
    # The latest call alone decides: an earlier one is over, rated or not.
    last = calls.annotate(last_rated_at=own).order_by("-called_at", "-pk").first()
    return last.case_no if last and served_now([_call(last, last.last_rated_at)], at) else None


def _call(visit, rated_at):
    return Call(visit.pk, visit.called_at, visit.ended_at, rated_at)
