"""What must always be true of tickets, held by the database."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from complaints.models import Ticket, TicketEvent
from complaints.workflow import FINISHED, Status
from feedback_site.scoping import visible
from tests.factories import HallFactory, StaffFactory, TicketFactory, UserFactory

pytestmark = pytest.mark.django_db


def event_of(ticket, at):
    return TicketEvent.objects.create(ticket=ticket, move="note", to_status=ticket.status, at=at, internal_text="甲")


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "late"},
        {"channel": "rating"},
        {"status": "waiting"},
        {"paused_at": "2026-11-18T10:00:00+08:00"},
        {"status": "closed"},
        {"closed_at": "2026-11-18T10:00:00+08:00"},
        {"due_at": "2026-11-18T09:59:59+08:00"},
    ],
)
def test_the_database_refuses_a_ticket_that_contradicts_itself(hall, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        TicketFactory(hall=hall, **wrong)


def test_a_refused_row_comes_with_a_sentence_for_people(hall):
    ticket = TicketFactory.build(hall=hall, status="closed")

    with pytest.raises(ValidationError) as refusal:
        ticket.validate_constraints()

    assert "says when it was closed" in str(refusal.value) or refusal.value.messages


def test_a_number_is_given_once(ticket):
    with pytest.raises(IntegrityError), transaction.atomic():
        TicketFactory(number=ticket.number)


def test_a_line_of_the_history_is_neither_edited_nor_deleted_through_the_model(ticket, at):
    event = event_of(ticket, at)
    event.internal_text = "乙"

    with pytest.raises(PermissionDenied):
        event.save()
    with pytest.raises(PermissionDenied):
        event.delete()


def test_the_database_itself_refuses_to_edit_the_history(ticket, at):
    event_of(ticket, at)

    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        TicketEvent.objects.update(internal_text="乙")
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_ticketevent SET actor_id = NULL")

    assert TicketEvent.objects.get().internal_text == "甲"


def test_a_ticket_with_a_history_cannot_be_deleted(ticket, at):
    event_of(ticket, at)

    with pytest.raises(IntegrityError), transaction.atomic():
        ticket.delete()


def test_late_is_a_question_of_the_moment(hall, at):
    answer_late = TicketFactory(hall=hall, contact_due_at=None, due_at=at + timedelta(hours=1))
    contact_late = TicketFactory(hall=hall, contact_due_at=at + timedelta(hours=1))
    TicketFactory(hall=hall, contact_due_at=at + timedelta(hours=1), contacted_at=at)
    TicketFactory(hall=hall, due_at=at + timedelta(hours=1), answered_at=at, status="callback")
    TicketFactory(hall=hall, due_at=at + timedelta(hours=1), status="waiting", paused_at=at)
    TicketFactory(hall=hall, due_at=at + timedelta(hours=1), status="closed", closed_at=at)

    def late(moment):
        return set(Ticket.objects.overdue(moment))

    assert late(at + timedelta(minutes=59)) == set()
    assert late(at + timedelta(hours=1)) == {answer_late, contact_late}


@pytest.mark.parametrize("status", Status)
def test_open_is_what_is_not_finished(hall, at, status):
    ticket = TicketFactory(
        hall=hall,
        status=status,
        paused_at=at if status == Status.WAITING else None,
        closed_at=at if status in FINISHED else None,
        merged_into=TicketFactory(hall=hall, status=Status.ARCHIVED, closed_at=at) if status == Status.MERGED else None,
    )

    assert Ticket.objects.open().exists() is ticket.is_open is (status not in FINISHED)


def test_tickets_and_their_history_are_seen_in_their_own_hall_only(ticket, officer, at):
    event_of(ticket, at)
    stranger = UserFactory(hall=HallFactory(), role="desk officer")

    assert list(visible(Ticket.objects.all(), officer)) == [ticket]
    assert visible(TicketEvent.objects.all(), officer).count() == 1
    assert not visible(Ticket.objects.all(), stranger).exists()
    assert not visible(TicketEvent.objects.all(), stranger).exists()


def test_nobody_sees_a_ticket_about_himself(hall, officer, ticket):
    staff = StaffFactory(hall=hall, user=officer)
    TicketFactory(hall=hall, staff=staff)
    about_another = TicketFactory(hall=hall, staff=StaffFactory(hall=hall))

    assert set(Ticket.objects.not_about(officer)) == {ticket, about_another}
