"""What is left of a complaint text when everything that differs between two users of one template is taken out."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["strip_text"]

_NUMBERS = re.compile(r"[0-9０-９][0-9０-９,.，．*＊xX×/年月日时分元万千百-]*")
_CHINESE_NUMBERS = re.compile(r"[零〇一二三四五六七八九十百千万两]{2,}(?=[元天期年月日个次])")
_RULES = re.compile(r"《[^》]{2,40}》")
_NOISE = re.compile(r"[^\w]|_", re.UNICODE)


def strip_text(text: str, names: tuple[str, ...] = ()) -> str:
    """``text`` without names, digits, dates, amounts, titles of rules, punctuation and white space.

    Parameters
    ----------
    text : str
        The complaint as written.
    names : tuple[str, ...]
        Names to remove (the complainant's own).
    """
    text = unicodedata.normalize("NFKC", text).lower()
    for name in names:
        name = unicodedata.normalize("NFKC", name).lower().strip()
        if len(name) > 1:
            # a Latin name is a whole word: "Al" is no part of "legal"
            text = re.sub(rf"\b{re.escape(name)}\b", "", text) if name.isascii() else text.replace(name, "")
    text = _RULES.sub("", text)
    text = _NUMBERS.sub("", text)
    text = _CHINESE_NUMBERS.sub("", text)
    return _NOISE.sub("", text)
