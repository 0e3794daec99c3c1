"""What a tablet shows: its window, the person on duty, the words of the hall's reason set, the timings."""

from datetime import datetime

from ratings.models import Duty, HallReasonSet, Reason, Tablet
from ratings.scale import FACE_SET_VERSION, LEVELS, SCALE_VERSION

DEFAULT_REASON_SET = "plain-1"
NOTICE_VERSION = "2026-1"
# ux/README B6, in the units the names say.
TIMINGS = {
    "guard_ms": 450,
    "k2_idle_s": 40,
    "warn_s": 20,
    "thanks_s": 12,
    "thanks_ticket_s": 60,
    "amend_s": 60,
    "retry_s": [2, 5, 15, 60],
}


def tablet_configuration(*, tablet: Tablet, at: datetime) -> dict:
    """The whole of `GET tablets/me/`, but for the server's time; a tablet can work from it while it is offline."""
    window = tablet.window
    duty = Duty.objects.filter(window=window).at(at).select_related("staff").first()
    choice = HallReasonSet.objects.select_related("reason_set").filter(hall=tablet.hall_id).first()
    reason_set = choice.reason_set.code if choice else DEFAULT_REASON_SET
    reasons = {str(int(level)): [] for level in LEVELS}
    for reason in Reason.objects.filter(reason_set__code=reason_set).select_related("national").order_by("position"):
        reasons[str(reason.level)].append(
            {"code": reason.code, "text": reason.texts, "national": reason.national and reason.national.code}
        )
    return {
        "tablet": tablet.pk,
        "hall": {"code": tablet.hall.code, "name": tablet.hall.name},
        "window": {"number": window.number, "name": window.name, "kind": window.kind},
        "staff": {"name": duty.staff.name} if duty else None,
        "languages": ["zh-hans", "zh-hant", "en"],
        "reason_set": reason_set,
        "reasons": reasons,
        "timings": TIMINGS,
        "notice_version": NOTICE_VERSION,
        "scale_version": SCALE_VERSION,
        "face_set_version": FACE_SET_VERSION,
        "highest_seq": tablet.highest_seq,
    }
