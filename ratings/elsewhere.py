"""Recording what no tablet sent: a rating from a visitor's own phone, or one typed in from paper.

It goes the one way that taps of tablets go (`ratings.recording.Batch`): the same reading, the same judgement of an id
that is known already, the same quarantine, and the level is data all the way (reliability.md D14). It differs in what
it lacks: no number on a tablet, and no clock but the server's.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ratings.clocks import EARLIEST, Moment
from ratings.items import read_item
from ratings.judging import AMEND_WITHIN
from ratings.recording import Batch
from ratings.scale import Channel

# The reasons of a rating are the second page of the same form; a slow reader is given the time to read it.
COMPLETE_WITHIN = timedelta(minutes=30)
BY_DUTY = object()


@dataclass(frozen=True)
class Place:
    """Where a rating was given without a tablet.

    `staff_id` is the person whom it is about, None for nobody, `BY_DUTY` for whoever was on duty at its moment. The
    other fields are what a batch asks of its sender.
    """

    hall_id: int
    window_id: int
    channel: Channel
    staff_id: object = BY_DUTY
    pk: None = None
    enrolled_at: datetime = EARLIEST


def record_elsewhere(
    *,
    place: Place,
    told: dict,
    rated_at: datetime,
    received_at: datetime,
    answered_ms: int | None = None,
    noticed: dict | None = None,
) -> dict:
    """Store the rating that `told` is, and say which verdict of contract.md it got (`created`, `duplicate`, …).

    `told` is an item as tablets send it without `seq` and without moments; sent once more it is the same rating.
    `noticed` goes into the flags of a new rating. Call it as often as one likes.
    """
    batch = _Single(place, told, rated_at, received_at, answered_ms, noticed or {})
    return batch.in_steps().results[0]


class _Single(Batch):
    """A batch of one."""

    def __init__(self, place, told, rated_at, received_at, answered_ms, noticed):
        self.channel = place.channel
        if place.staff_id is not BY_DUTY:
            self.computed = {}
        self.rated_at = rated_at
        self.answered_ms = answered_ms
        self.noticed = noticed
        super().__init__(place, [told], None, received_at)

    def _item(self, raw):
        item = read_item(raw, numbered=False)
        return replace(item, answered_ms=self.answered_ms, flags={**item.flags, **self.noticed})

    def _row(self, item, moment, reasons, visits):
        row = super()._row(item, moment, reasons, visits)
        return row if self.computed else {**row, "staff_id": self.tablet.staff_id}

    def _moment(self, item):
        return Moment(self.rated_at, None)

    def _had_number(self, item):
        return False

    def _advance(self):
        return 0, []

    def _told_pause(self, item, stored):
        return self.received_at - stored.rated_at

    def _amend_within(self, item, stored):
        return COMPLETE_WITHIN if item.level == stored.level else AMEND_WITHIN
