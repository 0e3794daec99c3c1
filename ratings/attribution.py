"""To whom and to which visit a rating belongs; nothing is looked up rating by rating."""

from collections import Counter

from django.db.models import Q

from ratings.models import Duty, Rating, Visit

# For `ratings.insertion`: who was on duty at the batch's window `s` when the rating `r` was tapped. Duties of a window
# never overlap, so only the last one begun by then can hold; one entry of the index is read, however old the roster is.
STAFF_ON_DUTY = f"""(
    SELECT CASE WHEN d.ends_at IS NULL OR d.ends_at > r.rated_at THEN d.staff_id END
    FROM {Duty._meta.db_table} d WHERE d.window_id = s.window_id AND d.starts_at <= r.rated_at
    ORDER BY d.starts_at DESC LIMIT 1
)"""


class VisitFinder:
    """Which visit an item belongs to and as which rating of it (1: first, 2: follow-up …)."""

    def __init__(self, by_case_no, ratings_so_far, stored):
        self.by_case_no = by_case_no
        self.ratings_so_far = ratings_so_far
        self.stored = stored

    def take(self, item):
        """`(visit id or None, ordinal)`; the item counts at once, unless it is stored already."""
        visit = self.by_case_no.get(item.case_no)
        if visit is None:
            return None, 1
        if item.id not in self.stored:
            self.ratings_so_far[visit] += 1
        return visit, max(1, self.ratings_so_far[visit])


NO_VISITS = VisitFinder({}, Counter(), set())


def visits_of(hall_id, items):
    """The finder for a batch; locks the visits, so that of two taps for one visit exactly one is the first.

    Call it inside the transaction that stores the ratings.
    """
    case_nos = {item.case_no for item in items if item.case_no}
    if not case_nos:
        return NO_VISITS
    visits = Visit.objects.select_for_update().filter(hall_id=hall_id, case_no__in=case_nos).order_by("pk")
    by_case_no = dict(visits.values_list("case_no", "pk"))
    # A default rating is nobody's word: the visitor's own, however late, is still the first.
    given = Q(visit__in=by_case_no.values(), is_default=False)
    # What is stored already takes no place again, whatever visit it names now.
    stored = Q(pk__in=[item.id for item in items if item.case_no])
    rows = list(Rating.objects.filter(given | stored).order_by().values_list("id", "visit_id"))
    return VisitFinder(by_case_no, Counter(visit for _id, visit in rows), {identity for identity, _visit in rows})
