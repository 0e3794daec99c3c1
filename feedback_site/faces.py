"""The drawings of the house as SVG text: five faces, six kinds of weather, the logo and the line icons.

Pure strings: no request, no database. Colours are presentation attributes, never `style`, because of the
strict content security policy. Faces stand for one answer, weather for a sum of many; never mix them. A
change to a face changes what people answer to: it needs a new `ratings.scale.FACE_SET_VERSION`.
"""

from collections.abc import Iterable
from html import escape
from math import cos, radians, sin

INK = "#12242B"
WHITE = "#FFFFFF"
BRAND = "#0B5B53"
SUN = "#FFAE0D"
RAIN = "#2A5C94"

FACE_COLOURS = {5: SUN, 4: "#FFDD85", 3: "#EFEBE1", 2: "#8FB9DE", 1: RAIN}
FACE_LINES = {5: INK, 4: INK, 3: INK, 2: INK, 1: WHITE}

WEATHER_KINDS = ("sunny", "partly", "cloudy", "rain", "storm", "fog")


def face(level: int, *, size: int | None = None, title: str = "") -> str:
    """The face of `level` (5 very satisfied … 1 very dissatisfied) in a box of 120 units."""
    return _svg("face-svg", 120, size, title, _disc(level) + _FEATURES[level])


def weather(kind: str, *, size: int | None = 48, title: str = "") -> str:
    """The weather `kind` (one of `WEATHER_KINDS`) in a box of 96 units; each can be told in one colour."""
    return _svg("wx", 96, size, title, _WEATHER[kind])


def logo(*, size: int | None = None, title: str = "") -> str:
    """A window with the sun rising in it, in a box of 64 units."""
    return _svg("logo", 64, size, title, _LOGO)


def icon(name: str, *, size: int = 24, weight: int = 2) -> str:
    """A line icon in a box of 24 units that takes the colour of the text around it; always beside words."""
    return (
        f'<svg class="ic" viewBox="0 0 24 24" width="{size}" height="{size}" fill="none" '
        f'stroke="currentColor" stroke-width="{weight}" stroke-linecap="round" stroke-linejoin="round" '
        f'aria-hidden="true" focusable="false">{ICONS[name]}</svg>'
    )


def _svg(css_class: str, box: int, size: int | None, title: str, inner: str) -> str:
    measure = f' width="{size}" height="{size}"' if size else ""
    naming = 'role="img"' if title else 'aria-hidden="true" focusable="false"'
    heading = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{css_class}" viewBox="0 0 {box} {box}"{measure} '
        f"{naming}>{heading}{inner}</svg>"
    )


# Faces: disc of radius 54, outlined because pale discs alone would be under 3:1 on white, round strokes of 6.


def _disc(level: int) -> str:
    return f'<circle cx="60" cy="60" r="54" fill="{FACE_COLOURS[level]}" stroke="{INK}" stroke-width="4"/>'


def _line(path: str, colour: str, width: int = 6) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _eyes(left: tuple[int, int], right: tuple[int, int], colour: str) -> str:
    return "".join(f'<circle cx="{x}" cy="{y}" r="6" fill="{colour}"/>' for x, y in (left, right))


_FEATURES = {
    # Laughing eyes, open mouth with a tongue.
    5: _line("M33 51Q41 40 49 51", INK)
    + _line("M71 51Q79 40 87 51", INK)
    + f'<path d="M32 66Q60 72 88 66Q84 97 60 97Q36 97 32 66Z" fill="{INK}"/>'
    + '<path d="M46 90Q60 80 74 90Q68 96 60 96Q52 96 46 90Z" fill="#E9694F"/>',
    4: _eyes((41, 49), (79, 49), INK) + _line("M34 70Q60 97 86 70", INK),
    # A short mouth that still turns up: a flat line is read as a complaint, and this level is a pass.
    3: _eyes((41, 49), (79, 49), INK) + _line("M44 79Q60 85 76 77", INK),
    2: _eyes((41, 51), (79, 51), INK) + _line("M38 88Q60 67 82 88", INK),
    # Worried brows, inner ends up: sad, not angry. Nobody should have to look angry to say this.
    1: _line("M30 44L48 35", WHITE)
    + _line("M90 44L72 35", WHITE)
    + _eyes((42, 56), (78, 56), WHITE)
    + _line("M36 93Q60 60 84 93", WHITE, 7),
}


# Weather: 96 units, ink lines of 4.

_CLOUD = "M27 68a15 15 0 0 1 1.5-29.9a21 21 0 0 1 39.6-3.6a17 17 0 0 1 1.4 33.5z"
_OUTLINE = f'stroke="{INK}" stroke-width="4" stroke-linejoin="round" stroke-linecap="round"'
_RAIN_LINE = f'stroke="{RAIN}" stroke-width="5.5" stroke-linecap="round"'
_FINE_LINE = f'stroke="{INK}" stroke-width="4.5" stroke-linecap="round"'


