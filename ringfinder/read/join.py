"""Records of a wrong length: those that a line break has cut are joined, those whose cells have moved are named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import polars as pl

from ringfinder.read.header import TOTAL, shape, shapes

__all__ = ["Joined", "join_broken", "moved"]

_Record = tuple[int, Sequence[str | None]]

#: Complete records by which the shapes of cells are learnt.
_SAMPLE = 10_000

#: Complete records that must be there to show how a record begins.
_ENOUGH = 2


class Joined(NamedTuple):
    """The rows of a table with broken ones joined, the numbers of those (their first pieces), and the other pieces."""

    cells: pl.DataFrame
    rows: pl.Series
    whole: list[int]
    gone: list[_Record]


def join_broken(cells: pl.DataFrame, rows: pl.Series, uneven: Sequence[_Record]) -> Joined:
    """Join pieces of records that follow each other and have together exactly the cells of one.

    The first piece must begin as complete records do (its first cell is written like theirs), and no other piece may.

    Parameters
    ----------
    cells : pl.DataFrame
        All records of a table, String columns; short ones padded with null.
    rows : pl.Series
        Int32 number of each.
    uneven : Sequence[tuple[int, Sequence[str | None]]]
        Number and cells of those records that do not have the table's width, in order.
    """
    whole = cells[:, 0].filter(~rows.is_in([number for number, _ in uneven]))
    starts = shapes(whole)
    if len(whole) < _ENOUGH:
        return Joined(cells, rows, [], [])
    whole_records: dict[int, list[str | None]] = {}
    gone: list[_Record] = []
    for _, group in groupby(enumerate(uneven), lambda pair: pair[1][0] - pair[0]):
        _join([record for _, record in group], cells.width, starts, whole_records, gone)
    if not gone:
        return Joined(cells, rows, [], [])
    dropped = {number for number, _ in gone} | set(whole_records)
    keep = ~rows.is_in(list(dropped))
    added = pl.DataFrame(list(whole_records.values()), schema=cells.schema, orient="row")
    numbers = pl.concat([rows.filter(keep), pl.Series(rows.name, list(whole_records), dtype=rows.dtype)])
    order = numbers.arg_sort()
    return Joined(pl.concat([cells.filter(keep), added])[order], numbers[order], list(whole_records), gone)


def _join(
    records: list[_Record], width: int, starts: set[str], whole: dict[int, list[str | None]], gone: list[_Record]
) -> None:
    """Join the pieces in one run of short records."""
    first = 0
    while first < len(records):
        joined = list(records[first][1])
        last = first
        if shape(joined[0]) in starts:
            for last in range(first + 1, len(records)):
                piece = records[last][1]
                if shape(piece[0]) in starts or len(joined) + len(piece) - 1 > width:
                    last = first
                    break
                joined = [*joined[:-1], f"{joined[-1] or ''}\n{piece[0] or ''}", *piece[1:]]
                if len(joined) == width:
                    whole[records[first][0]] = joined
                    gone += records[first + 1 : last + 1]
                    break
            else:
                last = first
        first = last + 1


def moved(cells: pl.DataFrame, rows: pl.Series, uneven: Sequence[_Record]) -> set[int]:
    """Numbers of the records whose cells stand in the wrong columns.

    That is so where a cell is written like none in its column, but like those of the column to the right (in a record
    that is too short) or to the left (in one that is too long).
    """
    whole = cells.filter(~rows.is_in([number for number, _ in uneven])).head(_SAMPLE)
    known = [shapes(column) for column in whole]
    if len(whole) < _ENOUGH:
        return set()
    found = set()
    for number, record in uneven:
        filled = [c.strip() for c in record if c and c.strip()]
        if len(filled) < 2 or re.search(TOTAL, filled[0]):
            continue
        step = 1 if len(record) < cells.width else -1
        for i, cell in enumerate(record[: cells.width]):
            beside = known[i + step] if 0 <= i + step < len(known) else set()
            if cell and cell.strip() and shape(cell) not in known[i] and shape(cell) in beside:
                found.add(number)
    return found
