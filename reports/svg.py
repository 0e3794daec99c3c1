"""Pieces of SVG as text: numbers are formatted as numbers, words are escaped, colours and ids are the caller's own.

Colours and sizes are presentation attributes, never `style` (strict content policy). Plain strings instead of
`format_html`, because a list draws thousands of pieces; `picture` makes the whole safe for templates.
"""

from html import escape

from django.utils.safestring import SafeString, mark_safe

from feedback_site.faces import BRAND, WHITE

INK_2, INK_3, LINE, FAINT = "#41535B", "#5B6B72", "#C9D2D3", "#E3E9E8"


def picture(
    css_class: str, width: float, height: float, label: str, parts: list[str], *, fluid: bool = False
) -> SafeString:
    """The whole drawing with its words for those who do not see it; `fluid` fills the width of its place."""
    size = 'width="100%"' if fluid else f'width="{width:g}" height="{height:g}"'
    return mark_safe(
        f'<svg class="{css_class}" viewBox="0 0 {width:g} {height:g}" {size} role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}</svg>"
    )


def hatch(pattern_id: str, angle: int, colour: str, gap: float, opacity: float, stroke: float = 3) -> str:
    return (
        f'<pattern id="{pattern_id}" width="{gap:g}" height="{gap:g}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({angle:d})"><line x1="0" y1="0" x2="0" y2="{gap:g}" stroke="{colour}" '
        f'stroke-width="{stroke:g}" stroke-opacity="{opacity:g}"/></pattern>'
    )


def fog(pattern_id: str) -> str:
    """The hatch that stands where a figure may not be shown."""
    return hatch(pattern_id, 45, LINE, 7, 1, stroke=5)


def box(x: float, y: float, width: float, height: float, fill: str, *, corner: float = 0) -> str:
    rounded = f' rx="{corner:g}"' if corner else ""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"{rounded} fill="{fill}"/>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, opacity: float = 1) -> str:
    cap = "round" if width > 2 else "butt"
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}" stroke-linecap="{cap}" opacity="{opacity:g}"/>'
    )


def polyline(points: list[tuple[float, float]], colour: str, width: float, *, dashes: str = "none") -> str:
    return (
        f'<polyline points="{coordinates(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        f'stroke-linejoin="round" stroke-dasharray="{dashes}"/>'
    )


def area(points: list[tuple[float, float]], colour: str) -> str:
    return f'<polygon points="{coordinates(points)}" fill="{colour}" opacity=".16"/>'


def coordinates(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def dot(x: float, y: float, radius: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{BRAND}" stroke="{WHITE}" stroke-width="2"/>'


def text(
    x: float, y: float, words: object, size: float, colour: str, *, bold: bool = False, anchor: str = "middle"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" font-weight="{700 if bold else 400}" '
        f'text-anchor="{anchor}" fill="{colour}">{escape(str(words))}</text>'
    )
