"""Where two letters say the same, for display side by side."""

from __future__ import annotations

import re

from ringfinder.templates.strip import LONGEST

__all__ = ["passages"]

Span = tuple[int, int, int, int]

#: A run of characters that the other text repeats more often than this is looked for in its first places only.
_REPEATS = 50
_UNTAKEN = re.compile(rb"\x00+")


def passages(text_a: str, text_b: str, shortest: int = 6) -> list[Span]:
    """The passages that two raw texts share, in whatever order they stand.

    The longest common run of characters is taken first, then the longest of what is left of both, and so on; so a
    sentence that one letter has at its beginning and the other at its end is found, and no character is used twice.

    Parameters
    ----------
    text_a, text_b : str
        The letters as written; what follows the first 20,000 characters is not compared.
    shortest : int
        Runs of fewer characters are not reported.

    Returns
    -------
    list[tuple[int, int, int, int]]
        ``(start_a, end_a, start_b, end_b)``, half-open, by their place in ``text_a``. Both sides of a span are equal,
        letter case aside, and both begin and end with a letter or a digit.
    """
    a, b = _folded(text_a), _folded(text_b)
    shortest = max(shortest, 1)
    found = _runs(a, b, shortest)
    trimmed = (_trimmed(a, start_a, start_b, length) for start_a, start_b, length in found)
    return sorted((i, i + n, j, j + n) for i, j, n in trimmed if n >= shortest)


def _folded(text: str) -> str:
    """Lower case, character by character, so that places stay the same ("İ".lower() has two characters)."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text[:LONGEST])


def _runs(a: str, b: str, shortest: int) -> list[tuple[int, int, int]]:
    """(start in a, start in b, length) of common runs; longest first, neither text used twice."""
    places: dict[str, list[int]] = {}
    for j in range(len(b) - shortest + 1):
        places.setdefault(b[j : j + shortest], []).append(j)
    ahead: list[tuple[int, int, int]] = []
    # every maximal run once: its first window has no equal pair of characters before it
    for i in range(len(a) - shortest + 1):
        for j in places.get(a[i : i + shortest], ())[:_REPEATS]:
            if i and j and a[i - 1] == b[j - 1]:
                continue
            ahead.append((i, j, _length(a, i, b, j, shortest)))
    ahead.sort(key=lambda run: (-run[2], run[0], run[1]))
    used_a, used_b = bytearray(len(a)), bytearray(len(b))
    found = []
    for i, j, length in ahead:
        for start, stop in _free(used_a, used_b, i, j, length):
            if stop - start >= shortest:
                used_a[i + start : i + stop] = b"\1" * (stop - start)
                used_b[j + start : j + stop] = b"\1" * (stop - start)
                found.append((i + start, j + start, stop - start))
    return found


def _length(a: str, i: int, b: str, j: int, known: int) -> int:
    """How many characters are equal from ``i`` and ``j`` on, ``known`` being so already (slices compare fast)."""
    most = min(len(a) - i, len(b) - j)
    low, high = known, known
    while low == high < most:
        high = min(2 * high, most)
        if a[i + low : i + high] == b[j + low : j + high]:
            low = high
    while low < high:
        middle = (low + high + 1) // 2
        if a[i + low : i + middle] == b[j + low : j + middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _free(used_a: bytearray, used_b: bytearray, i: int, j: int, length: int) -> list[tuple[int, int]]:
    """The parts of a run, as offsets, that no longer run has taken from either text."""
    if used_a.count(1, i, i + length) == length or used_b.count(1, j, j + length) == length:
        return []
    both = int.from_bytes(used_a[i : i + length]) | int.from_bytes(used_b[j : j + length])
    return [m.span() for m in _UNTAKEN.finditer(both.to_bytes(length))]


def _trimmed(text: str, i: int, j: int, length: int) -> tuple[int, int, int]:
    """The run without white space and punctuation at its ends (both sides are equal, so one text tells)."""
    start, stop = i, i + length
    while start < stop and not text[start].isalnum():
        start += 1
    while stop > start and not text[stop - 1].isalnum():
        stop -= 1
    return start, j + start - i, stop - start
