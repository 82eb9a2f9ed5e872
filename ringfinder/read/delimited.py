"""Delimited text to a grid: find delimiter and header, then read columnar if clean, else tolerantly."""

from __future__ import annotations

import dataclasses
from itertools import islice
from statistics import mode

import numpy as np
import polars as pl

from ringfinder.errors import ConfigError
from ringfinder.read.header import find_header, titles_above
from ringfinder.read.records import MAX_LINES, iter_records, swallows
from ringfinder.read.source import empty
from ringfinder.read.types import Grid

__all__ = ["DELIMITERS", "parse", "parse_fast", "parse_tolerant", "sniff"]

#: Delimiters that are looked for, most usual first.
DELIMITERS = (",", "\t", ";", "|")

_SAMPLE_RECORDS = 51
_SAMPLE_CHARS = 1 << 20
_CHUNK = 50_000


def parse(text: str, delimiter: str | None, name: str) -> tuple[Grid, str]:
    """The grid of a delimited text and its delimiter.

    Raises
    ------
    ConfigError
        If the named delimiter is not one character.
    DataError
        If the text holds no cell.
    """
    if delimiter is not None:
        delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise ConfigError(
                f"{delimiter!r} cannot be a delimiter",
                where="--delimiter",
                expected="one character, such as , ; | or tab",
                do="Correct it",
            )
    else:
        delimiter = sniff(text)
    head = _head(text, delimiter)
    at = find_header(head)
    if at is None:
        # a file may begin with more blank rows than the sample holds
        text, skipped = _skip_blank(text, delimiter)
        head = _head(text, delimiter)
        at = find_header(head)
        if at is None:
            raise empty(name)
    else:
        skipped = 0
    header = head[at]
    grid = parse_fast(text, delimiter, header, at) or parse_tolerant(text, delimiter, header, at)
    grid = dataclasses.replace(grid, titles=titles_above(head[:at]))
    return _shift(grid, skipped), delimiter


def _shift(grid: Grid, by: int) -> Grid:
    """The grid with ``by`` blank records counted above it."""
    if not by:
        return grid
    return Grid(
        grid.header,
        grid.header_row + by,
        grid.total + by,
        grid.cells,
        (grid.rows + by).cast(pl.Int32),
        [(row + by, value) for row, value in grid.ragged],
        [(row + by, column, value) for row, column, value in grid.stray],
        tuple((row + by, value) for row, value in grid.titles),
    )


def _skip_blank(text: str, delimiter: str) -> tuple[str, int]:
    """The text from its first record that says something, and how many records stand above it."""
    blank = len(text) - len(text.lstrip(delimiter + '" \t\r\n\f\v\xa0\u3000'))
    cut = max(text.rfind("\n", 0, blank), text.rfind("\r", 0, blank)) + 1
    if text[:cut].count('"') % 2:
        return text, 0
    return text[cut:], sum(1 for _ in iter_records(text[:cut], delimiter))


def _head(text: str, delimiter: str) -> list[list[str]]:
    """The first records; the last is left out where the sample ends within it."""
    sample = text[:_SAMPLE_CHARS]
    records = [cells for cells, _ in islice(iter_records(sample, delimiter), _SAMPLE_RECORDS)]
    if len(sample) < len(text) and 1 < len(records) < _SAMPLE_RECORDS:
        records.pop()
    return records


def sniff(text: str) -> str:
    """The delimiter: the one whose header comes first and whose rows agree best on their number of cells."""
    text = text.lstrip("\r\n")
    best: tuple[int, float] | None = None
    chosen = ""
    for delimiter in DELIMITERS:
        head = [cells for cells in _head(text, delimiter) if any(c.strip() for c in cells)]
        if not any(len(cells) > 1 for cells in head):
            continue
        width = mode(len(cells) for cells in head)
        share = sum(len(cells) == width for cells in head) / len(head)
        at = find_header(head)
        if width < 2 or share < 0.5 or at is None or len(head[at]) < 2:
            continue
        key = (-at, share * (width - 1) ** 0.5)
        if best is None or key > best:
            best, chosen = key, delimiter
    if chosen:
        return chosen
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=line.count)


def _names(width: int) -> list[str]:
    return [str(i) for i in range(width)]


def parse_fast(text: str, delimiter: str, header: list[str], at: int) -> Grid | None:
    """The grid by the columnar reader, or None where only the tolerant one is sure to be right."""
    data = text.encode("utf-8", "surrogatepass")
    width = len(header)
    total = _count_records(data, delimiter)
    if total is None:
        return None
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            schema=dict.fromkeys(_names(width), pl.String),
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != total:
        return None
    if b'"' in data and any(_has_stray(column, delimiter, width) for column in frame):
        return None
    rows = pl.Series("row", range(at + 2, total + 1), dtype=pl.Int32)
    return Grid(header, at + 1, total, frame.slice(at + 1), rows, [], [])


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


def _count_records(data: bytes, delimiter: str) -> int | None:
    """Number of records, or None if a quote or a line end stands where the two parsers might differ."""
    if len(delimiter.encode()) != 1 or not data:
        return None
    if b'"' not in data:
        if data.count(b"\r") != data.count(b"\r\n"):
            return None
        return data.count(b"\n") + (not data.endswith(b"\n"))
    buffer = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(buffer == ord('"'))
    if len(quotes) % 2:
        return None
    padded = np.concatenate(([10], buffer, [10])).astype(np.uint8)  # padded[i + 1] is buffer[i]
    limits = np.frombuffer(delimiter.encode() + b'\n"', dtype=np.uint8)
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


def parse_tolerant(text: str, delimiter: str, header: list[str], at: int) -> Grid:
    """The grid by the tolerant parser, which takes any text."""
    width = len(header)
    frames: list[pl.DataFrame] = []
    kept: list[list[str | None]] = []
    numbers: list[int] = []
    ragged: list[tuple[int, str]] = []
    stray: list[tuple[int, int, str]] = []
    number = 0
    for number, (cells, is_stray) in enumerate(iter_records(text, delimiter, width), start=1):
        if number <= at + 1:
            continue
        if len(cells) > width:
            if any(c.strip() for c in cells[width:]):
                ragged.append((number, delimiter.join(cells)))
                continue
            cells = cells[:width]
        if is_stray:
            stray += [(number, i, c) for i, c in enumerate(cells) if c.startswith('"')][:1]
        kept.append([*cells, *[None] * (width - len(cells))])
        numbers.append(number)
        if len(kept) == _CHUNK:
            frames.append(frame_of(kept, width))
            kept = []
    frames.append(frame_of(kept, width))
    rows = pl.Series("row", numbers, dtype=pl.Int32)
    return Grid(header, at + 1, number, pl.concat(frames), rows, ragged, stray)


def frame_of(rows: list[list[str | None]], width: int) -> pl.DataFrame:
    """A frame of String columns from rows of equal length."""
    columns = zip(*rows, strict=True) if rows else [()] * width
    return pl.DataFrame([pl.Series(n, c, dtype=pl.String) for n, c in zip(_names(width), columns, strict=True)])
