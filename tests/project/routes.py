"""Every registered URL of the project, with what its placeholders need."""

import re
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One pattern: its full text, its name with namespaces, its placeholders."""

    text: str
    name: str
    placeholders: tuple[str, ...]

    def path(self, values):
        """The address with the placeholders filled from a dict."""
        return "/" + PLACEHOLDER.sub(lambda found: str(values[found[1]]), self.text)


def all_routes(resolver=None, prefix="", namespaces=()):
    """The routes below a resolver, in the order in which they are tried."""
    for entry in (resolver or get_resolver()).url_patterns:
        text = prefix + _text(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from all_routes(entry, text, inner)
        elif isinstance(entry, URLPattern):
            name = ":".join((*namespaces, entry.name or "-"))
            yield Route(text, name, tuple(PLACEHOLDER.findall(text)))


def _text(pattern):
    """A regular expression in the notation of paths; only the few that Django's admin brings."""
    text = str(pattern)
    if isinstance(pattern, RegexPattern):
        text = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", text.removeprefix("^").removesuffix("$"))
        # simple-history names neither of its two groups.
        text = text.replace("([^/]+)", "<object_id>", 1).replace("([^/]+)", "<history_id>", 1)
    return text.removesuffix("\\Z")
