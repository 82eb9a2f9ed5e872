"""Delimited text to grids: find dialect and header, then read columnar if clean, else tolerantly."""

from __future__ import annotations

import dataclasses
from itertools import islice

import numpy as np
import numpy.typing as npt
import polars as pl

from ringfinder.read.dialect import dialect_of, head_of, mend_header, named_delimiter, named_quote, quote_of, unescape
from ringfinder.read.grammar import QUOTES, Dialect
from ringfinder.read.header import Head, find_head, titles_above
from ringfinder.read.records import MAX_LINES, iter_records, swallows
from ringfinder.read.sniff import hint, sniff
from ringfinder.read.source import empty
from ringfinder.read.split import Gridder, may_split
from ringfinder.read.types import Grid
from ringfinder.read.unwrap import shorten, unwrap

__all__ = ["parse", "parse_fast", "parse_tolerant"]


def parse(text: str, delimiter: str | None, name: str, quote: str | None = None) -> tuple[list[Grid], str]:
    """The grids of a delimited text and its delimiter, both found by the first records where they are not named.

    Raises
    ------
    ConfigError
        If the named delimiter or quote cannot be one.
    DataError
        If the text holds no cell.
    """
    text = text.rstrip("\x1a")  # the end-of-file mark of old programs
    quotes = QUOTES[:1] if quote is None else (named_quote(quote),)
    if delimiter is None:
        text = unwrap(text, quotes[0])
        delimiter = hint(text) or sniff(text, quotes[0])
        if quote is None and quote_of(text, delimiter) != quotes[0]:
            quotes = QUOTES[1:]
            delimiter = hint(text) or sniff(text, quotes[0])
    else:
        delimiter = named_delimiter(delimiter, quotes[0])
        if quote is None and len(delimiter) == 1:
            quotes = (quote_of(text, delimiter),)
    text, sign, restore = shorten(text, delimiter)
    text = mend_header(text, Dialect(sign, quotes[0]))
    grids = _parse(text, dialect_of(text, sign, quotes[0]), name)
    return [restore(grid) for grid in grids], delimiter


def _parse(text: str, dialect: Dialect, name: str) -> list[Grid]:
    if dialect.escaped:
        text = unescape(text, dialect.quote)
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
    return [_shift(grid, skipped) for grid in grids]


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
        uneven=[(row + by, value) for row, value in grid.uneven],
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
    first = head.at + 1
    skip = first - head.named
    start = _start(text, dialect, skip)
    if start is None:
        return None
    # the columnar reader overlooks a last cell that is empty and one too many, if no line end follows
    body = text[start:] if start else text
    data = (body if body.endswith("\n") else body + "\n").encode("utf-8", "surrogatepass")
    width = len(head.header)
    counts = _count_records(data, dialect)
    if counts is None:
        return None
    number, delimiters, blank = counts
    if delimiters != (width - 1) * (number - blank):
        return None  # the tolerant parser looks at records that are too short
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
    if frame.height != number:
        return None
    if dialect.quote.encode() in data and any(_has_stray(column, dialect.delimiter, width) for column in frame):
        return None
    frame = frame.slice(head.named)
    if may_split(frame, head) or _may_be_wrapped(frame, dialect.quote):
        return None
    total = skip + number
    rows = pl.Series("row", range(first + 1, total + 1), dtype=pl.Int32)
    return Grid(head.header, first, total, frame, rows, [], [], (), head.twins)


def _start(text: str, dialect: Dialect, records: int) -> int | None:
    """Where the text goes on after so many records without quotes; None if they are not as plain as that."""
    at = 0
    for _ in range(records):
        at = text.find("\n", at) + 1
        if not at:
            return None
    above = text[:at]
    return at if dialect.quote not in above and above.count("\r") == above.count("\r\n") else None


def _may_be_wrapped(frame: pl.DataFrame, quote: str) -> bool:
    """Whether the tolerant parser may take quotes of the other kind off a record."""
    other = QUOTES[quote == QUOTES[0]]
    return frame.width > 1 and bool((frame[:, 0].str.starts_with(other) & frame[:, 0].str.ends_with(other)).any())


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


def _count_records(data: bytes, dialect: Dialect) -> tuple[int, int, int] | None:
    """Number of records, of delimiters outside quotes, and of records of no character.

    None if a quote or a line end stands where the two parsers might differ.
    """
    delimiter, quote = dialect.delimiter.encode("utf-8", "surrogatepass"), dialect.quote.encode()
    if len(delimiter) != 1 or not data:
        return None
    ended = data.endswith(b"\n")
    if quote not in data:
        if data.count(b"\r") != data.count(b"\r\n"):
            return None
        records = data.count(b"\n") + (not ended)
        delimiters = data.count(delimiter)
        if b"\n\n" not in data and b"\n\r\n" not in data and data[:1] not in b"\r\n":
            return records, delimiters, 0
        buffer = np.frombuffer(data, dtype=np.uint8)
        return records, delimiters, _blank(buffer, np.flatnonzero(buffer == 10))
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
    if _outside(lone, quotes).size or data.endswith(b"\r"):
        return None
    ends = _outside(np.flatnonzero(buffer == 10), quotes)
    delimiters = _outside(np.flatnonzero(buffer == ord(delimiter)), quotes).size
    return ends.size + (not ended), delimiters, _blank(buffer, ends)


def _outside(places: npt.NDArray[np.int64], quotes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The places that are not within quotes."""
    within: npt.NDArray[np.bool_] = np.searchsorted(quotes, places) % 2 == 1
    outside: npt.NDArray[np.int64] = places[~within]
    return outside


def _blank(buffer: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> int:
    """Number of records of no character, by the places of the line feeds that end records."""
    before = np.concatenate(([-1], ends[:-1])) if ends.size else ends
    length = ends - before - 1
    return int(((length == 0) | ((length == 1) & (buffer[ends - 1] == 13))).sum())


def parse_tolerant(text: str, dialect: Dialect, head: Head) -> list[Grid]:
    """The grids by the tolerant parser, which takes any text and sees where a new table starts."""
    gridder = Gridder(head, head.at + 1, (), dialect.delimiter, dialect.quote)
    return gridder.run(islice(iter_records(text, dialect, gridder.width), head.at + 1, None))
