"""Who comes to a window on a day, how the visit ends and what is tapped; pure but for the dice that are handed in.

Near the ceiling, as real halls are (domain.md A.8): what varies is whether the visitor could be helped that day.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from feedback_site.demo import words
from feedback_site.demo.places import DESK, GREEN, LOW, Seat
from feedback_site.demo.roster import Shift

LEVELS = (5, 4, 3, 2, 1)
CONTENT = (89.0, 8.8, 1.9, 0.2, 0.1)  # of visitors whose matter went on
KIND = (76.0, 16.0, 6.7, 0.9, 0.4)  # of visitors sent home who take it kindly …
BITTER = (16.0, 16.0, 22.0, 26.0, 20.0)  # … and of those who had not been told
HELPED = {"done": 66, "accepted": 24, "consulted": 10}
SENT_HOME = {"supplement": 74, "returned": 16, "not_done": 10}
GIVES_REASONS = {5: 0.3, 4: 0.5, 3: 0.6, 2: 0.8, 1: 0.8}
GIVES_COMMENT = {5: 0.025, 4: 0.03, 3: 0.12, 2: 0.4, 1: 0.45}
SENT_BACK_REASONS = ("not_told", "many_trips", "not_done", "207", "208", "109", "114")
FOLLOWS_UP = 0.012
SLIPS = 0.004  # taps the wrong end of the scale and puts it right at once
OFFICE_HOURS_A_DAY = 6.5


@dataclass(frozen=True)
class Tap:
    """One rating as the tablet will send it; `meant` is the level that replaced a slip, None mostly."""

    id: uuid.UUID
    at: datetime
    level: int
    case_no: str = ""
    reasons: tuple[str, ...] = ()
    comment: str = ""
    language: str = "zh-hans"
    modes: tuple[str, ...] = ()
    answered_ms: int = 2_000
    meant: int | None = None


@dataclass(frozen=True)
class Visitor:
    """A visit as the queue system will tell it, and the visitor's taps (none, one, or a follow-up as well)."""

    case_no: str
    told: dict
    taps: tuple[Tap, ...]


def visitors(
    *, seat: Seat, shifts: list[Shift], progress: float, reasons: dict, dice: Random, until: datetime
) -> Iterator[Visitor]:
    """The visitors of one window and day who are served by `until`; `reasons` are the hall's codes by level."""
    count = 0
    for shift in shifts:
        hours = (shift.ends_at - shift.starts_at) / timedelta(hours=1)
        slots = max(1, round(seat.visits * hours / OFFICE_HOURS_A_DAY * dice.uniform(0.8, 1.2)))
        slot = (shift.ends_at - shift.starts_at) / slots
        for number in range(slots):
            count += 1
            called_at = _whole(shift.starts_at + slot * (number + dice.uniform(0, 0.4)))
            ended_at = _whole(called_at + min(slot * dice.uniform(0.3, 0.5), timedelta(minutes=25)))
            case_no = f"{seat.hall}{called_at:%Y%m%d}{int(seat.number):02}{count:03}"
            visitor = _visitor(seat, shift, case_no, called_at, ended_at, progress, reasons, dice)
            if ended_at + timedelta(minutes=1) <= until:
                yield visitor


def _visitor(seat, shift, case_no, called_at, ended_at, progress, reasons, dice):
    sent_home = dice.random() < seat.at(seat.sent_back, progress)
    patience = seat.at(seat.patience, progress)
    told = {
        "window": seat.number,
        "staff": shift.staff_no,
        "item": dice.choice(seat.items),
        "called_at": called_at.isoformat(),
        "ended_at": ended_at.isoformat(),
        "outcome": _one_of(SENT_HOME if sent_home else HELPED, dice),
    }
    # Those who had not been told what to bring say so more often than others say thank you.
    share = seat.share * (1.3 - 0.3 * patience) if sent_home else seat.share
    taps = []
    if dice.random() < share:
        weights = [k * patience + b * (1 - patience) for k, b in zip(KIND, BITTER, strict=True)]
        level = dice.choices(LEVELS, weights if sent_home else CONTENT)[0]
        at = ended_at + timedelta(seconds=dice.randint(4, 45))
        taps.append(_tap(seat, case_no, at, level, sent_home, reasons, dice))
        if dice.random() < FOLLOWS_UP:
            later = ended_at + timedelta(minutes=dice.randint(20, 50))
            if later < shift.ends_at:
                taps.append(_tap(seat, case_no, later, max(1, level - 1), sent_home, reasons, dice))
    return Visitor(case_no, told, tuple(taps))


def _tap(seat, case_no, at, level, sent_home, reasons, dice):
    slipped = level == 5 and dice.random() < SLIPS
    language = dice.choices(("zh-hans", "zh-hant", "en"), (96, 2, 2))[0]
    return Tap(
        id=uuid.UUID(int=dice.getrandbits(128), version=4),
        at=at,
        level=1 if slipped else level,
        meant=level if slipped else None,
        case_no=case_no,
        reasons=() if slipped else _reasons(reasons[level], level, sent_home, dice),
        comment=_comment(level, sent_home, dice) if not slipped and language == "zh-hans" else "",
        language=language,
        modes=_modes(seat, dice),
        answered_ms=round(dice.lognormvariate(9.8, 0.6)),  # half a minute and less since the faces appeared
    )


def _reasons(codes, level, sent_home, dice):
    if dice.random() >= GIVES_REASONS[level]:
        return ()
    if sent_home and level <= 2:
        codes = [code for code in codes if code.rpartition(".")[2] in SENT_BACK_REASONS] or codes
    return tuple(dice.sample(codes, min(len(codes), dice.choice((1, 1, 2)))))


def _comment(level, sent_home, dice):
    if dice.random() >= GIVES_COMMENT[level]:
        return ""
    if level >= 4:
        return dice.choice(words.PRAISE)
    if level == 3:
        return dice.choice(words.MIXED)
    return dice.choice(words.SENT_BACK if sent_home else words.COMPLAINT)


def _modes(seat, dice):
    chances = {
        "low_reach": 0.6 if seat.kind == LOW else 0.0,
        "large_text": {GREEN: 0.45, LOW: 0.3, DESK: 0.2}.get(seat.kind, 0.07),
        "read_aloud": 0.08 if seat.kind in (LOW, GREEN) else 0.01,
    }
    return tuple(mode for mode, chance in chances.items() if dice.random() < chance)


def _one_of(weights, dice):
    return dice.choices(list(weights), list(weights.values()))[0]


def _whole(moment):
    return moment.replace(microsecond=0)
