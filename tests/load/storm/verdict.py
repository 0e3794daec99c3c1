"""Holds what is stored against what was sent."""

import time
from collections import Counter

from feedback_site.models import Hall
from ratings.clocks import parse_moment
from ratings.models import QuarantinedRating, Rating, RatingReason, RatingVersion, Reason, Tablet

DOUBT_SECONDS = 60  # the tap's place on the server's clock depends on which of several sends was stored
SAME = ("seq", "level", "comment", "language", "modes", "answered_ms")


def reasons_by_level() -> dict[int, list[str]]:
    """The codes that go with each level."""
    codes = {level: [] for level in range(1, 6)}
    for reason in Reason.objects.order_by("code"):
        codes[reason.level].append(reason.code)
    return codes


def rest(hall: Hall, seconds: float) -> None:
    """Wait until the number of the hall's ratings stands still: the control stores after it has answered."""
    seen = -1
    while seen != (now := Rating.objects.filter(hall=hall).count()):
        seen = now
        time.sleep(seconds)


def compare(hall: Hall, items: list[dict]) -> dict[str, int]:
    """How many of the acknowledged ratings are missing, there twice, or not what was said."""
    stored = {str(rating.pk): rating for rating in Rating.objects.filter(hall=hall)}
    reasons = {}
    for pk, code in RatingReason.objects.filter(rating__hall=hall).values_list("rating", "reason__code"):
        reasons.setdefault(str(pk), []).append(code)
    versions = Counter(map(str, RatingVersion.objects.filter(rating__hall=hall).values_list("rating", flat=True)))
    present = [item for item in items if item["id"] in stored]
    numbers = Counter((rating.tablet_id, rating.seq) for rating in stored.values())
    refused = QuarantinedRating.objects.filter(hall=hall).count()
    marks_wrong = sum(
        1
        for tablet in Tablet.objects.filter(hall=hall)
        if tablet.gaps or tablet.highest_seq != sum(owner == tablet.pk for owner, _seq in numbers)
    )
    return {
        "lost": len(items) - len(present),
        "doubled": len(set(stored) - {item["id"] for item in items})
        + sum(count - 1 for count in numbers.values())
        + sum(max(0, count - 1) for count in versions.values()),
        "altered": refused
        + marks_wrong
        + sum(
            not _is_as_said(stored[item["id"]], reasons.get(item["id"], []), versions[item["id"]], item)
            for item in present
        ),
    }


def _is_as_said(rating, reasons, versions, item):
    tapped_at = parse_moment(item["rated_at"])
    return (
        all(getattr(rating, name) == item[name] for name in SAME)
        and reasons == item["reasons"]
        and rating.tablet_rated_at == tapped_at
        and abs((rating.rated_at - tapped_at).total_seconds()) < DOUBT_SECONDS
        and versions == bool(item.get("amends"))
        and not rating.flags
    )
