"""The sweep that lets the rules of `ratings.integrity` look at what changed, and writes down what they say.

Safe at any time, any number of times, by several workers at once: a flag is one row per rating and rule. A hall's
sweep goes on from where the last one stood, so what arrives late is looked at when it arrives, together with what it
fell among. Rules about a day or about weeks wait until these are over, and look again when
something late belongs there.
Queries: a few for every few thousand changed ratings, two for a day that is judged, two for a week.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from itertools import chain
from operator import or_

from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from feedback_site.models import Hall
from feedback_site.zones import zone
from ratings import integrity
from ratings.integrity import Finding, Peers, Tap
from ratings.models import FlagSweep, Rating, RatingFlag, Visit
from ratings.scale import Level

# A change is stamped before its transaction commits; visible this much later, it is still found.
OVERLAP = timedelta(minutes=15)
AT_ONCE = 5_000  # changed ratings looked at in one transaction
# A day is judged this long after its midnight: what was told in the evening has arrived, and Monday's sums come later.
SETTLES_AFTER = timedelta(hours=3)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NEIGHBOURS = max(integrity.BURST_WITHIN, integrity.FREE_AGAIN_WITHIN)
APART = timedelta(hours=6)  # taps further apart than this are fetched each with their neighbours, not with all between
SPANS_AT_ONCE = 40


def flag_ratings(*, at: datetime) -> int:
    """Raise every flag that the rules ask for and that is not raised yet; returns how many this call raised."""
    return sum(_sweep_hall(hall, at) for hall in Hall.objects.filter(is_active=True))


def _sweep_hall(hall, at):
    FlagSweep.objects.bulk_create([FlagSweep(hall=hall)], ignore_conflicts=True)
    raised, overlap, is_done = 0, OVERLAP, False
    while not is_done:
        with transaction.atomic():
            sweep = FlagSweep.objects.select_for_update().get(hall=hall)
            since, until = sweep.examined_until, _reach(hall, sweep.examined_until, at)
            raised += _raise(_findings(hall, since and since - overlap, until), at)
            sweep.examined_until = max(until, since or until)
            sweep.save(update_fields=["examined_until"])
        overlap, is_done = timedelta(0), until >= at
    return raised


def _reach(hall, since, at):
    """Up to which moment of change one transaction looks."""
    changed = Rating.objects.filter(hall=hall, changed_at__lt=at).order_by("changed_at")
    if since:
        changed = changed.filter(changed_at__gt=since)
    return next(iter(changed.values_list("changed_at", flat=True)[AT_ONCE - 1 : AT_ONCE]), at)


def _raise(findings: Iterable[Finding], at):
    wanted = {(finding.rating, finding.rule.value): finding for finding in findings}
    ratings, known = sorted({rating for rating, _rule in wanted}), set()
    for start in range(0, len(ratings), AT_ONCE):
        flags = RatingFlag.objects.filter(rating__in=ratings[start : start + AT_ONCE]).order_by()
        known |= set(flags.values_list("rating", "rule"))
    flags = [
        RatingFlag(rating_id=rating, rule=rule, values=finding.values, raised_at=at)
        for (rating, rule), finding in wanted.items()
        if (rating, rule) not in known
    ]
    # The claim lets one sweep of a hall go at a time; should it ever not, the second of two flags steps aside.
    RatingFlag.objects.bulk_create(flags, ignore_conflicts=True, batch_size=1_000)
    return len(flags)


def _findings(hall, since, until):
    """What the rules say about all that changed after `since` (None: ever) up to `until`, and what settled by then."""
    hall_zone = zone(hall.timezone)
    taps = _taps(_changed(_judged(hall), since, until))
    # A call in the future is a mistake of whoever told it; its day is judged when it comes.
    visits = _changed(Visit.objects.filter(hall=hall, called_at__lte=until), since, until).order_by()
    days = {tap.at.astimezone(hall_zone).date() for tap in taps}
    days |= set(visits.annotate(day=TruncDate("called_at", tzinfo=hall_zone)).values_list("day", flat=True).distinct())
    for tap in taps:
        yield from integrity.too_quick(tap)
        yield from integrity.outside_hours(tap, hall.opening_hours, hall_zone)
    yield from _about_tablets(hall, taps)
    early = _judged(hall).filter(rated_at__lt=F("visit__ended_at"))
    ended_meanwhile = _changed(early, since, until, moment="visit__changed_at")
    for tap in chain(taps, _taps(ended_meanwhile)):
        yield from integrity.before_end(tap)
    for day in _settled(days, since, until, hall_zone, length=DAY):
        yield from _about_day(hall, day, hall_zone)
    weeks = {_monday(day) + WEEK * later for day in days for later in range(integrity.RUN_WEEKS)}
    for monday in _settled(weeks, since, until, hall_zone, length=WEEK):
        yield from _about_weeks(hall, monday, hall_zone)


def _judged(hall):
    """Visitors' ratings of the hall whose moment is not in doubt."""
    return Rating.objects.filter(hall=hall, is_default=False).exclude(flags__has_key="clock").order_by()


