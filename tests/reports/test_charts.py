"""Charts: well-formed SVG that says its numbers in words and keeps to the strict content policy."""

import re
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import interval_line, level_bar
from reports.statistics import Counts
from reports.trend import WeekPoint, weeks_strip
from reports.weather import forecast

SVG = "{http://www.w3.org/2000/svg}"
WEEK = Counts(61, 17, 5, 2, 1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def parse(markup):
    """The chart as XML, as a browser sees it inside a page."""
    return ElementTree.fromstring(str(markup).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def widths(bar, level_colour):
    return [float(box.get("width")) for box in bar.iter(f"{SVG}rect") if box.get("fill") == level_colour]


def point(label, counts, hall_index=None):
    sky = forecast(counts)
    return WeekPoint(label, counts.n, sky.index, sky.interval, hall_index)


def test_the_bar_says_all_five_counts_in_words():
    label = parse(level_bar(WEEK, key="a")).get("aria-label")
    assert label == (
        "86 ratings: very satisfied 61, satisfied 17, fairly satisfied 5, dissatisfied 2, very dissatisfied 1"
    )


def test_the_counts_stand_inside_the_bar_where_they_fit():
    texts = [text.text for text in parse(level_bar(WEEK, key="a")).iter(f"{SVG}text")]
    assert texts == ["61", "17", "5"]


def test_the_widths_of_the_bar_are_the_shares():
    bar = parse(level_bar(Counts(50, 30, 0, 20, 0), key="a", width=200))
    assert widths(bar, "#FFAE0D") == [100]
    assert widths(bar, "#FFDD85") == [60]
    assert widths(bar, "#EFEBE1") == []


def test_one_bad_rating_among_a_thousand_is_still_seen():
    assert widths(parse(level_bar(Counts(999, 0, 0, 0, 1), key="a")), "#2A5C94") == [3]


def test_the_two_bad_levels_have_hatches_of_their_own():
    bar = str(level_bar(WEEK, key="a"))
    assert "url(#a-h2)" in bar and "url(#a-h1)" in bar
    assert "url(#a-h2)" not in str(level_bar(Counts(5, 5, 5), key="a"))


def test_no_ratings_are_no_bar_and_no_weeks_no_chart():
    assert level_bar(Counts(), key="a") == ""
    assert weeks_strip([], key="w") == ""


@given(st.builds(Counts, *[st.integers(0, 300)] * 5))
def test_any_counts_make_a_well_formed_bar_that_stays_inside_its_frame(counts):
    if counts.n:
        bar = parse(level_bar(counts, key="a"))
        for box in bar.iter(f"{SVG}rect"):
            assert float(box.get("x", 0)) + float(box.get("width")) <= 230.02


def test_the_interval_line_says_its_numbers():
    line = parse(interval_line(81.2, 76.4, 86.6, key="a"))
    assert line.get("aria-label") == "index 81, between 76 and 87"


def test_an_interval_below_the_scale_is_drawn_at_the_edge_with_an_arrow():
    assert "<path" in interval_line(55, 40, 70, key="a")
    assert "<path" not in interval_line(65, 55, 75, key="a")


def test_a_suppressed_interval_is_a_hatch_without_a_number():
    line = interval_line(None, key="a")
    assert parse(line).get("aria-label") == "too few ratings to show"
    assert "url(#a-h)" in line
    assert "<circle" not in line


def test_the_weeks_say_every_index_and_every_gap():
    weeks = [
        point("W45", WEEK),
        point("W46", Counts(7)),
        WeekPoint("W47", None),
        point("W48", Counts(30, 9, 2)),
    ]
    assert parse(weeks_strip(weeks, key="w")).get("aria-label") == (
        "Index by week: W45 89 (84 to 93, 86 ratings); W46 too few ratings (7); W47 no summary; "
        "W48 92 (86 to 96, 41 ratings)"
    )


def test_a_week_in_fog_is_a_hatched_gap_that_breaks_the_line():
    weeks = [
        point("W44", WEEK),
        point("W45", WEEK),
        point("W46", Counts(7)),
        point("W47", WEEK),
        point("W48", WEEK),
    ]
    chart = parse(weeks_strip(weeks, key="w"))
    assert sum(box.get("fill") == "url(#w-h)" for box in chart.iter(f"{SVG}rect")) == 1
    assert len(list(chart.iter(f"{SVG}polygon"))) == 2


def test_a_week_in_fog_gives_nothing_away_but_its_count():
    chart = str(weeks_strip([point("W46", Counts(1, 0, 0, 0, 7))], key="w"))
    texts = re.findall(r">([^<]+)</text>", chart)
    assert "8" in texts and "polygon" not in chart


@given(st.lists(st.one_of(st.none(), st.builds(Counts, *[st.integers(0, 40)] * 5)), min_size=1, max_size=12))
def test_any_weeks_make_a_well_formed_chart(weeks):
    points = [point(f"W{i}", each) if each else WeekPoint(f"W{i}", None) for i, each in enumerate(weeks)]
    parse(weeks_strip(points, key="w"))


def test_no_chart_carries_a_style_or_a_script():
    for chart in (
        level_bar(WEEK, key="a"),
        interval_line(80, 70, 90, key="b"),
        weeks_strip([point("x", WEEK)], key="c"),
    ):
        assert "style" not in chart and "script" not in chart


def test_what_comes_from_outside_is_escaped():
    chart = weeks_strip([point('"><script>alert(1)</script>', WEEK)], key="w")
    assert "<script>" not in chart
    parse(chart)


def test_two_charts_of_a_page_share_no_id():
    ids = re.findall(r'id="([^"]+)"', str(level_bar(WEEK, key="a")) + str(level_bar(WEEK, key="b")))
    assert len(ids) == len(set(ids)) == 6
