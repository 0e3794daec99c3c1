"""Telephone numbers as people write them (pure): read into one spelling each, masked for pages (reliability.md d.3).

The plan is China's: mobile numbers of 11 digits from 13 to 19, land lines with their area code, 400 and 800 numbers of
enterprises; numbers of other countries begin with their `+`.
"""

import re
import unicodedata

LONGEST_TYPED = 60
SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−·.()/]")
MOBILE = re.compile(r"1[3-9]\d{9}")
# 010 and 02x have eight digits behind them, the other areas seven or eight.
LAND_LINE = re.compile(r"(010|02\d)[2-8]\d{7}|(0[3-9]\d{2})[2-8]\d{6,7}")
SERVICE = re.compile(r"[48]00[1-9]\d{6}")
ABROAD = re.compile(r"\+(?!86)[1-9]\d{6,14}")
HIDDEN = "****"
SHOWN = 4  # last digits of a masked number: enough to know a caller by, too few to call


def read_phone(typed) -> str:
    """The number in its one spelling (`13800138000`, `075583501234`, `+85223456789`), "" when it is none."""
    if not isinstance(typed, str) or len(typed) > LONGEST_TYPED:
        return ""
    digits = SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not digits.isascii() or not digits.removeprefix("+").isdigit():
        return ""
    if digits.startswith("+86"):
        digits = _at_home(digits[3:])
    elif digits.startswith("86") and MOBILE.fullmatch(digits[2:]):
        digits = digits[2:]
    kinds = (MOBILE, LAND_LINE, SERVICE, ABROAD)
    return digits if any(kind.fullmatch(digits) for kind in kinds) else ""


def mask_phone(phone: str) -> str:
    """`138****8000`, `0755****1234`: the area and the last digits of a number that `read_phone` gave."""
    land_line = LAND_LINE.fullmatch(phone)
    start = (land_line[1] or land_line[2]) if land_line else phone[:3]
    hidden = phone[len(start) :]
    return f"{start}{HIDDEN}{hidden[-min(SHOWN, len(hidden) - SHOWN) :]}"


def spoken_phone(phone: str) -> str:
    """In groups that can be dialled: `138 0013 8000`, `0755 8350 1234`."""
    if MOBILE.fullmatch(phone):
        return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
    land_line = LAND_LINE.fullmatch(phone)
    if land_line:
        area = land_line[1] or land_line[2]
        return f"{area} {phone[len(area) : -4]} {phone[-4:]}"
    return phone


def _at_home(digits):
    """A number behind +86: land lines are written without their 0 there."""
    return digits if MOBILE.fullmatch(digits) or digits.startswith("0") else f"0{digits}"
