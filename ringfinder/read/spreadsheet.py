"""Workbooks (.xlsx, .xls) to grids of text cells, one for each sheet that holds anything."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from ringfinder.errors import DataError
from ringfinder.read import ole, source, workbook_child
from ringfinder.read.header import filled, find_head, titles_above, until_blank
from ringfinder.read.split import Gridder
from ringfinder.read.types import Grid

__all__ = ["parse"]

_HEAD = 60

#: Bytes of memory that reading a workbook may take. A cell takes 24 to 100, and is written with 6 or more in .xls.
_MEMORY = 4 * 1024**3
_MEMORY_XLS = 1024**3
_MEMORY_PER_BYTE = 128

#: Seconds that reading may take, and bytes (unpacked) that are read in one more; ten times as long as it does take.
_SECONDS = 30.0
_BYTES_PER_SECOND = 5e6

#: The most columns that a sheet can have.
_WIDEST = 16_384
_WIDEST_XLS = 256


def parse(data: bytes, name: str) -> tuple[list[tuple[str, Grid]], list[str]]:
    """The grids of a workbook by sheet name (``Sheet1#2`` for a second table), and the names of its empty sheets.

    Raises
    ------
    DataError
        If the workbook is damaged, protected by a password, too large, or wholly empty.
    """
    if data.startswith(ole.MAGIC) and (wrong := ole.damage(data)):
        raise _refused(wrong, data, name)
    unpacked = _guard(data, name)
    grids: list[tuple[str, Grid]] = []
    empty: list[str] = []
    widest = _WIDEST_XLS if data.startswith(ole.MAGIC) else _WIDEST
    for title, width, rows in _sheets(_cells(data, unpacked, name)):
        if width > widest:
            raise _refused(f"a sheet of {width:,} columns cannot be", data, name)
        found = _grids(rows)
        if not found:
            empty.append(title)
        grids += [(title if i == 1 else f"{title}#{i}", grid) for i, grid in enumerate(found, start=1)]
    if not grids:
        raise source.empty(name)
    return grids, empty


def _guard(data: bytes, name: str) -> int:
    """Number of bytes once unpacked; refuses an archive that unpacks to more than memory should hold."""
    if not data.startswith(b"PK"):
        return len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            total = sum(i.file_size for i in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return len(data)  # the engine will say what is wrong
    if total > source.MAX_BYTES:
        raise source.too_large(name)
    return total


def _cells(data: bytes, unpacked: int, name: str) -> bytes:
    """What :mod:`ringfinder.read.workbook_child` writes of a workbook.

    It runs in a process of its own, because a damaged workbook can make the engine take all memory, or stop it.
    """
    memory = min(_MEMORY, _MEMORY_XLS + _MEMORY_PER_BYTE * len(data)) if data.startswith(ole.MAGIC) else _MEMORY
    program = [sys.executable, "-S", "-P", workbook_child.__file__, str(memory), str(source.MAX_BYTES)]
    path = os.pathsep.join(str(Path(p).absolute()) for p in sys.path)
    env = {**os.environ, "PYTHONPATH": path, "RUST_BACKTRACE": "0"}
    seconds = _SECONDS + unpacked / _BYTES_PER_SECOND
    try:
        done = subprocess.run(program, input=data, capture_output=True, env=env, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise _refused(f"reading it takes more than {seconds:.0f} seconds", data, name) from error
    except OSError as error:
        raise DataError(
            f"the program that reads workbooks cannot be started ({error.strerror})",
            where=name,
            expected="a Python that can start another",
            do="Save the workbook as CSV",
        ) from error
    if done.returncode == workbook_child.TOO_LONG:
        raise source.too_large(name)
    if done.returncode == workbook_child.NO_MEMORY or b"memory allocation of" in done.stderr:
        raise _refused(f"reading it takes more than {memory / 1024**3:.0f} GiB of memory", data, name)
    if done.returncode == workbook_child.DAMAGED:
        raise _refused(str(json.loads(done.stdout.splitlines()[-1])["error"]), data, name)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise _refused(last or f"the reader stopped with status {done.returncode}", data, name)
    return done.stdout


def _refused(why: str, data: bytes, name: str) -> DataError:
    kind = ".xls" if data.startswith(ole.MAGIC) else ".xlsx"
    return DataError(
        f"the workbook is damaged, protected or not an {kind} file: {why}",
        where=name,
        expected="an .xlsx or .xls workbook that opens without a password and has no cell far away from the others",
        do="Open it in a spreadsheet program and save it as .xlsx or CSV",
    )


def _sheets(lines: bytes) -> Iterator[tuple[str, int, Iterator[list[str | None]]]]:
    """Each sheet's name, width and rows, all that long; the rows must be taken before the next sheet is asked for."""
    stream = io.BytesIO(lines)
    for line in stream:
        sheet = json.loads(line)
        yield sheet["sheet"], sheet["width"], _rows(iter(stream.readline, b"[]\n"), sheet["width"])


def _rows(pages: Iterable[bytes], width: int) -> Iterator[list[str | None]]:
    for page in pages:
        for row in json.loads(page):
            yield row + [None] * (width - len(row))


def _grids(values: Iterable[Sequence[str | None]]) -> list[Grid]:
    """The grids of one sheet from its rows, the first of which is row 1; none if it holds nothing."""
    above = 0
    stream = iter(values)
    rows = list(islice(stream, _HEAD))
    head = find_head(rows)
    while head is None:
        more = list(islice(stream, _HEAD))
        if not more:
            return []
        above += len(rows)
        rows, head = more, find_head(more)
    if head.named:
        # columns without a name count where most rows have something in them
        below = until_blank(rows[head.at + 1 :])
        used = [i for i in range(len(head.header)) if 2 * sum(filled(row)[i] for row in below) > len(below)]
        width = max([i for i, cell in enumerate(head.header) if cell] + used) + 1
        head = head._replace(header=head.header[:width])
    titles = titles_above(rows[: head.above], above + 1)
    records = ((row, "") for row in chain(rows[head.at + 1 :], stream))
    return Gridder(head, above + head.at + 1, titles, rectangular=True).run(records)
