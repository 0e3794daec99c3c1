"""Receipt numbers such as `YX0703-0186-K` (pure): made on the tablet, so that they are there without a network.

Hall code (upper case, letters and digits only), MMDD of the tablet's local day, `-`, the tablet's number in two
digits, its running number of the day in two characters (01 to 99, then letters), `-`, a check letter. The check
letter finds every single wrong character, but for letters ten or twenty places apart, and every swap of neighbours.
"""

import re
import unicodedata

LETTERS = "ABCDEFGHJKMNPRSTVWXY"  # twenty that nobody takes for a digit (ux/README.md, "What the UI needs")
WEIGHTS = (7, 9, 11, 13)  # from the right, over and over; none shares a factor with 20
RECEIPT = re.compile(rf"([A-Z0-9]{{1,16}})([0-9]{{4}})-([0-9]{{2}})([0-9{LETTERS}]{{2}})-([{LETTERS}])")
FOLDED = str.maketrans({"O": "0", "I": "1", "L": "1"})  # Crockford's base 32
MAX_TYPED = 64


def check_letter(characters: str) -> str:
    """The letter that belongs to a receipt's digits and upper-case letters, given without dashes."""
    total = sum(int(char, 36) * WEIGHTS[place % len(WEIGHTS)] for place, char in enumerate(reversed(characters)))
    return LETTERS[total % len(LETTERS)]


def is_receipt(text) -> bool:
    """Whether this is a receipt number exactly as tablets write it, with the right check letter and a possible day."""
    match = RECEIPT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return False
    hall, day, tablet, running, letter = match.groups()
    possible = 1 <= int(day[:2]) <= 12 and 1 <= int(day[2:]) <= 31 and tablet != "00"
    return possible and check_letter(hall + day + tablet + running) == letter


def folded(typed) -> str:
    """What somebody typed, as it is compared: no blanks or dashes, upper case, half-width, O as 0, I and L as 1.

    Empty for anything that no number or code can be; never longer than `MAX_TYPED`.
    """
    if not isinstance(typed, str) or len(typed) > MAX_TYPED:
        return ""
    wide = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(char for char in wide if char.isalnum())
    rest = "".join(char for char in wide if not char.isalnum() and not char.isspace())
    if not plain.isascii() or rest.strip("-_‐‑‒–—―−·.") or len(plain) > MAX_TYPED:
        return ""
    return plain.translate(FOLDED)
