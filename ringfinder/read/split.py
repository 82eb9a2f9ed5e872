"""Several tables one below the other: where the next one starts, and how records become grids."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

import polars as pl

from ringfinder.read.header import (
    NAME,
    WHITE,
    Cells,
    Head,
    contrasts,
    filled,
    is_label,
    shape,
    titles_above,
    until_blank,
)
from ringfinder.read.join import join_broken, moved
from ringfinder.read.types import Grid

__all__ = ["Gridder", "may_split", "next_table"]

#: Records that are looked at to tell whether a table starts: titles, header and rows.
_WINDOW = 24
_TITLES = 3
_CHUNK = 50_000
_MANY = 1000

#: So many records of another length are told in any table.
_FEW = 3

#: More digits than a name has.
_FIGURES = r"\d.*\d.*\d"


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
    below = until_blank(rows[at + 1 :])
    figures = contrasts(new, [*takewhile(lambda row: not _is_named(row), below)])
    names = sum(bool(NAME.search(c)) for c in new)
    return at if figures > 1 or (figures and names * 2 >= len(new)) else None


def _trimmed(row: Cells) -> list[str]:
    cells = [(c or "").strip() for c in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def may_split(frame: pl.DataFrame, head: Head) -> bool:
    """Whether a new table may start in a frame of records below a header."""
    if _may_follow(frame, head):
        return True
    blank = _blank(frame[:, 0])
    if not blank.any():
        return False
    for column in frame[:, 1:]:
        blank &= _blank(column)
    starts = (blank.shift(1, fill_value=False) & ~blank).arg_true()
    if len(starts) > _MANY:
        return True  # the tolerant parser looks at each
    return any(next_table(frame.slice(i, _WINDOW).rows(), head) is not None for i in starts)


def _may_follow(frame: pl.DataFrame, head: Head) -> bool:
    """Whether another table as wide as this one may start right below a record: some record holds nothing but names."""
    left = frame.with_row_index("at")
    for name in frame.columns:  # one column after the other, as the first few leave out nearly all records
        left = left.filter(~pl.col(name).str.contains(_FIGURES) & (pl.col(name) != ""))
        if not left.height:
            return False
    names = pl.sum_horizontal(
        pl.col(n).str.strip_chars(WHITE).str.contains(NAME.pattern).cast(pl.Int32) for n in frame.columns
    )
    starts = left.filter(2 * names >= frame.width)["at"].to_list()
    if len(starts) > _MANY:
        return True  # the tolerant parser looks at each
    windows = (
        (frame.slice(i, _WINDOW).rows(), frame.slice(max(0, i - _WINDOW), min(i, _WINDOW)).rows()) for i in starts
    )
    return any(_is_next(window, head, above) for window, above in windows)


def _is_next(window: Sequence[Cells], head: Head, above: Sequence[Cells]) -> bool:
    """Whether the first of these records is the header of a table as wide as the one above and right below it.

    It must be names throughout, over records as long as it is, where the records above held figures. A record of
    words is told from it by the records below, which are written like those above: then each cell must end as names do.
    """
    if not all(map(is_label, window[0])) or not _is_separate(window) or not contrasts(window[0], above):
        return False
    sure = all(NAME.search((c or "").strip()) for c in window[0]) or _differ(above, until_blank(window[1:]))
    return sure and next_table(window, head) == 0


def _differ(above: Sequence[Cells], below: Sequence[Cells]) -> bool:
    """Whether some column with figures above holds none below that is written like one of them."""
    pairs = zip(zip(*above, strict=False), zip(*below, strict=False), strict=False)
    shaped = (({shape(c) for c in one}, {shape(c) for c in other}) for one, other in pairs)
    return any(any("9" in s for s in one) and not one & other for one, other in shaped)


def _blank(column: pl.Series) -> pl.Series:
    return column.str.strip_chars(WHITE).fill_null("") == ""


def _says(row: Cells) -> bool:
    """Whether a record holds anything; mostly its first cell does."""
    return any(c and not c.isspace() for c in row)


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
    rectangular : bool
        Whether the records are those of a sheet, all equally long whatever they hold.
    """

    def __init__(
        self,
        head: Head,
        number: int,
        titles: tuple[tuple[int, str], ...] = (),
        joint: str = ",",
        quote: str = '"',
        rectangular: bool = False,
    ) -> None:
        self._joint, self._quote, self._rectangular = joint, quote, rectangular
        self._done: list[Grid] = []
        self._last = number
        self._open(head, number, titles, len(head.header))

    def _open(self, head: Head, number: int, titles: tuple[tuple[int, str], ...], length: int) -> None:
        self._head, self._number, self._titles = head, number, titles
        self._lengths = (len(head.header), length)
        self._frames: list[pl.DataFrame] = []
        self._kept: list[Sequence[str | None]] = []
        self._numbers: list[int] = []
        self._ragged: list[tuple[int, str]] = []
        self._stray: list[tuple[int, int, str]] = []
        self._filled = 0
        self._own: list[tuple[int, str]] = []
        self._uneven: list[tuple[int, Sequence[str | None]]] = []

    def _close(self) -> None:
        self._flush()
        rows = pl.Series("row", self._numbers, dtype=pl.Int32)
        cells = pl.concat(self._frames)
        told, ragged = self._own, self._ragged
        if _is_odd(len(self._uneven), self._filled):
            joined = join_broken(cells, rows, self._uneven)
            left = [u for u in self._uneven if u[0] not in {*joined.whole, *(number for number, _ in joined.gone)}]
            lost = moved(joined.cells, joined.rows, left)
            keep = ~joined.rows.is_in(list(lost))
            cells, rows = joined.cells.filter(keep), joined.rows.filter(keep)
            gone = lost | {number for number, _ in joined.gone}
            ragged = sorted(ragged + self._raw(u for u in self._uneven if u[0] in gone))
            told = sorted(told + self._raw(u for u in self._uneven if u[0] not in gone))
        header, twins = self._head.header, self._head.twins
        facts = (header, self._number, self._last, cells, rows, ragged, self._stray, self._titles, twins, told)
        self._done.append(Grid(*facts))

    def _raw(self, records: Iterable[tuple[int, Sequence[str | None]]]) -> list[tuple[int, str]]:
        return [(number, self._joint.join(c or "" for c in cells)) for number, cells in records]

    def _flush(self) -> None:
        self._frames.append(_frame_of(self._kept, self.width()))
        self._kept = []

    def width(self) -> int:
        """Number of cells of the header that holds now."""
        return len(self._head.header)

    def run(self, records: Iterable[tuple[Sequence[str | None], str]]) -> list[Grid]:
        """The grids of all records below the first header."""
        source: Iterator[tuple[Sequence[str | None], str]] = iter(records)
        ahead: deque[tuple[Sequence[str | None], str]] = deque()
        after_blank = False
        while ahead or (ahead := deque(islice(source, 1))):
            cells, reason = ahead.popleft()
            says = _says(cells)
            if not says:
                after_blank = True
            elif after_blank or self._is_other(cells):
                known, after_blank = after_blank, False
                if _count(cells) == 1 or is_label(cells[0]):
                    ahead.extend(islice(source, _WINDOW - 1 - len(ahead)))
                    window = [cells, *(c for c, _ in islice(ahead, _WINDOW - 1))]
                    at = next_table(window, self._head)
                    if at is not None and (known or self._stands_apart(window)):
                        for _ in range(at):
                            ahead.popleft()
                        self._split(window[: at + 1], at)
                        continue
            self._last += 1
            self._add(cells, reason, says)
        self._close()
        return self._done

    def _is_other(self, cells: Cells) -> bool:
        """Whether a record may be the header of another table right below this one: nothing but names."""
        return len(cells) > 1 and not (self._rectangular and len(cells) != self.width()) and all(map(is_label, cells))

    def _stands_apart(self, window: Sequence[Cells]) -> bool:
        """Whether the first record is the header of another table, though no blank record is above it."""
        if len(window[0]) != self.width():
            return _is_separate(window)
        return _is_next(window, self._head, self._kept[-_WINDOW:])

    def _split(self, rows: Sequence[Cells], at: int) -> None:
        self._close()
        titles = titles_above(rows[:at], self._last + 1)
        self._last += at + 1
        header, length = [c or "" for c in rows[at]], len(rows[at])
        while not header[-1].strip():
            header.pop()
        self._open(Head(at, header), self._last, titles, length)

    def _add(self, cells: Sequence[str | None], reason: str, says: bool) -> None:
        width = len(self._head.header)
        if len(cells) > width and any(filled(cells[width:])):
            self._ragged += self._raw([(self._last, cells)])
            return
        if reason == "open_quote":
            self._stray += [(self._last, i, c) for i, c in enumerate(cells) if c and c.startswith(self._quote)][:1]
        elif reason:
            self._own += self._raw([(self._last, cells)])
        if says:
            self._filled += 1
            if len(cells) not in self._lengths and not self._rectangular:
                self._uneven.append((self._last, cells))
        self._kept.append(cells if len(cells) == width else [*cells[:width], *[None] * (width - len(cells))])
        self._numbers.append(self._last)
        if len(self._kept) == _CHUNK:
            self._flush()


