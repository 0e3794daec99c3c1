import pytest

from feedback_site.pinyin import DOUBLE_SURNAMES, SURNAMES, sort_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张红梅", "zhang hong mei zhm"),
        ("李小芳", "li xiao fang lxf"),
        ("王伟", "wang wei ww"),
        ("欧阳静", "ou yang jing oyj"),
        ("吕布", "lv bu lb"),
        ("阿依古丽·买买提", None),
    ],
)
def test_a_name_is_spelt_with_its_initials_behind(name, key):
    spelt = sort_key(name)
    assert spelt == key if key else spelt.isascii() or "·" in spelt


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("曾庆红", "zeng"), ("单雄信", "shan"), ("仇英", "qiu"), ("区小明", "ou"), ("解晓东", "xie"), ("查良镛", "zha"),
        ("任正非", "ren"), ("盖叫天", "ge"), ("朴树", "piao"), ("华罗庚", "hua"), ("翟志刚", "zhai"), ("乐毅", "yue"),
        ("尉迟恭", "yuchi"), ("万俟卨", "moqi"), ("长孙无忌", "zhangsun"), ("单于", "chanyu"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name, first):
    assert sort_key(name).split()[0] == first


def test_the_same_letter_inside_a_name_is_read_as_usual():
    assert sort_key("李单").split()[1] == "dan"


@pytest.mark.parametrize(
    ("name", "key"), [("", ""), ("Anna Smith", "anna smith a"), ("·", "· ·"), ("A", "a a"), ("张 三", "zhang san zs")]
)
def test_other_letters_are_taken_as_they_are(name, key):
    assert sort_key(name) == key


@pytest.mark.parametrize("name", ["张" * 40, "x" * 40, "𠮷" * 40, "👍" * 40, "\u202e\u200b", "\x00"])
def test_any_name_gives_a_key_that_its_column_holds(name):
    assert len(sort_key(name)) <= 160


def test_the_tables_are_of_single_and_double_surnames():
    assert {len(surname) for surname in SURNAMES} == {1}
    assert {len(surname) for surname in DOUBLE_SURNAMES} == {2}
