"""The composer of D2: one draft, three ways to keep it; what is public is never mistaken for what is not. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from complaints.workflow import Field, Move, find_move

ONE_MESSAGE = 70  # characters of Chinese in one SMS
PART_OF_MANY = 67  # of each where there are several (3GPP TS 23.040: 6 octets of every part name the message)


class Tab(StrEnum):
    """How the words are kept."""

    ANSWER = "answer"  # the citizen reads them
    NOTE = "note"  # staff only
    PHONE = "phone"  # staff only: what was said on the telephone


MOVES = {Tab.ANSWER: ("answer", "answer_on_the_spot"), Tab.NOTE: ("note",), Tab.PHONE: ("contact",)}
WORDS = {Tab.ANSWER: Field.PUBLIC_TEXT, Tab.NOTE: Field.INTERNAL_TEXT, Tab.PHONE: Field.INTERNAL_TEXT}


@dataclass(frozen=True)
class Draft:
    """What is typed, and whether it was meant for inside only before."""

    tab: Tab
    text: str = ""
    was_internal: bool = False

    def turned_to(self, tab: Tab) -> "Draft":
        """The same words under another tab."""
        inside = bool(self.text.strip()) and (self.was_internal or self.tab is not Tab.ANSWER)
        return Draft(tab, self.text, inside)

    @property
    def must_ask(self) -> bool:
        """Whether the officer is asked once that the citizen may read this."""
        return self.tab is Tab.ANSWER and self.was_internal and bool(self.text.strip())

    def with_more(self, text: str) -> "Draft":
        """The words with a canned answer behind them."""
        return Draft(self.tab, f"{self.text.rstrip()}\n{text}".strip(), self.was_internal)


def moves_of_tab(tab: Tab) -> list[Move]:
    """The moves that keep the words of a tab, the usual one first."""
    return [row for row in map(find_move, MOVES[tab]) if row is not None]


def tab_of(name: str, default: Tab = Tab.ANSWER) -> Tab:
    """The tab of that name; anything else is the usual one."""
    return Tab(name) if name in set(Tab) else default


def messages_for(text: str) -> int:
    """How many SMS the words would be."""
    length = len(text.strip())
    if length <= ONE_MESSAGE:
        return 1 if length else 0
    return -(-length // PART_OF_MANY)
