"""From an index to its weather, with its doubt, and from two weeks to a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.statistics import Counts
from reports.weather import (
    BANDS,
    Change,
    Forecast,
    Weather,
    change,
    forecast,
    weather_at,
    whole,
)

counts_lists = st.builds(Counts, *[st.integers(0, 60)] * 5)


@pytest.mark.parametrize(
    ("index", "weather"),
    [
        (100, "sunny"),
        (85, "sunny"),
        (84.999, "partly"),
        (75, "partly"),
        (74.999, "cloudy"),
        (65, "cloudy"),
        (64.999, "rain"),
        (50, "rain"),
        (49.999, "storm"),
        (0, "storm"),
    ],
)
def test_a_band_begins_at_its_lower_edge(index, weather):
    assert weather_at(index) is Weather(weather)


def test_nine_ratings_are_fog_whatever_they_say():
    assert forecast(Counts(9)) == Forecast(Weather.FOG) == forecast(Counts())


def test_ten_ratings_are_weather():
    assert forecast(Counts(10)).weather is Weather.SUNNY


def test_the_weather_names_the_others_it_could_be():
    sky = forecast(Counts(61, 17, 5, 2, 1))
    assert sky.weather is Weather.SUNNY
    assert sky.also == (Weather.PARTLY,)
    assert sky.index == pytest.approx(89.2, abs=0.05)


def test_a_narrow_interval_inside_one_band_leaves_no_doubt():
    assert forecast(Counts(950, 40, 8, 1, 1)).also == ()


def test_a_wide_interval_touches_bands_on_both_sides():
    assert forecast(Counts(4, 3, 1, 1, 1)).also == (
        Weather.SUNNY,
        Weather.PARTLY,
        Weather.RAIN,
        Weather.STORM,
    )


@given(counts_lists)
def test_the_other_weathers_are_neighbours_in_one_run_with_the_weather(counts):
    sky = forecast(counts)
    if sky.weather is Weather.FOG:
        assert counts.n < 10 and sky.index is sky.interval is None and not sky.also
        return
    order = [weather for weather, _ in BANDS]
    places = sorted(order.index(weather) for weather in (sky.weather, *sky.also))
    assert places == list(range(places[0], places[0] + len(places)))
    assert sky.weather not in sky.also


@pytest.mark.parametrize(
    ("now", "before", "word"),
    [
        (Counts(31, 28, 17, 11, 6), Counts(60, 20, 8, 3, 2), Change.WORSE),
        (Counts(60, 20, 8, 3, 2), Counts(31, 28, 17, 11, 6), Change.BETTER),
        (Counts(61, 17, 5, 2, 1), Counts(48, 19, 4, 2, 1), Change.UNCLEAR),
        (Counts(29), Counts(0, 0, 0, 0, 300), Change.NOT_COMPARED),
        (Counts(300), Counts(0, 0, 0, 0, 29), Change.NOT_COMPARED),
        (Counts(300), Counts(), Change.NOT_COMPARED),
        (Counts(9), Counts(300), Change.TOO_FEW),
        (Counts(), Counts(), Change.TOO_FEW),
    ],
)
def test_a_change_is_worded_only_when_the_numbers_carry_it(now, before, word):
    assert change(now, before) is word


def test_every_weather_and_every_change_has_words():
    assert all(str(each.words) for each in (*Weather, *Change))


@pytest.mark.parametrize(("index", "read"), [(84.6, 84), (85.0, 85), (85.4, 85), (88.5, 88), (49.9, 49), (99.9, 100)])
def test_an_index_is_never_rounded_into_a_band_that_it_is_not_in(index, read):
    assert whole(index) == read


@given(st.floats(0, 100))
def test_the_index_people_read_has_the_weather_people_see(index):
    assert weather_at(whole(index)) is weather_at(index)
