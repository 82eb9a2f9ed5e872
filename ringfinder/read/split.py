"""Several tables one below the other: where the next one starts, and how records become grids."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import polars as pl

from ringfinder.read.header import Cells, Head, contrasts, filled, is_label, titles_above, until_blank
from ringfinder.read.types import Grid

__all__ = ["Gridder", "may_split", "next_table"]

#: Records that are looked at to tell whether a table starts: titles, header and rows.
_WINDOW = 24
_TITLES = 3
_CHUNK = 50_000
_MANY = 1000

_WHITE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())

#: How the names of columns usually end.
_NAME = re.compile(
    r"(?i)(号|码|名|名称|姓名|日期|时间|类型|类别|地址|金额|余额|手机|电话|代码|备注|内容|状态|原因|渠道|关系|机构"
    r"|\bids?|name|phone|mobile|date|time|type|code|number|no\.?|amount|status|address|e-?mail)\d?$"
)


def next_table(rows: Sequence[Cells], head: Head) -> int | None:
    """Index of the header if a new table starts with these rows, the first of which follows a blank row.

    Up to three titles of one cell may come first. A header has two or more names, all different and none empty,
    differs from the header that holds now, and stands over figures: in two columns, or in one if half its cells end
    as names do.
    """
    at = 0
    while at < min(_TITLES, len(rows) - 1) and _count(rows[at]) == 1:
        at += 1
    known = [_trimmed(row) for row in (head.header, *head.twins)]
    new = _trimmed(rows[at])
    if len(new) < 2 or len(set(new)) < len(new) or not all(map(is_label, new)):
        return None
    if any(_trimmed(row) in known for row in rows[: at + 1]):
        return None
    figures = contrasts(new, until_blank(rows[at + 1 :]))
    names = sum(bool(_NAME.search(c)) for c in new)
    return at if figures > 1 or (figures and names * 2 >= len(new)) else None


def _trimmed(row: Cells) -> list[str]:
    cells = [(c or "").strip() for c in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def may_split(frame: pl.DataFrame, head: Head) -> bool:
    """Whether a new table may start in a frame of records below a header."""
    blank = _blank(frame[:, 0])
    if not blank.any():
        return False
    for column in frame[:, 1:]:
        blank &= _blank(column)
    starts = (blank.shift(1, fill_value=False) & ~blank).arg_true()
    if len(starts) > _MANY:
        return True  # the tolerant parser looks at each
    return any(next_table(frame.slice(i, _WINDOW).rows(), head) is not None for i in starts)


def _blank(column: pl.Series) -> pl.Series:
    return column.str.strip_chars(_WHITE).fill_null("") == ""


def _count(row: Cells) -> int:
    return sum(filled(row))


class Gridder:
    """Makes grids from the records below a header, a new one where a new table starts.

    Parameters
    ----------
    head : Head
        The first header.
    number : int
        Its record number.
    titles : tuple[tuple[int, str], ...]
        The records above it that hold anything.
    joint : str
        What joins the cells of a record that does not fit.
    quote : str
        What a cell starts with whose quote never closes.
    """

    def __init__(
        self, head: Head, number: int, titles: tuple[tuple[int, str], ...] = (), joint: str = ",", quote: str = '"'
    ) -> None:
        self._joint, self._quote = joint, quote
        self._done: list[Grid] = []
        self._last = number
        self._open(head, number, titles)

    def _open(self, head: Head, number: int, titles: tuple[tuple[int, str], ...]) -> None:
        self._head, self._number, self._titles = head, number, titles
        self._frames: list[pl.DataFrame] = []
        self._kept: list[list[str | None]] = []
        self._numbers: list[int] = []
        self._ragged: list[tuple[int, str]] = []
        self._stray: list[tuple[int, int, str]] = []

    def _close(self) -> None:
        self._flush()
        rows = pl.Series("row", self._numbers, dtype=pl.Int32)
        cells = pl.concat(self._frames)
        header, twins = self._head.header, self._head.twins
        facts = (header, self._number, self._last, cells, rows, self._ragged, self._stray, self._titles, twins)
        self._done.append(Grid(*facts))

    def _flush(self) -> None:
        self._frames.append(_frame_of(self._kept, self.width()))
        self._kept = []

    def width(self) -> int:
        """Number of cells of the header that holds now."""
        return len(self._head.header)

    def run(self, records: Iterable[tuple[Sequence[str | None], bool]]) -> list[Grid]:
        """The grids of all records below the first header."""
        source: Iterator[tuple[Sequence[str | None], bool]] = iter(records)
        ahead: deque[tuple[Sequence[str | None], bool]] = deque()
        after_blank = False
        while ahead or (ahead := deque(islice(source, 1))):
            cells, is_stray = ahead.popleft()
            if not any(filled(cells)):
                after_blank = True
            elif after_blank:
                after_blank = False
                if _count(cells) == 1 or is_label(cells[0]):
                    ahead.extend(islice(source, _WINDOW - 1 - len(ahead)))
                    window = [cells, *(c for c, _ in islice(ahead, _WINDOW - 1))]
                    at = next_table(window, self._head)
                    if at is not None:
                        for _ in range(at):
                            ahead.popleft()
                        self._split(window[: at + 1], at)
                        continue
            self._last += 1
            self._add(cells, is_stray)
        self._close()
        return self._done

    def _split(self, rows: Sequence[Cells], at: int) -> None:
        self._close()
        titles = titles_above(rows[:at], self._last + 1)
        self._last += at + 1
        header = [c or "" for c in rows[at]]
        while not header[-1].strip():
            header.pop()
        self._open(Head(at, header), self._last, titles)

    def _add(self, cells: Sequence[str | None], is_stray: bool) -> None:
        width = self.width()
        if len(cells) > width:
            if any(filled(cells[width:])):
                self._ragged.append((self._last, self._joint.join(c or "" for c in cells)))
                return
            cells = cells[:width]
        if is_stray:
            self._stray += [(self._last, i, c) for i, c in enumerate(cells) if c and c.startswith(self._quote)][:1]
        self._kept.append([*cells, *[None] * (width - len(cells))])
        self._numbers.append(self._last)
        if len(self._kept) == _CHUNK:
            self._flush()


def _frame_of(rows: list[list[str | None]], width: int) -> pl.DataFrame:
    """A frame of String columns from rows of equal length."""
    columns = zip(*rows, strict=True) if rows else [()] * width
    return pl.DataFrame([pl.Series(str(i), c, dtype=pl.String) for i, c in enumerate(columns)])
