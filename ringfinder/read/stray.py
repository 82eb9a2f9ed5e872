"""Stray bytes: a file of which all but a few lines are in one encoding is read on, and each such byte keeps its place.

Every stray byte becomes one character of the last private-use plane, which tells its number until its cell is known;
then it becomes U+FFFD. No cell that holds one links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["MARKS", "Stray", "Strays", "fewest_strays", "line_of", "numbers", "place"]

#: Pattern of the characters that stand for stray bytes.
MARKS = "[\U00100000-\U0010fffd]"
_MARK = re.compile(MARKS)
_FIRST, _LAST = 0x100000, 0x10FFFD

#: So many lines may have stray bytes in any file, or one line in so many.
_FEW = 3
_ONE_IN = 1000

#: The most places that a report names for one cell.
_NAMED = 3


class Stray(NamedTuple):
    """A byte that does not fit the encoding: line and byte offset in the (unpacked) file, from 1 and from 0."""

    line: int
    offset: int


class Strays(NamedTuple):
    """Text with a mark for each stray byte, its encoding, and the stray bytes in the order of their marks."""

    text: str
    encoding: str
    strays: tuple[Stray, ...]


def fewest_strays(data: bytes, encodings: Sequence[str]) -> Strays | None:
    """The text in the encoding that fewest bytes miss (the first of equals), where few lines have such bytes.

    At most three lines, or one in a thousand, and no more than half of all. None if that holds for no encoding.
    """
    found = [text for text in (_decode(data, encoding) for encoding in encodings) if text is not None]
    return min(found, key=lambda text: len(text.strays), default=None)


def _decode(data: bytes, encoding: str) -> Strays | None:
    end = _end(data)
    lines = data.count(end) + (not data.endswith(end))
    most = min(max(_FEW, lines // _ONE_IN), lines // 2)
    codec = encoding.removesuffix("-sig")  # the byte-order mark stays in, so that offsets are those of the file
    view, parts, strays = memoryview(data), [], list[Stray]()
    line, bad, at = 1, 0, 0
    while True:
        try:
            parts.append(str(view[at:], codec))
            break
        except UnicodeDecodeError as error:
            start = at + error.start
        further = data.count(end, at, start)
        bad += bool(further) or not strays
        line += further
        if bad > most or len(strays) > _LAST - _FIRST:
            return None
        parts += [str(view[at:start], codec), chr(_FIRST + len(strays))]
        strays.append(Stray(line, start))
        at = start + 1
    text = "".join(parts)
    if len(numbers(text)) > len(strays):
        return None  # the file has such characters of its own
    return Strays(text, encoding, tuple(strays))


def numbers(text: str) -> list[int]:
    """The numbers of the stray bytes whose marks a text holds, in order."""
    return [ord(c) - _FIRST for c in _MARK.findall(text)]


def place(text: str, strays: Sequence[Stray]) -> str:
    """Where the stray bytes of a text stand in the file, for people."""
    found = [strays[number] for number in numbers(text)]
    lines = " and ".join(f"{line:,}" for line in dict.fromkeys(stray.line for stray in found))
    offsets = " and ".join(f"{stray.offset:,}" for stray in found[:_NAMED])  # with commas: no part looks like a phone
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return f"(line {lines}, byte {offsets}{more})"


def line_of(data: bytes, at: int) -> int:
    """Line number of a byte offset, counting line feeds, or returns in files that have no line feed."""
    return data.count(_end(data), 0, at) + 1


def _end(data: bytes) -> bytes:
    return b"\n" if b"\n" in data else b"\r"
