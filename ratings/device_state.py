"""What is wrong with a tablet, from what is known of it. Pure.

Each border stands here with its reason; the words people read are the labels.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(minutes=10)  # a tablet reports itself each minute
STUCK_AFTER = timedelta(hours=4)  # ux/README K4
STUCK_AT = 200  # waiting, ux/README K4
LOW_BATTERY = 0.2  # of 1; a tablet on the counter hangs on its cable
CLOCK_OFF_SECONDS = 120
REMEMBERED = timedelta(days=7)  # how long what happened once is shown


class DeviceWarning(TextChoices):
    """The gravest first."""

    COPIED = "copied", _("copied token")
    FORKED = "forked", _("numbers used twice")
    MISSING = "missing", _("ratings missing")
    SILENT = "silent", _("silent")
    STUCK = "stuck", _("queue stuck")
    SET_ASIDE = "set_aside", _("ratings set aside")
    NOT_PERSISTED = "not_persisted", _("storage may be cleared")
    CLOCK = "clock", _("clock is wrong")
    BATTERY = "battery", _("battery low")


@dataclass(frozen=True)
class Numbers:
    """Numbers that the tablet has given and the server has not seen: still waiting there, or nowhere."""

    waiting: int
    missing: int


def numbers(tablet) -> Numbers:
    """By its last report; what waits is taken to be among what has not come."""
    holes = sum(last - first + 1 for first, last in tablet.gaps)
    absent = holes + max(0, (tablet.reported_seq or 0) - tablet.highest_seq)
    waiting = min(absent, tablet.queued or 0)
    return Numbers(waiting, absent - waiting)


def warnings(tablet, *, at: datetime, is_open: bool) -> list[DeviceWarning]:
    """What somebody should look at, the gravest first; `is_open` says whether the hall is open for ten minutes now.

    A tablet that is no longer in use warns of nothing but what was sent in its name.
    """
    held = {
        DeviceWarning.COPIED: _recent(tablet.forged_at, at),
        DeviceWarning.FORKED: _recent(tablet.forked_at, at),
    }
    if tablet.revoked_at is None:
        total = (tablet.queued or 0) + (tablet.queued_earlier or 0)
        since = tablet.queue_since
        held |= {
            DeviceWarning.MISSING: numbers(tablet).missing > 0,
            DeviceWarning.SILENT: is_open and at - (tablet.last_seen_at or tablet.enrolled_at) > SILENT_AFTER,
            DeviceWarning.STUCK: total >= STUCK_AT or bool(total and since and at - since >= STUCK_AFTER),
            DeviceWarning.SET_ASIDE: bool(tablet.set_aside),
            DeviceWarning.NOT_PERSISTED: tablet.storage_persisted is False,
            DeviceWarning.CLOCK: abs(tablet.clock_offset_seconds or 0) > CLOCK_OFF_SECONDS,
            DeviceWarning.BATTERY: tablet.battery is not None and tablet.battery <= LOW_BATTERY,
        }
    return [warning for warning in DeviceWarning if held.get(warning)]


def _recent(moment, at):
    return moment is not None and at - moment < REMEMBERED
