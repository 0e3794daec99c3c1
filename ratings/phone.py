"""The page for a visitor's own phone: whose service a code names, and recording what is said there.

The budgets (reliability.md D19) count by trusted address and by window. All visitors of a hall may share one address,
so the first budget is generous, and over it nobody is turned away: the rating is stored like any other and flagged
`over_budget`, for the integrity rules and a reviewer to judge. Nothing a citizen gave is dropped, and whoever wants to
drown a window's ratings cannot silence it either. Only a flood, ten times as much, gets `TooMany`: storing without end
would be the greater harm. The page then keeps the tap, says when to try again and names the other ways.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import StaffMember, Window
from feedback_site.zones import zone
from ratings.codes import VisitCode, WindowCode, read_code
from ratings.elsewhere import Place, record_elsewhere
from ratings.models import Duty, PhoneUse, Rating, Visit, WindowSign
from ratings.scale import Channel

RATE_VISIT_WITHIN = timedelta(days=30)  # a slip may be found in a coat pocket; after a month the memory is gone
BUDGET_TIME = timedelta(minutes=10)
# New ratings in BUDGET_TIME. A window serves two or three people in it; a hall's own network carries all its visitors.
WINDOW_BUDGET = 20
NETWORK_BUDGET = 60
FLOOD = 10  # times the budget
SAME_PHONE_A_DAY = 3  # for one window, domain.md E.7
KEPT_FOR = timedelta(days=1)


class NoSuchCode(DomainError):
    """The code was not made here, or its window or visit is gone: one answer for all."""

    code = "unknown_code"
    status = 404
    message = _("This code is not valid. Please scan it again, or ask the staff.")


class CodeIsOver(DomainError):
    """A good code whose time is over: the sign was renewed, the window closed, the visit long past."""

    code = "code_is_over"
    status = 410
    message = _("This code is no longer used. Please scan the one at the window.")


class TooMany(DomainError):
    """A flood from one address, or for one window."""

    code = "too_many"
    status = 429
    message = _("Many ratings are arriving at this moment.")
    retry_after_seconds = 60


@dataclass(frozen=True)
class Served:
    """What a code names: the window, the visit if it is one's, and the person whom a rating is about (or None)."""

    code: WindowCode | VisitCode
    window: Window
    staff: StaffMember | None
    visit: Visit | None = None

    @property
    def place(self) -> Place:
        """For recording. With a visit the person is the one who served, however much later it is rated."""
        known = {"staff_id": self.staff and self.staff.pk} if self.visit else {}
        return Place(self.window.hall_id, self.window.pk, Channel.QR, **known)


@dataclass(frozen=True)
class Visitor:
    """Who sends, as two keyed hashes of the day: the trusted network address, and it together with the browser."""

    network: str
    device: str


def served_by(code_text: str, at: datetime) -> Served:
    """What the code in an address names; raises `NoSuchCode` or `CodeIsOver`."""
    code = read_code(code_text)
    if isinstance(code, WindowCode):
        return _at_window(code, at)
    if isinstance(code, VisitCode):
        return _of_visit(code, at)
    raise NoSuchCode


def _at_window(code, at):
    window = Window.objects.select_related("hall", "sign").filter(pk=code.window).first()
    if window is None:
        raise NoSuchCode
    if code.serial != serial_of(window) or not window.is_active:
        raise CodeIsOver
    return Served(code, window, _on_duty(window, at))


def _of_visit(code, at):
    visit = Visit.objects.select_related("window__hall", "staff").filter(pk=code.visit).first()
    if visit is None:
        raise NoSuchCode
    if at > visit.called_at + RATE_VISIT_WITHIN:
        raise CodeIsOver(_("This visit was more than 30 days ago and can no longer be rated here."))
    return Served(code, visit.window, visit.staff or _on_duty(visit.window, visit.called_at), visit)


def _on_duty(window, at):
    duty = Duty.objects.filter(window=window).at(at).select_related("staff").first()
    return duty and duty.staff


def serial_of(window: Window) -> int:
    """Which of the window's QR codes is the good one."""
    return window.sign.serial if hasattr(window, "sign") else 0


def renew_sign(*, window: Window, actor, at: datetime) -> WindowSign:
    """End the window's QR code: from now on only a new print opens the page.

    Raises DomainError `permission_denied`.
    """
    if not actor.has_perm("ratings.change_windowsign"):
        raise DomainError(_("You may not renew QR codes."), code="permission_denied", status=403)
    with transaction.atomic():
        sign, _created = WindowSign.objects.select_for_update().get_or_create(
            window=window, defaults={"renewed_at": at}
        )
        sign.serial += 1
        sign.renewed_at, sign.renewed_by = at, actor
        sign.save()
    return sign


def visitor(*, network: str, browser: str, hall, at: datetime) -> Visitor:
    """The visitor as the budgets know one: hashes that are worth nothing the next day."""
    day = at.astimezone(zone(hall.timezone)).date().isoformat()
    return Visitor(_hash(day, network), _hash(day, network, browser))


def _hash(*parts):
    return salted_hmac("ratings.phone", "\n".join(parts), algorithm="sha256").hexdigest()[:32]


def rate_by_phone(
    *, served: Served, told: dict, visitor: Visitor, at: datetime, answered_ms: int | None = None
) -> dict:
    """Store what was said on the page; returns the verdict of `ratings.elsewhere.record_elsewhere`.

    `told` holds id, level, reasons, language, modes and, for a change, `amends`. Raises `TooMany`.
    """
    with transaction.atomic():
        is_new = not Rating.objects.filter(pk=told["id"]).exists()
        noticed = _weigh(served.window, visitor, at)
        forget_uses(at=at)
        PhoneUse.objects.create(
            window=served.window, network=visitor.network, device=visitor.device, is_new=is_new, at=at
        )
        case_no = {"visit": served.visit.case_no} if served.visit else {}
        return record_elsewhere(
            place=served.place,
            told={**told, **case_no},
            rated_at=at,
            received_at=at,
            answered_ms=answered_ms,
            noticed=noticed if is_new else None,
        )


def forget_uses(*, at: datetime) -> int:
    """Delete what is known of phones for longer than a day; says how many rows."""
    deleted, _by_model = PhoneUse.objects.filter(at__lt=at - KEPT_FOR).delete()
    return deleted


def _weigh(window, visitor, at):
    """What is noticed about the sender; raises `TooMany` for a flood."""
    lately = PhoneUse.objects.filter(at__gt=at - BUDGET_TIME)
    noticed, over = {}, []
    for name, uses, budget in (
        ("window", lately.filter(window=window), WINDOW_BUDGET),
        ("network", lately.filter(network=visitor.network), NETWORK_BUDGET),
    ):
        if uses[: budget * FLOOD].count() >= budget * FLOOD:
            raise TooMany
        if uses.filter(is_new=True)[:budget].count() >= budget:
            over.append(name)
    if over:
        noticed["over_budget"] = over
    today = PhoneUse.objects.filter(network=visitor.network, device=visitor.device, window=window, is_new=True)
    before = today[:MAX_SAME].count()
    if before + 1 >= SAME_PHONE_A_DAY:
        noticed["same_phone"] = before + 1
    return noticed


MAX_SAME = 100  # no need to count further