def _sun(cx: int, cy: int, radius: int, rays: tuple[int, int], angles: Iterable[int]) -> str:
    inner, outer = rays
    lines = ""
    for angle in angles:
        x, y = cos(radians(angle)), sin(radians(angle))
        lines += _segment(cx + inner * x, cy + inner * y, cx + outer * x, cy + outer * y, _FINE_LINE)
    return lines + f'<circle cx="{cx}" cy="{cy}" r="{radius}" fill="{SUN}" {_OUTLINE}/>'


def _segment(x1: float, y1: float, x2: float, y2: float, stroke: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {stroke}/>'


def _cloud(move: str, fill: str, extra: str = "") -> str:
    return f'<g transform="{move}"><path d="{_CLOUD}" fill="{fill}" {_OUTLINE}{extra}/></g>'


def _drops(*ends: tuple[float, float, float, float]) -> str:
    return "".join(_segment(*end, _RAIN_LINE) for end in ends)


_WEATHER = {
    "sunny": _sun(48, 48, 19, (27, 37), range(0, 360, 45)),
    "partly": _sun(37, 36, 15, (21, 29), (135, 180, 225, 270, 315)) + _cloud("translate(9 11) scale(.95)", WHITE),
    "cloudy": _cloud("translate(17 -4) scale(.72)", "#C9D3D6") + _cloud("translate(0 12)", WHITE),
    "rain": _cloud("translate(0 -6)", "#DCE6EE") + _drops((33, 74, 29, 85), (50, 74, 46, 85), (67, 74, 63, 85)),
    "storm": _cloud("translate(0 -10)", "#7FA3C4")
    + _drops((26, 69, 21, 82), (41, 69, 33, 89), (56, 69, 51, 82), (72, 69, 64, 89)),
    # Dashed: too few answers to see anything.
    "fog": _cloud("translate(0 -8)", WHITE, ' stroke-dasharray="7 6"')
    + "".join(
        _segment(x1, y, x2, y, _FINE_LINE) for x1, x2, y in ((18, 62, 72), (72, 80, 72), (24, 36, 84), (46, 76, 84))
    ),
}


_LOGO = (
    f'<rect x="2" y="2" width="60" height="60" rx="14" fill="{BRAND}"/>'
    f'<path d="M10 26 32 12l22 14" fill="none" stroke="{WHITE}" stroke-width="4" stroke-linejoin="round" '
    'stroke-linecap="round"/>'
    f'<path d="M18 46a14 14 0 0 1 28 0z" fill="{SUN}"/>'
    f'<path d="M12 50h40" stroke="{WHITE}" stroke-width="4" stroke-linecap="round"/>'
)


ICONS = {
    "speaker": '<path d="M4 9v6h4l5 4V5L8 9H4z"/><path d="M16.5 8.5a5 5 0 0 1 0 7M19 6a8.5 8.5 0 0 1 0 12"/>',
    "text": '<path d="M3 19 9 5l6 14M5 15h8M16 19l3-8 3 8M17 16.5h4"/>',
    "seated": '<circle cx="10" cy="4.5" r="1.8"/><path d="M10 8v6h5l3 5M10 10.5h4.5"/>'
    '<path d="M8 11a5 5 0 1 0 6.2 7"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "check": '<path d="m5 12.5 5 5L19.5 7"/>',
    "undo": '<path d="M9 7 4 12l5 5"/><path d="M4 12h10a6 6 0 0 1 6 6"/>',
    "offline": '<path d="M3 3l18 18M8.5 16.4a5 5 0 0 1 7 0M5 12.9a10 10 0 0 1 5.2-2.7M19 12.9'
    'a10 10 0 0 0-2.6-1.8M2 9a15 15 0 0 1 4.2-2.6M22 9a15 15 0 0 0-10-4c-.8 0-1.5.1-2.3.2"/>'
    '<path d="M12 20h.01"/>',
    "warn": '<path d="M12 3.5 2.5 20h19L12 3.5z"/><path d="M12 10v5M12 17.7h.01"/>',
    "mic": '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="1.5" fill="currentColor"/>',
    "phone": '<path d="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A15 15 0 0 1 3 6a2 2 0 0 1 2-2z"/>',
    "delete": '<path d="M21 5H9l-6 7 6 7h12z"/><path d="m12 9.5 5 5M17 9.5l-5 5"/>',
    "tablet": '<rect x="5" y="2.5" width="14" height="19" rx="2"/><path d="M11 18h2"/>',
}
