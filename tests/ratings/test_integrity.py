"""Every rule at its edges: the last value that is nothing, and the first that is marked."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.integrity import (
    Peers,
    Rule,
    Tap,
    before_end,
    bursts,
    expected_runs,
    more_than_visits,
    of_tablet,
    one_sided,
    outside_hours,
    repeats,
    too_quick,
)
from ratings.scale import Channel

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEN = datetime(2026, 11, 18, 10, tzinfo=SHANGHAI)  # a Wednesday
HOURS = "1-5 09:00-17:00"


def tap(seconds=0.0, **fields):
    return Tap(uuid.uuid4(), fields.pop("at", TEN + timedelta(seconds=seconds)), fields.pop("level", 5), **fields)


def taps(*seconds, **fields):
    return [tap(each, **fields) for each in seconds]


def marked(ordered, findings):
    """The places of the taps that a rule marked."""
    found = {finding.rating for finding in findings}
    return [place for place, each in enumerate(ordered) if each.id in found]


@pytest.mark.parametrize(
    ("seconds", "places"),
    [
        ([0, 20, 40], []),  # three in 60 s are allowed
        ([0, 20, 40, 60], []),  # the fourth comes when the first is a minute old
        ([0, 20, 40, 59.999], [0, 1, 2, 3]),
        ([0, 20, 40, 59.999, 90], [0, 1, 2, 3]),
        ([0, 20, 40, 50, 79, 200], [0, 1, 2, 3, 4]),  # 20 … 79 are four again
        ([], []),
    ],
)
def test_more_than_three_within_a_minute_are_a_burst(seconds, places):
    ordered = taps(*seconds)
    assert marked(ordered, bursts(ordered)) == places


def test_a_burst_says_how_many_the_fullest_minute_held():
    ordered = taps(0, 10, 20, 30, 40, 75, 85)
    findings = {finding.rating: finding.values["ratings"] for finding in bursts(ordered)}
    # 0 … 40 are five; 20 … 75 and 30 … 85 are four.
    assert [findings.get(each.id) for each in ordered] == [5, 5, 5, 5, 5, 4, 4]


@pytest.mark.parametrize(("apart", "is_marked"), [(5, False), (4.999, True), (0, True)])
def test_a_second_tap_within_five_seconds_is_a_repeat(apart, is_marked):
    ordered = taps(0, apart)
    assert marked(ordered, repeats(ordered)) == ([1] if is_marked else [])


@pytest.mark.parametrize(
    ("apart", "answered_ms", "is_marked"),
    [
        (60, 4_999, True),  # the tablet was free for less than five seconds
        (60, 5_000, False),
        (60, None, False),  # the tablet did not say
        (119.9, 1_000, True),
        (120, 1_000, False),  # nothing of the rating before can still have been on the screen
    ],
)
def test_a_tap_within_five_seconds_of_the_reset_is_a_repeat(apart, answered_ms, is_marked):
    ordered = [tap(0), tap(apart, answered_ms=answered_ms)]
    assert marked(ordered, repeats(ordered)) == ([1] if is_marked else [])


def test_a_repeat_says_how_long_the_tablet_was_free():
    [finding] = repeats([tap(0), tap(60, answered_ms=1_230)])
    assert (finding.rule, finding.values) == (Rule.REPEAT, {"seconds": 1.2})


@pytest.mark.parametrize(("answered_ms", "is_marked"), [(None, False), (3_000, False), (2_999, True), (0, True)])
def test_a_tap_within_three_seconds_of_the_faces_is_too_quick(answered_ms, is_marked):
    assert bool(list(too_quick(tap(answered_ms=answered_ms)))) is is_marked


@pytest.mark.parametrize(
    ("clock", "is_marked"),
    [
        ("2026-11-18 08:29:59", True),
        ("2026-11-18 08:30:00", False),
        ("2026-11-18 17:29:59", False),
        ("2026-11-18 17:30:00", True),
        ("2026-11-21 10:00:00", True),
    ],
)
def test_half_an_hour_around_the_halls_hours_is_allowed(clock, is_marked):
    at = datetime.fromisoformat(clock).replace(tzinfo=SHANGHAI)
    assert bool(list(outside_hours(tap(at=at), HOURS, SHANGHAI))) is is_marked


def test_opening_hours_are_those_of_the_halls_own_clock():
    [finding] = outside_hours(tap(at=TEN), HOURS, ZoneInfo("America/New_York"))
    assert finding.values == {"local": "2026-11-17T21:00-05:00", "hours": HOURS}
    assert not list(outside_hours(tap(at=TEN), "", ZoneInfo("America/New_York")))


@pytest.mark.parametrize(
    ("early", "is_marked"),
    [(-30, False), (0, False), (60, False), (60.1, True), (4 * 3600, True), (4 * 3600 + 1, False)],
)
def test_a_tap_more_than_a_minute_before_the_end_of_the_visit_is_marked(early, is_marked):
    end = TEN + timedelta(seconds=early)
    assert bool(list(before_end(tap(served_until=end)))) is is_marked


@pytest.mark.parametrize("channel", sorted(set(Channel) - {Channel.TABLET, Channel.TERMINAL}))
def test_a_phone_and_paper_may_be_quick_and_late(channel):
    at_night = tap(at=TEN.replace(hour=23), answered_ms=100, channel=channel)
    assert not [*too_quick(at_night), *outside_hours(at_night, HOURS, SHANGHAI)]


def test_a_visit_without_an_end_says_nothing():
    assert not list(before_end(tap()))


@pytest.mark.parametrize(("count", "visits", "is_marked"), [(3, 3, False), (4, 3, True), (4, 0, False), (0, 3, False)])
def test_more_ratings_than_visits_are_marked_where_visits_are_reported(count, visits, is_marked):
    ordered = taps(*range(count))
    findings = list(more_than_visits(ordered, visits=visits, day=TEN.date()))
    assert marked(ordered, findings) == (list(range(count)) if is_marked else [])
    assert all(finding.values == {"ratings": 4, "visits": 3, "day": "2026-11-18"} for finding in findings)


def test_of_more_ratings_than_visits_those_whose_visit_is_known_are_in_order():
    ordered = [tap(0, has_visit=True), tap(1), tap(2)]
    assert marked(ordered, more_than_visits(ordered, visits=2, day=TEN.date())) == [1, 2]


# p = 171/202, q = 0.4: at one window a run of 60 among 61 ratings is expected 0.00006 times.
PEERS = Peers(ratings=200, best=170, visits=500)


def window(run, *, visits):
    """A run of the best level and then one other, and the calls of so many visitors during the run."""
    ordered = [*taps(*(60 * number for number in range(run))), tap(60 * run, level=4)]
    called = [TEN + timedelta(seconds=60 * (run - 1) * number / (visits - 1)) for number in range(visits - 1)]
    return ordered, called


def of_window(run, *, visits, peers=PEERS):
    ordered, called = window(run, visits=visits)
    return marked(ordered, one_sided(ordered, called=called, peers=peers))


def test_a_long_run_of_the_best_at_a_window_where_few_rate_is_marked_and_explained():
    ordered, called = window(60, visits=400)
    findings = list(one_sided(ordered, called=called, peers=PEERS))
    assert marked(ordered, findings) == list(range(60))
    assert findings[0].values == {"run": 60, "visits": 400, "share": 0.847, "participation": 0.15, "usual": 0.4}


def test_a_long_run_where_as_many_rate_as_elsewhere_is_a_good_clerk():
    assert of_window(60, visits=150) == []


def test_participation_is_low_below_half_of_the_usual():
    assert of_window(60, visits=300) == []  # 60 of 300 are exactly half of 0.4
    assert len(of_window(60, visits=301)) == 60


def test_a_short_run_says_nothing_however_few_rate():
    assert of_window(25, visits=400) == []


def test_where_few_were_served_chance_explains_few_ratings():
    peers = Peers(ratings=2_000, best=400, visits=4_000)  # a hall where the best is rare: a run of five is improbable
    assert of_window(5, visits=15, peers=peers) == []  # 15·0.5 − 3·√(15·0.25) is 1.7
    assert len(of_window(5, visits=28, peers=peers)) == 5  # 28·0.5 − 3·√(28·0.25) is 6.1


@pytest.mark.parametrize(
    "peers", [Peers(199, 199, 500), Peers(0, 0, 0), Peers(500, 400, 0), Peers(500, 400, 499)], ids=str
)
def test_without_enough_ratings_and_visits_elsewhere_nothing_is_compared(peers):
    assert of_window(60, visits=400, peers=peers) == []


def test_a_run_of_bad_ratings_is_no_finding():
    ordered = [tap(60 * number, level=1) for number in range(80)]
    assert not list(one_sided(ordered, called=[TEN] * 500, peers=PEERS))


@pytest.mark.parametrize(
    ("length", "among", "share", "expected"),
    [
        (60, 60, 0.95, 0.0461),  # domain.md E.7: 60 in a row has p ≈ .046 …
        (90, 90, 0.95, 0.0099),  # … 90 ≈ .010
        (2, 3, 0.5, 0.375),  # BBB, BBW, WBB: three of eight series hold one run of two or more
    ],
)
def test_runs_are_as_rare_as_the_formula_says(length, among, share, expected):
    assert expected_runs(length, among=among, share=share) == pytest.approx(expected, abs=5e-5)


moments = st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 20_000)), max_size=40)


@given(moments, st.randoms(use_true_random=False))
def test_a_tablets_findings_do_not_depend_on_the_order_of_arrival(given_taps, random):
    ordered = [tap(at, answered_ms=ms, seq=number) for number, (at, ms) in enumerate(given_taps)]
    shuffled = random.sample(ordered, len(ordered))
    assert {(each.rating, each.rule) for each in of_tablet(ordered)} == {
        (each.rating, each.rule) for each in of_tablet(shuffled)
    }


@given(moments, moments)
def test_a_tap_that_arrives_later_takes_no_finding_back(early, late):
    first = [tap(at, answered_ms=ms) for at, ms in early]
    more = [tap(at, answered_ms=ms) for at, ms in late]
    before = {(each.rating, each.rule) for each in of_tablet(first)}
    assert before <= {(each.rating, each.rule) for each in of_tablet([*first, *more])}
