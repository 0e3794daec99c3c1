"""What a citizen wrote, made storable: nothing readable is lost, nothing harmful is kept. Pure.

PostgreSQL cannot store NUL, no log or screen should meet control characters or lone surrogates, and a comment has a
limit; whatever is changed is said in the returned flags (reliability.md d.1).
"""

import re
import unicodedata

MAX_COMMENT = 2_000  # characters as a reader counts them (base with its combining marks)
# C0 and C1 controls but tab and line breaks; lone surrogates.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
MAX_MARKS = 8  # combining marks on one base; more is an attack on whoever has to render it
# 身份证号 (18 digits, the last may be an X); a mobile number, also in groups and with +86; full-width digits as well.
PERSONAL = re.compile(
    r"(?<!\d)(?:\d{17}[\dXxＸｘ]|(?:[+＋]?(?:86|８６)[- ]?)?[1１][3-9３-９]\d[- ]?\d{4}[- ]?\d{4})(?!\d)"
)


def clean_comment(text: str, *, limit: int = MAX_COMMENT) -> tuple[str, list[str]]:
    """The text to store, at most `limit` characters of it, and the flags it earned: `comment_cleaned`, `comment_cut`,
    `personal_data`.
    """
    flags = []
    stripped = UNSTORABLE.sub("", text)
    kept = _limited(stripped, limit)
    if stripped != text:
        flags.append("comment_cleaned")
    if len(kept) < len(stripped):
        flags.append("comment_cut")
    if PERSONAL.search(kept):
        flags.append("personal_data")
    return kept, flags


def mask_personal(text: str) -> str:
    """Long numbers that identify somebody, hidden but for their last two digits; for lists."""
    return PERSONAL.sub(lambda match: "*" * (len(match[0]) - 2) + match[0][-2:], text)


def _limited(text, limit):
    readable = marks = 0
    for position, char in enumerate(text):
        if unicodedata.combining(char):
            marks += 1
            if marks > MAX_MARKS:
                return _limited_marks(text, limit)
        else:
            marks = 0
            readable += 1
            if readable > limit:
                return text[:position]
    return text


def _limited_marks(text, limit):
    kept, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= MAX_MARKS:
            kept.append(char)
    return _limited("".join(kept), limit)
