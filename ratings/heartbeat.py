"""What a tablet reports of itself: each good field is kept, each bad one is named."""

import math
import re
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from ratings.clocks import parse_moment
from ratings.models import Tablet
from ratings.sequence import MAX_SEQ

MAX_QUEUED = 1_000_000
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,39}")


def record_heartbeat(*, tablet: Tablet, told: dict, at: datetime) -> None:
    """Keep what can be used; raises DomainError `invalid` naming the fields that cannot (reliability.md d.2)."""
    values, problems = {"last_seen_at": at}, {}
    before = (tablet.queued or 0) + (tablet.queued_earlier or 0)
    for name, (column, read) in FIELDS.items():
        if told.get(name) is None:
            continue
        try:
            values[column] = read(told[name], at)
        except ValueError:
            problems[name] = [_("Out of range.")]
    waiting = values.get("queued", tablet.queued) or 0, values.get("queued_earlier", tablet.queued_earlier) or 0
    if sum(waiting) == 0:
        values["queue_since"] = None
    elif tablet.queue_since is None or sum(waiting) < before:
        values["queue_since"] = at
    Tablet.objects.filter(pk=tablet.pk).update(**values)
    if problems:
        raise DomainError(_("Some of this is not right."), code="invalid", fields=problems)


def _whole(limit):
    def read(value, at):
        if type(value) is not int or not 0 <= value <= limit:
            raise ValueError
        return value

    return read


def _version(value, at):
    if not isinstance(value, str) or not VERSION.fullmatch(value) or ".." in value:
        raise ValueError
    return value


def _truth(value, at):
    if not isinstance(value, bool):
        raise ValueError
    return value


def _share(value, at):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError
    if not 0 <= value <= 1:
        raise ValueError
    return value


def _offset(value, at):
    moment = parse_moment(value)
    if moment is None:
        raise ValueError
    return (at - moment).total_seconds()


FIELDS = {
    "queued": ("queued", _whole(MAX_QUEUED)),
    "queued_earlier": ("queued_earlier", _whole(MAX_QUEUED)),
    "set_aside": ("set_aside", _whole(MAX_QUEUED)),
    "highest_seq": ("reported_seq", _whole(MAX_SEQ)),
    "app_version": ("app_version", _version),
    "storage_persisted": ("storage_persisted", _truth),
    "battery": ("battery", _share),
    "now": ("clock_offset_seconds", _offset),
}
