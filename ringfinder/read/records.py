"""The tolerant parser: records from delimited text, whatever its quotes and line ends do."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator

from ringfinder.read.grammar import Dialect, literal, reader
from ringfinder.read.repair import first_record, one_line, repair

__all__ = ["MAX_LINES", "iter_records", "swallows"]

#: The most lines that one record may span; beyond that a quote was never closed.
MAX_LINES = 10_000

#: The same once many quotes were left open, so that a file full of them cannot stall the run.
_FEW_LINES = 50
_MANY_STRAYS = 20


def iter_records(text: str, dialect: Dialect, width: Callable[[], int] = int) -> Iterator[tuple[list[str], str]]:
    """Records of delimited text, each with the reason why it had to be read otherwise than usual (``""``: it had not).

    A blank line is a record without cells. Records end at LF, CRLF or CR. A quote counts only at the start of
    a cell; one that stays open to the end of the text, or that swallows whole records of ``width()`` cells, is
    taken literally (``open_quote``). See :func:`ringfinder.read.repair.repair` for other records that break the rules.
    """
    source = iter(io.StringIO(text, newline=""))
    pushed: deque[str] = deque()
    taken: list[str] = []
    exhausted = ended = False
    strays = 0

    def feed() -> Iterator[str]:
        nonlocal exhausted, ended
        while len(taken) < (MAX_LINES if strays < _MANY_STRAYS else _FEW_LINES):
            line = pushed.popleft() if pushed else next(source, None)
            if line is None:
                exhausted = True
                break
            taken.append(line)
            yield line
        ended = True

    while not exhausted:
        ended = False
        for cells in reader(feed(), dialect):
            mended = repair(taken, cells, width(), dialect)
            if (ended and _is_open(taken, dialect)) or (
                len(taken) > 1 and _is_stray(taken, cells, dialect, width(), mended is not None)
            ):
                strays += 1
                pushed.extendleft(reversed(taken[1:]))
                exhausted = False
                yield one_line(taken[0], width(), dialect) or literal(taken[0], dialect), "open_quote"
                taken.clear()
                break
            if (first := first_record(taken, width(), dialect)) is not None:
                number, cells = first
                pushed.extendleft(reversed(taken[number:]))
                exhausted = False
                yield cells, "open_quote"
                taken.clear()
                break
            taken.clear()
            yield mended or (cells, "")


def swallows(cell: str, delimiter: str, width: int) -> bool:
    """Whether a quoted cell holds what must be records: lines with just as many cells as the header."""
    if width < 3 or ("\n" not in cell and "\r" not in cell):
        return False
    inner = [line for line in re.split(r"\r\n|\n|\r", cell)[1:-1] if line.strip()]
    return len(inner) >= 2 and all(line.count(delimiter) == width - 1 for line in inner)


def _is_stray(lines: list[str], cells: list[str], dialect: Dialect, width: int, mended: bool) -> bool:
    """Whether a record of several lines is several records held together by a quote that does not belong."""
    try:
        list(reader(lines, dialect, strict=True))
    except csv.Error:  # a closing quote within a cell
        if width < 2:
            return False
        alone = len(cells) != width and not mended and len(literal(lines[0], dialect)) == width
        if one_line(lines[0], width, dialect) and _begins_record(lines[1], width, dialect):
            return True
        return alone or all(line.count(dialect.delimiter) == width - 1 for line in lines)
    return any(swallows(cell, dialect.delimiter, width) for cell in cells)


def _begins_record(line: str, width: int, dialect: Dialect) -> bool:
    """Whether a line is a whole record by itself."""
    try:
        records = list(reader([line], dialect, strict=True))
    except csv.Error:
        return one_line(line, width, dialect) is not None
    return len(records) == 1 and len(records[0]) == width


def _is_open(lines: list[str], dialect: Dialect) -> bool:
    """Whether the last quote of these lines is still open: one more line does not start a record."""
    more = [*lines[:-1], lines[-1].rstrip("\r\n") + "\n", "x\n"]
    return sum(1 for _ in reader(more, dialect)) == 1
