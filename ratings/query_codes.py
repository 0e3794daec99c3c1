"""Query codes: twelve letters with which somebody follows a matter without signing in (reliability.md D15). Pure.

A code is 60 random bits made on the tablet, or here for a matter that came another way; it is kept as a salted, slow
hash. The hash is slow enough to be useless to whoever steals it (2^60 codes) and quick enough that nobody can keep the
server busy with wrong ones.
"""

import secrets
from functools import cache

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from ratings.receipts import folded
from ratings.secrets import ALPHABET

LENGTH = 12
ITERATIONS = 60_000  # 13 ms of one core where this was measured


def new_code() -> str:
    """60 random bits as twelve letters, for a matter that did not come from a tablet."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(code: str) -> str:
    """The code as it is read aloud and written down: `K7QM 4T9X ABCD`."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed) -> str:
    """The code in what somebody typed or a tablet sent, "" when there is none."""
    code = folded(typed)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def hashed(code: str) -> str:
    """The code as it is kept, in the form of Django's password hashes."""
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(code, hasher.salt(), iterations=ITERATIONS)


def matches(code: str, kept: str) -> bool:
    """Whether this is the code; for an empty `kept` the same work is done and the answer is no."""
    return PBKDF2PasswordHasher().verify(code, kept or _nobodys()) and bool(kept)


@cache
def _nobodys():
    return hashed("")
