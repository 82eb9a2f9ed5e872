"""Which row is the header, below titles and merged rows; and names for its cells."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

__all__ = ["column_names", "find_header", "titles_above"]

#: A header fills at least this share of the cells that the rows below it fill.
_SIMILAR = 0.7
_CANDIDATES = 10
_FOLLOWING = 20


def find_header(rows: Sequence[Sequence[str | None]]) -> int | None:
    """Index of the header among the first rows; None if all are blank.

    It is the first of the first ten rows that hold anything, with two or more filled cells, whose number of
    cells is like that of the rows below. In a table of one column it is the first row that holds anything.
    """
    filled = [(i, sum(1 for c in row if c and c.strip()), len(row)) for i, row in enumerate(rows)]
    filled = [f for f in filled if f[1]]
    if not filled:
        return None
    for position, (index, number, width) in enumerate(filled[:_CANDIDATES]):
        below = filled[position + 1 : position + 1 + _FOLLOWING]
        if number < 2:
            continue
        if not below:
            return index
        usual = median(w for _, _, w in below)
        if number < _SIMILAR * median(n for _, n, _ in below) or width < _SIMILAR * usual:
            continue
        _, next_number, next_width = below[0]
        if next_width == usual and number < _SIMILAR * next_number and next_number >= _SIMILAR * next_width:
            continue  # a title of a few cells over a full header over sparse rows
        return index
    return next((i for i, n, _ in filled if n > 1), filled[0][0])


def titles_above(rows: Sequence[Sequence[str | None]], first: int = 1) -> tuple[tuple[int, str], ...]:
    """Number and text of the rows that hold anything; ``first`` is the number of the first row."""
    texts = (" ".join(c.strip() for c in row if c and c.strip()) for row in rows)
    return tuple((number, text) for number, text in enumerate(texts, start=first) if text)


def column_names(header: Sequence[str | None]) -> list[str]:
    """Names from header cells: without byte-order mark and outer space, never empty, none twice."""
    cleaned = [(c or "").strip("\ufeff\u200b").strip().strip("\ufeff\u200b") for c in header]
    taken = {c for c in cleaned if c}
    names: list[str] = []
    seen: set[str] = set()
    for number, base in enumerate(cleaned, start=1):
        name = base or f"column {number}"
        again = 1
        while name in seen or (name in taken and name != base):
            again += 1
            name = f"{base or f'column {number}'} ({again})"
        seen.add(name)
        names.append(name)
    return names
