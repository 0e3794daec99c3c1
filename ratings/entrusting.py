"""Taking in what a tablet sends after a rating: call-backs and spoken remarks, each once, whatever is re-sent.

Nothing that a visitor gave is dropped: what is refused is kept in quarantine, sealed as it came (reliability.md D4).
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from feedback_site.errors import DomainError
from ratings.clocks import parse_moment
from ratings.items import LANGUAGES, as_sent
from ratings.models import CallbackRequest, QuarantinedRating, Rating, Tablet, VoiceRemark
from ratings.query_codes import hashed, read_code
from ratings.receipts import folded, is_receipt
from ratings.sealing import CannotOpen, Purpose, SealingKey, box_bytes, open_box, read_keys

CALLBACK_FIELDS = ("receipt", "asked_at", "key_id", "phone", "query_code", "language")
VOICE_FIELDS = ("recorded_at", "key_id", "mime", "duration_ms", "voice")
MAX_PHONE_BYTES = 40
MAX_DURATION_MS = 60_000  # a tablet stops after 30 s; a slow one may notice late
SOUNDS = {"audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a"}  # kind of sound to the ending of a file's name
CALLBACK, VOICE = "callback", "voice"


class RatingUnknown(DomainError):
    """The rating has not come yet: the tablet sends this again later."""

    code = "rating_unknown"
    status = 404
    message = _("This rating is not here yet. Send it first.")


class OtherContent(DomainError):
    """Something else was entrusted with this rating before, or another tablet gave it; kept in quarantine."""

    code = "conflict"
    status = 409
    message = _("Something else is kept for this rating.")


class Unreadable(DomainError):
    """This can be none, `fields` says why; kept in quarantine."""

    code = "invalid"
    status = 400
    message = _("Some of this is not right.")


class BadSignature(DomainError):
    """The tablet's own key did not sign this; kept in quarantine."""

    code = "bad_signature"
    status = 403
    message = _("This tablet's key did not sign this.")


def record_callback(*, tablet: Tablet, rating_id: UUID, told: dict, at: datetime, is_authentic: bool = True) -> bool:
    """Keep a call-back for the tablet's rating; False when the very same one is kept already.

    `told` is untrusted JSON. The query code is opened, hashed and let go of; the number is opened to know that it can
    be, and stays sealed. Raises `BadSignature`, `RatingUnknown`, `OtherContent`, `Unreadable`. Safe any number of
    times at once.
    """
    sent = _Sent(CALLBACK, CallbackRequest, CALLBACK_FIELDS, tablet, rating_id, told, at, is_authentic)
    return sent.record(_read_callback)


def record_voice(*, tablet: Tablet, rating_id: UUID, told: dict, at: datetime, is_authentic: bool = True) -> bool:
    """Keep a spoken remark for the tablet's rating; everything else is as for `record_callback`."""
    return _Sent(VOICE, VoiceRemark, VOICE_FIELDS, tablet, rating_id, told, at, is_authentic).record(_read_voice)


