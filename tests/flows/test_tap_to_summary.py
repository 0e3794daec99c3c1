"""From a tap on the tablet to the manager's screen, over HTTP and through the real tasks."""

import json
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from complaints.models import Ticket
from complaints.tasks import sweep_bad_ratings
from feedback_site.models import Hall, StaffMember
from ratings.duties import assign_duty
from ratings.enrolment import make_enrolment_code
from ratings.models import Rating
from reports import tasks
from tests.factories import HallFactory, StaffFactory, UserFactory, WindowFactory
from tests.ratings.sending import item, items

pytestmark = pytest.mark.django_db
TUESDAY = datetime.fromisoformat("2026-11-17T10:00:00+08:00")
MONDAY_SIX = datetime.fromisoformat("2026-11-23T06:00:00+08:00")
WEEK = "2026-W47"


class Visitor:
    """The tablet at a window, enrolled over HTTP."""

    def __init__(self, window):
        self.client = Client()
        code = make_enrolment_code(window=window, actor=None, at=datetime.now().astimezone())
        enrolled = self.call("POST", "/api/v1/tablets/enrol/", {"code": code})
        self.headers = {"HTTP_AUTHORIZATION": f"Tablet {enrolled['token']}"}

    def call(self, method, path, body=None):
        response = self.client.generic(
            method, path, json.dumps(body or {}), "application/json", **getattr(self, "headers", {})
        )
        assert response.status_code in {200, 201}, response.content
        return response.json()

    def taps(self, *sent):
        now = datetime.now().astimezone().isoformat()
        return self.call("POST", "/api/v1/ratings/", {"sent_at": now, "ratings": list(sent)})


@pytest.fixture
def clock():
    """Tuesday of 2026-W47, ten in the morning; `clock.move_to` goes on."""
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hall(clock):
    """Hall A with 张红梅 on duty at window 10 for the week."""
    hall = HallFactory(code="A")
    window = WindowFactory(hall=hall, number="10")
    WindowFactory(hall=hall, number="12", kind="listening_desk")
    staff = StaffFactory(hall=hall, staff_no="X1003")
    assign_duty(window=window, staff=staff, starts_at=TUESDAY - timedelta(hours=1), ends_at=TUESDAY + timedelta(days=3))
    return hall


@pytest.fixture
def tablet(hall):
    return Visitor(hall.windows.get(number="10"))


@pytest.fixture
def manager(hall):
    return UserFactory(hall=hall, role="hall manager")


def signed_in(user):
    """A browser in which the person has just signed in; sessions end after eight hours."""
    browser = Client()
    browser.force_login(user)
    return browser


def summary(manager):
    [row] = signed_in(manager).get("/api/v1/weekly-summaries/", {"week": WEEK}).json()["results"]
    return row


def build_the_week(clock):
    clock.move_to(MONDAY_SIX)
    for hall in Hall.objects.all():
        tasks.build_hall_week(hall=hall.code, week=WEEK)


def test_a_tap_is_stored_attributed_ticketed_summed_and_read(clock, hall, tablet, manager):
    bad = item(level=2, seq=1, at=TUESDAY, reasons=["214"], comment="等了很久")
    assert tablet.taps(bad)["results"] == [{"id": bad["id"], "status": "created"}]
    good = items(11, first=2, at=TUESDAY)
    tablet.taps(*good)

    staff = StaffMember.objects.get()
    assert set(Rating.objects.values_list("staff", flat=True)) == {staff.pk}

    sweep_bad_ratings()
    ticket = Ticket.objects.get()
    assert (str(ticket.rating_id), ticket.hall, ticket.staff) == (bad["id"], hall, staff)

    build_the_week(clock)
    row = summary(manager)
    assert (row["staff"], row["n"]) == ("X1003", 12)
    page = signed_in(manager).get("/admin/reports/weeklysummary/")
    assert page.status_code == 200
    assert staff.name in page.content.decode()


def test_everything_sent_twice_counts_once(clock, hall, tablet, manager):
    sent = [item(level=1, seq=1, at=TUESDAY), *items(11, first=2, at=TUESDAY)]
    for _try in range(3):
        tablet.taps(*sent)
        sweep_bad_ratings()
    build_the_week(clock)
    build_the_week(clock)
    assert Ticket.objects.count() == 1
    row = summary(manager)
    assert (row["n"], row["revision"]) == (12, 1)


def test_what_a_tablet_brings_two_days_late_makes_a_new_revision(clock, hall, tablet, manager):
    tablet.taps(*items(10, at=TUESDAY))
    build_the_week(clock)
    assert (summary(manager)["n"], summary(manager)["revision"]) == (10, 1)
    clock.move_to(MONDAY_SIX + timedelta(hours=4))
    tablet.taps(*[item(seq=seq, at=TUESDAY + timedelta(hours=1)) for seq in (11, 12)])
    tasks.sweep_late_ratings()
    assert (summary(manager)["n"], summary(manager)["revision"]) == (12, 2)


def test_a_change_of_mind_within_the_minute_leaves_no_ticket(clock, hall, tablet):
    slip = item(level=1, seq=1, at=TUESDAY)
    tablet.taps(slip)
    clock.move_to(TUESDAY + timedelta(seconds=20))
    tablet.taps({**slip, "level": 5, "amends": True})
    sweep_bad_ratings()
    assert not Ticket.objects.exists()
    assert Rating.objects.get().level == 5


def test_the_manager_of_another_hall_sees_none_of_it(clock, hall, tablet):
    tablet.taps(item(level=1, seq=1, at=TUESDAY))
    sweep_bad_ratings()
    build_the_week(clock)
    stranger = signed_in(UserFactory(hall=HallFactory(code="B"), role="hall manager"))
    for path in ("/api/v1/ratings/", "/api/v1/tickets/", "/api/v1/weekly-summaries/"):
        assert stranger.get(path).json()["results"] == []
