"""What D2 shows: the history as it is read, all clocks, who brought it, what may be done next. Writes nothing."""

from dataclasses import dataclass

from complaints.desk.ways import hands_over, stops_clock
from complaints.people import call_name
from complaints.timeline import Line, lines_of
from complaints.workflow import Move, Status

# The admin's icons by the names of ours.
ICONS = {"call": "phone", "person": "person", "check": "check", "mic": "mic", "sentiment_satisfied": "sun"}
KEYS = {"escalate": "L", "merge": "G", "supervise": "S"}
CLOSES = {Status.CLOSED}
LAST = {"withdraw", "reject", "archive"}
IN_COMPOSER = {"answer", "note", "contact"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A button under 下一步."""

    name: str
    label: str
    key: str
    icon: str


def shown_lines(ticket) -> list[tuple[str, Line]]:
    """The history with the names of our icons."""
    return [(ICONS.get(line.icon, "check"), line) for line in lines_of(ticket)]


def steps_of(moves: list[Move]) -> list[Step]:
    """The moves as buttons, the way to the end first; what stands in the composer or at the clock is left out."""
    rest = [row for row in moves if row.name not in IN_COMPOSER and not stops_clock(row)]
    taken: set[str] = set()
    return [_step(row, taken) for row in sorted(rest, key=_rank)]


def _rank(row):
    """The end first, then what brings the matter on, then what gives it to somebody; what ends it otherwise last."""
    if row.target in CLOSES:
        return 0
    if row.name in LAST:
        return 5
    if hands_over(row):
        return 2
    if row.name in KEYS:
        return 3
    return 1 if row.target and not row.needs else 4


def _step(row, taken):
    key = "A" if hands_over(row) else "E" if row.target in CLOSES else KEYS.get(row.name, "")
    if key in taken:
        key = ""
    taken.add(key)
    return Step(name=row.name, label=row.label, key=key, icon=_icon(row))


def _icon(row):
    if hands_over(row):
        return "person"
    if row.name in ("escalate", "supervise"):
        return "flag"
    if row.name == "merge":
        return "merge"
    return "check" if row.target in CLOSES else "right"


def called(ticket) -> str:
    """How the person who brought it is named on buttons: masked, or nobody."""
    petitioner = getattr(ticket, "petitioner", None)
    return petitioner.name_masked if petitioner else ""


def callbacks_of(ticket) -> list[dict]:
    """What the citizen said of each answer, oldest first."""
    rows = ticket.callbacks.select_related("actor").order_by("at", "id")
    return [
        {
            "at": row.at,
            "round": row.round,
            "way": row.get_way_display(),
            "reached": row.reached,
            "solved": row.get_solved_display(),
            "mark": row.get_mark_display(),
            "by": call_name(row.actor),
        }
        for row in rows
    ]