@dataclass
class _Sent:
    """One call of a tablet."""

    kind: str
    model: type[CallbackRequest] | type[VoiceRemark]
    known_fields: tuple[str, ...]
    tablet: Tablet
    rating_id: UUID
    told: dict
    at: datetime
    is_authentic: bool
    problems: dict[str, list[str]] = field(default_factory=dict)

    def record(self, read) -> bool:
        if not self.is_authentic:
            Tablet.objects.filter(pk=self.tablet.pk).update(forged_at=self.at)
            self._refuse("bad_signature", BadSignature())
        rating = Rating.objects.select_related("tablet").filter(pk=self.rating_id).first()
        if rating is None:
            raise RatingUnknown
        if not self._may_add_to(rating):
            self._refuse("other_tablet", OtherContent())
        content = _digest(as_sent({name: self.told.get(name) for name in self.known_fields}))
        if self._is_kept(content):
            return False
        values = read(self)
        if self.problems:
            self._refuse("invalid", Unreadable(fields=self.problems))
        try:
            with transaction.atomic():
                self.model.objects.create(rating=rating, received_at=self.at, content_hash=content, **values)
        except IntegrityError:  # somebody was first
            if not self._is_kept(content):
                raise
            return False
        return True

    def problem(self, name, sentence):
        self.problems.setdefault(name, []).append(sentence)

    def key(self) -> SealingKey | None:
        """The key that the tablet sealed with, also an old one that this server still holds."""
        keys = {key.key_id: key for key in read_keys(settings.SEALING_KEY)}
        wanted = self.told.get("key_id")
        key = keys.get(wanted) if isinstance(wanted, str) else None
        if key is None:
            self.problem("key_id", _("Not a key of this server."))
        return key

    def opened(self, name: str, key: SealingKey | None, purpose: Purpose) -> bytes:
        """What is in the box of that name, b"" when it cannot be opened."""
        box = self.told.get(name)
        if key is None or not isinstance(box, str):
            self.problem(name, _("Cannot be opened."))
            return b""
        try:
            return open_box(box, key=key, purpose=purpose, rating_id=self.rating_id)
        except CannotOpen:
            self.problem(name, _("Cannot be opened."))
            return b""

    def _may_add_to(self, rating):
        """The tablet that gave the rating, or one of its hall after that one was replaced: its outbox moves along."""
        if rating.tablet_id == self.tablet.pk:
            return True
        return bool(rating.hall_id == self.tablet.hall_id and rating.tablet and rating.tablet.revoked_at)

    def _is_kept(self, content):
        kept = self.model.objects.filter(pk=self.rating_id).values_list("content_hash", flat=True).first()
        if kept is not None and kept != content:
            self._refuse("conflict", OtherContent())
        return kept is not None

    def _refuse(self, why, refusal):
        text = as_sent({self.kind: self.told, "rating": str(self.rating_id)})
        row = QuarantinedRating(
            hall_id=self.tablet.hall_id,
            tablet=self.tablet,
            code=f"{self.kind}_{why}",
            raw=text,
            raw_hash=_digest(text),
            received_at=self.at,
        )
        QuarantinedRating.objects.bulk_create([row], ignore_conflicts=True)
        raise refusal


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _read_callback(sent):
    key = sent.key()
    receipt = sent.told.get("receipt")
    if not is_receipt(receipt):
        sent.problem("receipt", _("Not a receipt number."))
        receipt = ""
    phone = sent.opened("phone", key, Purpose.PHONE)
    if "phone" not in sent.problems and not (0 < len(phone) <= MAX_PHONE_BYTES and phone.isascii()):
        sent.problem("phone", _("Not a telephone number."))
    code = read_code(sent.opened("query_code", key, Purpose.QUERY_CODE).decode("ascii", "replace"))
    if "query_code" not in sent.problems and not code:
        sent.problem("query_code", _("Not a query code."))
    if sent.problems:
        return {}
    language = sent.told.get("language")
    return {
        "receipt": receipt,
        "receipt_key": folded(receipt),
        "key_id": key.key_id,
        "phone_box": sent.told["phone"],
        "query_code_hash": hashed(code),
        "language": language if isinstance(language, str) and language in LANGUAGES else "",
        "asked_at": parse_moment(sent.told.get("asked_at")),
    }


def _read_voice(sent):
    key = sent.key()
    mime = sent.told.get("mime")
    kind = mime.partition(";")[0].strip().lower() if isinstance(mime, str) else ""
    if kind not in SOUNDS:
        sent.problem("mime", _("Not a kind of sound that can be kept."))
    length = sent.told.get("duration_ms")
    if type(length) is not int or not 0 <= length <= MAX_DURATION_MS:
        sent.problem("duration_ms", _("At most a minute, in milliseconds."))
    sent.opened("voice", key, Purpose.VOICE)
    if sent.problems:
        return {}
    return {
        "key_id": key.key_id,
        "box": box_bytes(sent.told["voice"]),
        "mime": kind,
        "duration_ms": length,
        "recorded_at": parse_moment(sent.told.get("recorded_at")),
    }
