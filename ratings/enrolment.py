"""A one-time code turns a device into the tablet of a window; revoking ends it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import Hall, Window
from ratings import sequence
from ratings.models import EnrolmentCode, EnrolmentFailure, ServiceToken, Tablet
from ratings.secrets import digest, new_code, new_token
from ratings.signatures import InvalidKey, read_public_key

CODE_LIFE = timedelta(minutes=10)
DRAIN_FOR = timedelta(days=30)  # as long as a tablet keeps what the server has (reliability.md D7)
MAX_TOKEN = 100
NUMBERS = range(1, 100)  # two digits of a receipt
FAILURES_ALLOWED = 10  # per network and CODE_LIFE (reliability.md d.2)


class InvalidCode(DomainError):
    """Wrong, used or expired: the same answer for all, so that nothing can be learnt by trying."""

    code = "invalid_code"
    message = _("This code is not valid. Please ask for a new one.")


class TooManyTries(DomainError):
    """The network has guessed too often."""

    code = "too_many_tries"
    status = 429
    message = _("Too many wrong codes. Please wait ten minutes.")
    retry_after_seconds = int(CODE_LIFE.total_seconds())


@dataclass(frozen=True)
class Enrolled:
    """A new tablet and its token, which is told this once."""

    tablet: Tablet
    token: str


def make_enrolment_code(*, window: Window, actor, at: datetime, replaces: Tablet | None = None) -> str:
    """A code for the window that works once, for ten minutes; only its hash is stored. `actor` may be None.

    Who enrols with it takes the place of `replaces`, at the same window or at another of the hall.
    """
    if replaces is not None and replaces.hall_id != window.hall_id:
        raise DomainError(_("A tablet moves within its hall."), code="other_hall")
    code = new_code()
    EnrolmentCode.objects.create(
        window=window,
        code_hash=digest(code),
        created_at=at,
        expires_at=at + CODE_LIFE,
        created_by=actor,
        replaces=replaces,
    )
    return code


def enrol_tablet(*, code, network: str, at: datetime, public_key=None, former=None) -> Enrolled:
    """Spend the code; of two devices with the same code one wins.

    `public_key` is the device's (None: it has none). `former` is what the device says of its earlier enrolment,
    `{"token": …, "highest_seq": …}`: that one ends, and may finish sending what was given under it. Both untrusted.

    Raises `InvalidCode`, `TooManyTries` for a network with ten failures in ten minutes, and, with the code unspent,
    DomainError `invalid` for a key that is none.
    """
    if public_key is not None:
        try:
            public_key = read_public_key(public_key)
        except InvalidKey:
            fields = {"public_key": [_("Not a public key on the curve P-256.")]}
            raise DomainError(_("Some of this is not right."), code="invalid", fields=fields) from None
    recent = EnrolmentFailure.objects.filter(network=network, at__gt=at - CODE_LIFE)
    if recent.count() >= FAILURES_ALLOWED:
        raise TooManyTries
    try:
        return _enrol(code, at, public_key or "", former)
    except InvalidCode:
        EnrolmentFailure.objects.filter(at__lte=at - CODE_LIFE).delete()
        EnrolmentFailure.objects.create(network=network, at=at)
        raise


@transaction.atomic
def _enrol(code, at, public_key, former):
    if not isinstance(code, str) or len(code) > 40:
        raise InvalidCode
    unspent = EnrolmentCode.objects.filter(code_hash=digest(code), used_at=None, expires_at__gt=at)
    if not unspent.update(used_at=at):
        raise InvalidCode
    window = (
        Window.objects.select_related("hall")
        .select_for_update(of=("hall",), no_key=True)
        .get(codes__code_hash=digest(code))
    )
    replaced = Tablet.objects.filter(replacement_codes__code_hash=digest(code)).first()
    earlier, highest_seq = _same_device(former)
    if earlier:
        _retire(earlier, at, highest_seq)
    if replaced and replaced != earlier:
        _retire(replaced, at, None)
    token = new_token()
    tablet = Tablet.objects.create(
        hall=window.hall,
        window=window,
        number=next_number(window.hall),
        token_hash=digest(token),
        public_key=public_key,
        predecessor=replaced or earlier,
        enrolled_at=at,
        last_seen_at=at,
    )
    return Enrolled(tablet, token)


def _same_device(former):
    """The earlier tablet whose token the device shows, and the highest number it gave; (None, None) for nonsense."""
    token = former.get("token") if isinstance(former, dict) else None
    if not isinstance(token, str) or len(token) > MAX_TOKEN:
        return None, None
    tablet = Tablet.objects.filter(token_hash=digest(token)).first()
    told = former.get("highest_seq")
    return tablet, told if sequence.is_seq(told) else 0


def _retire(tablet, at, highest_seq):
    """End the token but for what was given before; a device that shows it anew with a good code is trusted anew."""
    Tablet.objects.filter(pk=tablet.pk).update(
        revoked_at=Coalesce("revoked_at", Value(at)), drains_until=at + DRAIN_FOR, drain_seq=highest_seq
    )


def may_finish(*, tablet: Tablet, at: datetime) -> bool:
    """Whether a tablet that is no longer in use may still send what was given before; `recording` sees to the rest."""
    return tablet.drains_until is not None and at < tablet.drains_until


def next_number(hall: Hall) -> int | None:
    """The number for a new tablet of the hall: one that no tablet ever had, else the one that was given back first.

    Two tablets with one number would make the same receipts on one day. None when 99 tablets are enrolled. The caller
    holds the hall's row, so that of two tablets enrolled at once the second waits and gets the next number.
    """
    numbered = Tablet.objects.filter(hall=hall, number__isnull=False).order_by(F("revoked_at").asc(nulls_last=True))
    last_use = dict(numbered.values_list("number", "revoked_at"))  # None: in use
    unused = [number for number in NUMBERS if number not in last_use]
    given_back = sorted((revoked_at, number) for number, revoked_at in last_use.items() if revoked_at)
    return next(iter([*unused, *(number for _revoked_at, number in given_back)]), None)


def revoke_tablet(*, tablet: Tablet, at: datetime) -> bool:
    """End the tablet's token at once, for finishing too; False when somebody was first. Its ratings stay."""
    usable = Tablet.objects.filter(pk=tablet.pk).filter(Q(revoked_at=None) | Q(drains_until__gt=at))
    return bool(usable.update(revoked_at=Coalesce("revoked_at", Value(at)), drains_until=None))


def make_service_token(*, name: str, hall: Hall, at: datetime) -> str:
    """A token for a queue or case system of one hall, told this once."""
    token = new_token()
    ServiceToken.objects.create(name=name, hall=hall, token_hash=digest(token), created_at=at)
    return token


def revoke_service_token(*, token: ServiceToken, at: datetime) -> bool:
    """End the token at once; False when somebody was first. The visits it reported stay."""
    return bool(ServiceToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at))
