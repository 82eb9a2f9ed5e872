"""Texts that are brought into the usual form first: whole lines in quotes, delimiters of several characters."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import polars as pl

from ringfinder.read.dialect import head_of
from ringfinder.read.grammar import DELIMITERS, Dialect
from ringfinder.read.header import is_label
from ringfinder.read.records import iter_records
from ringfinder.read.types import Grid

__all__ = ["shorten", "unwrap"]

#: Stands for a delimiter of several characters while the text is parsed; the first that the text lacks.
_SIGNS = (*"\x1f\x1e\x1d\x1c\x01\x02", *map(chr, range(0xF0000, 0xF1000)))


def shorten(text: str, delimiter: str) -> tuple[str, str, Callable[[Grid], Grid]]:
    """The text with one character for its delimiter, that character, and what puts the delimiter back into cells."""
    if len(delimiter) == 1:
        return text, delimiter, lambda grid: grid
    sign = next((c for c in _SIGNS if c not in text), "")
    if not sign:
        return text, delimiter[0], lambda grid: grid

    def back(value: str) -> str:
        return value.replace(sign, delimiter)

    def restore(grid: Grid) -> Grid:
        return dataclasses.replace(
            grid,
            header=[back(c) for c in grid.header],
            cells=grid.cells.with_columns(pl.all().str.replace_all(sign, delimiter, literal=True)),
            ragged=[(row, back(value)) for row, value in grid.ragged],
            uneven=[(row, back(value)) for row, value in grid.uneven],
            stray=[(row, column, back(value)) for row, column, value in grid.stray],
            titles=tuple((row, back(value)) for row, value in grid.titles),
        )

    return text.replace(delimiter, sign), sign, restore


def unwrap(text: str, quote: str = '"') -> str:
    """The text without the quotes around its lines, if each whole line is one quoted cell that holds a row of cells.

    Spreadsheet programs write such files where all data stands in the first column.
    """
    if not text.lstrip("\ufeff\r\n").startswith(quote):
        return text
    for delimiter in DELIMITERS:
        outer = Dialect(delimiter, quote)
        head = [cells for cells in head_of(text, outer) if cells]
        if len(head) < 2 or any(len(cells) > 1 for cells in head) or delimiter not in head[0][0]:
            continue
        inner = [head_of(cells[0], outer) for cells in head]
        widths = {len(rows[0]) if len(rows) == 1 else 0 for rows in inner}
        if len(widths) > 1 or min(widths) < 2 or not all(map(is_label, inner[0][0])):
            continue
        records = [cells for cells, _ in iter_records(text, outer)]
        if all(len(cells) < 2 for cells in records):
            return "\n".join(cells[0] if cells else "" for cells in records) + "\n"
    return text
