"""`{% load drawings %}`: faces, weather, logo and line icons in templates.

`{% face 5 %}` is decoration beside a word and hidden from screen readers; `{% face 5 title=word %}` speaks.
"""

from django import template
from django.utils.safestring import SafeString, mark_safe

from feedback_site import faces

register = template.Library()

# Safe: the drawings are our own text; the one thing from outside, the title, is escaped in `faces`.


@register.simple_tag
def face(level: int, size: int | None = None, title: str = "") -> SafeString:
    return mark_safe(faces.face(int(level), size=size, title=str(title)))


@register.simple_tag
def weather(kind: str, size: int | None = 48, title: str = "") -> SafeString:
    return mark_safe(faces.weather(kind, size=size, title=str(title)))


@register.simple_tag
def logo(size: int | None = None, title: str = "") -> SafeString:
    return mark_safe(faces.logo(size=size, title=str(title)))


@register.simple_tag
def icon(name: str, size: int = 24, weight: int = 2) -> SafeString:
    return mark_safe(faces.icon(name, size=size, weight=weight))
