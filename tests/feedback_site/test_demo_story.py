"""The story in the demo halls: two weeks of it, told once for all of these tests, and once before to compare."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models import Avg, F, Sum
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Ticket, TicketEvent, Verification
from complaints.workflow import Status
from feedback_site.demo import incidents
from feedback_site.demo.directory import ACCOUNTS
from feedback_site.demo.places import SEATS
from feedback_site.demo.story import seed
from feedback_site.models import Hall, StaffMember, User, Window
from feedback_site.zones import zone
from ratings.models import Duty, QuarantinedRating, Rating, RatingExclusion, RatingFlag, RatingReason, Tablet, Visit
from ratings.scale import Level
from reports.models import BuildReason, WeekBuild, WeeklySummary
from reports.statistics import MIN_SHOWN
from reports.weeks import Week
from tests.factories import WEDNESDAY

CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SHANGHAI = zone("Asia/Shanghai")
WEEKS = 2
PASSWORD = "a-pass-phrase-for-all"


def tell():
    seed(at=WEDNESDAY, password=PASSWORD, weeks=WEEKS, say=lambda line: None)


def fingerprint():
    """What two tellings must agree on: how many of everything, and sums that any other draw would change."""
    return {
        "rows": [model.objects.count() for model in (StaffMember, Window, Duty, Visit, Rating, Ticket, TicketEvent)],
        "levels": Counter(Rating.objects.values_list("level", flat=True)),
        "answered": Rating.objects.aggregate(sum=Sum("answered_ms"))["sum"],
        "identities": sorted(map(str, Rating.objects.filter(is_default=False).values_list("id", flat=True))),
        "outcomes": Counter(Visit.objects.values_list("outcome", flat=True)),
        "statuses": Counter(Ticket.objects.values_list("status", flat=True)),
        "moves": sorted(TicketEvent.objects.values_list("ticket__number", "move", "at")),
        "weeks": sorted(
            WeeklySummary.objects.values_list("staff__staff_no", "week_starts_on", "revision", "level_5", "served")
        ),
    }


@dataclass
class Telling:
    """What is only known while it is told."""

    first: dict
    queries: int


@pytest.fixture(scope="module")
def telling(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(PASSWORD_HASHERS=CHEAP):
        with transaction.atomic():
            tell()
            first = fingerprint()
            transaction.set_rollback(True)
        with CaptureQueriesContext(connection) as queries:
            tell()
        yield Telling(first, len(queries))
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def told(telling, db):
    """Every test sees the halls as told, within a transaction of its own."""
    return telling


def test_is_the_same_at_every_telling(told):
    assert fingerprint() == told.first


def test_needs_hardly_more_statements_than_it_stores_rows(told):
    stored = (Duty, Visit, Rating, RatingReason, RatingFlag, Ticket, TicketEvent, Verification, WeeklySummary)
    rows = sum(model.objects.count() for model in stored)
    assert told.queries < rows * 1.1  # findings and moves are signed one by one


def test_has_two_halls_with_twelve_windows_and_twenty_five_people():
    assert set(Hall.objects.values_list("code", flat=True)) == {"A", "B"}
    assert Window.objects.count() == 12
    assert StaffMember.objects.count() == 25
    assert set(Window.objects.filter(hall__code="A").values_list("kind", flat=True)) == set(Window.Kind)


def test_puts_zhang_hongmei_at_window_ten_of_hall_a():
    duty = Duty.objects.at(WEDNESDAY).get(window__hall__code="A", window__number="10")
    assert duty.staff.name == "张红梅"


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.username)
def test_lets_every_account_sign_in(client, account):
    answer = client.post(reverse("admin:login"), {"username": account.username, "password": PASSWORD})
    assert answer.status_code == 302
    user = User.objects.get(username=account.username)
    assert int(client.session["_auth_user_id"]) == user.pk
    assert (user.hall.code if user.hall else "") == account.hall
    assert [group.name for group in user.groups.all()] == ([account.role] if account.role else [])


def test_links_the_rated_person_to_a_sign_in():
    assert User.objects.get(username="staff").staff_member.hall.code == "A"


def test_attributes_every_rating_to_somebody_on_duty():
    assert not Rating.objects.filter(staff=None).exists()
    first_hand = Rating.objects.filter(is_default=False).exclude(visit=None)
    assert not first_hand.exclude(staff=F("visit__staff")).exists()


def test_is_near_the_ceiling_and_half_of_the_visitors_rate():
    counted = Rating.objects.counted()
    levels = Counter(counted.values_list("level", flat=True))
    assert 0.75 < levels[Level.VERY_SATISFIED] / levels.total() < 0.92
    assert 0.90 < (levels[5] + levels[4] + levels[3]) / levels.total() < 0.995
    assert 0.3 < counted.exclude(visit=None).count() / Visit.objects.count() < 0.6


def test_ends_now():
    latest = Rating.objects.latest("rated_at")
    assert WEDNESDAY - timedelta(hours=1) < latest.rated_at < WEDNESDAY
    assert not Rating.objects.filter(received_at__gt=WEDNESDAY).exists()
    assert not TicketEvent.objects.filter(at__gt=WEDNESDAY).exists()


def test_has_one_window_that_gets_worse():
    at_the_window = Rating.objects.counted().filter(window__hall__code="A", window__number="5")
    split = Week.containing(WEDNESDAY, SHANGHAI).previous().bounds(SHANGHAI)[0]
    early = at_the_window.filter(rated_at__lt=split).aggregate(mean=Avg("level"))["mean"]
    late = at_the_window.filter(rated_at__gte=split).aggregate(mean=Avg("level"))["mean"]
    assert early > 4.6
    assert late < early - 0.5


def test_has_a_burst_of_taps_of_which_the_auditor_excluded_most():
    excluded = RatingExclusion.objects.all()
    assert excluded.count() == incidents.BURST_TAPS - 2
    assert {exclusion.decided_by.username for exclusion in excluded} == {"auditor"}
    times = sorted(
        Rating.objects.filter(window__hall__code="A", window__number="1", visit=None).values_list("rated_at", flat=True)
    )
    assert len(times) == incidents.BURST_TAPS
    assert max(later - earlier for earlier, later in pairwise(times)) < timedelta(seconds=5)


def test_has_its_burst_flagged_by_the_rules_and_hardly_anything_else():
    burst = set(
        Rating.objects.filter(window__hall__code="A", window__number="1", visit=None).values_list("pk", flat=True)
    )
    flagged = RatingFlag.objects.filter(rating__in=burst)
    assert set(flagged.filter(rule="burst").values_list("rating", flat=True)) == burst
    assert set(flagged.filter(rule="too_quick").values_list("rating", flat=True)) == burst
    assert flagged.filter(rule="repeat").count() == incidents.BURST_TAPS - 1
    others = RatingFlag.objects.exclude(rating__in=burst).values("rating").distinct().count()
    assert 0 < others < 0.02 * Rating.objects.count()
    week = WeeklySummary.objects.current().filter(
        week_starts_on=Week.containing(WEDNESDAY, SHANGHAI).previous().starts_on
    )
    sums = week.aggregate(flagged=Sum("flagged_count"), excluded=Sum("excluded_count"))
    assert sums["excluded"] == incidents.BURST_TAPS - 2
    assert sums["flagged"] >= 2


def test_has_a_tablet_whose_ratings_of_two_days_came_late_and_revised_the_week():
    late = Rating.objects.filter(received_at__gt=F("rated_at") + timedelta(days=1))
    assert late.count() > 10
    assert {rating.window.number for rating in late.select_related("window")} == {incidents.OFFLINE[1]}
    assert len({rating.rated_at.astimezone(SHANGHAI).date() for rating in late}) == 2
    revised = WeeklySummary.objects.filter(reason=BuildReason.LATE, revision=2, is_current=True)
    assert set(revised.values_list("staff", flat=True)) >= {rating.staff_id for rating in late}


def test_has_lost_numbers_and_something_that_is_no_rating():
    holes = {(tablet.hall.code, tablet.window.number): tablet.gaps for tablet in Tablet.objects.exclude(gaps=[])}
    assert list(holes) == [incidents.LOST]
    assert [last - first + 1 for first, last in holes[incidents.LOST]] == [incidents.LOST_NUMBERS]
    assert [row.code for row in QuarantinedRating.objects.all()] == ["invalid_level"]


def test_has_default_ratings_and_follow_ups_that_do_not_count():
    defaults = Rating.objects.filter(is_default=True)
    assert defaults.count() > 30
    assert not defaults.exclude(visit__window__number=incidents.DEFAULTS[1]).exists()
    assert Rating.objects.filter(ordinal=2).exists()


def test_opens_a_ticket_for_every_bad_rating():
    bad = Rating.objects.bad().filter(is_default=False)
    assert bad.exists()
    assert not bad.filter(ticket=None).exists()


def test_leaves_tickets_in_many_states_some_overdue_some_with_the_clock_stopped():
    statuses = set(Ticket.objects.values_list("status", flat=True))
    assert statuses >= {Status.CLOSED, Status.WAITING, Status.IN_PROGRESS, Status.REPLIED, Status.CALLBACK}
    assert Ticket.objects.overdue(WEDNESDAY).count() >= 3
    assert Ticket.objects.filter(due_at__lte=WEDNESDAY, closed_at=None, answered_at=None).exists()


def test_builds_every_week_and_shows_fog():
    finals = WeekBuild.objects.filter(is_final=True)
    assert finals.count() == WEEKS * 2
    assert WeekBuild.objects.filter(is_final=False).count() == 2  # the running week of each hall
    last = WeeklySummary.objects.current().filter(
        week_starts_on=Week.containing(WEDNESDAY, SHANGHAI).previous().starts_on
    )
    assert last.count() == 25
    sizes = [summary.counts.n for summary in last]
    assert sum(0 < size < MIN_SHOWN for size in sizes) >= 3
    assert sum(size >= MIN_SHOWN for size in sizes) >= 10


def test_hears_every_tablet_now():
    assert Tablet.objects.count() == len(SEATS)
    assert not Tablet.objects.exclude(last_seen_at=WEDNESDAY, queued=0, reported_seq=F("highest_seq")).exists()
