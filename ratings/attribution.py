"""To whom and to which visit a rating belongs; each look-up is made once for a whole batch."""

from collections import Counter
from datetime import timedelta

from django.db.models import Q

from ratings.models import Duty, Rating, Visit


def staff_on_duty(window_id, moments):
    """A function from a moment to the id of the person on duty at the window then, or None.

    `moments` are all that will be asked for, as aware datetimes.
    """
    duties = list(
        Duty.objects.filter(window_id=window_id)
        .overlapping(min(moments), max(moments) + timedelta(microseconds=1))
        .order_by()
        .values_list("starts_at", "ends_at", "staff_id")
    )

    def staff_at(moment):
        for starts_at, ends_at, staff_id in duties:
            if starts_at <= moment and (ends_at is None or moment < ends_at):
                return staff_id
        return None

    return staff_at


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


def visits_of(hall_id, items):
    """The finder for a batch; locks the visits, so that of two taps for one visit exactly one is the first.

    Call it inside the transaction that stores the ratings.
    """
    case_nos = {item.case_no for item in items if item.case_no}
    if not case_nos:
        return VisitFinder({}, Counter(), set())
    visits = Visit.objects.select_for_update().filter(hall_id=hall_id, case_no__in=case_nos).order_by("pk")
    by_case_no = dict(visits.values_list("case_no", "pk"))
    # A default rating is nobody's word: the visitor's own, however late, is still the first.
    # A default rating is nobody's word: the visitor's own, however late, is still the first.
    given = Q(visit__in=by_case_no.values(), is_default=False)
    # What is stored already takes no place again, whatever visit it names now.
    stored = Q(pk__in=[item.id for item in items if item.case_no])
    rows = list(Rating.objects.filter(given | stored).order_by().values_list("id", "visit_id"))
    return VisitFinder(by_case_no, Counter(visit for _id, visit in rows), {identity for identity, _visit in rows})
