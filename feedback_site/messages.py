"""Which words for people exist in the code, and which of them a catalogue lacks; needs none of gettext's tools.

Words are found in Python by its syntax tree and in templates by Django's own `templatize`. Libraries whose pages we
show (`LIBRARIES`) bring words of their own; those that their catalogue does not translate have to be in ours.
"""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize

from feedback_site.translations import PROJECT

APPS = ("feedback_site", "ratings", "complaints", "reports")
LIBRARIES = ("unfold", "simple_history")
# The argument that holds the context, those that hold the words (singular and plural).
CALLS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], (None, 0, None)),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (None, 0, 1)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], (0, 1, None)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], (0, 1, 2)),
}
LITERAL = r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*"""
IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\({LITERAL}(?:,{LITERAL})?(?:,{LITERAL})?", re.DOTALL)
SKIPPED = {"migrations", "tests", "node_modules"}


class Message(NamedTuple):
    """Words as the code says them; `plural` and `context` are "" where there is none."""

    text: str
    plural: str = ""
    context: str = ""


def messages_of(package: str) -> set[Message]:
    """All words in the Python files and templates of a package."""
    found = set()
    for path in _files(package):
        source = path.read_text(encoding="utf-8")
        found |= set(_in_python(source) if path.suffix == ".py" else _in_template(source, str(path)))
    return found


def own_messages() -> set[Message]:
    """All words of the project."""
    return set().union(*(messages_of(app) for app in APPS))


def library_messages(locale: str) -> set[Message]:
    """The libraries' words that neither their own catalogue nor Django's translates into this locale (`zh_Hans`)."""
    translated = _translated("django", locale, "conf") | _translated("django", locale, "contrib/admin")
    missing = set()
    for library in LIBRARIES:
        known = translated | _translated(library, locale)
        missing |= {message for message in messages_of(library) if (message.text, message.context) not in known}
    return missing


def needed(locale: str) -> set[Message]:
    """All words that our catalogue of this locale must hold."""
    return own_messages() | library_messages(locale)


def catalogue(locale: str) -> Path:
    """The project's one catalogue of a locale."""
    return PROJECT / "feedback_site" / "locale" / locale / "LC_MESSAGES" / "django.po"


def update(locale: str) -> tuple[int, int]:
    """Bring new words into the catalogue and drop those that are gone; returns how many of each."""
    path = catalogue(locale)
    old = {_key(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    book = polib.POFile(wrapwidth=110)
    book.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": locale,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    wanted = needed(locale)
    for message in sorted(wanted):
        book.append(old.get(message) or _entry(message))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path))
    return len(wanted - old.keys()), len(old.keys() - wanted)


def _entry(message):
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {0: ""}
    if "%(" in message.text or "%s" in message.text:
        entry.flags.append("python-format")
    return entry


def _key(entry):
    return Message(entry.msgid, entry.msgid_plural, entry.msgctxt or "")


def _translated(package, locale, inside=""):
    path = _home(package) / inside / "locale" / locale / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return set()
    return {(entry.msgid, entry.msgctxt or "") for entry in polib.pofile(str(path)) if entry.translated()}


def _home(package):
    return Path(importlib.util.find_spec(package).origin).parent


def _files(package) -> Iterator[Path]:
    home = _home(package)
    for path in sorted(home.rglob("*")):
        inside = set(path.relative_to(home).parts)
        is_template = path.suffix in {".html", ".txt"} and "templates" in inside
        if (path.suffix == ".py" or is_template) and not SKIPPED & inside:
            yield path


def _in_python(source) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in CALLS:
                yield from _message(name, [getattr(argument, "value", None) for argument in node.args])


def _in_template(source, origin) -> Iterator[Message]:
    for name, *literals in IN_TEMPLATE.findall(templatize(source, origin=origin)):
        yield from _message(name, [ast.literal_eval(literal) for literal in literals if literal])


def _message(name, arguments) -> Iterator[Message]:
    context, text, plural = CALLS[name]
    values = [
        arguments[place] if place is not None and place < len(arguments) else "" for place in (text, plural, context)
    ]
    if all(isinstance(value, str) for value in values) and values[0]:
        yield Message(*values)
