"""Workbooks (.xlsx, .xls) to grids of text cells, one for each sheet that holds anything."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from ringfinder.errors import DataError, first_line
from ringfinder.read import source
from ringfinder.read.header import find_head, titles_above
from ringfinder.read.split import Gridder
from ringfinder.read.types import Grid

__all__ = ["parse"]

_HEAD = 60


def parse(data: bytes, name: str) -> tuple[list[tuple[str, Grid]], list[str]]:
    """The grids of a workbook by sheet name (``Sheet1#2`` for a second table), and the names of its empty sheets.

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
            found = [] if sheet.start is None else _grids(sheet.iter_rows())
            if not found:
                empty.append(title)
            grids += [(title if i == 1 else f"{title}#{i}", grid) for i, grid in enumerate(found, start=1)]
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


def _grids(values: Iterable[Sequence[object]]) -> list[Grid]:
    """The grids of one sheet from its rows, the first of which is row 1; none if it holds nothing."""
    above = 0
    stream = ([_text(v) for v in row] for row in values)
    rows = list(islice(stream, _HEAD))
    head = find_head(rows)
    while head is None:
        more = list(islice(stream, _HEAD))
        if not more:
            return []
        above += len(rows)
        rows, head = more, find_head(more)
    width = max(i for i, cell in enumerate(head.header) if cell) + 1
    head = head._replace(header=head.header[:width])
    titles = titles_above(rows[: head.above], above + 1)
    below = ((row, False) for row in chain(rows[head.at + 1 :], stream))
    return Gridder(head, above + head.at + 1, titles).run(below)


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