def _changed(rows, since, until, moment="changed_at"):
    rows = rows.filter(**{f"{moment}__lte": until})
    return rows.filter(**{f"{moment}__gt": since}) if since else rows


def _taps(ratings):
    return [
        Tap(id, at, level, window, tablet, channel, seq, answered_ms, visit is not None, ended_at)
        for id, at, level, window, tablet, channel, seq, answered_ms, visit, ended_at in ratings.values_list(
            "id", "rated_at", "level", "window_id", "tablet_id", "channel", "seq", "answered_ms", "visit_id",
            "visit__ended_at",
        )
    ]  # fmt: skip


def _about_tablets(hall, taps):
    """Each changed tap among those before and after it on its tablet."""
    tablets = {tap.tablet for tap in taps if tap.tablet is not None}
    spans = _spans(sorted(tap.at for tap in taps if tap.tablet is not None))
    among = defaultdict(dict)
    while spans:
        some, spans = spans[:SPANS_AT_ONCE], spans[SPANS_AT_ONCE:]
        around = reduce(or_, (Q(rated_at__range=span) for span in some))
        for tap in _taps(_judged(hall).filter(around, tablet__in=tablets)):
            among[tap.tablet][tap.id] = tap
    for of_one in among.values():
        yield from integrity.of_tablet(of_one.values())


def _spans(moments):
    """The moments with their neighbourhood, as few spans as there are stretches without a long pause."""
    spans = []
    for moment in moments:
        if spans and moment - spans[-1][1] <= APART:
            spans[-1][1] = moment + NEIGHBOURS
        else:
            spans.append([moment - NEIGHBOURS, moment + NEIGHBOURS])
    return spans


def _about_day(hall, day, hall_zone):
    """More ratings than visits at a window, where the queue system told any."""
    bounds = _midnight(day, hall_zone), _midnight(day + DAY, hall_zone)
    called = Visit.objects.filter(hall=hall, called_at__gte=bounds[0], called_at__lt=bounds[1]).order_by()
    visits = dict(called.values_list("window").annotate(Count("pk")))
    for window, taps in _first_ratings(hall, bounds, visits).items():
        yield from integrity.more_than_visits(taps, visits=visits[window], day=day)


def _about_weeks(hall, monday, hall_zone):
    """One-sided runs at the hall's windows in the four weeks up to and with the one of that Monday."""
    first = monday - WEEK * (integrity.RUN_WEEKS - 1)
    bounds = _midnight(first, hall_zone), _midnight(monday + WEEK, hall_zone)
    calls = defaultdict(list)
    called = Visit.objects.filter(hall=hall, called_at__gte=bounds[0], called_at__lt=bounds[1]).order_by()
    for window, moment in called.values_list("window", "called_at"):
        calls[window].append(moment)
    ratings = _first_ratings(hall, bounds, calls)
    best = {window: sum(tap.level == Level.VERY_SATISFIED for tap in taps) for window, taps in ratings.items()}
    whole = sum(map(len, ratings.values())), sum(best.values()), sum(map(len, calls.values()))
    for window, taps in ratings.items():
        own = len(taps), best[window], len(calls[window])
        peers = Peers(*(of_all - of_this for of_all, of_this in zip(whole, own, strict=True)))
        yield from integrity.one_sided(taps, called=calls[window], peers=peers)


def _first_ratings(hall, bounds, windows):
    """The first ratings of visits between the bounds, by window."""
    ratings = defaultdict(list)
    if windows:
        between = _judged(hall).filter(rated_at__gte=bounds[0], rated_at__lt=bounds[1], ordinal=1)
        for tap in _taps(between.filter(window__in=windows)):
            ratings[tap.window].append(tap)
    return ratings


def _settled(touched, since, until, hall_zone, *, length):
    """Of these days (or Mondays, with the length of a week) those that are over, and all that settled since."""

    def settles_at(day):
        return _midnight(day + length, hall_zone) + SETTLES_AFTER

    days = set(touched)
    if since:
        day = since.astimezone(hall_zone).date() - length - DAY
        day = _monday(day) if length == WEEK else day
        while settles_at(day) <= until:
            days |= {day} if settles_at(day) > since else set()
            day += length
    return sorted(day for day in days if settles_at(day) <= until)


def _monday(day):
    return day - DAY * day.weekday()


def _midnight(day, hall_zone):
    return datetime.combine(day, time.min, tzinfo=hall_zone).astimezone(UTC)
