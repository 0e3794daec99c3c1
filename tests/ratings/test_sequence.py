"""The numbering against the plainest thing that is right: a set of all numbers that arrived."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.sequence import MAX_GAPS, MAX_SEQ, is_seq, received


def oracle(numbers):
    """Highest number and gaps, searched for the slow way."""
    highest = max(numbers, default=0)
    gaps = []
    for number in range(1, highest + 1):
        if number not in numbers:
            if gaps and gaps[-1][1] == number - 1:
                gaps[-1][1] = number
            else:
                gaps.append([number, number])
    return highest, gaps


def test_a_tablet_that_starts_with_one_has_no_gap():
    assert received(0, [], [1]) == (1, [])


def test_a_jump_leaves_one_gap_with_both_ends_named():
    assert received(639, [], [642]) == (642, [[640, 641]])


def test_a_number_out_of_a_gap_splits_it():
    assert received(10, [[3, 7]], [5]) == (10, [[3, 4], [6, 7]])


def test_the_ends_of_a_gap_shrink_it_and_a_lonely_number_closes_it():
    assert received(10, [[3, 7]], [3]) == (10, [[4, 7]])
    assert received(10, [[3, 7]], [7]) == (10, [[3, 6]])
    assert received(10, [[3, 3], [5, 6]], [3]) == (10, [[5, 6]])


def test_what_arrived_before_changes_nothing():
    assert received(10, [[3, 7]], [1, 2, 8, 10]) == (10, [[3, 7]])


def test_nothing_arrived_changes_nothing():
    assert received(10, [[3, 7]], []) == (10, [[3, 7]])


def test_the_gaps_that_were_handed_in_are_left_alone():
    gaps = [[3, 7]]
    received(10, gaps, [5, 20])
    assert gaps == [[3, 7]]


def test_a_forged_jump_to_the_end_costs_one_gap():
    assert received(5, [], [MAX_SEQ]) == (MAX_SEQ, [[6, MAX_SEQ - 1]])


def test_a_numbering_full_of_holes_keeps_its_row_small_and_its_newest_gaps_exact():
    highest, gaps = received(0, [], range(2, 2_002, 2))
    assert highest == 2_000
    assert len(gaps) == MAX_GAPS
    assert gaps[0] == [1, 1801]  # the oldest are merged: it says too much, never too little
    assert gaps[1:] == [[number, number] for number in range(1_803, 2_000, 2)]


def test_only_whole_numbers_that_a_browser_can_count_are_numbers():
    assert all(is_seq(value) for value in (1, 813, MAX_SEQ))
    assert not any(is_seq(value) for value in (0, -1, MAX_SEQ + 1, 2**63, 1.0, "1", True, None, [1]))


numbers = st.sets(st.integers(1, 60))


@given(batches=st.lists(numbers, max_size=8))
def test_batches_in_any_order_say_the_same_as_the_set_of_all_numbers(batches):
    highest, gaps = 0, []
    for batch in batches:
        highest, gaps = received(highest, gaps, batch)
    assert (highest, gaps) == oracle(set().union(*batches))


@given(batch=st.lists(st.integers(1, MAX_SEQ), max_size=150))
def test_gaps_stay_sorted_apart_and_below_the_highest_whatever_arrives(batch):
    highest, gaps = received(0, [], batch)
    flat = [number for gap in gaps for number in gap]
    assert flat == sorted(flat)
    assert all(first <= last < highest for first, last in gaps)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(gaps))
    assert len(gaps) <= MAX_GAPS


@given(batch=st.sets(st.integers(1, 500), min_size=150, max_size=200))
@settings(max_examples=30)
def test_no_missing_number_is_ever_forgotten_even_when_gaps_are_merged(batch):
    _highest, gaps = received(0, [], batch)
    missing = set(range(1, max(batch))) - batch
    assert missing <= {number for first, last in gaps for number in range(first, last + 1)}
