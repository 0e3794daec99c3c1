"""`GET /api/v1/ratings/` for people: filters, pages, and what stays inside."""

import base64
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from feedback_site.models import Hall
from ratings.models import ExclusionReversal, Rating, RatingReason, Reason
from tests.factories import (
    WEDNESDAY,
    DutyFactory,
    ExclusionFactory,
    FlagFactory,
    HallFactory,
    RatingFactory,
    UserFactory,
    VisitFactory,
    WindowFactory,
)

pytestmark = pytest.mark.django_db
PATH = "/api/v1/ratings/"


@pytest.fixture
def window():
    return WindowFactory(hall=HallFactory(code="A"), number="10")


@pytest.fixture
def client(window):
    """The manager of hall A."""
    client = APIClient(raise_request_exception=False)
    client.force_login(UserFactory(hall=window.hall, role="hall manager"))
    return client


def found(client, **query):
    response = client.get(PATH, query)
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


def ids(*ratings):
    return [str(rating.pk) for rating in ratings]


def test_a_rating_is_told_with_the_halls_own_numbers(client, window):
    visit = VisitFactory(window=window, case_no="YX1")
    staff = DutyFactory(window=window).staff
    rating = RatingFactory(
        window=window, staff=staff, visit=visit, level=2, comment="慢", seq=3, flags={"clock": "future"}
    )
    RatingReason.objects.create(rating=rating, reason=Reason.objects.get(code="214"))
    [row] = client.get(PATH).json()["results"]
    assert row == {
        "id": str(rating.pk), "hall": "A", "window": "10", "staff": staff.staff_no, "level": 2, "reasons": ["214"],
        "comment": "慢", "visit": "YX1", "ordinal": 1, "channel": "tablet", "language": "", "modes": [],
        "rated_at": "2026-11-18T10:00:00+08:00", "received_at": "2026-11-18T10:00:00+08:00", "is_default": False,
        "counted": True, "suspicions": [], "flags": {"clock": "future"}, "scale_version": "hcp-2019",
        "face_set_version": "qc-1",
    }  # fmt: skip


def test_numbers_that_identify_somebody_are_masked(client, window):
    RatingFactory(window=window, comment="打 13800001234 找我")
    assert client.get(PATH).json()["results"][0]["comment"] == "打 *********34 找我"


def test_each_filter_narrows_the_list(client, window):
    other_window = WindowFactory(hall=window.hall, number="11")
    staff = DutyFactory(window=window).staff
    first = RatingFactory(window=window, staff=staff, level=5, rated_at=WEDNESDAY)
    second = RatingFactory(window=other_window, level=1, channel="qr", rated_at=WEDNESDAY - timedelta(hours=1))
    excluded = ExclusionFactory(
        rating=RatingFactory(window=other_window, level=3, rated_at=WEDNESDAY - timedelta(hours=2))
    ).rating
    assert found(client) == ids(first, second, excluded)
    assert found(client, window="10") == ids(first)
    assert found(client, staff=staff.staff_no) == ids(first)
    assert found(client, level=1) == ids(second)
    assert found(client, channel="qr") == ids(second)
    assert found(client, hall="A") == ids(first, second, excluded)
    assert found(client, hall="B") == []
    assert found(client, rated_after="2026-11-18T09:00:00+08:00") == ids(first, second)
    assert found(client, rated_before="2026-11-18T10:00:00+08:00") == ids(second, excluded)
    assert found(client, rated_after="2026-11-18T01:00:00Z", rated_before="2026-11-18T01:30:00Z") == ids(second)
    assert found(client, counted="true") == ids(first, second)
    assert found(client, counted="false") == ids(excluded)


def test_not_counted_are_default_follow_up_and_excluded_ratings(client, window):
    RatingFactory(window=window)
    uncounted = [
        RatingFactory(window=window, is_default=True, rated_at=WEDNESDAY - timedelta(hours=1)),
        RatingFactory(window=window, ordinal=2, rated_at=WEDNESDAY - timedelta(hours=2)),
        ExclusionFactory(rating=RatingFactory(window=window, rated_at=WEDNESDAY - timedelta(hours=3))).rating,
    ]
    assert found(client, counted="false") == ids(*uncounted)
    rows = client.get(PATH).json()["results"]
    assert [row["counted"] for row in rows] == [True, False, False, False]


