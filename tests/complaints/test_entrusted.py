"""Call-backs and spoken remarks at the desk: found, opened by few and never unseen, and forgotten in time."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied as DjangoDenied
from django.db import DatabaseError, connection, transaction

from complaints.entrusted import forget_entrusted, note_entrusted
from complaints.models import Ticket, TicketEvent
from complaints.moving import move_ticket
from complaints.opening import sweep_bad_ratings
from complaints.tasks import forget_entrusted as forget_task
from complaints.workflow import SystemEvent
from ratings.entrusting import record_callback
from ratings.models import CallbackRequest, Disclosure, QuarantinedRating, Rating, RatingVersion, VoiceRemark
from ratings.query_codes import matches
from tests.complaints.desk_pages import LIST, page_of, text
from tests.factories import (
    WEDNESDAY,
    ExclusionFactory,
    HallFactory,
    RatingFactory,
    StaffFactory,
    TabletFactory,
    UserFactory,
    WindowFactory,
)
from tests.ratings.entrusted import CODE, PHONE, SOUND, ask_to_be_called, receipt, speak
from tests.ratings.entrusted import callback as body_of_callback

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def rated(hall, level=2, staff=None, **fields):
    window = WindowFactory(hall=hall)
    return RatingFactory(window=window, tablet=TabletFactory(window=window), level=level, staff=staff, **fields)


@pytest.fixture
def asked(hall):
    """The call-back of a bad rating, with its ticket."""
    callback = ask_to_be_called(rated(hall))
    sweep_bad_ratings(at=WEDNESDAY + 2 * MINUTE)
    return callback


def lines(ticket):
    return list(ticket.events.order_by("id").values_list("move", flat=True))


# --- a ticket for whoever asks --------------------------------------------------------------------------------------


def test_a_bad_rating_with_a_call_back_has_one_ticket_that_says_so_once(asked):
    for _time in range(3):
        sweep_bad_ratings(at=WEDNESDAY + 3 * MINUTE)
    ticket = Ticket.objects.get()
    assert ticket.rating == asked.rating
    assert lines(ticket) == ["register", SystemEvent.CALLBACK_ASKED]


@pytest.mark.parametrize("level", [3, 5])
def test_a_call_back_opens_a_ticket_for_a_rating_that_is_not_bad(hall, level):
    ask_to_be_called(rated(hall, level=level))
    rated(hall, level=level)
    assert sweep_bad_ratings(at=WEDNESDAY + 2 * MINUTE) == 1
    ticket = Ticket.objects.get()
    assert lines(ticket) == ["register", SystemEvent.CALLBACK_ASKED]
    # Thursday ends at midnight: one working day, as for every bad rating (complaints.deadlines)
    assert ticket.contact_due_at.isoformat() == "2026-11-19T16:00:00+00:00"


def test_a_call_back_that_comes_after_the_ticket_is_noted_in_it(hall):
    rating = rated(hall)
    sweep_bad_ratings(at=WEDNESDAY)
    ask_to_be_called(rating, at=WEDNESDAY + DAY)
    speak(rating, at=WEDNESDAY + DAY)
    sweep_bad_ratings(at=WEDNESDAY + DAY + MINUTE)
    assert lines(Ticket.objects.get()) == ["register", SystemEvent.CALLBACK_ASKED, SystemEvent.VOICE_LEFT]


def test_whoever_asks_is_called_even_when_the_rating_is_excluded(hall):
    callback = ask_to_be_called(rated(hall))
    ExclusionFactory(rating=callback.rating)
    assert sweep_bad_ratings(at=WEDNESDAY + 2 * MINUTE) == 1


def test_whoever_spoke_is_heard_whatever_the_rating_was(hall):
    """Recordings are played on the page of a ticket and nowhere else."""
    speak(rated(hall, level=5))
    assert sweep_bad_ratings(at=WEDNESDAY + 2 * MINUTE) == 1
    assert sweep_bad_ratings(at=WEDNESDAY + 3 * MINUTE) == 0
    assert lines(Ticket.objects.get()) == ["register", SystemEvent.VOICE_LEFT]


def test_a_rating_that_never_was_bad_is_not_said_to_have_changed(hall):
    callback = ask_to_be_called(rated(hall, level=3))
    sweep_bad_ratings(at=WEDNESDAY + 2 * MINUTE)
    sweep_bad_ratings(at=WEDNESDAY + 3 * MINUTE)
    assert SystemEvent.RATING_AMENDED not in lines(Ticket.objects.get())
    RatingVersion.objects.create(rating=callback.rating, level=1, content_hash="", replaced_at=WEDNESDAY)
    sweep_bad_ratings(at=WEDNESDAY + 4 * MINUTE)
    assert SystemEvent.RATING_AMENDED in lines(Ticket.objects.get())


def test_the_database_keeps_a_second_note_out(asked):
    ticket = Ticket.objects.get()
    TicketEvent.objects.bulk_create(
        [TicketEvent(ticket=ticket, move=SystemEvent.CALLBACK_ASKED, to_status=ticket.status, at=WEDNESDAY)],
        ignore_conflicts=True,
    )
    assert lines(ticket).count(SystemEvent.CALLBACK_ASKED) == 1
    assert note_entrusted(at=WEDNESDAY + DAY) == 0


# --- who opens it -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ticket(asked):
    return Ticket.objects.get()


def reveal(client, ticket):
    return client.post(f"{LIST}{ticket.pk}/phone/")


def listen(client, ticket):
    return client.get(f"{LIST}{ticket.pk}/voice/")


@pytest.mark.usefixtures("english")
def test_an_officer_sees_the_number_masked_until_it_is_shown_and_written_down(desk, ticket, officer):
    page = text(desk.get(page_of(ticket)))
    assert "•••• •••• 8000" in page
    assert "138 0013 8000" not in page
    assert PHONE not in page
    assert receipt() in page
    assert not Disclosure.objects.exists()

    answer = reveal(desk, ticket)
    assert "138 0013 8000" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    [disclosure] = Disclosure.objects.all()
    assert (disclosure.rating, disclosure.kind, disclosure.actor) == (ticket.rating, "phone", officer)
    assert "138 0013 8000" not in text(desk.get(page_of(ticket)))
    assert "officer · telephone number" in text(desk.get(page_of(ticket)))


def test_opening_the_address_shows_nothing(desk, ticket):
    assert desk.get(f"{LIST}{ticket.pk}/phone/").status_code == 302
    assert not Disclosure.objects.exists()


def test_an_officer_hears_the_voice_as_a_file_and_is_written_down(desk, ticket, officer):
    speak(ticket.rating)
    answer = listen(desk, ticket)
    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer["Content-Disposition"] == f'attachment; filename="{ticket.number}-voice.webm"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert list(Disclosure.objects.values_list("kind", "actor")) == [("voice", officer.pk)]


def test_managers_auditors_and_clerks_of_the_hall_open_nothing(client, ticket, hall):
    speak(ticket.rating)
    for role, own_hall, status in (("hall manager", hall, 403), ("auditor", None, 403), ("clerk", hall, 404)):
        client.force_login(UserFactory(role=role, hall=own_hall))
        assert (reveal(client, ticket).status_code, listen(client, ticket).status_code) == (status, status)
        assert "8000" not in text(client.get(page_of(ticket)))
    assert not Disclosure.objects.exists()


def test_officers_of_other_halls_do_not_learn_that_there_is_anything(client, ticket):
    speak(ticket.rating)
    stranger = UserFactory(hall=HallFactory(code="B"), role="desk officer")
    client.force_login(stranger)
    assert (reveal(client, ticket).status_code, listen(client, ticket).status_code) == (404, 404)
    # Seeing every hall makes nobody an officer of every hall.
    auditor = UserFactory(role="auditor")
    auditor.groups.add(*stranger.groups.all())
    client.force_login(auditor)
    assert (reveal(client, ticket).status_code, listen(client, ticket).status_code) == (403, 403)
    assert not Disclosure.objects.exists()


def test_the_person_rated_opens_nothing_though_an_officer(client, hall):
    rated_officer = UserFactory(hall=hall, role="desk officer")
    rating = rated(hall, staff=StaffFactory(hall=hall, user=rated_officer))
    ask_to_be_called(rating)
    speak(rating)
    sweep_bad_ratings(at=WEDNESDAY + 2 * MINUTE)
    ticket = Ticket.objects.get()
    client.force_login(rated_officer)
    assert (reveal(client, ticket).status_code, listen(client, ticket).status_code) == (404, 404)
    # Nor when the ticket is found by another way than the desk's own list.
    Ticket.objects.update(staff=None)
    assert (reveal(client, ticket).status_code, listen(client, ticket).status_code) == (403, 403)
    assert not Disclosure.objects.exists()


def test_a_key_that_is_gone_is_told_and_nothing_fails(desk, ticket, settings):
    speak(ticket.rating)
    settings.SEALING_KEY = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert desk.get(page_of(ticket)).status_code == 200
    assert (reveal(desk, ticket).status_code, listen(desk, ticket).status_code) == (404, 404)


def test_a_ticket_without_anything_entrusted_has_nothing_to_open(desk, hall):
    rated(hall)
    sweep_bad_ratings(at=WEDNESDAY)
    ticket = Ticket.objects.get()
    assert desk.get(page_of(ticket)).status_code == 200
    assert (reveal(desk, ticket).status_code, listen(desk, ticket).status_code) == (404, 404)


@pytest.mark.parametrize("typed", ["{receipt}", "{lower}"])
def test_a_ticket_is_found_by_its_receipt(desk, ticket, hall, typed):
    rated(hall)
    sweep_bad_ratings(at=WEDNESDAY)
    query = typed.format(receipt=receipt(), lower=receipt().lower())
    assert [found.pk for found in desk.get(LIST, {"q": query}).context["cl"].result_list] == [ticket.pk]


def test_the_record_of_openings_is_never_edited(desk, ticket):
    reveal(desk, ticket)
    disclosure = Disclosure.objects.get()
    with pytest.raises(DjangoDenied):
        disclosure.save()
    with pytest.raises(DjangoDenied):
        disclosure.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Disclosure.objects.update(kind="voice")
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError), transaction.atomic():
            Disclosure.objects.all().delete()


# --- what is forgotten ------------------------------------------------------------------------------------------------


def close(ticket, at):
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", closed_at=at)


def test_thirty_days_after_the_end_only_tombstones_are_left(ticket, asked):
    speak(asked.rating)
    close(ticket, WEDNESDAY + DAY)
    assert forget_entrusted(at=WEDNESDAY + 31 * DAY - MINUTE) == {
        "callbackrequest": 0,
        "voiceremark": 0,
        "quarantinedrating": 0,
    }
    assert CallbackRequest.objects.get().phone_box
    gone = forget_entrusted(at=WEDNESDAY + 31 * DAY)
    assert (gone["callbackrequest"], gone["voiceremark"]) == (1, 1)
    callback, voice = CallbackRequest.objects.get(), VoiceRemark.objects.get()
    assert (callback.phone_box, callback.query_code_hash, bytes(voice.box)) == ("", "", b"")
    assert not matches(CODE, callback.query_code_hash)
    for row in (callback, voice):
        assert (row.forgotten_at, row.forgotten_because) == (WEDNESDAY + 31 * DAY, "closed")
    assert forget_entrusted(at=WEDNESDAY + 32 * DAY)["callbackrequest"] == 0
    assert CallbackRequest.objects.get().forgotten_at == WEDNESDAY + 31 * DAY


def test_while_a_ticket_is_open_nothing_is_forgotten(ticket):
    assert forget_entrusted(at=WEDNESDAY + 400 * DAY)["callbackrequest"] == 0


def test_a_ticket_opened_again_keeps_what_is_left(ticket, manager):
    close(ticket, WEDNESDAY)
    ticket.refresh_from_db()
    move_ticket(ticket=ticket, move="reopen", actor=manager, at=WEDNESDAY + 29 * DAY, internal_text="Not solved.")
    assert forget_entrusted(at=WEDNESDAY + 31 * DAY)["callbackrequest"] == 0


def test_without_a_ticket_it_goes_thirty_days_after_receipt(hall):
    speak(rated(hall, level=5), at=WEDNESDAY)
    assert forget_entrusted(at=WEDNESDAY + 30 * DAY - MINUTE)["voiceremark"] == 0
    assert forget_entrusted(at=WEDNESDAY + 30 * DAY)["voiceremark"] == 1
    assert VoiceRemark.objects.get().forgotten_because == "no_ticket"


def test_what_comes_long_after_the_end_is_kept_thirty_days_all_the_same(hall):
    rating = rated(hall)
    sweep_bad_ratings(at=WEDNESDAY)
    close(Ticket.objects.get(), WEDNESDAY)
    ask_to_be_called(rating, at=WEDNESDAY + 40 * DAY)
    assert forget_entrusted(at=WEDNESDAY + 41 * DAY)["callbackrequest"] == 0
    assert forget_entrusted(at=WEDNESDAY + 70 * DAY)["callbackrequest"] == 1


def test_what_was_refused_goes_too_and_leaves_its_row(hall):
    tablet = TabletFactory(window=WindowFactory(hall=hall))
    for code in ("callback_conflict", "voice_invalid", "invalid_level"):
        QuarantinedRating.objects.create(
            hall=hall, tablet=tablet, code=code, raw='{"x":1}', raw_hash=code, received_at=WEDNESDAY
        )
    assert forget_entrusted(at=WEDNESDAY + 30 * DAY - MINUTE)["quarantinedrating"] == 0
    assert forget_entrusted(at=WEDNESDAY + 30 * DAY)["quarantinedrating"] == 2
    assert forget_entrusted(at=WEDNESDAY + 31 * DAY)["quarantinedrating"] == 0
    kept = dict(QuarantinedRating.objects.values_list("code", "raw"))
    assert kept["invalid_level"] == '{"x":1}'
    assert kept["voice_invalid"] == '{"forgotten":"2026-12-18T10:00:00+08:00"}'


def test_a_forgotten_number_is_told_as_deleted_and_cannot_be_shown(desk, ticket, english):
    close(ticket, WEDNESDAY)
    forget_entrusted(at=WEDNESDAY + 31 * DAY)
    page = text(desk.get(page_of(ticket)))
    assert "The number was deleted on" in page
    assert "30 days after the ticket was closed" in page
    assert reveal(desk, ticket).status_code == 404


def test_what_is_forgotten_stays_forgotten_when_the_tablet_sends_it_again(hall):
    rating = rated(hall, level=5)
    told = body_of_callback(rating.pk)
    record_callback(tablet=rating.tablet, rating_id=rating.pk, told=told, at=WEDNESDAY)
    forget_entrusted(at=WEDNESDAY + 31 * DAY)
    assert record_callback(tablet=rating.tablet, rating_id=rating.pk, told=told, at=WEDNESDAY + 32 * DAY) is False
    assert CallbackRequest.objects.get().phone_box == ""
    assert sweep_bad_ratings(at=WEDNESDAY + 33 * DAY) == 0


def test_the_task_of_the_night_is_scheduled_and_runs(ticket, settings):
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "complaints.forget_entrusted" in names
    forget_task()
    assert Rating.objects.count() == 1
