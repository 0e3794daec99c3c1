"""Pinyin of Chinese names, for sorting and search."""

from pypinyin import Style, lazy_pinyin

# pypinyin reads these as common words; as surnames they sound otherwise (trial in stack.md 2.13, and common knowledge).
SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "任": "ren", "盖": "ge",
    "朴": "piao", "华": "hua", "缪": "miao", "宓": "mi", "晁": "chao", "种": "chong", "翟": "zhai", "尉": "wei",
    "乐": "yue", "召": "shao", "繁": "po", "黑": "he", "秘": "bi", "员": "yun", "逄": "pang", "幺": "yao",
    "覃": "qin", "佴": "nai", "撒": "sa", "折": "she", "冼": "xian", "洗": "xian", "燕": "yan", "纪": "ji",
}  # fmt: skip
DOUBLE_SURNAMES = {
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "澹台": "tantai", "单于": "chanyu",
}  # fmt: skip


def sort_key(name):
    """`"曾单"` → `"zeng dan zd"`: syllables, then the initials, in lower case; Latin names stay as they are."""
    if name[:2] in DOUBLE_SURNAMES:
        syllables = [DOUBLE_SURNAMES[name[:2]], *_syllables(name[2:])]
    elif name[:1] in SURNAMES:
        syllables = [SURNAMES[name[0]], *_syllables(name[1:])]
    else:
        syllables = _syllables(name)
    initials = "".join(syllable[:1] for syllable in syllables)
    return f"{' '.join(syllables)} {initials}".strip()[:160]


def _syllables(text):
    return [part.strip().lower() for part in lazy_pinyin(text, style=Style.NORMAL) if part.strip()]
