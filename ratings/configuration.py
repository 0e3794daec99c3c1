"""What a tablet shows: its window, the person on duty, the words of the hall's reason set, the timings."""

from datetime import date, datetime, timedelta

from django.conf import settings

from feedback_site.models import CalendarYear
from feedback_site.zones import zone
from ratings.attribution import visit_served_now
from ratings.models import Duty, EnrolmentCode, HallReasonSet, Reason, Tablet
from ratings.scale import FACE_SET_VERSION, LEVELS, SCALE_VERSION
from ratings.sealing import read_keys

DEFAULT_REASON_SET = "plain-1"
NOTICE_VERSION = "2026-1"
DAYS_AHEAD = 14  # so that a tablet that was offline over the longest holiday still knows a day
# ux/README B6, in the units the names say.
TIMINGS = {
    "guard_ms": 450,
    "k2_idle_s": 40,
    "warn_s": 20,
    "thanks_s": 12,
    "thanks_ticket_s": 60,
    "amend_s": 60,
    "retry_s": [2, 5, 15, 60],
    "poll_s": 60,
}


def tablet_configuration(*, tablet: Tablet, at: datetime) -> dict:
    """The whole of `GET tablets/me/`, but for the server's time; a tablet can work from it while it is offline."""
    window = tablet.window
    duty = Duty.objects.filter(window=window).at(at).select_related("staff__photo").first()
    reason_set, reasons = reasons_of(tablet.hall_id)
    return {
        "tablet": tablet.pk,
        "hall": {"code": tablet.hall.code, "name": tablet.hall.name},
        "window": {"number": window.number, "name": window.name, "kind": window.kind},
        "staff": shown_person(duty.staff) if duty else None,
        "visit": visit_served_now(window.pk, at),
        "languages": ["zh-hans", "zh-hant", "en"],
        "reason_set": reason_set,
        "reasons": reasons,
        "timings": TIMINGS,
        "notice_version": NOTICE_VERSION,
        "scale_version": SCALE_VERSION,
        "face_set_version": FACE_SET_VERSION,
        "highest_seq": tablet.highest_seq,
        "number": tablet.number,
        "sealing": sealing(),
        "working_days": working_days_after(at.astimezone(zone(tablet.hall.timezone)).date()),
        "public_address": settings.PUBLIC_ADDRESS,
        "moving_until": moving_until(tablet, at),
    }


def shown_person(staff) -> dict:
    """The card of the person on duty; `photo` is a data URL, or null for whoever does not want to be shown."""
    photo = getattr(staff, "photo", None)
    return {"name": staff.name, "photo": photo.data_url if photo else None}


def working_days_after(today: date) -> list[str]:
    """The working days of the next two weeks, as far as the calendar is known, in ISO form; two queries."""
    calendar = CalendarYear.objects.as_calendar()
    ahead = (today + timedelta(days=days) for days in range(1, DAYS_AHEAD + 1))
    return [day.isoformat() for day in ahead if calendar.knows(day) and calendar.is_working_day(day)]


def reasons_of(hall_id: int) -> tuple[str, dict[str, list[dict]]]:
    """The code of the hall's reason set, and its words by level; two queries."""
    choice = HallReasonSet.objects.select_related("reason_set").filter(hall=hall_id).first()
    reason_set = choice.reason_set.code if choice else DEFAULT_REASON_SET
    reasons = {str(int(level)): [] for level in LEVELS}
    for reason in Reason.objects.filter(reason_set__code=reason_set).select_related("national").order_by("position"):
        reasons[str(reason.level)].append(
            {"code": reason.code, "text": reason.texts, "national": reason.national and reason.national.code}
        )
    return reason_set, reasons


def moving_until(tablet: Tablet, at: datetime) -> str | None:
    """Until when a code waits that turns the device into the tablet of another window: so long it asks for the code."""
    codes = EnrolmentCode.objects.filter(replaces=tablet, used_at=None, expires_at__gt=at)
    latest = codes.exclude(window=tablet.window_id).order_by("-expires_at").values_list("expires_at", flat=True).first()
    return latest.isoformat() if latest else None


def sealing() -> dict | None:
    """What tablets seal for this server with; None: they offer neither call-back nor voice."""
    keys = read_keys(settings.SEALING_KEY)
    return {"key_id": keys[0].key_id, "public_key": keys[0].public_key} if keys else None
