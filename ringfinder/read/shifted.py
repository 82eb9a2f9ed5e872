"""Rows as long as the header whose cells stand in each other's columns: phone under date, and date under phone."""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

from ringfinder.read.header import NOTHING, SHAPE, WHITE, shape

__all__ = ["Shifted", "find_shifted"]

#: Rows by which the columns are learnt, and the fewest filled cells of a column that can be.
_SAMPLE = 10_000
_ENOUGH = 8

#: A shape is common if so many cells and this share of a column have it; most cells of a learnt column have such ones.
_LEAST = 3
_COMMON = 0.1
_MOST = 0.8

#: The most columns that are compared with each other.
_COLUMNS = 64

#: A shape with so many digits is no word and no small number.
_FIGURES = "99999"
_END = r"\s*$"


class Shifted(NamedTuple):
    """The cells without those out of place, and for each row whether it has such cells."""

    cells: pl.DataFrame
    rows: pl.Series


def find_shifted(cells: pl.DataFrame) -> Shifted | None:
    """Rows with cells out of place, these set to null; None if there are none.

    A cell is out of place if it is written like none of the usual cells of its column but like those of another. A row
    is shifted if two cells or more are out of place, and one of them, with five digits or more, is written like the
    cells of a column that holds in this row something out of place or nothing.

    Parameters
    ----------
    cells : pl.DataFrame
        The records of a table, String columns.
    """
    common = _learnt(_sample(cells))
    if len(common) < 2 or not any(_FIGURES in s for shapes in common.values() for s in shapes):
        return None
    foreign = {name: shapes for name in common if (shapes := _elsewhere(name, common))}
    if not foreign:
        return None
    odd = pl.sum_horizontal(
        pl.col(name).str.contains(_pattern(shapes)).fill_null(False).cast(pl.Int32) for name, shapes in foreign.items()
    )
    places = cells.select(odd > 1).to_series().arg_true()
    if not len(places):
        return None
    part = cells[places].select(*common)
    shaped = pl.DataFrame({name: _shapes(part[name]) for name in common}, schema=dict.fromkeys(common, pl.String))
    out = {name: _is_out(name, common) for name in common}
    displaced = pl.any_horizontal(
        out[name]
        & pl.col(name).str.contains(_FIGURES, literal=True)
        & pl.any_horizontal(
            pl.col(name).is_in(sorted(shapes)) & (out[other] | (pl.col(other) == ""))
            for other, shapes in common.items()
            if other != name
        )
        for name in common
    )
    number = pl.sum_horizontal(o.cast(pl.Int32) for o in out.values())
    found = shaped.select(*(o.alias(f"out {i}") for i, o in enumerate(out.values())), row=displaced & (number > 1))
    hit = found["row"]
    if not hit.any():
        return None
    columns = []
    for i, name in enumerate(common):
        gone = places.filter(hit & found[f"out {i}"])
        columns.append(cells[name].scatter(gone, [None] * len(gone)) if len(gone) else cells[name])
    rows = pl.Series("shifted", [False]).new_from_index(0, cells.height)
    return Shifted(cells.with_columns(columns), rows.scatter(places.filter(hit), [True] * int(hit.sum())))


def _sample(cells: pl.DataFrame) -> pl.DataFrame:
    """At most about :data:`_SAMPLE` rows, chosen by what they hold: the same ones in any order of the rows."""
    if cells.height <= _SAMPLE:
        return cells
    drawn = cells.hash_rows()
    return cells.filter(drawn <= drawn.bottom_k(_SAMPLE).max())


def _learnt(sample: pl.DataFrame) -> dict[str, set[str]]:
    """The common shapes of each column whose cells are mostly written in few ways."""
    found: dict[str, set[str]] = {}
    for column in sample:
        filled = column.drop_nulls()
        filled = filled.filter(filled.str.strip_chars(WHITE) != "")
        if len(filled) < max(_ENOUGH, len(sample) // 2) or len(found) == _COLUMNS:
            continue
        counts = pl.Series("shape", _shapes(filled), dtype=pl.String).value_counts()
        least = max(_LEAST, _COMMON * len(filled))
        counts = counts.filter((pl.col("shape") != "") & (pl.col("count") >= least))
        if int(counts["count"].sum()) >= _MOST * len(filled):
            found[column.name] = set(counts["shape"])
    return found


def _shapes(column: pl.Series) -> list[str]:
    """The shape of each cell, ``""`` where it says nothing; there are few of them."""
    return ["" if NOTHING.fullmatch((cell or "").strip()) else shape(cell) for cell in column]


def _elsewhere(name: str, common: dict[str, set[str]]) -> set[str]:
    """The shapes that are common in other columns only."""
    return set().union(*(shapes for other, shapes in common.items() if other != name)) - common[name]


def _is_out(name: str, common: dict[str, set[str]]) -> pl.Expr:
    """Whether the shape of a column is foreign to it and common elsewhere."""
    return pl.col(name).is_in(pl.Series(sorted(_elsewhere(name, common)), dtype=pl.String).implode())


def _pattern(shapes: set[str]) -> str:
    """A pattern that all cells of these shapes match, and few others: words are any letters."""
    whole = {s: re.escape(s).replace("9", r"\d").replace("a", r"\p{L}+") for s in sorted(shapes)}
    return rf"^\s*(?:{'|'.join(p if len(s) == SHAPE else p + _END for s, p in whole.items())})"
