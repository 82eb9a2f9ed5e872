"""Cell clean-up before all rules, list splitting, masks, and the traces that spreadsheets leave."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from ringfinder.normalise.mojibake import read_anew
from ringfinder.normalise.values import Value, empty, words

__all__ = [
    "NULL_WORDS",
    "clean_cell",
    "expand_exponent",
    "is_masked",
    "is_null",
    "is_run",
    "is_same_digit",
    "mask_pattern",
    "open_cell",
    "split_list",
    "split_wholes",
    "strip_cell",
]

#: Words that mean "nothing here", in lower case. 同上 (ditto) is one too: it is never copied down.
NULL_WORDS = words(
    "无 暂无 没有 不详 未知 未提供 未填 不清楚 空 略 同上 待补充 测试 "
    "n/a na null none nil nan - -- / \\ . 0 00 x xx ? test"
) | {""}

# Zero-width characters, joiners, direction marks and the byte order mark: NFKC leaves them, so they go first.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00]")
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_ASCII = re.compile(r"[ -~]*")

#: Separators of several values in one cell. A space is none: it also groups the digits of one value.
_SEPARATORS = re.compile(r"[、;；,，/|\n\r]+")

_MASK_SIGN = re.compile(r"[*●•○]")
_MASK_RUN = re.compile(r"(?<=[0-9])[-\s]?[xX#?]{2,}|[xX#?]{2,}[-\s]?(?=[0-9])|^[xX#?]{2,}$")
_MASK_ANY = re.compile(r"[*●•○]|[xX#?]{2,}|(?<=[0-9])[xX#?](?=[0-9])")

_EXPONENT = re.compile(r"([+-]?)([0-9])(?:\.([0-9]+))?[eE]\+?([0-9]{1,3})")
_ERRORS = words("#n/a #ref! #value! #name? #div/0! #null! #num! #####")
_ASCENDING = "01234567890123456789"
_DESCENDING = _ASCENDING[::-1]


def is_null(text: str) -> bool:
    """Whether a cleaned cell says nothing."""
    return text.lower() in NULL_WORDS


def strip_cell(text: str) -> str:
    """Rule 5.0 without the null test."""
    if not _ASCII.fullmatch(text):
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", read_anew(text)))
        # NFKC can itself bring an invisible character out of a compatibility form.
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = text.strip()
    # Repeated until nothing changes, so that cleaning a cleaned cell changes nothing.
    while True:
        formula = _FORMULA_TEXT.fullmatch(text)
        if formula:
            text = formula.group(1).strip()
        elif text.startswith("'"):
            text = text[1:].strip()
        else:
            return text.replace("\t", " ")


def clean_cell(text: str) -> str:
    """The text of a cell without spreadsheet dressing, ``""`` if it says nothing.

    Order: byte order mark, zero-width characters, outer space; NFKC; ``="..."``; apostrophe; null words.
    """
    text = strip_cell(text)
    return "" if is_null(text) else text


def open_cell(text: str, kind: str) -> str | Value:
    """The cleaned cell, or at once its value if it is empty, a spreadsheet's error word (``#N/A``) or has U+FFFD."""
    text = clean_cell(text)
    if not text:
        return empty(kind)
    if text.lower() in _ERRORS or (len(text) > 2 and not text.strip("#")):
        return Value(None, kind, "damaged", ("spreadsheet_error",), text)
    # U+FFFD stands for what did not fit the encoding, here or in the program that exported: many values look like one.
    if "\ufffd" in text:
        return Value(None, kind, "damaged", ("bad_byte",), text)
    return text


def split_list(text: str) -> list[str]:
    """The parts of a cell that lists several values; a cell without separators is its own only part."""
    text = strip_cell(text)
    if is_null(text):  # N/A and / hold a separator
        return [text]
    return [p.strip() for p in _SEPARATORS.split(text) if p.strip()] or [text]


def split_wholes(text: str, lengths: Collection[int]) -> list[str]:
    """Like :func:`split_list`, and also at spaces where every part then has one of the whole ``lengths``."""
    parts: list[str] = []
    for part in split_list(text):
        tokens = part.split()
        parts += tokens if len(tokens) > 1 and all(len(t) in lengths for t in tokens) else [part]
    return parts


def is_masked(text: str) -> bool:
    """Whether a cleaned value hides characters: a mask sign, or ``xx ## ??`` beside digits."""
    return bool(_MASK_SIGN.search(text) or _MASK_RUN.search(text))


def mask_pattern(text: str) -> str:
    """A masked value with ``*`` at every hidden position and without separators."""
    return _MASK_ANY.sub(lambda m: "*" * len(m.group()), re.sub(r"[\s\-_.()]", "", text))


def expand_exponent(text: str) -> str | None:
    """The digits of a number in exponent notation.

    Returns
    -------
    str or None
        All digits if the mantissa states each of them, ``""`` if some are lost, None if it is no such number.
    """
    number = _EXPONENT.fullmatch(text)
    if number is None:
        return None
    sign, first, rest, power = number.groups()
    rest = rest or ""
    # A float64 holds 15 digits safely; what lies beyond was lost even where digits are shown.
    if sign == "-" or int(power) != len(rest) or int(power) > 14:
        return ""
    return first + rest


def is_same_digit(digits: str) -> bool:
    """Whether the digits are three or more and all the same."""
    return len(digits) > 2 and not digits.strip(digits[0])


def is_run(digits: str) -> bool:
    """Whether the digits as a whole count up or down by one, 9 followed by 0 (``1234567890123``)."""
    head = digits[:10]
    if len(digits) < 6 or not (head in _ASCENDING or head in _DESCENDING):
        return False
    return all(digits[i] == digits[i - 10] for i in range(10, len(digits)))
