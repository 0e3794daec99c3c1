"""The board of one hall: a constant number of set-based queries, however many tickets there are."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Case, Count, DateTimeField, F, Q, When
from django.utils.translation import gettext as _

from complaints.desk.access import tickets_of
from complaints.desk.cards import Card, News, card_of, for_cards
from complaints.desk.columns import STATUSES, Column, column_of
from complaints.desk.ruler import Due, Ruler, ruler_of
from complaints.desk.saying import SOON
from complaints.desk.worktimer import WorkTimer
from complaints.models import Ticket, TicketEvent
from complaints.people import call_name
from complaints.workflow import Status
from complaints.worktime import MONDAY, Schedule
from feedback_site.hours import parse
from feedback_site.models import CalendarYear, Hall, User
from feedback_site.zones import zone

CARDS = 20  # a column shows so many and says how many more there are
DONE_CARDS = 20
MARKS = 200  # deadlines of today that the ruler reads; marks that lie on each other are one anyway
NEWS_FOR = timedelta(minutes=3)  # how long a card says who moved it
NEWS = 30
WHOSE = ("all", "mine", "unit")


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One column with its first cards."""

    column: Column
    label: str
    total: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return self.total - len(self.cards)

    @property
    def mixed(self) -> bool:
        """Whether its cards must say their status, because the column holds several."""
        return len(STATUSES[self.column]) > 1


@dataclass(frozen=True, kw_only=True)
class Board:
    """All that D1 shows."""

    lanes: list[Lane]
    ruler: Ruler
    overdue: int
    overdue_first: str
    soon: int
    due_today: int
    done_total: int
    done: list[Card]
    gone: list[News]


def labels() -> dict[Column, str]:
    """The names of the columns in the reader's language."""
    return {
        Column.TAKE_IN: _("To be taken in"),
        Column.IN_HAND: _("In hand"),
        Column.WAITING: _("Waiting for the citizen"),
        Column.CALL_BACK: _("To be called back"),
    }


def owed_at():
    """When what is owed next runs out, as `saying.owed_by` has it; None while the clock stands."""
    return Case(
        When(status=Status.WAITING, then=None),
        When(status=Status.CALLBACK, callback_due_at__isnull=False, then=F("callback_due_at")),
        When(contacted_at=None, contact_due_at__lt=F("due_at"), then=F("contact_due_at")),
        default=F("due_at"),
        output_field=DateTimeField(),
    )


def scope(*, user: User, hall: Hall, whose: str = "all"):
    """The tickets of one hall that the person may see: all, those in their hands, or those of their units."""
    rows = tickets_of(user).filter(hall=hall)
    if whose == "mine":
        return rows.filter(handler=user)
    if whose == "unit":
        return rows.filter(of_units_of(user))
    return rows


def of_units_of(user: User) -> Q:
    """Led by a unit that the person belongs to."""
    return Q(lead_unit__in=user.units.values("pk"))


def timer_of(hall: Hall) -> WorkTimer:
    """The hall's working time (two queries for the calendar)."""
    calendar = CalendarYear.objects.as_calendar()
    return WorkTimer(Schedule(calendar, zone(hall.timezone), hall.opening_hours), calendar)


def board_of(*, user: User, hall: Hall, at: datetime, whose: str = "all") -> Board:
    """The board as it stands at a moment."""
    rows = scope(user=user, hall=hall, whose=whose)
    timer = timer_of(hall)
    open_rows = rows.open().annotate(owed_at=owed_at())
    totals = _totals(open_rows)
    chosen = {column: _first(open_rows, column) for column in Column}
    done_rows = rows.filter(closed_at__gte=_monday(at, hall))
    done = list(done_rows.order_by("-closed_at", "-id").values_list("pk", flat=True)[:DONE_CARDS])
    # What the cards show comes in one query with its joins; the columns themselves are chosen without any.
    shown = for_cards(Ticket.objects.filter(pk__in=[*done, *(pk for pks in chosen.values() for pk in pks)]))
    news, gone = _news(rows, user, at)
    cards = {row.pk: card_of(row, at, timer, news.get(row.number)) for row in shown}
    lanes = [
        Lane(column=column, label=label, total=totals[column], cards=_known(cards, chosen[column]))
        for column, label in labels().items()
    ]
    ruler, counts = _today(open_rows, hall, at, timer)
    return Board(
        lanes=lanes,
        ruler=ruler,
        done_total=done_rows.count(),
        done=_known(cards, done),
        gone=gone,
        **counts,
    )


