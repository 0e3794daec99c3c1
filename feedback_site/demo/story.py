"""The story of the demo halls, told up to a given moment: twelve weeks of ordinary days and a few that were not.

Everything goes through the services, in the order of time and in one transaction: it is there whole or not at all.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from random import Random

from django.db import transaction

from complaints.models import Ticket
from complaints.opening import sweep_bad_ratings
from feedback_site.demo import desk, directory, incidents, roster, tablets
from feedback_site.demo.places import REASON_SETS, SEATS
from feedback_site.demo.timeline import Timeline
from feedback_site.demo.visitors import visitors
from feedback_site.models import Hall, User
from feedback_site.zones import zone
from ratings.flagging import flag_ratings
from ratings.models import Rating, Reason
from ratings.scale import is_bad
from ratings.visits import record_visits
from reports.building import build_week, sweep_late
from reports.models import BuildReason
from reports.weeks import Week

SEED = 20200910  # the day the story appeared
WEEKS = 12
# When the tablets empty their outboxes: a real one does at every tap; once a day keeps the telling short.
BREAKS, LATELY = (time(17, 5),), (time(10, 35), time(12, 5), time(15, 5), time(17, 5))
SWEEP_AFTER = timedelta(seconds=40)
FLAGGED_AT = time(5, 50)  # the worker looks every two minutes; once a week is enough to tell
BUILT_AT, LATE_SWEPT_AT = time(6), time(9, 10)
LAST_MINUTES = timedelta(minutes=2)  # whoever is at the window now has not tapped yet


class NotEmpty(Exception):
    """The database holds halls or accounts; a demo is never mixed into them."""


def is_empty() -> bool:
    """Whether there is neither a hall nor an account."""
    return not (Hall.objects.exists() or User.objects.exists())


def seed(*, at: datetime, password: str, weeks: int = WEEKS, say: Callable[[str], object] = print) -> None:
    """Fill an empty database with the demo halls as they are at `at`, after so many whole weeks (two at least).

    The same `at` gives the same halls; only secrets differ. Raises `NotEmpty`.
    """
    with transaction.atomic():
        if not is_empty():
            raise NotEmpty
        _Story(at, password, weeks, say).tell()


class _Story:
    """The telling, week by week."""

    def __init__(self, at, password, weeks, say):
        self.at = at
        self.say = say
        self.dice = Random(SEED)
        self.directory = directory.build(password=password)
        self.zone = zone(next(iter(self.directory.halls.values())).timezone)
        self.now_week = Week.containing(at, self.zone)
        self.weeks = self.now_week.previous().last(weeks)
        self.timeline = Timeline()
        self.plans: dict[int, str] = {}
        self.reasons = {code: _reasons_of(name) for code, name in REASON_SETS.items()}

    def tell(self):
        today = self.at.astimezone(self.zone).date()
        first_day = self.weeks[0].starts_on
        counts = f"{len(self.directory.halls)} halls, {len(SEATS)} windows, {len(self.directory.staff)} people"
        duties = roster.assign(directory=self.directory, first_day=first_day, today=today, zone=self.zone)
        self.say(f"{counts}, {duties} duties")
        self._prepare(first_day, today)
        for number, week in enumerate([*self.weeks, self.now_week]):
            self._plan_week(week, min(1.0, number / (len(self.weeks) - 1)))
            self.timeline.run(min(self.at, week.bounds(self.zone)[1]))
            self.say(f"{week}: {Rating.objects.count()} ratings, {Ticket.objects.count()} tickets so far")
        self._finish()

    def _prepare(self, first_day, today):
        enrolled_at = datetime.combine(first_day, time(7, 30), tzinfo=self.zone)
        managers = {"A": self.directory.users["manager"], "B": self.directory.users["manager_b"]}
        self.senders = {
            seat.key: tablets.enrol(window=self.directory.windows[seat.key], actor=managers[seat.hall], at=enrolled_at)
            for seat in SEATS
        }
        self.stage = incidents.Stage(self.at, self.zone, self.weeks, self.directory, self.senders)
        self.silence = incidents.silence(self.stage)
        for moment, call in incidents.happen(self.stage, self.dice):
            self.timeline.add(moment, call)
        for moment, plan, register in desk.matters_due(directory=self.directory, today=today, zone=self.zone):
            if moment.date() >= first_day:
                self.timeline.add(moment, self._registration(plan, register))
        for week in self.weeks:
            self.timeline.add(self._or_now(self.stage.on(week.next(), 0, FLAGGED_AT)), lambda at: flag_ratings(at=at))
            self.timeline.add(self._or_now(self.stage.on(week.next(), 0, BUILT_AT)), self._building(week))
        self.timeline.add(self.stage.on(self.weeks[-1], 0, LATE_SWEPT_AT), lambda at: sweep_late(at=at))

    def _registration(self, plan, register):
        def call(at):
            self.plans[register(at).pk] = plan

        return call

    def _building(self, week):
        def call(at):
            for hall in self.directory.halls.values():
                build_week(hall=hall, week=week, at=at, reason=BuildReason.SCHEDULED)

        return call

    def _plan_week(self, week, progress):
        """Draw the week's visits, let the queue system tell them, and put what the tablets send on the timeline."""
        told = {code: {} for code in self.directory.halls}
        for seat in SEATS:
            taps = []
            for visitor in self._visitors(seat, week, progress):
                told[seat.hall][visitor.case_no] = visitor.told
                taps += visitor.taps
            taps.sort(key=lambda tap: tap.at)
            silent = self.silence if seat.key == incidents.OFFLINE else None
            for moment, sent in tablets.sends(taps=taps, breaks=self._breaks(week, silent), silent=silent):
                self.timeline.add(moment, self._sending(self.senders[seat.key], sent))
        told_at = self._or_now(self.stage.on(week, 4, time(18)))
        for code, visits in told.items():
            record_visits(hall=self.directory.halls[code], told=visits, at=told_at)

    def _visitors(self, seat, week, progress) -> Iterator:
        today = self.at.astimezone(self.zone).date()
        for number in range(7):
            day = week.starts_on + timedelta(days=number)
            of_day = roster.shifts_today if day == today else roster.shifts
            yield from visitors(
                seat=seat,
                shifts=of_day(seat, day, self.zone),
                progress=progress,
                reasons=self.reasons[seat.hall],
                dice=self.dice,
                until=self.at - LAST_MINUTES,
            )

    def _breaks(self, week, silent):
        clocks = LATELY if week == self.now_week else BREAKS
        breaks = {self._or_now(self.stage.on(week, weekday, clock)) for weekday in range(5) for clock in clocks}
        return [*breaks, silent[1]] if silent else list(breaks)

    def _sending(self, sender, taps):
        def call(at):
            sender.send(taps, at)
            if any(is_bad(tap.level) for tap in taps):
                self.timeline.add(self._or_now(at + SWEEP_AFTER), lambda at: sweep_bad_ratings(at=at))

        return call

    def _finish(self):
        """The desks work on their tickets, the running week is built as it stands, late weeks are built again."""
        moves = desk.work(directory=self.directory, plans=self.plans, dice=self.dice, at=self.at, zone=self.zone)
        self.say(f"{moves} moves on {Ticket.objects.count()} tickets")
        flag_ratings(at=self.at)
        sweep_late(at=self.at)
        self._building(self.now_week)(self.at)
        for sender in self.senders.values():
            tablets.beat(sender=sender, at=self.at)
        self.say(f"{len(self.weeks)} weeks and the running one built")

    def _or_now(self, moment):
        return min(moment, self.at)


def _reasons_of(reason_set):
    """The codes of a set by level, in the order shown."""
    codes: dict[int, list[str]] = {}
    for level, code in Reason.objects.filter(reason_set__code=reason_set).values_list("level", "code"):
        codes.setdefault(level, []).append(code)
    return codes
