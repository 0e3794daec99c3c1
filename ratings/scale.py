"""The five levels of 好差评, the platform's one scale, and every other party's codes for them.

Other numberings exist and run the other way round (domain.md A.2, traps 1–3): all code maps live here, one table per
counterpart, each checked both ways by a test.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

SCALE_VERSION = "hcp-2019"  # 国办发〔2019〕51号: five levels, the last two are bad
FACE_SET_VERSION = "qc-1"  # the drawings of ux/README B2; a redrawn face needs a new version


class Level(models.IntegerChoices):
    """How satisfied the visitor was; 5 is best."""

    VERY_SATISFIED = 5, _("Very satisfied")
    SATISFIED = 4, _("Satisfied")
    FAIRLY_SATISFIED = 3, _("Fairly satisfied")
    DISSATISFIED = 2, _("Dissatisfied")
    VERY_DISSATISFIED = 1, _("Very dissatisfied")


LEVELS = tuple(Level)
BAD = frozenset({Level.DISSATISFIED, Level.VERY_DISSATISFIED})  # 差评; 基本满意 is not bad
VALUES = frozenset(Level.values)  # `Level.values` builds its list anew each time


class Channel(models.TextChoices):
    """Through what the rating came."""

    TABLET = "tablet", _("tablet at the window")
    QR = "qr", _("own phone by QR code")
    PAPER = "paper", _("paper form")
    PC = "pc", _("computer")
    MOBILE = "mobile", _("mobile service")
    TERMINAL = "terminal", _("other terminal of the hall")
    PHONE = "phone", _("telephone")
    SMS = "sms", _("text message")


# The national 好差评 interface's `satisfaction`: 5 is best (domain.md A.2).
NATIONAL_SATISFACTION = {level: int(level) for level in Level}
# GB/T 39046-2020 A.8 满意度代码: 1 is best.
GBT_39046_SATISFACTION = {level: 6 - int(level) for level in Level}
# GB/T 39046-2020 table 9 评价渠道; paper has no national code and is not exported (domain.md A.4, trap 2).
NATIONAL_CHANNEL = {
    Channel.PC: "1",
    Channel.MOBILE: "2",
    Channel.QR: "3",
    Channel.TABLET: "4",
    Channel.TERMINAL: "5",
    Channel.PHONE: "6",
    Channel.SMS: "7",
    Channel.PAPER: None,
}


def is_level(value) -> bool:
    """Whether an untrusted value is exactly one of the five levels: no strings, floats or booleans are coerced."""
    return type(value) is int and value in VALUES


def is_bad(level: int) -> bool:
    """差评: the last two levels."""
    return level in BAD
