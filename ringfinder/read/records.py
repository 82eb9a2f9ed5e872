"""The tolerant parser: records from delimited text, whatever its quotes and line ends do."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator

__all__ = ["MAX_LINES", "iter_records", "swallows"]

#: The most lines that one record may span; beyond that a quote was never closed.
MAX_LINES = 10_000

#: The same once many quotes were left open, so that a file full of them cannot stall the run.
_FEW_LINES = 50
_MANY_STRAYS = 20

csv.field_size_limit(2**31 - 1)


def iter_records(text: str, delimiter: str, width: int = 0) -> Iterator[tuple[list[str], bool]]:
    """Records of delimited text, each with whether a quote in it was never closed.

    A blank line is a record without cells. Records end at LF, CRLF or CR. A quote counts only at the start of
    a cell; one that stays open to the end of the text, or that swallows whole records of ``width`` cells, is
    taken literally.
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
        for cells in csv.reader(feed(), delimiter=delimiter):
            if (ended and _is_open(taken, delimiter)) or (len(taken) > 1 and _is_stray(taken, cells, delimiter, width)):
                strays += 1
                pushed.extendleft(reversed(taken[1:]))
                exhausted = False
                yield _literal(taken[0], delimiter), True
                taken.clear()
                break
            taken.clear()
            yield cells, False


def swallows(cell: str, delimiter: str, width: int) -> bool:
    """Whether a quoted cell holds what must be records: lines with just as many cells as the header."""
    if width < 3 or ("\n" not in cell and "\r" not in cell):
        return False
    inner = [line for line in re.split(r"\r\n|\n|\r", cell)[1:-1] if line.strip()]
    return len(inner) >= 2 and all(line.count(delimiter) == width - 1 for line in inner)


def _is_stray(lines: list[str], cells: list[str], delimiter: str, width: int) -> bool:
    """Whether a record of several lines is several records held together by a quote that does not belong."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:  # a closing quote within a cell
        return width > 1 and all(line.count(delimiter) == width - 1 for line in lines)
    return any(swallows(cell, delimiter, width) for cell in cells)


def _is_open(lines: list[str], delimiter: str) -> bool:
    """Whether the last quote of these lines is still open: one more line does not start a record."""
    more = [*lines[:-1], lines[-1].rstrip("\r\n") + "\n", "x\n"]
    return sum(1 for _ in csv.reader(more, delimiter=delimiter)) == 1


def _literal(line: str, delimiter: str) -> list[str]:
    """The cells of one line whose quotes do not match; those that do are taken off."""
    cells = line.rstrip("\r\n").split(delimiter)
    return [c[1:-1].replace('""', '"') if len(c) > 1 and c[0] == c[-1] == '"' else c for c in cells]
