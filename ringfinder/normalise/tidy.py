"""What people and programs write around an identifier: odd dashes, quotes, brackets, pictures, words."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["HAN", "drop_decimals", "drop_words", "says_nothing", "tidy_number", "tidy_signs"]

#: The Chinese characters, for use inside a character class.
HAN = "\u3400-\u9fff"

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\u30fc\ufe58"), "-")
_MASKS = dict.fromkeys(map(ord, "*●•○×■□◆◇█▇▓◎★☆✱✲✳∗⁎"), "*")
_DOTS = dict.fromkeys(map(ord, "·‧・∙⋅"), "·")
_SIGNS = _DASHES | _MASKS | _DOTS
_DRESSING = re.compile(r"[\"`\[\]{}<>!]|'(?=\s*$)")
_DROPPED = ("So", "Sk", "Ps", "Pe", "Pi", "Pf", "Po")
_BARE = re.compile(rf"[0-9A-Za-z +().:/{HAN}-]*")
_PLAIN = re.compile(rf"[ -~\n\r\t{HAN}·●•○]*")

_AROUND = re.compile(rf"^[{HAN}:\s]+|[{HAN}:.,\s]+$|\([{HAN}\s]*\)")
_LABEL = re.compile(r"(?i)^(?:id|no|card|passport|uscc|account|acct)\b[.:#\s]*(?:(?:no|number)\b[.:#\s]*)?")
# Separators that were typed in place of digits: 110105--------002X.
_TYPED_MASK = re.compile(r"(?<=[0-9])(?:-{3,}|\.{3,}|·{3,}|_{3,})(?=[0-9A-Za-z]|$)")

_NOTHING = re.compile(
    r"(?:(?:本人|客户|手机|联系)?(?:电话|手机|号码|手机号|身份证|证件|信用代码|代码|卡号|账号|联系方式)号?码?)?"
    r"(?:均?[暂还]?(?:无|没有?|未)(?:留存?|填写?|提供|登记|知|办理?|有)?|不(?:详|知道?|清楚?|明|愿意?提供|提供)|拒绝提供?|保密|"
    r"空号|已?停机|已?注销|已?关机|同(?:上|客户|本人|户籍)|联系不上)"
    r"(?:(?:本人|客户|手机|联系)?(?:电话|手机|号码|手机号|身份证|证件|信用代码|代码|卡号|账号|联系方式)号?码?)?"
)


def tidy_signs(text: str) -> str:
    """A cleaned text with every dash as ``-``, every mask sign as ``*``, and quotes and pictures as spaces.

    Round brackets stay: they enclose area codes. So do all letters and digits.
    """
    if _BARE.fullmatch(text):
        return text.strip()
    if not _PLAIN.fullmatch(text):
        text = text.translate(_SIGNS)
        text = "".join(
            " " if not c.isascii() and c not in "·、‰\ufffd" and unicodedata.category(c) in _DROPPED else c
            for c in text
        )
    else:
        text = text.translate(_SIGNS)
    return _DRESSING.sub(" ", text).strip()


def tidy_number(text: str) -> str:
    """Like :func:`tidy_signs` for numbers whose hyphens and dots only group: a run of them hides digits."""
    return _TYPED_MASK.sub(lambda m: "*" * len(m.group()), tidy_signs(text))


def says_nothing(text: str) -> bool:
    """Whether words say that there is no number (无电话, 不知道, 保密)."""
    # Digits say something: most cells end here.
    if len(text) > 20 or not text or text[0].isdecimal():
        return False
    return _NOTHING.fullmatch(re.sub(r"[\s()]", "", text)) is not None


def drop_words(text: str) -> str:
    """An identifier without the words around it and remarks in brackets: ``卡号:6222... (工行)``."""
    return _AROUND.sub(" ", _LABEL.sub(" ", text)).strip()


def drop_decimals(text: str) -> str:
    """A whole number without the ``.0`` that a spreadsheet wrote behind it; other texts unchanged."""
    found = re.fullmatch(r"(\+?[0-9]+)\.0+", text)
    return found[1] if found else text
