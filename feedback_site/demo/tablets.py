"""The demo's tablets: enrolled with codes, sending as tablets send, with the faults that tablets have."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback_site.demo.visitors import Tap
from ratings.enrolment import enrol_tablet, make_enrolment_code
from ratings.heartbeat import record_heartbeat
from ratings.models import Tablet
from ratings.recording import record_ratings
from ratings.scale import is_bad

TRAVEL = timedelta(seconds=2)  # from a bad tap to its receipt; the rest waits for the next quiet moment
AMENDED_AFTER = timedelta(seconds=9)
APP_VERSION = "1.0.0"


@dataclass
class Sender:
    """A tablet and its numbering."""

    tablet: Tablet
    seq: int = 0

    def send(self, taps: list[Tap], at: datetime) -> None:
        """Send these taps in one call, received at that moment."""
        verdicts = self.send_items([item for tap in taps for item in self._items(tap)], at)
        refused = [verdict for verdict in verdicts if verdict["status"] != "created"]
        if refused:
            raise RuntimeError(f"the demo made ratings that nobody can make: {refused}")

    def send_items(self, items: list[dict], at: datetime) -> list[dict]:
        """Send raw items and hear the verdicts; the tablet learns where its numbering stands, as every one does."""
        receipt = record_ratings(tablet=self.tablet, items=items, sent_at=at, received_at=at)
        self.tablet.highest_seq, self.tablet.gaps = receipt.highest_seq, receipt.gaps
        return receipt.results

    def lose(self, count: int) -> None:
        """These numbers were given to taps that never arrived: the gap that the tablet's page shows."""
        self.seq += count

    def _items(self, tap):
        self.seq += 1
        item = {
            "id": str(tap.id),
            "seq": self.seq,
            "level": tap.level,
            "rated_at": tap.at.isoformat(),
            "reasons": list(tap.reasons),
            "comment": tap.comment,
            "visit": tap.case_no or None,
            "language": tap.language,
            "modes": list(tap.modes),
            "answered_ms": tap.answered_ms,
        }
        if tap.meant is None:
            return [item]
        amended_at = (tap.at + AMENDED_AFTER).isoformat()
        return [item, {**item, "level": tap.meant, "amends": True, "amended_at": amended_at}]


def enrol(*, window, actor, at: datetime) -> Sender:
    """Make a code as the hall's manager does, and spend it on a device; nobody keeps the demo tablets' tokens."""
    code = make_enrolment_code(window=window, actor=actor, at=at)
    return Sender(enrol_tablet(code=code, network="127.0.0.1", at=at + timedelta(minutes=2)).tablet)


def beat(*, sender: Sender, at: datetime) -> None:
    """The tablet's last word about itself: everything sent, plugged in."""
    told = {
        "queued": 0,
        "highest_seq": sender.seq,
        "app_version": APP_VERSION,
        "storage_persisted": True,
        "battery": 1.0,
    }
    record_heartbeat(tablet=sender.tablet, told={**told, "now": at.isoformat()}, at=at)


def sends(
    *, taps: list[Tap], breaks: list[datetime], silent: tuple[datetime, datetime] | None = None
) -> list[tuple[datetime, list[Tap]]]:
    """When which taps leave the tablet: a bad one at once with all before it, the rest at the next break.

    Taps of one window in order of time, and the moments at which it empties its outbox. Between the two moments of
    `silent` it reaches nobody; everything leaves together at the second.
    """
    calls, waiting, ahead = [], [], sorted(breaks)
    for tap in taps:
        while ahead and ahead[0] <= tap.at:
            _leave(calls, waiting, ahead.pop(0), silent)
        waiting.append(tap)
        if is_bad(tap.level):
            told_at = tap.at if tap.meant is None else tap.at + AMENDED_AFTER
            _leave(calls, waiting, told_at + TRAVEL, silent)
    for moment in ahead:
        _leave(calls, waiting, moment, silent)
    return calls


def _leave(calls, waiting, at, silent):
    if silent and silent[0] <= at < silent[1]:
        return
    if waiting:
        calls.append((at, waiting.copy()))
        waiting.clear()
