"""Pieces of SVG, escaped; colours and sizes are presentation attributes, never `style` (strict policy)."""

from django.utils.html import format_html, format_html_join

from feedback_site.faces import BRAND, WHITE

INK_2, INK_3, LINE, FAINT = "#41535B", "#5B6B72", "#C9D2D3", "#E3E9E8"


def hatch(pattern_id, angle, colour, gap, opacity, stroke_width=1.5):
    return format_html(
        '<pattern id="{}" width="{g}" height="{g}" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate({})">'
        '<line x1="0" y1="0" x2="0" y2="{g}" stroke="{}" stroke-width="{}" stroke-opacity="{}"/></pattern>',
        pattern_id,
        angle,
        colour,
        stroke_width * 2,
        opacity,
        g=gap,
    )


def fog(pattern_id):
    """The hatch that stands where a figure may not be shown."""
    return hatch(pattern_id, 45, LINE, 7, 1, stroke_width=2.5)


def joined(parts):
    return format_html_join("", "{}", ((part,) for part in parts))


def box(x, y, width, height, fill):
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
        *(round(value, 2) for value in (x, y, width, height)),
        fill,
    )


def line(x1, y1, x2, y2, colour, width, opacity=1):
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}" stroke-linecap="{}" opacity="{}"/>',
        *(round(value, 2) for value in (x1, y1, x2, y2)),
        colour,
        width,
        "round" if width > 2 else "butt",
        opacity,
    )


def polyline(points, colour, width, dashes=""):
    return format_html(
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" '
        'stroke-linejoin="round" stroke-dasharray="{}"/>',
        coordinates(points),
        colour,
        width,
        dashes or "none",
    )


def coordinates(points):
    return " ".join(f"{x},{y}" for x, y in points)


def dot(x, y, radius):
    return format_html(
        '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="2"/>',
        x,
        y,
        radius,
        BRAND,
        WHITE,
    )


def text(x, y, text, size, colour, *, bold=False, anchor="middle"):
    return format_html(
        '<text x="{}" y="{}" font-size="{}" font-weight="{}" text-anchor="{}" fill="{}">{}</text>',
        round(x, 1),
        round(y, 1),
        size,
        700 if bold else 400,
        anchor,
        colour,
        text,
    )
