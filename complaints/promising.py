"""What is promised to somebody now: the rules and the calendar from the database, for `complaints.deadlines`.

A `Book` holds all of it (three queries, however many tickets); whoever makes one promise may leave it out. "Ticket"
here is anything that has a hall, a rating or none (`rating_id`), and a grade.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from complaints.deadlines import Aim, Promise, Rule, Scope, choose, later_of, promise, put_off
from complaints.models import TimeLimit
from complaints.workflow import Status
from complaints.worktime import Schedule
from feedback_site.models import CalendarYear, Hall
from feedback_site.working_days import Calendar
from feedback_site.zones import zone


@dataclass(frozen=True)
class Book:
    """All time limits and the calendar, as they stand."""

    limits: tuple[tuple[int | None, Rule], ...]  # with the hall's key
    calendar: Calendar

    @classmethod
    def load(cls) -> "Book":
        """Three queries."""
        rows = TimeLimit.objects.select_related("hall")
        return cls(tuple((row.hall_id, row.as_rule()) for row in rows), CalendarYear.objects.as_calendar())

    def schedule(self, hall: Hall) -> Schedule:
        """When the hall works."""
        return Schedule(self.calendar, zone(hall.timezone), hall.opening_hours)

    def rule(self, ticket, aim: Aim, on: date) -> Rule | None:
        """The limit that applies to the ticket on that day of its hall; None if nothing is promised."""
        rules = [rule for hall_id, rule in self.limits if hall_id in (None, ticket.hall_id)]
        return choose(rules, aim=aim, scope=scope_of(ticket), grade=ticket.grade, on=on)

    def promise(self, ticket, aim: Aim, at: datetime) -> Promise | None:
        """What is promised for something received or done at that moment; None if nothing is."""
        schedule = self.schedule(ticket.hall)
        rule = self.rule(ticket, aim, at.astimezone(schedule.zone).date())
        return promise(rule=rule, received_at=at, schedule=schedule) if rule else None


def scope_of(ticket) -> Scope:
    """A ticket of a rating is about a bad one, every other about a matter."""
    return Scope.BAD_RATING if ticket.rating_id is not None else Scope.MATTER


def promises_for(ticket, at: datetime, book: Book | None = None) -> dict[Aim, Promise]:
    """First contact and answer, promised for what was received at that moment.

    Raises LookupError where nothing promises an answer: every ticket must show its limit (接诉即办工作条例 art. 13).
    """
    book = book or Book.load()
    made = {aim: book.promise(ticket, aim, at) for aim in (Aim.CONTACT, Aim.ANSWER)}
    if made[Aim.ANSWER] is None:
        raise LookupError(f"no limit for an answer on {at}")
    return {aim: promised for aim, promised in made.items() if promised}


def callback_promise(ticket, answered_at: datetime, book: Book | None = None) -> Promise | None:
    """By when the citizen is called back about an answer that went out at that moment."""
    return (book or Book.load()).promise(ticket, Aim.CALLBACK, answered_at)


def return_promise(ticket, dispatched_at: datetime, book: Book | None = None) -> Promise | None:
    """Until when whom the ticket was dispatched to at that moment may return it."""
    return (book or Book.load()).promise(ticket, Aim.RETURN, dispatched_at)


def step_columns(ticket, target: str, at: datetime) -> dict:
    """What a move from the ticket's status to another promises besides: the call back when the answer goes out, and the
    days in which a dispatched ticket may be returned.
    """
    if target == Status.CALLBACK and (promised := callback_promise(ticket, at)):
        return columns({Aim.CALLBACK: promised})
    if target == Status.DISPATCHED and ticket.status == Status.ACCEPTED and (promised := return_promise(ticket, at)):
        return columns({Aim.RETURN: promised})
    return {}


def longest_extension(ticket, book: Book | None = None) -> Promise | None:
    """The latest moment to which the answer's deadline may be put off, counted from the deadline as it stands."""
    last_instant = ticket.due_at - timedelta(microseconds=1)  # a day ends exclusively, at the next one's midnight
    return (book or Book.load()).promise(ticket, Aim.EXTENSION, last_instant)


def columns(made: dict[Aim, Promise], ticket=None) -> dict:
    """The ticket's columns that hold these promises. A first contact promised before is never replaced by a shorter."""
    changes = {}
    for aim, promised in made.items():
        due_at, as_data = COLUMNS[aim]
        if aim is Aim.CONTACT and ticket is not None and not later_of(ticket.contact_due_at, promised):
            continue
        changes |= {due_at: promised.due_at, as_data: promised.as_data()}
    return changes


COLUMNS = {
    Aim.CONTACT: ("contact_due_at", "contact_promise"),
    Aim.ANSWER: ("due_at", "answer_promise"),
    Aim.CALLBACK: ("callback_due_at", "callback_promise"),
    Aim.RETURN: ("return_due_at", "return_promise"),
}


def put_off_columns(ticket, until: datetime, book: Book | None = None) -> dict:
    """The ticket's deadlines, later by the time that its clock stood: the answer's, the contact's while it is owed."""
    schedule = (book or Book.load()).schedule(ticket.hall)
    stood = {"stood_from": ticket.paused_at, "until": until, "schedule": schedule}
    changes = {"due_at": put_off(ticket.due_at, ticket.answer_promise, **stood)}
    if ticket.contact_due_at and not ticket.contacted_at:
        changes["contact_due_at"] = put_off(ticket.contact_due_at, ticket.contact_promise, **stood)
    return changes
