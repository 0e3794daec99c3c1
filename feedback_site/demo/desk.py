"""The demo's listening desk: takes matters in, and works on every ticket along its plan up to now."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from complaints.models import Ticket
from complaints.moving import move_ticket
from complaints.opening import open_ticket
from feedback_site.demo import loop
from feedback_site.demo.plans import MATTERS, PLANS, RATING_PLANS, Matter
from feedback_site.demo.roster import AFTERNOON, MORNING

OPENS, CLOSES = MORNING[0], AFTERNOON[1]
OFFICERS = {"A": "officer", "B": "officer_b"}
CLERKS = {"A": "clerk", "B": "officer_b"}
# Where the desk does not keep up: every third ticket of the window that got worse lies there since its third week.
BEHIND_WITH = ("A", "5")
BEHIND_FOR = timedelta(days=17)


def matters_due(*, directory, today: date, zone) -> list[tuple[datetime, str, Callable]]:
    """When which matter is taken in, as what, and the call that does it."""
    return [_registration(directory, matter, today, zone) for matter in MATTERS]


def _registration(directory, matter: Matter, today, zone):
    day = today
    for _ in range(matter.working_days_ago):
        day -= timedelta(days=1)
        while day.weekday() > 4:
            day -= timedelta(days=1)
    at = datetime.combine(day, OPENS, tzinfo=zone) + matter.after_opening

    def register(at):
        return open_ticket(
            hall=directory.halls[matter.hall],
            channel=matter.channel,
            title=matter.title,
            description=matter.description,
            window=directory.windows.get((matter.hall, matter.window)),
            staff=directory.staff.get(matter.staff_no),
            actor=directory.users[CLERKS[matter.hall]],
            at=at,
        )

    return at, matter.plan, register


def work(*, directory, plans: dict[int, str], dice: Random, at: datetime, zone) -> int:
    """Make every move that the desks had made by `at`; returns how many. `plans` by ticket, the rest by chance."""
    moves = 0
    for code, username in OFFICERS.items():
        officer = directory.users[username]
        # A ticket about the officer waits for somebody else.
        tickets = Ticket.objects.filter(hall=directory.halls[code]).not_about(officer).select_related("window", "hall")
        for number, ticket in enumerate(tickets.order_by("registered_at", "id")):
            plan = plans.get(ticket.pk) or _plan(ticket, number, dice, at)
            moves += _play(ticket, PLANS[plan], officer, dice, at, zone, directory)
    loop.appeal(directory=directory, at=at)
    return moves


def _plan(ticket, number, dice, at):
    window = (ticket.hall.code, ticket.window.number)
    if window == BEHIND_WITH and number % 3 == 0 and at - ticket.received_at < BEHIND_FOR:
        return "left_lying"
    return dice.choices(list(RATING_PLANS), list(RATING_PLANS.values()))[0]


def _play(ticket, steps, officer, dice, until, zone, directory):
    moment = ticket.registered_at
    for made, step in enumerate(steps):
        moment = office_time(moment + timedelta(hours=step.hours * dice.uniform(0.7, 1.3)), zone)
        if moment > until:
            return made
        loop.verify_before(ticket=ticket, move=step.move, directory=directory, dice=dice, at=moment)
        ticket = move_ticket(
            ticket=ticket,
            move=step.move,
            actor=officer,
            at=moment,
            public_text=step.public,
            internal_text=step.internal,
            reason=step.reason,
            handler=officer if step.to_self else None,
            due_at=ticket.due_at + timedelta(days=step.longer_days) if step.longer_days else None,
        )
    return len(steps)


def office_time(moment: datetime, zone) -> datetime:
    """The moment itself in office hours, else twenty past the next opening."""
    local = moment.astimezone(zone)
    if local.weekday() < 5 and OPENS <= local.time() < CLOSES:
        return moment
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, time(OPENS.hour, 20), tzinfo=zone)
