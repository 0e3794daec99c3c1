"""What the start refuses and `check --deploy` warns of: the key that opens what visitors entrust to tablets."""

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from ratings.sealing import BadKey, read_keys


def refuse_bad_sealing_key() -> None:
    """Stop the start when SEALING_KEY is set and is no key: tablets must never seal for a key that nobody holds."""
    try:
        read_keys(settings.SEALING_KEY)
    except BadKey as problem:
        raise ImproperlyConfigured(f"SEALING_KEY cannot be used: {problem}.") from None


def sealing_key(app_configs, **kwargs):
    """Without a key nobody can ask to be called back at a tablet."""
    if settings.SEALING_KEY:
        return []
    hint = "Set it to the output of: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    words = "SEALING_KEY is not set: tablets offer neither call-back nor voice."
    return [checks.Warning(words, hint=hint, id="ratings.W001")]


def register() -> None:
    """Called once when the app is ready."""
    checks.register(sealing_key, checks.Tags.security, deploy=True)
