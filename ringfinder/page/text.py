"""Texts made fit to be seen: hidden characters become visible marks, long ones are shortened.

Names and texts are written by the people under investigation. A right-to-left override can make one name read
as another, a zero-width character can make two names look alike; so every such character is shown as a mark.
"""

from __future__ import annotations

import unicodedata

__all__ = ["plain", "shorten", "visible", "width"]

#: Letters that draw nothing at all although their category says letter or mark.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def _mark(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or char in _BLANKS:
        return f"‹U+{code:04X}›"
    return char


def visible(text: str) -> str:
    """``text`` with control, bidirectional, zero-width and surrogate characters shown as marks."""
    return text if text.isascii() and text.isprintable() else "".join(map(_mark, text))


def width(text: str) -> int:
    """The number of columns that ``text`` takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def shorten(text: str, columns: int) -> str:
    """``text`` in at most ``columns`` columns, with an ellipsis where it was cut."""
    if len(text) <= columns and width(text) <= columns:
        return text
    kept, used = [], 1
    for char in text[:columns]:
        used += width(char)
        if used > columns:
            break
        kept.append(char)
    return "".join(kept) + "…"


def plain(text: str, limit: int = 600) -> str:
    """``text`` for a pyvis title: visible, shortened, without the word that switches pyvis to HTML.

    pyvis 0.3.2 shows every title of a page as HTML as soon as one of them holds the letters ``href``.
    """
    text = visible(text)
    if len(text) > limit:
        text = f"{text[:limit]}… ({len(text):,} characters)"
    return text.replace("href", "h‑ref")
