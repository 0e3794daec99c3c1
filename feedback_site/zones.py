"""Time zones by IANA name."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@lru_cache
def zone(name):
    """The time zone of an IANA name; raises `ZoneInfoNotFoundError` or ValueError for anything else."""
    return ZoneInfo(name)


def validate_zone(name):
    """Model validator: the name must be a zone that this machine knows."""
    try:
        zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(_("Unknown time zone; write it like Asia/Shanghai."), code="invalid_zone") from None
