"""How often chance alone looks one-sided, and how often a window that picks its raters is seen; counted with a seed."""

import uuid
from datetime import datetime, timedelta, timezone
from random import Random

import pytest

from ratings import integrity
from ratings.integrity import Peers, Tap, one_sided

MONDAY = datetime(2026, 11, 2, 9, tzinfo=timezone(timedelta(hours=8)))
WINDOWS, WEEKS, VISITS_A_DAY = 12, 4, 20
MARKED_BY_CHANCE = 5  # of 1,200 windows in four weeks; 9 of 3,000 when counted longer: 0.3 to 0.4 %
SEED = 20200910


def chance_of_a_clerk(dice, mean, sd):
    """A share that differs from clerk to clerk (a beta distribution of that mean and standard deviation)."""
    size = mean * (1 - mean) / sd**2 - 1
    return dice.betavariate(mean * size, (1 - mean) * size)


def four_weeks(dice, *, share, participation):
    """The calls and taps of one window; `share` of those who rate give the best level."""
    called, taps = [], []
    for day in range(7 * WEEKS):
        if day % 7 > 4:
            continue
        for number in range(VISITS_A_DAY):
            at = MONDAY + timedelta(days=day, minutes=20 * number)
            called.append(at)
            if dice.random() < participation:
                level = 5 if dice.random() < share else 4
                taps.append(Tap(uuid.UUID(int=dice.getrandbits(128)), at + timedelta(minutes=10), level))
    return called, taps


def marked_windows(dice, *, honest, cheating=None):
    """How many of the windows of one hall are marked; `cheating` replaces the first window's habits."""
    windows = [four_weeks(dice, **honest(dice)) for _ in range(WINDOWS)]
    if cheating:
        windows[0] = four_weeks(dice, **cheating)
    found = []
    for called, taps in windows:
        others = [window for window in windows if window[1] is not taps]
        peers = Peers(
            ratings=sum(len(each) for _, each in others),
            best=sum(tap.level == 5 for _, each in others for tap in each),
            visits=sum(len(each) for each, _ in others),
        )
        found.append(any(True for _ in one_sided(taps, called=called, peers=peers)))
    return found


def as_clerks_are(dice):
    """Clerks differ: the best level 85 ± 6 %, participation 45 ± 12 % (the demo's halls; domain.md A.8)."""
    return {"share": chance_of_a_clerk(dice, 0.85, 0.06), "participation": chance_of_a_clerk(dice, 0.45, 0.12)}


def marked_by_chance(halls):
    dice = Random(SEED)
    return [marked for _ in range(halls) for marked in marked_windows(dice, honest=as_clerks_are)]


def test_chance_alone_marks_one_window_in_two_hundred_and_forty_in_four_weeks():
    found = marked_by_chance(halls=100)
    assert len(found) == 1_200
    assert sum(found) == MARKED_BY_CHANCE


def test_without_asking_who_rates_good_clerks_would_be_marked(monkeypatch):
    monkeypatch.setattr(integrity, "LOW_PARTICIPATION", 100)
    monkeypatch.setattr(integrity, "LOW_SIGMAS", -1_000)
    assert sum(marked_by_chance(halls=25)) > 15


@pytest.mark.parametrize("participation", [0.10, 0.15])
def test_a_window_that_hands_the_tablet_to_the_happy_few_is_seen_mostly(participation):
    dice = Random(SEED)
    cheating = {"share": 0.995, "participation": participation}
    found = [marked_windows(dice, honest=as_clerks_are, cheating=cheating)[0] for _ in range(40)]
    assert sum(found) / len(found) > 0.8
