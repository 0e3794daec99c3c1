"""Which of a tablet's numbers arrived: the highest, and the gaps below it (reliability.md D6). Pure.

Gaps are sorted, disjoint, inclusive pairs `[first, last]`. They are kept beside the highest number instead of being
searched for, so that a batch costs the same after a year as on the first day.
"""

MAX_SEQ = 2**53 - 1  # what a browser can count exactly
# Beyond this many holes (a forged or broken numbering) the oldest are merged, so that a row stays small.
MAX_GAPS = 100


def is_seq(value) -> bool:
    """Whether an untrusted value is a number that a tablet may give: 1 … 2^53 - 1."""
    return type(value) is int and 1 <= value <= MAX_SEQ


def is_known(number: int, highest: int, gaps: list[list[int]]) -> bool:
    """Whether the number arrived before: up to the highest and in no gap."""
    return number <= highest and not any(first <= number <= last for first, last in gaps)


def received(highest: int, gaps: list[list[int]], numbers) -> tuple[int, list[list[int]]]:
    """The highest number and the gaps after `numbers` arrived as well; order and repeats do not matter."""
    gaps = [list(gap) for gap in gaps]
    for number in sorted(set(numbers)):
        if number > highest:
            if number > highest + 1:
                gaps.append([highest + 1, number - 1])
            highest = number
        else:
            gaps = _without(gaps, number)
    while len(gaps) > MAX_GAPS:
        gaps[:2] = [[gaps[0][0], gaps[1][1]]]
    return highest, gaps


def _without(gaps, number):
    kept = []
    for first, last in gaps:
        if not first <= number <= last:
            kept.append([first, last])
            continue
        if first < number:
            kept.append([first, number - 1])
        if number < last:
            kept.append([number + 1, last])
    return kept
