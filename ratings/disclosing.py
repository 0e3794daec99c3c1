"""Opening what a visitor entrusted: only for the hall's officers, never for the one rated, never unseen (D16)."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from feedback_site.models import User
from ratings.models import CallbackRequest, Disclosure, Rating, VoiceRemark
from ratings.sealing import CannotOpen, Purpose, open_box, read_keys

REVEAL = "ratings.reveal_callbackrequest"
LISTEN = "ratings.listen_voiceremark"
HIDDEN = "•••• ••••"
SHOWN_DIGITS = 4  # of a masked number: enough to know a caller by, too few to call


class MayNotOpen(DomainError):
    """The person is no officer of this hall, or the one whom the rating is about."""

    code = "permission_denied"
    status = 403
    message = _("You may not do this.")


class Gone(DomainError):
    """It was deleted as promised, or its key is not on this server any more."""

    code = "gone"
    status = 410
    message = _("This cannot be opened any more.")


def may_open(*, rating: Rating, user: User, permission: str) -> bool:
    """Whether the person may open what came with the rating: an officer of its hall, and not the one rated."""
    own = rating.staff_id is not None and rating.staff.user_id == user.pk
    at_home = user.is_superuser or user.hall_id == rating.hall_id
    return user.is_active and at_home and not own and user.has_perm(permission)


def reveal_phone(*, callback: CallbackRequest, actor: User, at: datetime) -> str:
    """The number in groups that can be dialled; who asked is written down first. Raises `MayNotOpen`, `Gone`."""
    return grouped(_open(callback.rating, actor, at, Disclosure.Kind.PHONE, REVEAL, lambda: phone_of(callback)))


def hear_voice(*, voice: VoiceRemark, actor: User, at: datetime) -> bytes:
    """The recording; who asked is written down first. Raises `MayNotOpen`, `Gone`."""
    return _open(voice.rating, actor, at, Disclosure.Kind.VOICE, LISTEN, lambda: sound_of(voice))


def masked(callback: CallbackRequest) -> str:
    """The number but for its last digits, for those who may also reveal it. Raises `Gone`."""
    return f"{HIDDEN} {phone_of(callback)[-SHOWN_DIGITS:]}"


def phone_of(callback: CallbackRequest) -> str:
    """The number as the visitor typed it; for this module's neighbours, nobody is asked. Raises `Gone`."""
    return _opened(callback, Purpose.PHONE, callback.phone_box).decode("ascii", "replace")


def sound_of(voice: VoiceRemark) -> bytes:
    """The recording; for this module's neighbours, nobody is asked. Raises `Gone`."""
    return _opened(voice, Purpose.VOICE, voice.box)


def grouped(phone: str) -> str:
    """A mobile number as 138 0013 8000; any other as it is."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}" if len(phone) == 11 and phone.isdigit() else phone


def _open(rating, actor, at, kind, permission, read):
    if not may_open(rating=rating, user=actor, permission=permission):
        raise MayNotOpen
    Disclosure.objects.create(rating=rating, kind=kind, actor=actor, at=at)
    return read()


def _opened(row, purpose, box):
    keys = {key.key_id: key for key in read_keys(settings.SEALING_KEY)}
    if row.forgotten_at or row.key_id not in keys:
        raise Gone
    try:
        return open_box(
            box if isinstance(box, str) else bytes(box), key=keys[row.key_id], purpose=purpose, rating_id=row.rating_id
        )
    except CannotOpen:
        raise Gone from None
