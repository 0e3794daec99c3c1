"""The drawings and colours: told apart by every eye, readable, and the same in code, CSS and files."""

import math
import re
from itertools import combinations
from pathlib import Path

import pytest
from django.template import Context, Template

from feedback_site import faces

STATIC = Path(faces.__file__).parent / "static" / "feedback_site"
TOKENS = dict(
    re.findall(
        r"--([\w-]+):\s*(#[0-9A-F]{6});",
        (STATIC / "tokens.css").read_text(encoding="utf-8"),
    )
)
SMALLEST_DIFFERENCE = 10

# Machado, Oliveira and Fernandes 2009, full severity, in linear RGB.
EYES = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

# foreground, background, smallest contrast (ux/README B1)
CONTRASTS = [
    ("ink", "surface", 15.9),
    ("ink", "page", 14.5),
    ("ink-2", "surface", 8.0),
    ("ink-2", "page", 7.3),
    ("ink-3", "page", 5.0),
    ("surface", "brand", 7.9),
    ("brand", "brand-tint", 6.7),
    ("ink", "brand-tint", 7.0),
    ("surface", "danger", 6.5),
    ("danger-ink", "danger-tint", 7.7),
    ("danger-ink", "page", 7.0),
    ("warn-ink", "warn-tint", 7.6),
    ("info-ink", "info-tint", 7.2),
    ("line-strong", "surface", 3.3),
    ("line-strong", "page", 3.0),
]


def linear(colour: str) -> list[float]:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    lights = sorted(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab_as_seen(colour: str, eye: str) -> tuple[float, float, float]:
    source = linear(colour)
    red, green, blue = (min(1, max(0, sum(m * c for m, c in zip(row, source, strict=True)))) for row in EYES[eye])
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, other
    chroma = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * math.sqrt(chroma**7 / (chroma**7 + 25**7))
    c1, c2 = math.hypot(stretch * a1, b1), math.hypot(stretch * a2, b2)
    h1 = math.degrees(math.atan2(b1, stretch * a1)) % 360
    h2 = math.degrees(math.atan2(b2, stretch * a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    hue_part = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    light, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    hue = h1 + h2
    if c1 * c2:
        hue = (h1 + h2) / 2 + (180 if abs(h1 - h2) > 180 else 0)
    weight = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    s_light = 1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)
    s_chroma, s_hue = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * weight
    twist = 60 * math.exp(-(((hue % 360 - 275) / 25) ** 2))
    rotation = -2 * math.sqrt(c_mean**7 / (c_mean**7 + 25**7)) * math.sin(math.radians(twist))
    parts = ((l2 - l1) / s_light, (c2 - c1) / s_chroma, hue_part / s_hue)
    return math.sqrt(sum(part**2 for part in parts) + rotation * parts[1] * parts[2])


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        # Sharma, Wu and Dalal 2005, pairs 1, 5, 8, 17 and 25.
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.1848, -84.8006), (50.0, 0.0, -82.7485), 1.0),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_colour_distance_agrees_with_the_published_pairs(one, other, distance):
    assert ciede2000(one, other) == pytest.approx(distance, abs=0.0001)


@pytest.mark.parametrize("eye", EYES)
def test_every_two_faces_differ_in_colour_for_every_eye(eye):
    seen = [lab_as_seen(colour, eye) for colour in faces.FACE_COLOURS.values()]
    assert min(ciede2000(one, other) for one, other in combinations(seen, 2)) >= SMALLEST_DIFFERENCE


def test_a_green_to_red_scale_would_fail_the_same_test():
    seen = [lab_as_seen(c, "deutan") for c in ("#009639", "#8CC63F", "#FFD400", "#F7931E", "#E0242B")]
    assert min(ciede2000(one, other) for one, other in combinations(seen, 2)) < SMALLEST_DIFFERENCE


@pytest.mark.parametrize(("foreground", "background", "smallest"), CONTRASTS)
def test_token_pairs_keep_their_contrast(foreground, background, smallest):
    assert contrast(TOKENS[foreground], TOKENS[background]) >= smallest


@pytest.mark.parametrize("level", faces.FACE_COLOURS)
def test_the_lines_of_a_face_stand_out_from_its_disc(level):
    assert contrast(faces.FACE_COLOURS[level], faces.FACE_LINES[level]) >= 6.8


@pytest.mark.parametrize("level", faces.FACE_COLOURS)
def test_the_style_sheet_names_the_colours_that_are_drawn(level):
    assert TOKENS[f"level-{level}"] == faces.FACE_COLOURS[level]


def test_no_two_drawings_are_the_same():
    drawn = [faces.face(level) for level in faces.FACE_COLOURS] + [faces.weather(k) for k in faces.WEATHER_KINDS]
    assert len(set(drawn)) == 11


def test_drawings_hold_no_inline_style():
    drawn = "".join(map(faces.face, faces.FACE_COLOURS)) + "".join(map(faces.weather, faces.WEATHER_KINDS))
    assert "style=" not in drawn + faces.logo() + "".join(map(faces.icon, faces.ICONS))


def test_a_face_without_a_title_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in faces.face(5)


def test_a_title_is_spoken_and_escaped():
    drawn = Template("{% load drawings %}{% face 1 size=32 title=word %}").render(Context({"word": "<b>雨</b>"}))
    assert 'role="img"' in drawn and "&lt;b&gt;雨&lt;/b&gt;" in drawn and 'width="32"' in drawn


@pytest.mark.parametrize("tag", ['weather "fog"', "logo size=40", 'icon "lock"', "face 3"])
def test_every_tag_draws(tag):
    assert Template("{% load drawings %}{% " + tag + " %}").render(Context()).startswith("<svg")


@pytest.mark.parametrize("name", ["logo.svg", "favicon.svg"])
def test_the_logo_files_hold_the_drawing(name):
    def paths(text):
        return re.findall(r"<(?:path|rect)[^>]*>", text)

    assert paths((STATIC / name).read_text(encoding="utf-8")) == paths(faces.logo())
