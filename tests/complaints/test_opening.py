"""Opening tickets: once for every bad rating, however often and by however many workers the sweep runs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import tasks
from complaints.errors import FieldInvalid, FieldMissing, PermissionDenied
from complaints.models import Ticket, TicketEvent, TicketSequence
from complaints.moving import move_ticket
from complaints.numbering import reserve_numbers
from complaints.opening import bad_ratings_without_ticket, open_for_ratings, open_ticket, sweep_bad_ratings
from feedback_site.models import Hall
from ratings.models import Rating, RatingReason, Reason
from tests.factories import (
    ExclusionFactory,
    HallFactory,
    RatingFactory,
    StaffFactory,
    UserFactory,
    WindowFactory,
)


def bad_rating(hall=None, **more):
    window = WindowFactory(hall=hall or HallFactory())
    return RatingFactory(window=window, level=more.pop("level", 2), **more)


@pytest.mark.django_db
@pytest.mark.parametrize(("level", "opened"), [(5, 0), (4, 0), (3, 0), (2, 1), (1, 1)])
def test_only_the_last_two_levels_open_a_ticket(at, level, opened):
    bad_rating(level=level)

    assert sweep_bad_ratings(at=at) == opened
    assert Ticket.objects.count() == TicketEvent.objects.count() == opened


@pytest.mark.django_db
def test_the_ticket_says_whom_and_what_it_is_about_as_of_the_tap(hall, at):
    staff = StaffFactory(hall=hall)
    rating = bad_rating(hall, staff=staff, comment="来了三回了")
    reason = Reason.objects.filter(level=2).order_by("code").first()
    RatingReason.objects.create(rating=rating, reason=reason)

    sweep_bad_ratings(at=at + timedelta(minutes=1))

    ticket = Ticket.objects.get()
    assert (ticket.rating, ticket.window, ticket.staff, ticket.hall) == (rating, rating.window, staff, hall)
    assert ticket.title == f"不满意 · {reason.text_zh_hans}" or ticket.title.endswith(reason.text_zh_hans)
    assert ticket.description == "来了三回了"
    assert (ticket.channel, ticket.status, ticket.number) == ("rating", "registered", "A-2026-000001")
    assert (ticket.received_at, ticket.registered_at) == (rating.received_at, at + timedelta(minutes=1))
    # Received on Wednesday 18 November: contact by the end of Thursday, put right by the end of the 25th.
    assert ticket.contact_due_at.isoformat() == "2026-11-19T16:00:00+00:00"
    assert ticket.due_at.isoformat() == "2026-11-25T16:00:00+00:00"
    assert ticket.answer_promise["rule"] == "bad_rating_answer@2020-01-01"
    event = TicketEvent.objects.get()
    assert (event.move, event.from_status, event.to_status, event.actor) == ("register", "", "registered", None)


@pytest.mark.django_db
def test_default_excluded_and_future_ratings_open_nothing(at):
    bad_rating(is_default=True)
    ExclusionFactory(rating=bad_rating())
    bad_rating(rated_at=at + timedelta(seconds=1))

    assert sweep_bad_ratings(at=at) == 0


@pytest.mark.django_db
def test_a_follow_up_rating_opens_a_ticket_of_its_own(at):
    bad_rating(ordinal=2)

    assert sweep_bad_ratings(at=at) == 1


@pytest.mark.django_db
def test_sweeping_again_changes_nothing_and_finds_what_came_late(hall, at):
    bad_rating(hall)
    assert sweep_bad_ratings(at=at) == 1
    assert sweep_bad_ratings(at=at) == 0

    late = bad_rating(hall, rated_at=at - timedelta(days=2), received_at=at)

    assert sweep_bad_ratings(at=at) == 1
    assert late.ticket.contact_due_at > at  # promised from the receipt: nobody could know of it before
    assert TicketEvent.objects.count() == 2


@pytest.mark.django_db
def test_the_sweep_stops_at_its_limit_and_goes_on_next_time(hall, at):
    for _ in range(5):
        bad_rating(hall)

    assert [sweep_bad_ratings(at=at, limit=2) for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.django_db
def test_a_worker_that_looked_before_another_wrote_opens_nothing_twice(hall, at):
    """Both workers hold the same list; only the row that is inserted first counts, and only it has an event.

    Shown once with the guard off (`OneToOneField` made a `ForeignKey`, `ignore_conflicts` False): this test
    goes red with five tickets for three ratings, and the one below with 40 for 20, on SQLite and PostgreSQL.
    """
    for _ in range(3):
        bad_rating(hall)
    first, second = list(bad_ratings_without_ticket(at=at)), list(bad_ratings_without_ticket(at=at))

    assert open_for_ratings(ratings=first[:2], at=at) == 2
    assert open_for_ratings(ratings=second, at=at) == 1

    assert Ticket.objects.count() == 3
    assert sorted(TicketEvent.objects.values_list("ticket", flat=True)) == sorted(
        Ticket.objects.values_list("pk", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_instant_open_each_ticket_once(at):
    hall = HallFactory(code="A")
    for _ in range(20):
        bad_rating(hall)
    together = Barrier(2)

    def sweep(_worker):
        try:
            ratings = list(bad_ratings_without_ticket(at=at))
            together.wait(timeout=10)
            return open_for_ratings(ratings=ratings, at=at)
        finally:
            connection.close()

    if connection.vendor == "postgresql":
        with ThreadPoolExecutor(2) as pool:
            opened = list(pool.map(sweep, range(2)))
    else:  # one writer at a time by nature: the same stale list, one after the other
        stale = [list(bad_ratings_without_ticket(at=at)) for _ in range(2)]
        opened = [open_for_ratings(ratings=ratings, at=at) for ratings in stale]

    assert sum(opened) == Ticket.objects.count() == TicketEvent.objects.count() == 20
    assert Ticket.objects.values("rating").distinct().count() == 20


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow_with_the_ratings(hall, at):
    def queries(ratings):
        for _ in range(ratings):
            bad_rating(hall)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert sweep_bad_ratings(at=at) == ratings
        return len(captured)

    queries(1)  # the first makes the year's sequence
    assert queries(2) == queries(25) <= 18  # SQLite takes 999 values at a time


@pytest.mark.django_db
def test_a_rating_changed_before_the_sweep_opens_nothing(at):
    rating = bad_rating()
    Rating.objects.filter(pk=rating.pk).update(level=5)

    assert sweep_bad_ratings(at=at) == 0


@pytest.mark.django_db
def test_a_rating_changed_after_the_sweep_leaves_the_ticket_with_a_line_that_says_so(hall, at):
    rating = bad_rating(hall)
    sweep_bad_ratings(at=at)
    Rating.objects.filter(pk=rating.pk).update(level=5)

    sweep_bad_ratings(at=at + timedelta(minutes=1))
    sweep_bad_ratings(at=at + timedelta(minutes=2))

    event = TicketEvent.objects.get(move="rating_amended")
    assert event.at == at + timedelta(minutes=1)
    assert Ticket.objects.get().status == "registered"


@pytest.mark.django_db
def test_the_task_opens_what_is_there(hall):
    bad_rating(hall)

    tasks.sweep_bad_ratings(unknown="argument of a later version")

    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_numbers_are_per_hall_and_year_of_the_halls_zone(hall, at):
    other = HallFactory(code="B")
    new_year = at.replace(year=2027, month=1, day=1, hour=0)

    assert reserve_numbers(hall=hall, at=at, count=2) == ["A-2026-000001", "A-2026-000002"]
    assert reserve_numbers(hall=hall, at=at, count=1) == ["A-2026-000003"]
    assert reserve_numbers(hall=other, at=at, count=1) == ["B-2026-000001"]
    assert reserve_numbers(hall=hall, at=new_year - timedelta(seconds=1), count=1) == ["A-2026-000004"]
    assert reserve_numbers(hall=hall, at=new_year, count=1) == ["A-2027-000001"]
    assert TicketSequence.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_numbers_reserved_at_the_same_instant_are_all_different(at):
    hall = HallFactory(code="A")

    def reserve(_worker):
        try:
            return [number for _ in range(5) for number in reserve_numbers(hall=hall, at=at, count=3)]
        finally:
            if connection.vendor == "postgresql":
                connection.close()

    if connection.vendor == "postgresql":
        with ThreadPoolExecutor(4) as pool:
            blocks = list(pool.map(reserve, range(4)))
    else:
        blocks = [reserve(worker) for worker in range(4)]

    numbers = [number for block in blocks for number in block]
    assert len(set(numbers)) == len(numbers) == 60


@pytest.mark.django_db
def test_a_matter_brought_to_the_desk_is_registered_with_its_limits(hall, officer, at):
    window = WindowFactory(hall=hall)

    ticket = open_ticket(
        hall=hall, channel="desk", title="跑了三趟", description="还差一张证明", window=window, actor=officer, at=at
    )

    assert (ticket.number, ticket.status, ticket.contacted_at) == ("A-2026-000001", "registered", at)
    assert ticket.due_at.isoformat() == "2026-11-26T00:00:00+08:00"  # five working days after Wednesday the 18th
    assert TicketEvent.objects.get(ticket=ticket).actor == officer
    assert move_ticket(ticket=ticket, move="accept", actor=officer, at=at).status == "accepted"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "长" * 121}, "title"),
        ({"channel": "rating"}, "channel"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
def test_a_matter_that_does_not_fit_is_refused_by_name(hall, officer, at, wrong, field):
    with pytest.raises(FieldInvalid) as refusal:
        open_ticket(**{"hall": hall, "channel": "desk", "title": "跑了三趟", "actor": officer, "at": at} | wrong)

    assert list(refusal.value.fields) == [field]
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_window_and_person_belong_to_the_hall_of_the_ticket(hall, officer, at):
    with pytest.raises(FieldInvalid) as refusal:
        open_ticket(
            hall=hall,
            channel="desk",
            title="跑了三趟",
            window=WindowFactory(),
            staff=StaffFactory(),
            actor=officer,
            at=at,
        )

    assert set(refusal.value.fields) == {"window", "staff"}


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["", "   ", "\x00\n"])
def test_a_matter_has_a_title(hall, officer, at, title):
    with pytest.raises(FieldMissing):
        open_ticket(hall=hall, channel="desk", title=title, actor=officer, at=at)


@pytest.mark.django_db
def test_registering_asks_for_its_permission(hall, at):
    with pytest.raises(PermissionDenied):
        open_ticket(hall=hall, channel="desk", title="甲", actor=UserFactory(hall=hall, role="auditor"), at=at)


@pytest.mark.django_db
def test_the_sweep_serves_every_hall_in_its_own_zone(at):
    far = Hall.objects.create(code="U", name="乌鲁木齐", timezone="Asia/Urumqi")
    bad_rating(far)

    sweep_bad_ratings(at=at)

    ticket = Ticket.objects.get()
    assert ticket.number == "U-2026-000001"
    assert ticket.due_at.isoformat() == "2026-11-25T18:00:00+00:00"
