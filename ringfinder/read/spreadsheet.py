"""Workbooks (.xlsx, .xls) to grids of text cells, one for each sheet that holds anything."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from itertools import chain, islice

import polars as pl

from ringfinder.errors import DataError
from ringfinder.read import source
from ringfinder.read.delimited import frame_of
from ringfinder.read.header import find_header, titles_above
from ringfinder.read.source import first_line
from ringfinder.read.types import Grid

__all__ = ["parse"]

_CHUNK = 20_000
_HEAD = 60


def parse(data: bytes, name: str) -> tuple[list[tuple[str, Grid]], list[str]]:
    """The grids of a workbook by sheet name, and the names of its empty sheets.

    Raises
    ------
    DataError
        If the workbook is damaged, protected by a password, too large, or wholly empty.
    """
    from python_calamine import CalamineWorkbook

    _guard(data, name)
    grids: list[tuple[str, Grid]] = []
    empty: list[str] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            grid = None if sheet.start is None else _grid(sheet.iter_rows())
            if grid is None:
                empty.append(title)
            else:
                grids.append((title, grid))
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the engine's panics are not Exceptions
        raise DataError(
            f"the workbook is damaged, protected or of an unknown kind ({first_line(error)})",
            where=name,
            expected="an .xlsx or .xls workbook that opens without a password",
            do="Open it in a spreadsheet program and save it again, or export CSV",
        ) from error
    if not grids:
        raise source.empty(name)
    return grids, empty


def _guard(data: bytes, name: str) -> None:
    """Refuse an archive that unpacks to more than memory should hold."""
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            total = sum(i.file_size for i in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return  # the engine will say what is wrong
    if total > source.MAX_BYTES:
        raise source.too_large(name)


def _grid(values: Iterable[Sequence[object]]) -> Grid | None:
    """The grid of one sheet from its rows, the first of which is row 1; None if it holds nothing."""
    above = 0
    stream = ([_text(v) for v in row] for row in values)
    head = list(islice(stream, _HEAD))
    at = find_header(head)
    while at is None:
        more = list(islice(stream, _HEAD))
        if not more:
            return None
        above += len(head)
        head, at = more, find_header(more)
    header = head[at]
    width = max(i for i, cell in enumerate(header) if cell) + 1
    frames: list[pl.DataFrame] = []
    kept: list[list[str | None]] = []
    numbers: list[int] = []
    ragged: list[tuple[int, str]] = []
    number = above + at + 1
    for number, row in enumerate(chain(head[at + 1 :], stream), start=above + at + 2):
        if any(c and c.strip() for c in row[width:]):
            ragged.append((number, ",".join(c or "" for c in row)))
            continue
        kept.append(row[:width])
        numbers.append(number)
        if len(kept) == _CHUNK:
            frames.append(frame_of(kept, width))
            kept = []
    frames.append(frame_of(kept, width))
    titles = titles_above(head[:at], above + 1)
    rows = pl.Series("row", numbers, dtype=pl.Int32)
    return Grid([c or "" for c in header[:width]], above + at + 1, number, pl.concat(frames), rows, ragged, [], titles)


def _text(value: object) -> str | None:
    """A cell as text: whole numbers as digits, dates in ISO form."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)