def test_another_halls_ratings_are_not_there(client):
    RatingFactory()
    assert found(client) == []


@pytest.mark.parametrize("role", [None, "clerk", "rated person"])
def test_without_the_right_to_see_ratings_it_is_403(window, role):
    client = APIClient()
    client.force_login(UserFactory(hall=window.hall, role=role))
    response = client.get(PATH)
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


def test_anonymous_is_401(window):
    response = APIClient().get(PATH)
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert "WWW-Authenticate" in response.headers


def test_a_service_or_tablet_token_opens_nothing_here(tablet, service_token):
    for authorization in ("Tablet the-token", "Service the-service-token"):
        assert APIClient().get(PATH, HTTP_AUTHORIZATION=authorization).status_code == 401


def cursor(text):
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()


REFUSED = [
    "counted=maybe",
    "level=9", "level=x", "level=5.0", "level=-1", "channel=smoke", "rated_after=x", "rated_after=2026-02-30",
    "rated_before=2026-13-01T00:00:00Z", "rated_after=10000-01-01T00:00:00Z", "hall=" + "A" * 17, "window=" + "1" * 9,
    "hall=%00", "window=1%00", "x=%00", "staff=%00", "cursor=%00", "%00=1",
    "cursor=xx", "cursor=////", "cursor=é",
    f"cursor={cursor('o=abc')}", f"cursor={cursor('o=-1')}x",
    "cursor=" + cursor("p=x"), "cursor=" + cursor("p=2026-02-30"), "cursor=" + cursor("p=\x00"),
    "rated_after=" + "9" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("query", REFUSED, ids=range(len(REFUSED)))
def test_a_question_that_makes_no_sense_is_refused_without_repeating_it(client, window, query):
    RatingFactory(window=window)
    response = client.get(f"{PATH}?{query}")
    assert response.status_code in {400, 404}, response.content
    body = response.json()
    assert set(body) == {"code", "message", "fields"}
    assert response.headers["Cache-Control"] == "no-store"
    value = query.partition("=")[2]
    if len(value) > 3 and "%" not in value:
        assert value not in response.content.decode()


ANSWERED = [
    "", "level=", "hall=", "page_size=abc", "page_size=-1", "page_size=0", "page_size=99999999999999999999",
    "page_size=", "counted=", "unknown=1", "level=5&level=5", "hall=%ff", "hall=%ed%a0%80", "hall=*",
    "hall=' OR 1=1 --",
    "rated_after=2026-11-18", "rated_after=2026-11-18T00:00", "rated_after=2026-11-18T10:00:00%2B08:00",
    "cursor=", "cursor=%25", "cursor=" + "A" * 10_000, f"cursor={cursor('r=9')}", f"cursor={cursor('x=1')}",
    "&&&", "?", "=",
]  # fmt: skip


@pytest.mark.parametrize("query", ANSWERED, ids=range(len(ANSWERED)))
def test_an_odd_question_is_answered(client, window, query):
    RatingFactory(window=window)
    response = client.get(f"{PATH}?{query}")
    assert response.status_code == 200, response.content
    assert set(response.json()) == {"next", "previous", "results"}


NEVER_500 = [
    "rated_after=9999-12-31T23:59:59-12:00", "rated_before=0001-01-01T00:00:00%2B14:00",
    "rated_before=9999-12-31T23:59:59",
    "rated_after=2026-11-18T10:00:00%2B08:00:30.5", "rated_after=2026-11-18T10:00:00%2B24:00",
    f"cursor={cursor('o=999999999999999999999999')}", f"cursor={cursor('o=9223372036854775807')}",
    f"cursor={cursor('p=9999-12-31T23:59:59-12:00')}", f"cursor={cursor('p=0001-01-01T00:00:00+14:00')}",
    f"cursor={cursor('p=2026-11-18T10:00:00+08:00:30.5')}", f"cursor={cursor('p=')}", f"cursor={cursor('r=1&p=x')}",
    f"cursor={cursor('p=' + 'x' * 5000)}", f"cursor={cursor('o=٣')}", f"cursor={cursor(chr(0xDCFF))}",
]  # fmt: skip


@pytest.mark.parametrize("query", NEVER_500, ids=range(len(NEVER_500)))
def test_the_ends_of_time_and_forged_cursors_are_never_a_500(client, window, query):
    RatingFactory(window=window)
    response = client.get(f"{PATH}?{query}")
    assert response.status_code in {200, 400, 404}, response.content
    assert response.json()


# --- pages ------------------------------------------------------------------------------------------------------------


def pages(client, **query):
    """The ids of each page, following `next` to the end."""
    address = f"{PATH}?{urlencode(query)}"
    while address:
        body = client.get(address).json()
        yield [row["id"] for row in body["results"]]
        address = body["next"]


def test_pages_hold_every_rating_once_newest_first(client, window):
    made = [RatingFactory(window=window, rated_at=WEDNESDAY - timedelta(minutes=n)) for n in range(7)]
    assert list(pages(client, page_size=3)) == [ids(*made[:3]), ids(*made[3:6]), ids(*made[6:])]


def test_what_arrives_meanwhile_does_not_shift_the_pages(client, window):
    made = [RatingFactory(window=window, rated_at=WEDNESDAY - timedelta(minutes=n)) for n in range(6)]
    walk = pages(client, page_size=2)
    assert next(walk) == ids(*made[:2])
    RatingFactory(window=window, rated_at=WEDNESDAY + timedelta(minutes=1))
    assert [*walk] == [ids(*made[2:4]), ids(*made[4:])]


def test_a_filter_stays_on_every_page(client, window):
    for level in (5, 1, 5, 1, 5):
        RatingFactory(window=window, level=level)
    assert [len(page) for page in pages(client, page_size=2, level=5)] == [2, 1]


@pytest.mark.slow
def test_more_than_a_thousand_ratings_of_one_moment_are_each_shown_once(client, window):
    """A batch with an unreadable clock is all of one moment."""
    Rating.objects.bulk_create(
        Rating(
            id=uuid.UUID(int=n + 1), hall=window.hall, window=window, level=5, rated_at=WEDNESDAY,
            received_at=WEDNESDAY, changed_at=WEDNESDAY,
        )
        for n in range(1_200)
    )  # fmt: skip
    shown = [identity for page in pages(client, page_size=550) for identity in page]
    assert len(shown) == len(set(shown)) == 1_200


def test_a_page_holds_a_thousand_at_most(client):
    assert client.get(PATH, {"page_size": 10**6}).status_code == 200


def test_a_hundred_ratings_cost_as_many_statements_as_one(client, window, django_assert_num_queries):
    def one():
        rating = RatingFactory(window=window, visit=VisitFactory(window=window), staff=staff)
        RatingReason.objects.create(rating=rating, reason=Reason.objects.get(code="517"))
        return rating

    staff = DutyFactory(window=window).staff
    ExclusionFactory(rating=FlagFactory(rating=one()).rating)
    statements = 7  # session, user, two of permissions, ratings, reasons, flags
    with django_assert_num_queries(statements):
        client.get(PATH)
    for _number in range(99):
        one()
    with django_assert_num_queries(statements):
        assert len(client.get(PATH).json()["results"]) == 100


def test_flagged_ratings_are_told_with_their_values_and_still_count(client, window):
    marked = FlagFactory(rating__window=window).rating
    plain = RatingFactory(window=window)
    FlagFactory(rating=marked, rule="burst")
    assert found(client, flagged="true") == ids(marked)
    assert found(client, flagged="false") == ids(plain)
    assert found(client, flagged="true", counted="true") == ids(marked)
    assert client.get(PATH, {"flagged": "perhaps"}).status_code == 400
    [row] = client.get(PATH, {"flagged": "true"}).json()["results"]
    assert row["suspicions"][0] == {
        "rule": "too_quick",
        "values": {"seconds": 1.2},
        "raised_at": "2026-11-18T10:00:00+08:00",
    }


def test_an_exclusion_that_was_taken_back_counts(client, window):
    rating = ExclusionFactory(rating__window=window).rating
    assert found(client, counted="true") == []
    ExclusionReversal.objects.create(
        exclusion=rating.exclusion, reason="x", decided_by=rating.exclusion.decided_by, decided_at=WEDNESDAY
    )
    [row] = client.get(PATH, {"counted": "true"}).json()["results"]
    assert row["counted"] is True


def test_an_auditor_sees_every_hall(window):
    RatingFactory(window=window)
    RatingFactory()
    client = APIClient()
    client.force_login(UserFactory(role="auditor"))
    assert len(found(client)) == 2 == Hall.objects.count()
