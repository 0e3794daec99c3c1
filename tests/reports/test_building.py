"""Building a week: which ratings count, who has a row, when a revision is made, how many statements it takes."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from ratings.models import Rating, RatingExclusion
from reports.building import WeekBeforeLaunch, WeekNotStarted, build_running, build_week
from reports.models import BuildReason, WeekBuild, WeeklySummary
from reports.statistics import Counts
from reports.weeks import Week
from tests.reports.hall_life import (
    MONDAY,
    MONDAY_SIX,
    NEXT_MONDAY,
    TUESDAY_TEN,
    WEEK,
    a_hall,
    a_person,
    exclude,
    flag,
    on_duty,
    rate,
    rating,
    take_back,
    visits,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def hall():
    hall = a_hall()
    on_duty(a_person(hall, "X1"))
    return hall


@pytest.fixture
def staff(hall):
    return hall.staff.get()


def build(hall, at=MONDAY_SIX, week=WEEK, **more):
    return build_week(hall=hall, week=week, at=at, **more)


def summary_of(staff, week=WEEK):
    return WeeklySummary.objects.current().get(staff=staff, week_starts_on=week.starts_on)


def test_the_levels_are_counted(hall, staff):
    rate(staff, "5554321")
    build(hall)
    assert summary_of(staff).counts == Counts(3, 1, 1, 1, 1)


def test_a_rating_of_monday_midnight_counts_and_one_of_the_next_does_not(hall, staff):
    rate(staff, "5", MONDAY)
    rate(staff, "4", NEXT_MONDAY - SECOND)
    rate(staff, "3", MONDAY - SECOND)
    rate(staff, "2", NEXT_MONDAY)
    build(hall)
    assert summary_of(staff).counts == Counts(level_5=1, level_4=1)


def test_default_ratings_are_counted_apart(hall, staff):
    rate(staff, "55", is_default=True)
    rate(staff, "4")
    build(hall)
    summary = summary_of(staff)
    assert summary.counts == Counts(level_4=1)
    assert summary.default_count == 2


def test_excluded_ratings_are_counted_apart(hall, staff):
    bad, _good = rate(staff, "15")
    exclude(bad)
    build(hall)
    summary = summary_of(staff)
    assert summary.counts == Counts(level_5=1)
    assert summary.excluded_count == 1


def test_flagged_ratings_count_and_are_counted_apart_too(hall, staff):
    twice, _plain = rate(staff, "55", flags={"comment_cut": True})  # what was noticed of the words is no suspicion
    flag(twice, "burst", "too_quick")
    build(hall)
    summary = summary_of(staff)
    assert summary.counts.n == 2
    assert summary.flagged_count == 1


def test_a_flagged_rating_that_does_not_count_is_not_among_the_flagged(hall, staff):
    excluded, *others = [*rate(staff, "5"), *rate(staff, "5", ordinal=2), *rate(staff, "3", is_default=True)]
    for each in (excluded, *others):
        flag(each)
    exclude(excluded)
    build(hall)
    summary = summary_of(staff)
    assert (summary.counts.n, summary.flagged_count, summary.excluded_count) == (0, 0, 1)


def test_an_exclusion_that_was_taken_back_counts_again(hall, staff):
    [bad] = rate(staff, "1")
    exclude(bad)
    build(hall)
    take_back(bad)
    build(hall)
    summary = summary_of(staff)
    assert (summary.level_1, summary.excluded_count) == (1, 0)


def test_a_follow_up_rating_leaves_the_figures_alone(hall, staff):
    rate(staff, "1")
    rate(staff, "5", ordinal=2)
    build(hall)
    assert summary_of(staff).counts == Counts(level_1=1)


def test_visits_are_counted_as_served(hall, staff):
    visits(staff, 3)
    visits(staff, 1, NEXT_MONDAY)
    build(hall)
    assert summary_of(staff).served == 3


def test_every_active_person_has_a_row_zero_included(hall):
    a_person(hall, "X2")
    a_person(hall, "X3", is_active=False)
    build(hall)
    rows = WeeklySummary.objects.filter(hall=hall)
    assert {row.staff.staff_no for row in rows} == {"X1", "X2"}
    assert all(row.counts == Counts() for row in rows)


def test_a_person_who_left_keeps_the_row_that_ratings_made(hall):
    gone = a_person(hall, "X9", is_active=False)
    rate(gone, "54")
    build(hall)
    assert summary_of(gone).counts.n == 2


def test_a_rating_without_a_person_belongs_to_no_summary(hall, staff):
    rate(staff, "5")
    Rating.objects.bulk_create([rating(None, 1, hall=hall)])
    build(hall)
    assert WeeklySummary.objects.totals() == Counts(level_5=1)


def test_a_person_who_moved_to_another_hall_has_a_row_in_each(hall, staff):
    other = a_hall("B")
    rate(staff, "55")
    staff.hall = other
    staff.save()
    rate(staff, "1")
    build(hall)
    build(other)
    rows = WeeklySummary.objects.current().filter(staff=staff)
    assert {row.hall.code: row.counts for row in rows} == {"A": Counts(2), "B": Counts(level_1=1)}


def test_the_row_names_the_window_where_the_person_sat_last(hall, staff):
    second = hall.windows.create(number="2", name="other counter")
    staff.duties.update(ends_at=TUESDAY_TEN)
    on_duty(staff, second, since=TUESDAY_TEN)
    build(hall)
    assert summary_of(staff).window == second


def test_the_week_is_the_halls_own(hall):
    berlin = a_hall("C", "Europe/Berlin")
    person = a_person(berlin)
    on_duty(person)
    rate(person, "5", MONDAY)  # still Sunday in Berlin
    rate(person, "4", NEXT_MONDAY + timedelta(hours=6))  # Sunday 23:00
    build(berlin, at=NEXT_MONDAY + timedelta(days=1))
    assert summary_of(person).counts == Counts(level_4=1)


def test_a_second_run_writes_nothing(hall, staff):
    rate(staff, "5541")
    assert build(hall).rows == 1
    again = build(hall, at=MONDAY_SIX + timedelta(hours=1))
    assert (again.rows, again.revised) == (0, 0)
    assert summary_of(staff).revision == 1
    assert summary_of(staff).built_at == MONDAY_SIX


def test_a_late_rating_makes_a_new_revision_with_its_reason_for_that_person_only(hall, staff):
    other = a_person(hall, "X2")
    rate(staff, "5")
    rate(other, "5")
    build(hall, reason=BuildReason.SCHEDULED)
    rate(staff, "1")
    built = build(hall, at=MONDAY_SIX + timedelta(days=1), reason=BuildReason.LATE)
    assert (built.rows, built.revised) == (1, 1)
    first, second = WeeklySummary.objects.filter(staff=staff).order_by("revision")
    assert (first.is_current, first.counts, first.reason) == (False, Counts(1), "scheduled")
    assert (second.is_current, second.counts, second.reason) == (True, Counts(level_5=1, level_1=1), "late")
    assert summary_of(other).revision == 1


def test_an_exclusion_taken_back_makes_a_third_revision(hall, staff):
    bad = rate(staff, "1")[0]
    build(hall)
    exclude(bad)
    build(hall)
    RatingExclusion.objects.all().delete()
    build(hall)
    revisions = WeeklySummary.objects.filter(staff=staff).order_by("revision")
    assert [row.level_1 for row in revisions] == [1, 0, 1]
    assert [row.is_current for row in revisions] == [False, False, True]


def test_a_person_without_ratings_left_goes_back_to_zero(hall, staff):
    gone = a_person(hall, "X2", is_active=False)
    rate(gone, "1")
    build(hall)
    Rating.objects.filter(staff=gone).update(staff=staff)
    build(hall)
    assert summary_of(gone).counts == Counts()
    assert summary_of(staff).counts == Counts(level_1=1)


def test_a_week_of_the_future_is_refused_with_a_reason(hall):
    with pytest.raises(WeekNotStarted) as refused:
        build(hall, at=MONDAY - SECOND)
    assert refused.value.code == "week_not_started"
    assert not WeekBuild.objects.exists()


def test_a_week_before_the_hall_was_launched_is_refused(hall):
    with pytest.raises(WeekBeforeLaunch):
        build(hall, week=Week.parse("2020-W01"))
    with pytest.raises(WeekBeforeLaunch):
        build(a_hall("B"))
    assert not WeeklySummary.objects.exists()


def test_the_running_week_is_built_but_not_final(hall, staff):
    rate(staff, "5")
    assert not build(hall, at=TUESDAY_TEN + SECOND).is_final
    assert not WeekBuild.objects.get().is_final
    rate(staff, "4", TUESDAY_TEN + timedelta(days=1))
    assert build(hall).is_final
    claim = WeekBuild.objects.get()
    assert claim.is_final and claim.data_as_of == MONDAY_SIX
    assert (summary_of(staff).level_4, summary_of(staff).revision) == (1, 1)


def test_the_running_week_is_brought_up_to_date_in_place_and_the_final_one_is_not(hall, staff):
    for hours in range(3):
        rate(staff, "5", TUESDAY_TEN + timedelta(hours=hours))
        assert build_running(at=TUESDAY_TEN + timedelta(hours=hours, seconds=1)) == 1
    assert WeeklySummary.objects.get(staff=staff).level_5 == 3
    assert build_running(at=TUESDAY_TEN + timedelta(hours=4)) == 0
    build(hall)
    rate(staff, "1", TUESDAY_TEN)
    build(hall)
    revisions = WeeklySummary.objects.filter(staff=staff).order_by("revision")
    assert list(revisions.values_list("revision", "is_current")) == [(1, False), (2, True)]


def queries_of_a_build(hall):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        build(hall)
    return len(captured)


def test_the_number_of_statements_does_not_grow_with_staff_or_ratings(hall):
    people = [a_person(hall, f"N{i}") for i in range(4)]
    for person in people:
        rate(person, "5" * 12)
    few = queries_of_a_build(hall)
    people += [a_person(hall, f"M{i}") for i in range(195)]
    Rating.objects.bulk_create([rating(person, 1 + i % 5) for person in people for i in range(25)], batch_size=1000)
    # The first build also looks for rows to refresh, the second hands on `is_current`.
    assert queries_of_a_build(hall) == few == 15
    assert WeeklySummary.objects.current().count() == 200


class TestAgainstCounting(TestCase):
    """The statement against a plain count in Python, over made-up weeks."""

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.fixed_dictionaries(
                {
                    "person": st.integers(0, 2),
                    "level": st.integers(1, 5),
                    "hour": st.sampled_from([-1, 0, 1, 90, 167, 168, 200]),
                    "is_default": st.booleans(),
                    "ordinal": st.sampled_from([1, 1, 1, 2]),
                    "excluded": st.booleans(),
                    "taken_back": st.booleans(),
                    "flagged": st.booleans(),
                    "late": st.booleans(),
                    "hall": st.integers(0, 1),
                }
            ),
            max_size=40,
        )
    )
    def test_the_sums_are_those_of_a_plain_count(self, given_ratings):
        halls = [a_hall("A"), a_hall("B")]
        people = [a_person(halls[0], f"X{i}", is_active=i > 0) for i in range(3)]
        for hall in halls:
            on_duty(a_person(hall, "D"), hall.windows.get())
        self._store([each for each in given_ratings if not each["late"]], halls, people)
        for hall in halls:
            build(hall)
        self._store([each for each in given_ratings if each["late"]], halls, people)
        for hall in halls:
            build(hall)
        for number, hall in enumerate(halls):
            expected = self._count([each for each in given_ratings if each["hall"] == number])
            for i, person in enumerate(people):
                row = WeeklySummary.objects.current().filter(hall=hall, staff=person).first()
                sums = expected.get(i, Counter())
                if row is None:
                    assert not sums and not (number == 0 and i > 0)
                    continue
                assert {level: sums[level] for level in (5, 4, 3, 2, 1)} == row.counts.by_level
                assert (sums["default"], sums["excluded"], sums["flagged"]) == (
                    row.default_count,
                    row.excluded_count,
                    row.flagged_count,
                )

    def _store(self, rows, halls, people):
        for each in rows:
            stored = rating(
                people[each["person"]],
                each["level"],
                MONDAY + timedelta(hours=each["hour"]),
                hall=halls[each["hall"]],
                is_default=each["is_default"],
                ordinal=each["ordinal"],
                flags={"comment_cut": 1},
            )
            stored.save(force_insert=True)
            if each["flagged"]:
                flag(stored, "burst", "repeat")
            if each["excluded"]:
                exclude(stored)
            if each["taken_back"] and each["excluded"]:
                take_back(stored)

    def _count(self, rows):
        sums = {}
        for each in rows:
            if not 0 <= each["hour"] < 168:
                continue
            mine = sums.setdefault(each["person"], Counter())
            if each["excluded"] and not each["taken_back"]:
                mine["excluded"] += 1
            elif each["is_default"]:
                mine["default"] += 1
            elif each["ordinal"] == 1:
                mine[each["level"]] += 1
                mine["flagged"] += each["flagged"]
        return sums
