"""Addresses: one comparable key for the many ways to write an address."""

from __future__ import annotations

import re

from ringfinder.normalise.cells import is_masked, mask_pattern, open_cell
from ringfinder.normalise.values import DEFAULTS, Options, Value, words

__all__ = ["normalise_address"]

_NUMERAL = "零〇一二三四五六七八九十百两"
_UNITS = "号|弄|栋|单元|室|层|楼|组|巷|座|幢|房"
_COUNTED = re.compile(rf"[{_NUMERAL}]+(?={_UNITS})")
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

# Punctuation between two digits separates them (12-3 is not 123); elsewhere it says nothing.
_GAP = re.compile(r"(?<=[0-9])[^\w]+(?=[0-9])")
_NOISE = re.compile(r"(?<![0-9])[^\w]+|[^\w]+(?![0-9])|_+")

_SAME = (
    (re.compile(r"(?<=[0-9a-z])(?:号楼|幢|座|#楼)"), "栋"),
    (re.compile(r"(?<=[0-9])(?:号房|号室|房间|房)(?!产|屋)"), "室"),
    (re.compile(r"(?<=[0-9])楼"), "层"),
)
_PLACEHOLDERS = words(
    "本市 本地 本县 本村 详见合同 见合同 同合同 同户籍 同身份证 身份证地址 户籍地址 家庭住址 住址 地址"
)
_BLANK_FORM = re.compile(r"x{2,}|某|(?<=[省市区县])x(?=[路街])")
_LABEL = re.compile(
    r"^(?:(?:家庭|居住|户籍|现住|联系|通讯|单位|公司|收件|寄件)?(?:地址|住址))\s*:\s*|^邮编\s*:?\s*[0-9]{6}[\s,]*|^[0-9]{6}[\s,]+"
)
# Letters typed for digits, beside a digit or between one and a unit: l704室, 9栋8O3室. 3B座 is no such.
_TYPED = re.compile(
    rf"(?<![A-Za-z])[lI](?=[0-9])|(?<=[0-9])[oO]+(?=[0-9]|(?:{_UNITS}))|(?<=[0-9])[lI]+(?=[0-9]|(?:{_UNITS}))"
)
# A number without the name of any street or place.
_NO_PLACE = re.compile(rf"[0-9a-z-]+(?:(?:{_UNITS})[0-9a-z-]+)*(?:{_UNITS})?")
_PROVINCE = re.compile(
    "中国|北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|"
    "陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|农村|城镇|市区|郊区"
)
_COARSE = re.compile(r"[^0-9]*[省市区县乡镇州盟旗]")


def normalise_address(text: str, options: Options = DEFAULTS) -> Value:
    """One address as a key: units (号 弄 栋 单元 室) and numerals unified, spaces and punctuation removed.

    An address that names no more than a town carries ``not_linkable``.
    """
    opened = open_cell(text, "address")
    if isinstance(opened, Value):
        return opened
    if re.search(r"[*●•○]", opened):
        return Value(None, "address", "masked", (), mask_pattern(opened))
    key = _key(_LABEL.sub("", _as_digits(opened)))
    again = open_cell(key, "address")
    if isinstance(again, Value):
        return again
    if key in _PLACEHOLDERS or _BLANK_FORM.search(key):
        return Value(None, "address", "placeholder", (), key)
    if is_masked(key):
        return Value(None, "address", "masked", (), mask_pattern(key))
    if not re.search("[^0-9-]", key):
        return Value(None, "address", "invalid", ("no_words",))
    code = re.fullmatch("[a-z]{2,}[0-9]+", key)  # an address that was reduced to an opaque code: home-12
    if _COARSE.fullmatch(key) or _PROVINCE.fullmatch(key) or (len(key) < 8 and _NO_PLACE.fullmatch(key) and not code):
        return Value(key, "address", "plausible", ("not_linkable",))
    return Value(key, "address", "valid")


def _as_digits(text: str) -> str:
    """The text with letters that stand for digits (O, o, I, l) as digits, in addresses with Chinese characters only."""
    if not re.search("[\u4e00-\u9fff]", text):
        return text
    before = None
    while text != before:  # a digit that was found shows the next one: 1lO号
        before, text = text, _TYPED.sub(lambda m: ("0" if m.group()[0] in "oO" else "1") * len(m.group()), text)
    return text


def _key(text: str) -> str:
    before, key = None, "".join(c.lower() if c.isascii() else c for c in text)
    # Repeated, because a number that one step wrote can be what another step looks for.
    while key != before:
        before = key
        key = _NOISE.sub("", _GAP.sub("-", key))
        key = _as_digits(_COUNTED.sub(lambda m: _number(m.group()), key))
        for shape, unit in _SAME:
            key = shape.sub(unit, key)
    return key


def _number(numeral: str) -> str:
    """A Chinese numeral below 1000 in digits; digits read one by one (五〇二) stay one by one."""
    if not re.search("[十百]", numeral):
        return "".join(str(_DIGIT[c]) for c in numeral)
    total, digit = 0, -1
    for char in numeral:
        if char in "十百":
            # A bare 十 means ten; a bare 百 after nothing means one hundred.
            total += (digit if digit > 0 else 1) * (10 if char == "十" else 100)
            digit = -1
        else:
            digit = _DIGIT[char]
    return str(total + max(digit, 0))
