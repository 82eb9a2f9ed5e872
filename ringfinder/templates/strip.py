"""What is left of a complaint text when everything that differs between two users of one template is taken out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["LONGEST", "lean_text", "strip_text"]

#: Characters of a text that are looked at: a letter is never longer, and one pasted file must not stop the run.
LONGEST = 20_000

_NUMBERS = re.compile(r"[0-9](?:[0-9*xX×/年月日时分元万千百-]|[,.](?=[0-9]))*")
_CHINESE_NUMBERS = re.compile(r"[零〇一二三四五六七八九十百千万两]{2,}(?=[元天期年月日个次])")
_RULES = re.compile(r"《[^》]{2,40}》")
_MASKS = re.compile(r"\bx{2,}\b|[某]{2,}")
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_MONTHS = re.compile(
    rf"\b[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b|\b{_MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?\b"
)
_APOSTROPHES = re.compile(r"['’`*]")
_HYPHENS = re.compile(r"(?<=\w)-(?=\w)|_")
_PUNCTUATION = re.compile(r"\s*[^\w\s]+(?:\s|[^\w\s])*|\s*[\r\n]+\s*")
_SPACES = re.compile(r"[^\S\n]+")


def lean_text(text: str, names: Sequence[str] = ()) -> str:
    """``text`` without names, digits, dates, amounts and titles of rules: one clause a line.

    Parameters
    ----------
    text : str
        The complaint as written; what follows the first :data:`LONGEST` characters is not looked at.
    names : sequence of str
        Names to remove: the complainant's own, the accused institutions'.

    Returns
    -------
    str
        Lower-case text (Unicode NFKC), words set apart by a space; without its white space it is :func:`strip_text`.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    for name in names:
        name = unicodedata.normalize("NFKC", name).lower().strip()
        if len(name) > 1 and name in text:
            # a Latin name is a whole word: "Al" is no part of "legal"
            text = _without_word(text, name) if name.isascii() else text.replace(name, "")
    text = _RULES.sub("", text)
    if text.isascii() or "x" in text:
        text = _MASKS.sub("", _MONTHS.sub("", text))
    text = _NUMBERS.sub("", text)
    text = _CHINESE_NUMBERS.sub("", text)
    text = _HYPHENS.sub(" ", _APOSTROPHES.sub("", text))
    return _SPACES.sub(" ", _PUNCTUATION.sub("\n", text)).strip()


def strip_text(text: str, names: Sequence[str] = ()) -> str:
    """``text`` without names, digits, dates, amounts, titles of rules, punctuation and white space.

    Parameters
    ----------
    text : str
        The complaint as written.
    names : sequence of str
        Names to remove (the complainant's own).
    """
    return "".join(lean_text(text, names).split())


def _without_word(text: str, word: str) -> str:
    """``text`` without ``word`` where it stands alone (a compiled pattern a name would cost more than the search)."""
    parts, start, at = [], 0, text.find(word)
    while at >= 0:
        end = at + len(word)
        alone = not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum())
        if alone:
            parts.append(text[start:at])
            start = end
        at = text.find(word, end)
    return "".join([*parts, text[start:]])