def _is_odd(uneven: int, rows: int) -> bool:
    """Whether records of another length are faults, rather than the habit of the program that wrote the file."""
    return uneven > 0 and uneven * 2 <= rows and (uneven <= _FEW or uneven * 10 <= rows)


def _is_separate(window: Sequence[Cells]) -> bool:
    """Whether the first record has the names of columns, and the next two are as long as it.

    One record below will do where it is the last before a blank one, the end or another header, and all names end so.
    """
    names = sum(bool(NAME.search((c or "").strip())) for c in window[0])
    rows = until_blank(window[:3])
    if len(rows) > 2 and len({len(row) for row in rows}) == 1 and not _is_named(rows[2]):
        return names * 2 >= len(window[0])
    alone = len(rows) == 2 or (len(rows) > 2 and (len(rows[2]) != len(rows[1]) or _is_named(rows[2])))
    return alone and _is_named(rows[0]) and len(rows[1]) == len(rows[0]) and contrasts(rows[0], rows[1:2]) > 0


def _is_named(row: Cells) -> bool:
    """Whether all cells of a record end as the names of columns do."""
    return len(row) > 1 and all(NAME.search((c or "").strip()) for c in row)


def _frame_of(rows: list[Sequence[str | None]], width: int) -> pl.DataFrame:
    """A frame of String columns from rows of equal length."""
    columns = zip(*rows, strict=True) if rows else [()] * width
    return pl.DataFrame([pl.Series(str(i), c, dtype=pl.String) for i, c in enumerate(columns)])
