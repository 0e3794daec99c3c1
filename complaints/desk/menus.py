"""The 移动 menus: one for each status, the same on every card, made from the table."""

from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise as LazyText

from complaints.desk.columns import STATUSES, column_of, target_column
from complaints.desk.ways import hands_over, is_note, needs_words, reachable
from complaints.workflow import Permission, Status


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of a menu; `key` is what to press after M, "" for none."""

    name: str
    label: LazyText
    key: str
    at_once: bool  # nothing has to be told with it


@dataclass(frozen=True, kw_only=True)
class Menu:
    """What may be done with a card of this status after so many calls in vain."""

    status: str
    tried: int
    items: list[Item]


def menus_for(user) -> list[Menu]:
    """The menus of every card that this person can meet on the board; tickets about themselves are not there."""
    return _menus(frozenset(permission for permission in Permission if user.has_perm(permission)))


@cache
def _menus(permissions: frozenset[Permission]) -> list[Menu]:
    """The table does not change while the server runs, and the labels are lazy: worked out once for each role."""
    menus = []
    for statuses in STATUSES.values():
        for status in statuses:
            for tried in (0, 1, 2, 3) if status == Status.CALLBACK else (0,):
                menus.append(Menu(status=status, tried=tried, items=_items(status, tried, permissions)))
    return menus


def _items(status, tried, permissions):
    taken = set()
    items = []
    for row, way in reachable(status, permissions, attempts=tried):
        if is_note(row):
            continue
        key = _key(row, status)
        if key in taken:
            key = ""
        taken.add(key)
        items.append(Item(name=row.name, label=row.label, key=key, at_once=not needs_words(way[-1])))
    return sorted(items, key=lambda item: (item.key == "", item.key))


def _key(row, status):
    if hands_over(row):
        return "A"
    column = target_column(row, status)
    here = column_of(status)
    return str(int(column)) if column and column != here else ""