def _totals(open_rows):
    totals = dict.fromkeys(Column, 0)
    for status, number in open_rows.order_by().values_list("status").annotate(number=Count("pk")):
        totals[column_of(status)] += number
    return totals


def _first(open_rows, column):
    """The keys of a column's first cards, in their order."""
    order = "paused_at" if column == Column.WAITING else "owed_at"
    rows = open_rows.filter(status__in=STATUSES[column]).order_by(order, "id")
    return list(rows.values_list("pk", flat=True)[:CARDS])


def _known(cards, pks):
    """The cards of these keys; one that was moved between two queries is left to the next look."""
    return [cards[pk] for pk in pks if pk in cards]


def _today(open_rows, hall, at, timer):
    """The ruler, and the three figures beside it."""
    local = at.astimezone(timer.zone)
    ends_at = datetime.combine(local.date() + timedelta(days=1), time.min, tzinfo=timer.zone)
    running = open_rows.filter(owed_at__isnull=False)
    figures = running.aggregate(
        overdue=Count("pk", filter=Q(owed_at__lte=at)), due_today=Count("pk", filter=Q(owed_at__lte=ends_at))
    )
    late = running.filter(owed_at__lte=at).order_by("owed_at", "id").values_list("number", flat=True).first()
    left_today = running.filter(owed_at__gt=at, owed_at__lte=ends_at).order_by("owed_at", "id")
    dues = [
        Due(number=number, due_at=due_at.astimezone(timer.zone), soon=timer.between(at, due_at) <= SOON)
        for number, due_at in left_today.values_list("number", "owed_at")[:MARKS]
    ]
    calendar_day = local.date()
    weekday = MONDAY if timer.is_made_up(calendar_day) else calendar_day.isoweekday()
    ruler = ruler_of(spans=parse(hall.opening_hours), weekday=weekday, at=local, dues=dues)
    counts = {
        "overdue": figures["overdue"],
        "overdue_first": late or "",
        "soon": sum(due.soon for due in dues),
        "due_today": figures["due_today"],
    }
    return ruler, counts


def _monday(at, hall):
    local = at.astimezone(zone(hall.timezone))
    return datetime.combine(local.date() - timedelta(days=local.weekday()), time.min, tzinfo=local.tzinfo)


def _news(rows, user, at):
    """What others moved in the last moments: said on the cards, or aside where the card has left the board."""
    events = (
        TicketEvent.objects.filter(at__gt=at - NEWS_FOR, at__lte=at, ticket__in=rows)
        .exclude(actor=user)
        .exclude(from_status="")
        .exclude(from_status=F("to_status"))
        .select_related("actor", "ticket__hall")
        .defer("public_text", "internal_text")
        .order_by("-at", "-id")[:NEWS]
    )
    news, gone = {}, []
    for event in events:
        number = event.ticket.number
        if number in news or any(each.number == number for each in gone):
            continue
        told = News(event=event.pk, number=number, words=_moved(event), left=column_of(event.ticket.status) is None)
        if told.left:
            gone.append(told)
        else:
            news[number] = told
    return news, gone


def _moved(event):
    column = column_of(event.to_status)
    told = {
        "who": call_name(event.actor) or _("System"),
        "time": f"{event.at.astimezone(zone(event.ticket.hall.timezone)):%H:%M}",
        "to": labels()[column] if column else event.get_to_status_display(),
    }
    return _("%(who)s %(time)s moved it to %(to)s") % told
