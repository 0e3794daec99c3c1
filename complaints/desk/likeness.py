"""How alike two matters sound: shared pairs of characters (Dice); needs no dictionary and no word boundaries. Pure.

Not PostgreSQL's pg_trgm: in a database of the C locale it drops Chinese characters and finds nothing.
"""

import unicodedata
from collections.abc import Iterable

ALIKE = 0.34  # from here on two titles are shown side by side; below it most pairs share a phrase and no matter
SHORTEST = 4  # characters; less says too little


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters and digits, whatever stands between and however it is written."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(char for char in plain if char.isalnum())
    return frozenset(kept[at : at + 2] for at in range(len(kept) - 1)) if len(kept) >= SHORTEST else frozenset()


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1; nothing is like nothing."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def most_alike(text: str, others: Iterable[tuple[str, str]], *, limit: int) -> list[tuple[str, float]]:
    """The keys of `(key, text)` that sound alike, the most alike first."""
    own = pairs_of(text)
    scored = [(key, likeness(own, pairs_of(other))) for key, other in others] if own else []
    return sorted((each for each in scored if each[1] >= ALIKE), key=lambda each: -each[1])[:limit]
