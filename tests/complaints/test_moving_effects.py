"""What single moves do to clocks, promises, handlers and words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints.errors import FieldInvalid, FieldMissing, MoveNotAllowed
from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from complaints.opening import open_ticket
from complaints.workflow import Status
from tests.complaints.standing import put
from tests.factories import HallFactory, StaffFactory, UserFactory


@pytest.mark.django_db
def test_while_the_citizen_is_waited_for_the_clock_stands(ticket, officer, at):
    stood = put(ticket, "in_progress", at)
    act = {"actor": officer}
    waiting = move_ticket(
        ticket=stood, move="wait_for_citizen", at=at, reason="papers", public_text="请补交身份证复印件", **act
    )
    resumed = move_ticket(ticket=waiting, move="resume", at=at + timedelta(days=2, hours=3), **act)

    assert waiting.paused_at == at and waiting.due_at == stood.due_at
    assert resumed.paused_at is None
    assert resumed.paused_seconds == 51 * 3600
    assert resumed.due_at == stood.due_at + timedelta(hours=51)
    assert resumed.contact_due_at == stood.contact_due_at + timedelta(hours=51)
    event = TicketEvent.objects.get(move="resume")
    assert (event.due_before, event.due_after) == (stood.due_at, resumed.due_at)


@pytest.mark.django_db
def test_waiting_over_a_weekend_puts_a_promise_in_working_days_off_by_working_time_only(officer):
    """Friday 16:00 to Monday 10:00 is two hours of a hall that works from nine to five."""
    friday = datetime(2026, 11, 20, 16, tzinfo=ZoneInfo("Asia/Shanghai"))
    opened = open_ticket(hall=officer.hall, channel="web", title="网上交不了材料", actor=officer, at=friday)
    waiting = put(opened, "waiting", friday)

    resumed = move_ticket(ticket=waiting, move="resume", actor=officer, at=friday + timedelta(days=2, hours=18))

    assert opened.due_at == datetime(2026, 11, 28, tzinfo=friday.tzinfo)  # the end of Friday
    assert resumed.due_at == datetime(2026, 11, 30, 11, tzinfo=friday.tzinfo)
    assert opened.contact_due_at == datetime(2026, 11, 24, tzinfo=friday.tzinfo)  # the end of Monday
    assert resumed.contact_due_at == datetime(2026, 11, 24, 11, tzinfo=friday.tzinfo)
    assert resumed.paused_seconds == 66 * 3600


@pytest.mark.django_db
def test_a_contact_is_kept_from_its_first_time_on(ticket, officer, at):
    first = move_ticket(ticket=ticket, move="contact", actor=officer, at=at, internal_text="约周四回电")
    second = move_ticket(ticket=first, move="contact", actor=officer, at=at + timedelta(days=1), internal_text="已说明")

    assert second.contacted_at == at
    assert second.status == ticket.status


@pytest.mark.django_db
def test_an_extension_becomes_the_promise_only_when_it_is_granted(ticket, officer, at):
    stood = put(ticket, "in_progress", at)
    until = at + timedelta(days=30)
    asked = move_ticket(
        ticket=stood, move="ask_extension", actor=officer, at=at, due_at=until, internal_text="要跨部门核实"
    )
    granted = move_ticket(
        ticket=asked, move="grant_extension", actor=officer, at=at, public_text="需要延期，请您谅解。"
    )

    assert asked.due_at == stood.due_at
    assert (granted.due_at, granted.asked_due_at, granted.status) == (until, None, "in_progress")


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1, 1, 400])
def test_an_extension_ends_after_the_promise_and_within_a_year(ticket, officer, at, days):
    stood = put(ticket, "in_progress", at)

    with pytest.raises(FieldInvalid) as refusal:
        move_ticket(
            ticket=stood,
            move="ask_extension",
            actor=officer,
            at=at,
            due_at=at + timedelta(days=days),
            internal_text="甲",
        )

    assert list(refusal.value.fields) == ["due_at"]


@pytest.mark.django_db
def test_the_answer_goes_out_when_it_is_approved_and_not_before(ticket, officer, at):
    stood = put(ticket, "in_progress", at)
    replied = move_ticket(ticket=stood, move="answer", actor=officer, at=at, public_text="王女士您好，清单已经改好。")
    draft = TicketEvent.objects.get(move="answer")
    approved = move_ticket(ticket=replied, move="approve", actor=officer, at=at + timedelta(hours=2))
    sent = TicketEvent.objects.get(move="approve")

    assert replied.answered_at is None and not draft.visible_to_citizen
    assert approved.answered_at == at + timedelta(hours=2)
    assert sent.public_text == "王女士您好，清单已经改好。" and sent.visible_to_citizen


@pytest.mark.django_db
def test_a_citizen_who_is_not_content_gets_a_new_promise(ticket, officer, at):
    stood = put(ticket, "callback", at, answered_at=at, callback_attempts=2, contacted_at=at)
    later = at + timedelta(days=20)

    again = move_ticket(ticket=stood, move="rework", actor=officer, at=later, internal_text="没有解决")

    assert again.answered_at is None and again.callback_attempts == 0
    assert later < again.due_at < later + timedelta(days=9)
    assert again.contact_due_at == ticket.contact_due_at  # spoken to: the first promise stays as it was


@pytest.mark.django_db
def test_a_ticket_is_closed_unreached_after_three_calls_only(ticket, officer, at):
    stood = put(ticket, "callback", at)
    for _attempt in range(3):
        with pytest.raises(MoveNotAllowed):
            move_ticket(ticket=stood, move="close", actor=officer, at=at)
        stood = move_ticket(ticket=stood, move="call_back_not_reached", actor=officer, at=at)

    assert move_ticket(ticket=stood, move="close", actor=officer, at=at).status == Status.CLOSED


@pytest.mark.django_db
def test_whoever_takes_a_ticket_handles_it_until_it_is_handed_on(ticket, officer, at):
    colleague = UserFactory(hall=ticket.hall, role="desk officer")
    stood = put(ticket, "accepted", at)

    taken = move_ticket(ticket=stood, move="take", actor=officer, at=at)
    handed = move_ticket(ticket=taken, move="assign", actor=officer, at=at, handler=colleague)

    assert taken.handler == officer
    assert handed.handler == colleague
    assert TicketEvent.objects.get(move="assign").handler == colleague


@pytest.mark.django_db
@pytest.mark.parametrize("unfit", ["other hall", "clerk", "inactive", "the person complained about"])
def test_a_ticket_is_handed_only_to_somebody_who_may_handle_it(ticket, officer, at, unfit):
    hall = HallFactory() if unfit == "other hall" else ticket.hall
    role = "clerk" if unfit == "clerk" else "desk officer"
    somebody = UserFactory(hall=hall, role=role, is_active=unfit != "inactive")
    if unfit == "the person complained about":
        Ticket.objects.update(staff=StaffFactory(hall=hall, user=somebody))
    stood = put(ticket, "accepted", at)

    with pytest.raises(FieldInvalid) as refusal:
        move_ticket(ticket=stood, move="dispatch", actor=officer, at=at, handler=somebody)

    assert list(refusal.value.fields) == ["handler"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("move", "status", "more", "field"),
    [
        ("reject", "registered", {"reason": "no time", "public_text": "您好"}, "reason"),
        ("answer", "in_progress", {"public_text": "长" * 2001}, "public_text"),
        ("note", "registered", {"internal_text": "甲", "public_text": "这一步群众看不到"}, "public_text"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(ticket, officer, at, move, status, more, field):
    with pytest.raises(FieldInvalid) as refusal:
        move_ticket(ticket=put(ticket, status, at), move=move, actor=officer, at=at, **more)

    assert list(refusal.value.fields) == [field]


@pytest.mark.django_db
def test_control_characters_are_taken_out_and_blank_words_are_no_words(ticket, officer, at):
    move_ticket(ticket=ticket, move="note", actor=officer, at=at, internal_text="核实\x00清单\ud800 ")

    assert TicketEvent.objects.get().internal_text == "核实清单"
    with pytest.raises(FieldMissing):
        move_ticket(ticket=Ticket.objects.get(), move="note", actor=officer, at=at, internal_text=" \n\t\x00 ")
