"""Who brought a matter (诉求人): kept sealed, shown masked, opened by few and never unseen, forgotten in time (D16).

Names and numbers are sealed with this server's own public key, so that a stolen database tells nothing; `SEALING_KEY`
opens them. What is in the columns beside the boxes identifies nobody.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.errors import FieldInvalid, PermissionDenied
from complaints.models import Petitioner, PetitionerDisclosure, Ticket
from complaints.telephones import mask_phone, read_phone, spoken_phone
from feedback_site.errors import DomainError
from feedback_site.models import User
from ratings.cleaning import clean_comment
from ratings.query_codes import hashed, new_code
from ratings.sealing import CannotOpen, Purpose, open_box, read_keys, seal

REVEAL = "complaints.reveal_petitioner"
KEPT_FOR = timedelta(days=30)  # after the ticket was closed
NAME_LENGTH = 100  # characters, reliability.md d.3
CALL_TIMES_LENGTH = Petitioner._meta.get_field("call_times").max_length
STARS = "**"
NOTHING = {
    "name_box": "",
    "phone_box": "",
    "name_masked": "",
    "phone_masked": "",
    "phone_key": "",
    "query_code_hash": "",
    "call_times": "",
}
Kind = PetitionerDisclosure.Kind
PURPOSES = {Kind.NAME: Purpose.PETITIONER_NAME, Kind.PHONE: Purpose.PETITIONER_PHONE}


class Gone(DomainError):
    """It was never given, was deleted as promised, or its key is not on this server any more."""

    code = "gone"
    status = 410
    message = gettext_lazy("This cannot be opened any more.")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a citizen or enterprise says of themselves; everything may be left out."""

    name: str = ""
    phone: str = ""
    kind: str = Petitioner.Kind.PERSON
    call_times: str = ""
    wants_no_call: bool = False
    language: str = ""


def check_told(told: Told) -> Told:
    """The same, cleaned and in one spelling. Raises `FieldInvalid` with the names of the fields above."""
    name, name_flags = clean_comment(_one_line(told.name), limit=NAME_LENGTH)
    times, times_flags = clean_comment(_one_line(told.call_times), limit=CALL_TIMES_LENGTH)
    phone = read_phone(told.phone)
    problems = {}
    if "comment_cut" in name_flags or len(name) > NAME_LENGTH:
        problems["name"] = [_("At most 100 characters.")]
    if told.phone.strip() and not phone:
        problems["phone"] = [_("Not a telephone number. A land line needs its area code, such as 0755-83501234.")]
    if "comment_cut" in times_flags or len(times) > CALL_TIMES_LENGTH:
        problems["call_times"] = [_("At most 60 characters.")]
    if told.kind not in Petitioner.Kind.values:
        problems["kind"] = [_("Choose one of the two.")]
    if (name or phone) and not can_keep():
        problems.setdefault("phone" if phone else "name", []).append(
            _("This server has no key to keep names and numbers with. Please leave them out.")
        )
    if problems:
        raise FieldInvalid(fields=problems)
    language = told.language if told.language in dict(settings.LANGUAGES) else ""
    return replace(told, name=name, phone=phone, call_times=times, language=language)


def can_keep() -> bool:
    """Whether this server holds a key to seal with; without one neither name nor number is asked for."""
    return bool(read_keys(settings.SEALING_KEY))


def keep_petitioner(
    *,
    ticket: Ticket,
    at: datetime,
    name: str = "",
    phone: str = "",
    kind: str = Petitioner.Kind.PERSON,
    call_times: str = "",
    wants_no_call: bool = False,
    language: str = "",
) -> str:
    """Keep who brought the ticket and return the plain query code, which nobody can read again afterwards.

    Also for somebody who tells nothing: the code is how everybody follows the matter. Raises `FieldInvalid`.
    """
    told = check_told(
        Told(
            name=name,
            phone=phone,
            kind=kind,
            call_times=call_times,
            wants_no_call=wants_no_call,
            language=language,
        )
    )
    code = new_code()
    row = Petitioner(
        ticket=ticket,
        kind=told.kind,
        name_masked=mask_name(told.name, told.kind),
        phone_masked=mask_phone(told.phone) if told.phone else "",
        phone_key=phone_keys(told.phone)[0] if told.phone else "",
        call_times=told.call_times,
        wants_no_call=told.wants_no_call,
        language=told.language,
        query_code_hash=hashed(code),
        received_at=at,
    )
    if told.name or told.phone:
        key = read_keys(settings.SEALING_KEY)[0]
        row.key_id = key.key_id
        row.name_box = _sealed(told.name, key, Purpose.PETITIONER_NAME, row)
        row.phone_box = _sealed(told.phone, key, Purpose.PETITIONER_PHONE, row)
    row.save(force_insert=True)
    return code


