"""A one-time code turns a device into the tablet of a window; revoking ends it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import Hall, Window
from ratings.models import EnrolmentCode, EnrolmentFailure, ServiceToken, Tablet
from ratings.secrets import digest, new_code, new_token

CODE_LIFE = timedelta(minutes=10)
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


def make_enrolment_code(*, window: Window, actor, at: datetime) -> str:
    """A code for the window that works once, for ten minutes; only its hash is stored. `actor` may be None."""
    code = new_code()
    EnrolmentCode.objects.create(
        window=window, code_hash=digest(code), created_at=at, expires_at=at + CODE_LIFE, created_by=actor
    )
    return code


def enrol_tablet(*, code, network: str, at: datetime) -> Enrolled:
    """Spend the code; of two devices with the same code one wins.

    Raises `InvalidCode`, or `TooManyTries` for a network with ten failures in ten minutes.
    """
    recent = EnrolmentFailure.objects.filter(network=network, at__gt=at - CODE_LIFE)
    if recent.count() >= FAILURES_ALLOWED:
        raise TooManyTries
    try:
        return _enrol(code, at)
    except InvalidCode:
        EnrolmentFailure.objects.filter(at__lte=at - CODE_LIFE).delete()
        EnrolmentFailure.objects.create(network=network, at=at)
        raise


@transaction.atomic
def _enrol(code, at):
    if not isinstance(code, str) or len(code) > 40:
        raise InvalidCode
    unspent = EnrolmentCode.objects.filter(code_hash=digest(code), used_at=None, expires_at__gt=at)
    if not unspent.update(used_at=at):
        raise InvalidCode
    window = Window.objects.select_related("hall").get(codes__code_hash=digest(code))
    token = new_token()
    tablet = Tablet.objects.create(
        hall=window.hall, window=window, token_hash=digest(token), enrolled_at=at, last_seen_at=at
    )
    return Enrolled(tablet, token)


def revoke_tablet(*, tablet: Tablet, at: datetime) -> bool:
    """End the tablet's token at once; False when somebody was first. Its ratings stay."""
    return bool(Tablet.objects.filter(pk=tablet.pk, revoked_at=None).update(revoked_at=at))


def make_service_token(*, name: str, hall: Hall, at: datetime) -> str:
    """A token for a queue or case system of one hall, told this once."""
    token = new_token()
    ServiceToken.objects.create(name=name, hall=hall, token_hash=digest(token), created_at=at)
    return token


def revoke_service_token(*, token: ServiceToken, at: datetime) -> bool:
    """End the token at once; False when somebody was first. The visits it reported stay."""
    return bool(ServiceToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at))
