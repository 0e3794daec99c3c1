"""A year's notice is typed in: provisional promises are reckoned anew, firm ones never, and the history tells."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from complaints.clocks import clocks_of
from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from complaints.opening import open_ticket
from complaints.recomputing import recompute_provisional
from complaints.tasks import recompute_provisional as task
from feedback_site.calendar_year import SpecialDay, set_days
from feedback_site.models import CalendarYear
from tests.complaints.standing import put

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


LATER = datetime(2026, 12, 31, 3, tzinfo=ZoneInfo("UTC"))


def notice_of_2027():
    """An invented notice: 1 January off and, as a bridge, Monday the 4th; Saturday 9 and Sunday 10 January work."""
    year = CalendarYear.objects.create(year=2027, source="国办发明电〔2026〕0号")
    off = [SpecialDay(date(2027, 1, day), False, "元旦") for day in (1, 4, 8)]
    set_days(year=year, days=[*off, *(SpecialDay(date(2027, 1, day), True, "调休") for day in (9, 10))])
    return year


@pytest.fixture
def opened(hall, officer):
    """Wednesday 30 December 2026: 31 December, then by the guess 4, 5, 6, 7 January."""
    return open_ticket(hall=hall, channel="web", title="甲", actor=officer, at=moment("2026-12-30T10:00"))


def test_a_notice_makes_provisional_promises_firm_and_the_history_tells_before_and_after(opened):
    assert opened.answer_promise["provisional"] and opened.due_at == moment("2027-01-08T00:00")
    assert not opened.contact_promise["provisional"]
    notice_of_2027()

    assert recompute_provisional(at=LATER) == 1

    ticket = Ticket.objects.get()
    # 31 December, 5, 6, 7 January and the working Saturday, the 9th.
    assert ticket.due_at == moment("2027-01-10T00:00")
    assert not ticket.answer_promise["provisional"]
    assert ticket.answer_promise["made_up_on"] == ["2027-01-09"]
    assert (ticket.contact_due_at, ticket.contact_promise) == (opened.contact_due_at, opened.contact_promise)
    assert ticket.answer_promise["rule"] == opened.answer_promise["rule"]
    event = TicketEvent.objects.get(move="limit_reckoned")
    assert (event.due_before, event.due_after) == (opened.due_at, ticket.due_at)
    assert event.visible_to_citizen and event.from_status == event.to_status == "registered"
    assert "1月7日" in event.internal_text and "1月9日" in event.internal_text
    assert "1月9日" in event.public_text and "1月7日" not in event.public_text
    with translation.override("en"):
        [_contact, answer, *_more] = clocks_of(ticket, LATER)
        assert answer.derivation.endswith("counting 9 Jan 2027, working days by the calendar")


def test_a_second_sweep_changes_nothing(opened):
    notice_of_2027()
    recompute_provisional(at=LATER)
    once = Ticket.objects.get()

    task()

    assert recompute_provisional(at=LATER + timedelta(days=1)) == 0
    assert Ticket.objects.get().revision == once.revision
    assert TicketEvent.objects.filter(move="limit_reckoned").count() == 1


def test_nothing_changes_while_the_year_is_not_known(opened):
    assert recompute_provisional(at=LATER) == 0
    assert not TicketEvent.objects.filter(move="limit_reckoned").exists()
    assert Ticket.objects.get().answer_promise["provisional"]


def test_a_firm_promise_stays_when_its_notice_is_corrected(opened):
    year = notice_of_2027()
    recompute_provisional(at=LATER)
    firm = Ticket.objects.get()
    set_days(year=year, days=[])

    assert recompute_provisional(at=LATER) == 0
    assert Ticket.objects.get().due_at == firm.due_at


def test_a_ticket_that_ended_is_left_as_it_was(opened):
    put(opened, "closed", LATER)
    notice_of_2027()

    assert recompute_provisional(at=LATER) == 0
    assert Ticket.objects.get().due_at == opened.due_at


def test_a_day_that_a_reviewer_granted_stays(opened, officer):
    until = moment("2027-01-20T17:00")
    stood = put(opened, "extension_review", LATER, asked_due_at=until)
    move_ticket(ticket=stood, move="grant_extension", actor=officer, at=LATER, public_text="延期到 20 日。")
    notice_of_2027()

    assert recompute_provisional(at=LATER) == 0
    assert Ticket.objects.get().due_at == until


def test_pauses_put_the_new_deadline_off_once_more_by_the_new_calendar(opened, officer):
    """The clock stood from Thursday 31 December, 16:00, to Wednesday 6 January, 10:00: by the guess Monday and Tuesday
    were working days, by the notice Monday was none.
    """
    stood = put(opened, "in_progress", opened.received_at)
    act = {"actor": officer}
    waiting = move_ticket(
        ticket=stood,
        move="wait_for_citizen",
        at=moment("2026-12-31T16:00"),
        reason="papers",
        public_text="请补交",
        **act,
    )
    resumed = move_ticket(ticket=waiting, move="resume", at=moment("2027-01-06T10:00"), **act)
    assert resumed.due_at == moment("2027-01-12T11:00")  # the 8th, then 1 + 16 + 1 hours: 8th and 11th whole, 2 more
    notice_of_2027()

    assert recompute_provisional(at=moment("2027-01-06T12:00")) == 1

    # The 10th, then 1 + 8 + 1 hours: Sunday the 10th works, and two more on Monday.
    assert Ticket.objects.get().due_at == moment("2027-01-11T11:00")


def test_a_move_at_the_same_moment_wins(opened, monkeypatch):
    """Whoever moved the ticket after it was read: the sweep steps aside and comes again."""
    notice_of_2027()
    stale = Ticket.objects.select_related("hall").get()
    Ticket.objects.update(revision=7)
    monkeypatch.setattr("complaints.recomputing.Ticket.objects.open", lambda: _Stale(stale))

    assert recompute_provisional(at=LATER) == 0
    assert not TicketEvent.objects.filter(move="limit_reckoned").exists()


class _Stale:
    """A query that was answered before the move."""

    def __init__(self, ticket):
        self.ticket = ticket

    def filter(self, *args, **kwargs):
        return self

    select_related = order_by = filter

    def __getitem__(self, part):
        return [self.ticket]