def renew_query_code(*, petitioner: Petitioner) -> str:
    """A fresh query code in place of the old one, for the slip of somebody who lost it. Raises `Gone`."""
    code = new_code()
    kept = Petitioner.objects.filter(pk=petitioner.pk, forgotten_at=None)
    if not kept.update(query_code_hash=hashed(code)):
        raise Gone
    return code


def may_reveal(*, ticket: Ticket, user: User) -> bool:
    """Whether the person may read name and number: an officer of the ticket's hall, and never the one it is about."""
    about = ticket.staff_id is not None and ticket.staff.user_id == user.pk
    at_home = user.is_superuser or user.hall_id == ticket.hall_id
    return user.is_active and at_home and not about and user.has_perm(REVEAL)


def reveal(*, ticket: Ticket, kind: str, actor: User, at: datetime) -> str:
    """The name, or the number in groups that can be dialled; who asked is written down first.

    `kind` is one of `PetitionerDisclosure.Kind`. Raises `PermissionDenied`, `Gone`.
    """
    if not may_reveal(ticket=ticket, user=actor):
        raise PermissionDenied
    PetitionerDisclosure.objects.create(ticket=ticket, kind=Kind(kind), actor=actor, at=at)
    text = opened(ticket=ticket, kind=kind)
    return spoken_phone(text) if kind == Kind.PHONE else text


def opened(*, ticket: Ticket, kind: str) -> str:
    """What is in the box; for this app's own machinery (messages), nobody is asked. Raises `Gone`."""
    row = Petitioner.objects.filter(pk=ticket.pk, forgotten_at=None).first()
    box = {Kind.NAME: "name_box", Kind.PHONE: "phone_box"}[Kind(kind)]
    keys = {key.key_id: key for key in read_keys(settings.SEALING_KEY)}
    if row is None or not getattr(row, box) or row.key_id not in keys:
        raise Gone
    try:
        plain = open_box(
            getattr(row, box), key=keys[row.key_id], purpose=PURPOSES[Kind(kind)], rating_id=row.sealed_for
        )
    except CannotOpen:
        raise Gone from None
    return plain.decode()


def with_phone(typed: str):
    """Petitioners who gave this number; none for what is no number."""
    phone = read_phone(typed)
    return Petitioner.objects.filter(forgotten_at=None, phone_key__in=phone_keys(phone) if phone else [])


def phone_keys(phone: str) -> list[str]:
    """The keyed hashes of a number: the one it is kept under now, and those of earlier `SECRET_KEY`s."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    salt = "complaints.petitioners.phone"
    return [salted_hmac(salt, phone, secret=secret, algorithm="sha256").hexdigest() for secret in secrets]


def mask_name(name: str, kind: str = Petitioner.Kind.PERSON) -> str:
    """`王**`: the first character of a person's name, the first two of an enterprise's, and never how long it is."""
    readable = "".join(char for char in name if unicodedata.category(char) not in ("Cf", "Mn", "Me"))
    shown = 2 if kind == Petitioner.Kind.ENTERPRISE else 1
    return f"{readable[:shown]}{STARS}" if readable else ""


def forget_petitioners(*, at: datetime) -> int:
    """Empty whoever's ticket was closed 30 days ago; returns how many. The rows stay as tombstones.

    A merged ticket ends with the one that goes on for it. Never while a ticket is open; safe any number of times.
    """
    line = at - KEPT_FOR
    ended = Q(ticket__merged_into=None, ticket__closed_at__lte=line)
    main = "ticket__merged_into"
    ended |= Q(**{f"{main}__merged_into": None, f"{main}__closed_at__lte": line})
    ended |= Q(**{f"{main}__merged_into__closed_at__lte": line})  # the main one was merged itself
    due = Petitioner.objects.filter(ended, forgotten_at=None).values("pk")
    return Petitioner.objects.filter(pk__in=due).update(forgotten_at=at, **NOTHING)


def _one_line(text):
    return " ".join(text.split())


def _sealed(text, key, purpose, row):
    if not text:
        return ""
    return seal(text.encode(), point=key.point, purpose=purpose, rating_id=row.sealed_for)
