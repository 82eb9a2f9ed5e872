"""Numbers in Chinese characters: 一万二千三百, 壹万贰仟, 二〇二一."""

from __future__ import annotations

import re

__all__ = ["NUMERAL", "chinese_number", "read_digits"]

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_DIGITS |= dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True))
_DIGITS |= {"〇": 0, "○": 0, "两": 2, "貳": 2, "陸": 6, "幺": 1}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}

#: All characters of numbers, for use inside a character class.
NUMERAL = "".join((*_DIGITS, *_SMALL, *_LARGE))

_D = f"[{''.join(_DIGITS)}]"
_GROUP = rf"(?:{_D}[千仟])?零?(?:{_D}[百佰])?零?(?:{_D}?[十拾])?零?{_D}?"
_NUMBER = re.compile(rf"(?=.)(?:({_GROUP})[亿億]零?)?(?:({_GROUP})[万萬]零?)?({_GROUP})")


def read_digits(text: str) -> str:
    """Digits that are read one by one: 二〇二一 -> ``2021``; other characters stay."""
    return "".join(str(_DIGITS.get(c, c)) for c in text)


def chinese_number(text: str) -> int | None:
    """A number that is written out with its places (一万二千), or None. The short 一万二 is none: it is spoken only."""
    found = _NUMBER.fullmatch(text)
    if found is None or not (set(text) & (set(_SMALL) | set(_LARGE)) or len(text) == 1):
        return None
    if re.search(r"[千仟百佰万萬亿億][^零千仟百佰十拾万萬亿億]$", text):
        return None
    groups = [_group(part) if part is not None else 0 for part in found.groups()]
    # 亿 and 万 need a number before them.
    if any(part == "" for part in found.groups()[:2]):
        return None
    return groups[0] * 100_000_000 + groups[1] * 10_000 + groups[2]


def _group(text: str) -> int:
    total, digit = 0, 0
    for char in text:
        if char in _SMALL:
            total, digit = total + (digit or 1) * _SMALL[char], 0
        else:
            digit = _DIGITS[char]
    return total + digit
