"""Readers of the environment that stop the start with one sentence when something is missing or wrong."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
SECRET_KEY_LENGTH = 50


def text(name: str, default: str | None = None) -> str | None:
    """The variable without surrounding blanks; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def required(name: str, purpose: str) -> str:
    """The variable, or a stop that says what it is for."""
    value = text(name)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment: {purpose}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable; anything but 1/0, true/false, yes/no, on/off is refused, not guessed."""
    value = text(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0.")


def whole(name: str, default: int, *, minimum: int = 0) -> int:
    """A whole number not below `minimum`."""
    value = text(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit()) or int(value) < minimum:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {minimum}.")
    return int(value)


def words(name: str, default: Iterable[str] = ()) -> list[str]:
    """A list separated by commas or blanks, e.g. ALLOWED_HOSTS="a.gov.cn, b.gov.cn"."""
    value = text(name)
    return list(default) if value is None else value.replace(",", " ").split()


def origin(name: str) -> str:
    """An address of nothing but scheme and host, e.g. https://a.gov.cn; "" when not set."""
    value = (text(name) or "").rstrip("/")
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"http", "https"} or not parts.netloc or value != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ImproperlyConfigured(f"{name} must be like https://pj.example.gov.cn.")
    return value


def secret_key(data_dir: Path | str, demo: bool) -> str:
    """SECRET_KEY; the demo (and only the demo) makes its own and keeps it in `data_dir`.

    Safe when several processes start at once: all of them end with the same key.
    """
    value = text("SECRET_KEY")
    if value is not None:
        if not demo and len(value) < SECRET_KEY_LENGTH:
            raise ImproperlyConfigured(f"SECRET_KEY must have at least {SECRET_KEY_LENGTH} characters.")
        return value
    if not demo:
        raise ImproperlyConfigured(
            "Set SECRET_KEY in the environment to a long random text "
            "(python3 -c 'import secrets; print(secrets.token_urlsafe(50))'), or DEMO=1 to try the demo."
        )
    return kept_secret(Path(data_dir) / "secret_key")


def sealing_key(data_dir: Path | str, demo: bool) -> str:
    """SEALING_KEY, "" when there is none; the demo (and only the demo) makes its own and keeps it in `data_dir`."""
    return text("SEALING_KEY") or (kept_secret(Path(data_dir) / "sealing_key", 32) if demo else "")


def kept_secret(path: Path, length: int = SECRET_KEY_LENGTH) -> str:
    """The secret of `length` random bytes kept in `path`, readable by its owner only; made at the first call."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(length))
        try:
            os.link(draft, path)  # fails when another process was first; its secret stands
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
