"""Charts as server-side SVG: no script, no inline style (strict policy), every number also in the label.

`key` names a chart uniquely on its page; the ids of its patterns are made from it.
"""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback_site.faces import BRAND, FACE_COLOURS, FACE_LINES, INK, WHITE
from reports import svg
from reports.statistics import Counts
from reports.weather import BANDS, whole

HATCHES = {2: (135, INK), 1: (45, WHITE)}  # the bad levels, told apart in grey too
SMALLEST = 3.0  # px that a level with any rating keeps, so that one bad rating among 200 stays visible


def counts_in_words(counts: Counts) -> str:
    """The five counts as one sentence, for labels."""
    return _(
        "%(n)s ratings: very satisfied %(five)s, satisfied %(four)s, fairly satisfied %(three)s, "
        "dissatisfied %(two)s, very dissatisfied %(one)s"
    ) % {
        "n": counts.n,
        "five": counts.level_5,
        "four": counts.level_4,
        "three": counts.level_3,
        "two": counts.level_2,
        "one": counts.level_1,
    }


def level_bar(counts: Counts, *, key: str, width: int = 230, height: int = 22) -> SafeString:
    """The five levels as one bar of 100 %, best left, counts inside where they fit; empty for no ratings."""
    if counts.n == 0:
        return SafeString("")
    corner = min(6, height // 4)
    spans = _spans(counts.by_level, width)
    hatches = [svg.hatch(f"{key}-h{level}", *HATCHES[level], 6, 0.28) for level in HATCHES if level in spans]
    clip = f'<clipPath id="{key}-c">{svg.box(0, 0, width, height, INK, corner=corner)}</clipPath>'
    pieces, x = [], 0.0
    for level, span in spans.items():
        pieces += _piece(level, counts.by_level[level], x, span, height, key)
        x += span
    frame = (
        f'<rect x=".75" y=".75" width="{width - 1.5:g}" height="{height - 1.5:g}" rx="{corner:g}" fill="none" '
        f'stroke="{INK}" stroke-width="1.5"/>'
    )
    parts = ["<defs>", *hatches, clip, "</defs>", f'<g clip-path="url(#{key}-c)">', *pieces, "</g>", frame]
    return svg.picture("level-bar", width, height, counts_in_words(counts), parts)


def interval_line(
    point: float | None, low: float = 0, high: float = 0, *, key: str, width: int = 190, start: int = 50
) -> SafeString:
    """An index and its interval on a line from `start` to 100; a hatch when there is no index to show.

    What lies under `start` is drawn at its edge with an arrow head, so that nothing is hidden.
    """
    if point is None:
        parts = ["<defs>", svg.fog(f"{key}-h"), "</defs>", svg.box(6, 4, width - 12, 16, f"url(#{key}-h)", corner=4)]
        return svg.picture("interval-line", width, 24, _("too few ratings to show"), parts)

    def x(value):
        return 6 + (max(value, start) - start) / (100 - start) * (width - 12)

    parts = [svg.line(6, 12, width - 6, 12, svg.FAINT, 2)]
    parts += [svg.line(x(edge), 3, x(edge), 21, svg.LINE, 1) for _weather, edge in BANDS if edge > start]
    parts.append(svg.line(x(low), 12, x(high), 12, BRAND, 8, opacity=0.35))
    if low < start:
        parts.append(f'<path d="M8 7 1 12l7 5z" fill="{BRAND}"/>')
    parts.append(svg.dot(x(point), 12, 6))
    label = _("index %(index)s, between %(low)s and %(high)s") % {
        "index": whole(point),
        "low": whole(low),
        "high": whole(high),
    }
    return svg.picture("interval-line", width, 24, label, parts)


def _spans(by_level, width):
    """Width of each level that has ratings; the sum is `width`."""
    n = sum(by_level.values())
    raw = {level: count / n * width for level, count in by_level.items() if count}
    small = {level for level, span in raw.items() if span < SMALLEST}
    rest = sum(span for level, span in raw.items() if level not in small)
    scale = (width - SMALLEST * len(small)) / rest
    return {level: SMALLEST if level in small else span * scale for level, span in raw.items()}


def _piece(level, count, x, span, height, key):
    fill, size = FACE_COLOURS[level], min(15, height * 0.56)
    parts = [svg.box(x, 0, span, height, fill)]
    if level in HATCHES:
        parts.append(svg.box(x, 0, span, height, f"url(#{key}-h{level})"))
    if x:
        parts.append(svg.line(x, 0, x, height, INK, 1.5))
    words = f"{count:,}"
    plate = len(words) * size * 0.62 + 4
    if span > plate:
        if level in HATCHES:  # on a plate, or the hatch would run through the number
            parts.append(svg.box(x + (span - plate) / 2, height * 0.14, plate, height * 0.72, fill))
        parts.append(svg.text(x + span / 2, height / 2 + size * 0.36, words, size, FACE_LINES[level], bold=True))
    return parts
