from ratings.scale import BAD, GBT_39046_SATISFACTION, NATIONAL_CHANNEL, NATIONAL_SATISFACTION, Channel, Level, is_level


def test_the_last_two_levels_are_bad_and_the_middle_is_not():
    assert sorted(BAD) == [1, 2]


def test_the_national_interface_counts_upwards_and_the_standard_downwards():
    assert [NATIONAL_SATISFACTION[level] for level in (5, 4, 3, 2, 1)] == [5, 4, 3, 2, 1]
    assert [GBT_39046_SATISFACTION[level] for level in (5, 4, 3, 2, 1)] == [1, 2, 3, 4, 5]


def test_each_map_of_levels_can_be_read_back():
    for codes in (NATIONAL_SATISFACTION, GBT_39046_SATISFACTION):
        back = {code: level for level, code in codes.items()}
        assert {back[codes[level]] for level in Level} == set(Level)


def test_every_channel_says_what_it_is_nationally_or_that_it_is_nothing():
    assert set(NATIONAL_CHANNEL) == set(Channel)
    assert NATIONAL_CHANNEL[Channel.PAPER] is None


def test_only_the_five_whole_numbers_are_levels():
    assert all(is_level(level) for level in (1, 2, 3, 4, 5))
    assert not any(is_level(value) for value in (0, 6, -1, 3.5, 3.0, "3", True, None, "３", [], {}))
