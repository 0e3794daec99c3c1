"""Making and comparing secrets; what is stored is always a hash. Pure but for the system's randomness."""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LENGTH = 8  # 40 bits; one use, ten minutes, ten tries a network


def new_token() -> str:
    """256 random bits, safe in a header."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """An enrolment code as people read it aloud, such as K7QM-4T9X."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal; enough for random secrets, which need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
