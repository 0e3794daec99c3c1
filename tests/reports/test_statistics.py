"""Known answers of domain.md E.1, E.2 and E.5, with SciPy as a second opinion."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from reports.statistics import (
    Counts,
    comparable,
    index,
    index_difference,
    index_interval,
    mean,
    newcombe_difference,
    pooled_z_test,
    shown,
    wilson,
)

counts_lists = st.lists(st.integers(0, 400), min_size=5, max_size=5)
ANY_RATINGS = counts_lists.filter(any)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([126, 60, 16, 17], 78.234),  # the vendor's four faces
        ([51, 23, 12, 2, 4], 81.25),  # the vendor's five faces
        ([1, 1, 1, 1, 1], 50),  # UK GDS, there on a scale of 0 to 1
        ([6, 1, 1, 1, 1], 75),
        ([1, 1, 1, 1, 6], 25),
    ],
)
def test_the_index_agrees_with_published_examples(counts, expected):
    assert index(counts) == pytest.approx(expected, abs=1e-3)


def test_the_mean_agrees_with_the_published_example():
    assert mean([51, 23, 12, 2, 4]) == pytest.approx(4.25)
    assert Counts(51, 23, 12, 2, 4).mean == pytest.approx(4.25)


def test_figures_of_no_ratings_are_unknown_and_not_zero():
    nobody = Counts()
    assert nobody.n == 0
    assert nobody.index is nobody.mean is nobody.index_interval is None
    assert nobody.share(nobody.bad) is nobody.share_interval(nobody.bad) is None
    assert index([0, 0, 0, 0]) is mean([]) is None
    assert wilson(0, 0) is newcombe_difference(1, 2, 0, 0) is newcombe_difference(0, 0, 1, 2) is None
    assert index_difference(nobody, Counts(1)) is index_difference(Counts(1), nobody) is None
    assert pooled_z_test(0, 0, 1, 2) is None


def test_counts_tell_good_from_bad():
    week = Counts(61, 17, 5, 2, 1)
    assert (week.n, week.good, week.bad, week.top2) == (86, 83, 3, 78)
    assert week.share(week.good) == pytest.approx(83 / 86)
    assert week.by_level == {5: 61, 4: 17, 3: 5, 2: 2, 1: 1}
    assert list(week.by_level) == [5, 4, 3, 2, 1]


def test_counts_add_up_over_people():
    assert Counts.total([Counts(1, 2, 3, 4, 5), Counts(10, 20, 30, 40, 50)]) == Counts(11, 22, 33, 44, 55)
    assert Counts.total([]) == Counts()


def test_a_count_cannot_be_negative():
    with pytest.raises(ValueError, match="negative"):
        Counts(1, -1)


WILSON = [  # x, n, Wilson 95 %, with continuity correction
    (81, 263, (0.2553, 0.3662), (0.2535, 0.3682)),
    (15, 148, (0.0624, 0.1605), (0.0598, 0.1644)),
    (0, 20, (0, 0.1611), (0, 0.2005)),
    (1, 29, (0.0061, 0.1718), (0.0018, 0.1963)),
    (7, 50, (0.0695, 0.2619), (0.0628, 0.2736)),
    (340, 400, (0.8117, 0.8817), (0.8103309, 0.8827749)),
    (1, 1, (0.2065, 1), None),
    (5, 5, (0.5655, 1), (0.4629, 1)),
    (4, 5, (0.3755, 0.9638), (0.2988, 0.9895)),
    (9, 10, (0.5958, 0.9821), (0.5412, 0.9948)),
    (10, 10, (0.7225, 1), (0.6555, 1)),
    (19, 20, (0.7639, 0.9911), (0.7306, 0.9974)),
    (20, 20, (0.8389, 1), (0.7995, 1)),
    (30, 30, (0.8865, 1), (0.8587, 1)),
    (48, 50, (0.8654, 0.9890), (0.8514, 0.9930)),
    (50, 50, (0.9287, 1), (0.9111, 1)),
    (84, 85, (0.9363, 0.9979), (0.9271, 0.9994)),
    (95, 100, (0.8882, 0.9785), (0.8817, 0.9814)),
    (100, 100, (0.9630, 1), (0.9539, 1)),
    (190, 200, (0.9104, 0.9726), (0.9073, 0.9744)),
    (9999, 10000, (0.9994, 1.0), None),
]


@pytest.mark.parametrize(("x", "n", "plain", "corrected"), WILSON)
def test_wilson_agrees_with_the_published_table(x, n, plain, corrected):
    assert wilson(x, n) == pytest.approx(plain, abs=5.1e-5)
    if corrected:
        assert wilson(x, n, continuity=True) == pytest.approx(corrected, abs=5.1e-5)


def test_the_corrected_interval_agrees_with_r_to_seven_digits():
    assert wilson(340, 400, continuity=True) == pytest.approx((0.8103309, 0.8827749), abs=5e-8)


@pytest.mark.parametrize(("bound", "n"), [(0.80, 16), (0.90, 35), (0.95, 73), (0.99, 381)])
def test_how_many_perfect_ratings_a_lower_bound_needs(bound, n):
    assert wilson(n, n).low >= bound > wilson(n - 1, n - 1).low


def test_more_good_ratings_than_ratings_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="between"):
        wilson(3, 2)


@given(st.data(), st.integers(1, 20_000), st.booleans())
def test_wilson_agrees_with_scipy(data, n, continuity):
    x = data.draw(st.integers(0, n))
    oracle = stats.binomtest(x, n).proportion_ci(method="wilsoncc" if continuity else "wilson")
    assert wilson(x, n, continuity=continuity) == pytest.approx(tuple(oracle), abs=1e-6)


NEWCOMBE = [  # this week, last week, difference, interval
    ((56, 70), (48, 80), 0.2, (0.0524, 0.3339)),
    ((9, 10), (3, 10), 0.6, (0.1705, 0.8090)),
    ((10, 10), (0, 20), 1, (0.6791, 1)),
    ((10, 10), (0, 10), 1, (0.6075, 1)),
    ((0, 10), (0, 20), 0, (-0.1611, 0.2775)),
    ((48, 50), (44, 50), 0.08, (-0.0341, 0.2015)),
    ((95, 100), (88, 100), 0.07, (-0.0095, 0.1531)),
    ((190, 200), (176, 200), 0.07, (0.0151, 0.1270)),
]


@pytest.mark.parametrize(("now", "before", "value", "interval"), NEWCOMBE)
def test_newcombe_agrees_with_the_published_table(now, before, value, interval):
    difference = newcombe_difference(*now, *before)
    assert difference.value == pytest.approx(value)
    assert (difference.low, difference.high) == pytest.approx(interval, abs=5.1e-5)


def test_only_an_interval_without_zero_speaks_of_a_change():
    assert newcombe_difference(190, 200, 176, 200).excludes_zero
    assert newcombe_difference(176, 200, 190, 200).excludes_zero
    assert not newcombe_difference(95, 100, 88, 100).excludes_zero


@pytest.mark.parametrize(
    ("now", "before", "z", "p"),
    [
        ((48, 50), (44, 50), 1.474, 0.140),
        ((95, 100), (88, 100), 1.775, 0.076),
        ((190, 200), (176, 200), 2.510, 0.012),
    ],
)
def test_the_pooled_test_agrees_with_the_published_table(now, before, z, p):
    assert pooled_z_test(*now, *before) == pytest.approx((z, p), abs=5.1e-4)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_the_pooled_test_agrees_with_scipys_chi_square(n1, n2, data):
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    assume(0 < x1 + x2 < n1 + n2)
    oracle = stats.chi2_contingency([[x1, n1 - x1], [x2, n2 - x2]], correction=False)
    z, p = pooled_z_test(x1, n1, x2, n2)
    assert z**2 == pytest.approx(oracle.statistic, abs=1e-9)
    assert p == pytest.approx(oracle.pvalue, abs=1e-9)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_swapping_the_weeks_turns_the_difference_round(n1, n2, data):
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    there, back = (
        newcombe_difference(x1, n1, x2, n2),
        newcombe_difference(x2, n2, x1, n1),
    )
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert -1 - 1e-9 <= there.low <= there.value <= there.high <= 1 + 1e-9


@given(ANY_RATINGS)
def test_the_index_lies_inside_its_interval_and_the_interval_on_the_scale(counts):
    low, high = index_interval(counts)
    assert 0 <= low <= index(counts) + 1e-9
    assert index(counts) - 1e-9 <= high <= 100


@given(ANY_RATINGS)
def test_more_of_the_same_ratings_narrow_the_interval(counts):
    low, high = index_interval(counts)
    lower, higher = index_interval([4 * count for count in counts])
    assert higher - lower < high - low


@given(st.integers(1, 300), st.data())
def test_for_ratings_at_both_ends_only_the_interval_is_nearly_wilsons(n, data):
    x = data.draw(st.integers(0, n))
    assert index_interval([x, 0, 0, 0, n - x]) == pytest.approx(wilson(x, n).scaled(100), abs=1e-6)


def test_ten_perfect_ratings_are_not_taken_for_certainty():
    assert Counts(10).index_interval == pytest.approx((72.2, 100), abs=0.1)


def test_a_change_of_the_index_is_judged_by_both_intervals():
    worse = index_difference(Counts(31, 28, 17, 11, 6), Counts(60, 20, 8, 3, 2))
    assert worse.value < 0 and worse.excludes_zero
    assert not index_difference(Counts(61, 17, 5, 2, 1), Counts(48, 19, 4, 2, 1)).excludes_zero


def test_under_ten_ratings_nothing_but_the_count_is_shown():
    assert [n for n in range(12) if shown(n)] == [10, 11]


def test_weeks_are_compared_from_thirty_ratings_on_each_side():
    assert comparable(30, 30)
    assert not comparable(30, 29)
    assert not comparable(29, 300)
