"""The day ruler (ux/README D1): today's deadlines on one line, with the now-mark and the lunch break. Pure.

Positions are percents of the width, so that the drawing needs no inline style and its letters keep their size.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from complaints.clock import State
from feedback_site.hours import Span

LEFT, RIGHT = 9.0, 96.0  # percent of the width between which the day lies; overdue ones stand left of it
NEAR = 3.2  # percent: marks that are closer share one
SOON = timedelta(hours=2)
FULL_DAY = (Span(range(1, 8), time(9), time(17)),)


@dataclass(frozen=True, kw_only=True)
class Due:
    """One deadline of today."""

    number: str
    due_at: datetime
    soon: bool  # under two hours of working time are left
    paused: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A shape on the line: triangle overdue, circle soon, square later; never the colour alone."""

    x: float
    state: State
    numbers: tuple[str, ...]
    words: str

    @property
    def label(self) -> str:
        """The last digits of the number; of several, how many."""
        return self.numbers[0][-4:] if len(self.numbers) == 1 else f"×{len(self.numbers)}"

    @property
    def first(self) -> str:
        return self.numbers[0]


@dataclass(frozen=True, kw_only=True)
class Tick:
    x: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Ruler:
    """The line as it is drawn."""

    ticks: tuple[Tick, ...]
    breaks: tuple[tuple[float, float, float], ...]  # from, to, and the middle for its words
    now: Tick | None
    marks: tuple[Mark, ...]

    @property
    def line(self) -> tuple[float, float]:
        return LEFT, RIGHT


def ruler_of(*, spans: tuple[Span, ...], weekday: int, at: datetime, dues: list[Due]) -> Ruler:
    """`at` and the deadlines are in the hall's zone; `weekday` is the one whose hours the hall keeps today."""
    today = sorted((span.opens, span.closes) for span in spans if weekday in span.weekdays)
    if not today:
        today = [(span.opens, span.closes) for span in FULL_DAY]
    opens, closes = today[0][0], max(closes for _opens, closes in today)
    day = at.date()
    scale = _Scale(day, opens, closes)
    hours = range(opens.hour, closes.hour + 1) if closes.minute or closes.hour else range(opens.hour, 24)
    ticks = [Tick(x=scale.x(hour), words=f"{hour}:00") for hour in hours if opens <= time(hour) <= closes]
    pairs = pairwise(today)
    pauses = [(scale.of(end), scale.of(start)) for (_a, end), (start, _b) in pairs if end < start]
    breaks = [(begins, ends, round((begins + ends) / 2, 2)) for begins, ends in pauses]
    now = Tick(x=scale.place(at), words=f"{at:%H:%M}") if opens <= at.time() <= closes else None
    return Ruler(ticks=tuple(ticks), breaks=tuple(breaks), now=now, marks=tuple(_marks(scale, dues)))


class _Scale:
    """Where on the line a moment lies."""

    def __init__(self, day: date, opens: time, closes: time):
        self._opens = _minutes(opens)
        self._length = max(_minutes(closes) - self._opens, 1)
        self._day = day

    def x(self, hour: int) -> float:
        return self._at(hour * 60)

    def of(self, clock: time) -> float:
        return self._at(_minutes(clock))

    def place(self, moment: datetime) -> float:
        if moment.date() > self._day:
            return RIGHT
        return self._at(_minutes(moment.time()))

    def _at(self, minutes):
        share = min(max((minutes - self._opens) / self._length, 0), 1)
        return round(LEFT + share * (RIGHT - LEFT), 2)


def _marks(scale, dues):
    """Marks from left to right; deadlines that would lie on each other are one mark with their number."""
    groups: list[tuple[float, list[Due]]] = []
    for due in sorted(dues, key=lambda due: due.due_at):
        x = scale.place(due.due_at)
        if groups and x - groups[-1][0] < NEAR:
            groups[-1][1].append(due)
        else:
            groups.append((x, [due]))
    for x, group in groups:
        soon = any(due.soon for due in group)
        yield Mark(
            x=x,
            state=State.SOON if soon else State.OK,
            numbers=tuple(due.number for due in group),
            words=f"{group[0].due_at:%H:%M}",
        )


def _minutes(clock):
    return clock.hour * 60 + clock.minute
