"""What stands around a phone number in a cell: labels, remarks, extensions, list numbers, masks in words.

All functions rewrite text; which digits are a number is decided in :mod:`ringfinder.normalise.phone`.
"""

from __future__ import annotations

import re

from ringfinder.normalise.cells import strip_cell
from ringfinder.normalise.tidy import HAN, tidy_signs

__all__ = ["part_list", "part_words", "spell_phone", "strip_remarks"]

_MOBILE = "1[3-9][0-9]{9}"
_ONE = rf"(?:\+?(?:00)?86[ -]?)?{_MOBILE}(?![0-9])|0[0-9]{{2,3}}[ -]?[2-8][0-9]{{6,7}}(?![0-9])"

_EXTENSION = re.compile(
    r"[;,]?\s*(?:转接?|分机号?|内线|(?<![A-Za-z])(?i:extension|extn?|ext)\b\.?)\s*[-:=]?\s*(?=$|[\s0-9)])"
    r"|[;,]?\s*(?:转接?|分机号?|内线)"
)
_IN_BRACKETS = re.compile(r"\(\s*(ext[^()]*)\)")
_OPEN_EXTENSION = re.compile(r"(?:\s*ext)+\s*$")

_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_NUMERALS = re.compile(
    r"(?<![零〇一二三四五六七八九幺])[零〇一二三四五六七八九幺]{11,12}(?![零〇一二三四五六七八九幺])"
)
_TAIL_ONLY = re.compile(r"(?:尾号|后四位|末四位|后4位|末4位)\D{0,3}([0-9]{4})(?![0-9])")
_HIDING_WORDS = re.compile(r"(?<=[0-9])\s*(?:某{2,}|\(?(?:隐藏|星号|保密)\)?)\s*(?=[0-9])")
# Signs that separate elsewhere, typed in place of digits: 138----1234, 138....1234, 138····1234.
_TYPED_MASK = re.compile(r"(?<![0-9])(1[3-9][0-9]{1,5})([.·_~-]{3,}|…+)([0-9]{2,4})(?![0-9])")
_CIRCLED = re.compile(rf"[①-⑨⑴-⑼⒈-⒐]\s*(?={_ONE})")
_NUMBERED = re.compile(rf"(?:^|(?<=[\s,;、/\n]))[1-9]\s?[.:、)]\s*(?={_ONE})")
_BETWEEN = re.compile(rf"(?<![0-9])({_MOBILE})[-_.·:~=()\s]*(?=\(?{_MOBILE}(?![0-9]))")
_GLUED = re.compile(rf"(?<![0-9])(?:{_MOBILE}){{2,4}}(?![0-9])")
_JOINED = re.compile(r"(?<=[0-9)])\s*(?:[&\\~]|\b(?i:and|or)\b)\s*(?=[0-9+(])")
_PLUS = re.compile(rf"(?<=[0-9]{{7}})\s*\+\s*(?={_MOBILE}(?![0-9]))|(?<=[0-9]{{7}})\s*(?=\+[0-9])")
# Digits in groups, with nothing to spell out.
_GROUPED_ONLY = re.compile(r"(?:\(\+?[0-9]+\)|\+?)[0-9]*(?:[ -][0-9]+)*")
# 15,900,000,901 and 159,0000,0901 are one number, not a list.
_GROUPED = re.compile(r"1[0-9](?:,[0-9]{3}){3}|1[3-9][0-9]([,/])[0-9]{4}\1[0-9]{4}")
# Couriers' privacy numbers (17012340901,1234), and extensions that were dialled behind a pause.
_RELAY = re.compile(rf"(?<![0-9])({_MOBILE}|0[0-9]{{2,3}}[ -]?[2-8][0-9]{{6,7}})\s*,\s*([0-9]{{3,4}})\s*$")

_LABEL = re.compile(
    r"(?i)(?:\b(?:tel|phone|mobile|mob|cell|fax|no)\b\.?|(?<![A-Za-z0-9])[a-z](?=\s*:)|\bip(?=1[0-9]{4}))\s*:?"
)
_LATIN = r"(?:(?<=[\s(:;,/])|^)(?!(?i:ext|x+)\b)[A-Za-z]{2,}\.?(?=[\s):;,/]|$)"
_WORDS = re.compile(_LATIN)
_EDGE_WORDS = re.compile(rf"^[{HAN}:\s]+|[{HAN}:\s]+$|\([{HAN}\s]*\)")
_PARTING = re.compile(rf"[{HAN}]+:?|{_LATIN}")


def spell_phone(text: str) -> str:
    """A cleaned text with one spelling for signs, masks in words, digits in words, and extensions (``ext``)."""
    text = tidy_signs(text)
    if _GROUPED_ONLY.fullmatch(text):
        return text
    text = _NUMERALS.sub(lambda m: m.group().translate(_DIGITS), text)
    text = _HIDING_WORDS.sub("****", _TAIL_ONLY.sub(r"*******\1", text))
    text = _TYPED_MASK.sub(lambda m: m[1] + "*" * max(len(m[2]), 11 - len(m[1] + m[3])) + m[3], text)
    text = _IN_BRACKETS.sub(r" \1", _EXTENSION.sub(" ext ", text))
    return _OPEN_EXTENSION.sub("", text).strip()


def part_list(text: str) -> str:
    """The text of a cell with a line break wherever one number ends and the next begins without a separator."""
    text = strip_cell(_CIRCLED.sub("\n", re.sub(r"(?i)<br\s*/?>", "\n", text)))
    if text.isdecimal() and len(text) < 22:
        return text
    # Newlines separate: they must outlive the tidying of spaces.
    text = "\n".join(spell_phone(line) for line in text.split("\n"))
    text = _RELAY.sub(r"\1 ext \2", _NUMBERED.sub("\n", text))
    if _GROUPED.fullmatch(text):
        return re.sub("[,/]", "", text)
    text = _GLUED.sub(lambda m: "\n".join(re.findall(".{11}", m.group())), text)
    text = _BETWEEN.sub(r"\1" + "\n", text)
    return _PLUS.sub("\n", _JOINED.sub("\n", text))


def strip_remarks(text: str) -> str:
    """One number without label, name and remark: ``Tel: 15900000901 (本人)`` -> ``15900000901``."""
    if _GROUPED_ONLY.fullmatch(text):
        return text
    text = _WORDS.sub(" ", _LABEL.sub(" ", text))
    return re.sub(r"\(\s*\)", " ", _EDGE_WORDS.sub(" ", text)).strip()


def part_words(text: str) -> list[str]:
    """The pieces of a text between words; pieces without a digit or mask are left out."""
    pieces = _PARTING.sub("\n", _LABEL.sub("\n", text)).split("\n")
    return [p.strip(" :") for p in pieces if re.search("[0-9*]", p)]
