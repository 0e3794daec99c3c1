"""One rating as a tablet sends it, read from untrusted JSON: an `Item`, or the word for why it is refused. Pure.

A rating is refused only for what makes it no rating (identity, number, level); everything else that is wrong is put
right, kept aside in `flags`, and said so (reliability.md d.1).
"""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass, field

from ratings.cleaning import UNSTORABLE, clean_comment
from ratings.scale import is_level
from ratings.sequence import is_seq

UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NIL = uuid.UUID(int=0)
LANGUAGES = {"zh-hans", "zh-hant", "en"}
MODES = {"low_reach", "large_text", "read_aloud", "portrait", "phone", "keypad"}
MAX_REASONS = 20
MAX_WORD = 40
MAX_CASE_NO = 50
MAX_ANSWERED_MS = 2**31 - 1
KNOWN_FIELDS = {
    "id", "seq", "level", "rated_at", "reasons", "comment", "visit", "visit_from", "language", "modes", "answered_ms",
    "amends", "amended_at",
}  # fmt: skip


class Refused(ValueError):
    """This is no rating; `code` says why."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Item:
    """A rating that can be stored; `claimed_*` moments are still the tablet's unread words."""

    id: uuid.UUID
    seq: int | None
    level: int
    claimed_rated_at: object
    reasons: tuple[str, ...] = ()
    comment: str = ""
    case_no: str = ""
    is_called: bool = False  # the tablet took the visit from the queue system's call, see `ratings.serving`
    language: str = ""
    modes: tuple[str, ...] = ()
    answered_ms: int | None = None
    amends: bool = False
    claimed_amended_at: object = None
    flags: dict = field(default_factory=dict)
    content_hash: str = ""


def read_id(raw) -> uuid.UUID | None:
    """The identity in canonical form (upper case is the same id), or None."""
    text = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(text, str) or not UUID_TEXT.fullmatch(text):
        return None
    identity = uuid.UUID(text)
    return None if identity == NIL else identity


def read_item(raw, *, numbered: bool = True) -> Item:
    """The item, or `Refused` with malformed_item, invalid_id, invalid_seq or invalid_level.

    `numbered` is false for what no tablet sent: it has no number, and needs none.
    """
    if not isinstance(raw, dict):
        raise Refused("malformed_item")
    identity = read_id(raw)
    if identity is None:
        raise Refused("invalid_id")
    if numbered and not is_seq(raw.get("seq")):
        raise Refused("invalid_seq")
    if not is_level(raw.get("level")):
        raise Refused("invalid_level")
    flags = {}
    comment = _comment(raw.get("comment"), flags)
    reasons = _strings(raw.get("reasons"), "reasons", flags, limit=MAX_REASONS)
    modes = _strings(raw.get("modes"), "modes", flags, allowed=MODES)
    language = _language(raw.get("language"), flags)
    answered_ms = _milliseconds(raw.get("answered_ms"), flags)
    if raw.get("visit_from") not in (None, "call"):
        flags["visit_from_unknown"] = as_sent(raw["visit_from"])
    extra = len(raw.keys() - KNOWN_FIELDS)
    if extra:
        flags["extra_fields"] = extra
    return Item(
        id=identity,
        seq=raw.get("seq"),
        level=raw["level"],
        claimed_rated_at=raw.get("rated_at"),
        reasons=reasons,
        comment=comment,
        case_no=_case_no(raw.get("visit"), flags),
        is_called=raw.get("visit_from") == "call",
        language=language,
        modes=modes,
        answered_ms=answered_ms,
        amends=raw.get("amends") is True,
        claimed_amended_at=raw.get("amended_at"),
        flags=flags,
        content_hash=content_hash(raw),
    )


def content_hash(raw: dict) -> str:
    """Equal for two sends of the same rating with the same content; how it was sent does not matter."""
    told = {key: raw[key] for key in KNOWN_FIELDS - {"id", "amends", "amended_at"} if key in raw}
    return hashlib.sha256(as_sent(told).encode()).hexdigest()


def as_sent(raw) -> str:
    """The JSON of an item in a form that every database can store: pure ASCII, keys in order."""
    return json.dumps(raw, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _comment(value, flags):
    if value is None:
        return ""
    if not isinstance(value, str):
        flags["comment_unreadable"] = as_sent(value)
        return ""
    comment, earned = clean_comment(value)
    if "comment_cut" in earned or "comment_cleaned" in earned:
        flags["comment_as_sent"] = as_sent(value)
    flags.update(dict.fromkeys(earned, True))
    return comment


def _strings(value, name, flags, *, limit=MAX_REASONS, allowed=None):
    if value in (None, []):
        return ()
    if not isinstance(value, list) or len(value) > limit or not all(map(_is_word, value)):
        flags[f"{name}_unreadable"] = as_sent(value)
        return ()
    unknown = [word for word in value if allowed is not None and word not in allowed]
    if unknown:
        flags[f"{name}_unknown"] = as_sent(unknown)
    return tuple(dict.fromkeys(word for word in value if allowed is None or word in allowed))


def _is_word(value):
    return isinstance(value, str) and len(value) <= MAX_WORD and not UNSTORABLE.search(value)


def _case_no(value, flags):
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or len(value) > MAX_CASE_NO or UNSTORABLE.search(value):
        flags["visit_unreadable"] = as_sent(value)
        return ""
    return value


def _language(value, flags):
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value in LANGUAGES:
        return value
    flags["language_unknown"] = as_sent(value)
    return ""


def _milliseconds(value, flags):
    if value is None:
        return None
    if type(value) is int and 0 <= value <= MAX_ANSWERED_MS:
        return value
    flags["answered_ms_unreadable"] = as_sent(value)
    return None
