"""Delimited text to grids: find dialect and header, then read columnar if clean, else tolerantly."""

from __future__ import annotations

import dataclasses
from itertools import islice

import numpy as np
import polars as pl

from ringfinder.read.dialect import dialect_of, head_of, named_delimiter, named_quote, sniff, unescape
from ringfinder.read.header import Head, find_head, titles_above
from ringfinder.read.records import MAX_LINES, Dialect, iter_records, swallows
from ringfinder.read.source import empty
from ringfinder.read.split import Gridder, may_split
from ringfinder.read.types import Grid

__all__ = ["parse", "parse_fast", "parse_tolerant"]


def parse(text: str, delimiter: str | None, name: str, quote: str = '"') -> tuple[list[Grid], str]:
    """The grids of a delimited text and its delimiter.

    Raises
    ------
    ConfigError
        If the named delimiter is not one character, or the quote is no quote.
    DataError
        If the text holds no cell.
    """
    quote = named_quote(quote)
    delimiter = sniff(text, quote) if delimiter is None else named_delimiter(delimiter, quote)
    dialect = dialect_of(text, delimiter, quote)
    if dialect.escaped:
        text = unescape(text, quote)
    rows = head_of(text, dialect)
    head, skipped = find_head(rows), 0
    if head is None:
        # a file may begin with more blank rows than the sample holds
        text, skipped = _skip_blank(text, dialect)
        rows = head_of(text, dialect)
        head = find_head(rows)
        if head is None:
            raise empty(name)
    fast = parse_fast(text, dialect, head)
    grids = parse_tolerant(text, dialect, head) if fast is None else [fast]
    grids[0] = dataclasses.replace(grids[0], titles=titles_above(rows[: head.above]))
    return [_shift(grid, skipped) for grid in grids], delimiter


def _shift(grid: Grid, by: int) -> Grid:
    """The grid with ``by`` blank records counted above it."""
    if not by:
        return grid
    return dataclasses.replace(
        grid,
        header_row=grid.header_row + by,
        total=grid.total + by,
        rows=(grid.rows + by).cast(pl.Int32),
        ragged=[(row + by, value) for row, value in grid.ragged],
        stray=[(row + by, column, value) for row, column, value in grid.stray],
        titles=tuple((row + by, value) for row, value in grid.titles),
    )


def _skip_blank(text: str, dialect: Dialect) -> tuple[str, int]:
    """The text from its first record that says something, and how many records stand above it."""
    blank = len(text) - len(text.lstrip(dialect.delimiter + dialect.quote + " \t\r\n\f\v\xa0\u3000"))
    cut = max(text.rfind("\n", 0, blank), text.rfind("\r", 0, blank)) + 1
    if text[:cut].count(dialect.quote) % 2:
        return text, 0
    return text[cut:], sum(1 for _ in iter_records(text[:cut], dialect))


def parse_fast(text: str, dialect: Dialect, head: Head) -> Grid | None:
    """The grid by the columnar reader, or None where only the tolerant one is sure to be right."""
    if not dialect.plain:
        return None
    data = text.encode("utf-8", "surrogatepass")
    width = len(head.header)
    total = _count_records(data, dialect)
    if total is None:
        return None
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator=dialect.delimiter,
            quote_char=dialect.quote,
            schema=dict.fromkeys(map(str, range(width)), pl.String),
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != total:
        return None
    if dialect.quote.encode() in data and any(_has_stray(column, dialect.delimiter, width) for column in frame):
        return None
    first = head.at + 1
    frame = frame.slice(first)
    if may_split(frame, head):
        return None
    rows = pl.Series("row", range(first + 1, total + 1), dtype=pl.Int32)
    return Grid(head.header, first, total, frame, rows, [], [], (), head.twins)


def _has_stray(column: pl.Series, delimiter: str, width: int) -> bool:
    """Whether a cell of many lines makes the tolerant parser think that a quote was never closed."""
    breaks = column.str.count_matches("[\n\r]")
    most = breaks.max()
    if not isinstance(most, int) or most < 3:
        return False
    if most >= MAX_LINES:
        return True
    suspects = column.filter((breaks >= 3) & column.str.contains(delimiter, literal=True))
    return any(swallows(cell, delimiter, width) for cell in suspects)


def _count_records(data: bytes, dialect: Dialect) -> int | None:
    """Number of records, or None if a quote or a line end stands where the two parsers might differ."""
    delimiter, quote = dialect.delimiter.encode("utf-8", "surrogatepass"), dialect.quote.encode()
    if len(delimiter) != 1 or not data:
        return None
    if quote not in data:
        if data.count(b"\r") != data.count(b"\r\n"):
            return None
        return data.count(b"\n") + (not data.endswith(b"\n"))
    buffer = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(buffer == ord(quote))
    if len(quotes) % 2:
        return None
    padded = np.concatenate(([10], buffer, [10])).astype(np.uint8)  # padded[i + 1] is buffer[i]
    limits = np.frombuffer(delimiter + b"\n" + quote, dtype=np.uint8)
    before, after = padded[quotes[0::2]], padded[quotes[1::2] + 2]
    second = padded[np.minimum(quotes[1::2] + 3, len(padded) - 1)]
    after_close = np.isin(after, limits) | ((after == 13) & (second == 10))
    if not (np.isin(before, limits).all() and after_close.all()):
        return None
    returns = np.flatnonzero(buffer == 13)
    lone = returns[padded[returns + 2] != 10]
    if (np.searchsorted(quotes, lone) % 2 == 0).any() or data.endswith(b"\r"):
        return None
    feeds = np.flatnonzero(buffer == 10)
    ends = int((np.searchsorted(quotes, feeds) % 2 == 0).sum())
    return ends + (not data.endswith(b"\n"))


def parse_tolerant(text: str, dialect: Dialect, head: Head) -> list[Grid]:
    """The grids by the tolerant parser, which takes any text and sees where a new table starts."""
    gridder = Gridder(head, head.at + 1, (), dialect.delimiter, dialect.quote)
    return gridder.run(islice(iter_records(text, dialect, gridder.width), head.at + 1, None))
