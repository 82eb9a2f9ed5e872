"""Names of people. A name never links by itself: common names are shared by thousands."""

from __future__ import annotations

import re

from ringfinder.normalise.cells import open_cell, split_list
from ringfinder.normalise.tidy import tidy_signs
from ringfinder.normalise.values import DEFAULTS, Options, Value, words

__all__ = ["normalise_name", "split_names"]

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DOT = re.compile(rf"(?<=[{_HAN}])\s*(?:[·•‧・∙⋅.。]|\u0307)\s*(?=[{_HAN}])")
_INNER_SPACE = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_ROLE = re.compile(
    r"\((?:本人|配偶|父亲|母亲|父母|子女|朋友|同事|亲属|客户|借款人|投诉人|代理人|女|男"
    r"|已故|先生|女士|丈夫|妻子|儿子|女儿|父|母|夫|妻|法人|法定代表人|负责人|联系人|担保人|[男女],?[0-9]{1,3}岁"
    r"|\+?[0-9][0-9 -]{6,})\)"
)
# A phone behind the name, which has its own column elsewhere.
_PHONE = re.compile(rf"(?<=[{_HAN}])[\s:]*\+?[0-9][0-9-]{{6,}}$")
_ENGLISH_TITLE = re.compile(r"(?i)^(?:mr|mrs|ms|miss|mx)\b\.?\s+(?=[a-z])")
_TITLE = re.compile(rf"(?<=[{_HAN}])(?:先生|女士|小姐|太太)$")
_MASK = re.compile(rf"[*●•○?]|某|(?<=[{_HAN}])[xX]+$|^[xX]+(?=[{_HAN}])")
_PLACEHOLDERS = words("先生 女士 小姐 太太 客户 本人 匿名 佚名 姓名 用户 投诉人 借款人 代理人")


def split_names(text: str, options: Options = DEFAULTS) -> list[str]:
    """The single names of a cell."""
    return split_list(text)


def normalise_name(text: str, options: Options = DEFAULTS) -> Value:
    """One name: spaces inside a Chinese name, titles and ``(本人)`` removed, middle dots unified to ``·``."""
    opened = open_cell(text, "name")
    if isinstance(opened, Value):
        return opened
    name = _DOT.sub("·", opened)
    name = re.sub(r"\s+", " ", name if _MASK.search(name) else tidy_signs(name))
    before = None
    # Repeated, because what one rule removes can lay bare what another removes.
    while name != before:
        before = name
        name = _PHONE.sub("", _ENGLISH_TITLE.sub("", _ROLE.sub("", name))).strip(" :,'")
        name = re.sub(r" {2,}", " ", _INNER_SPACE.sub("", _DOT.sub("·", name)))
        if name not in _PLACEHOLDERS:
            bare = _TITLE.sub("", name).strip(" :,'")
            if re.fullmatch(rf"[{_HAN}]", bare) and bare != name:
                # 张先生 tells the surname only.
                return Value(None, "name", "masked", (), bare + "*")
            name = bare
    again = open_cell(name, "name")
    if isinstance(again, Value):
        return again
    if name in _PLACEHOLDERS:
        return Value(None, "name", "placeholder", (), name)
    if _MASK.search(name):
        return Value(None, "name", "masked", (), _MASK.sub(lambda m: "*" * len(m.group()), name))
    if re.fullmatch(r"[\W\d_]+", name):
        return Value(None, "name", "invalid", ("characters",))
    return Value(name, "name", "valid")
