"""Customer numbers that somebody damaged: of another shape than the rest, and on one row of all tables only.

A customer number has no check digit. One with a digit too few makes a debtor of its own, who then counts beside the
real one. A number that two rows give is real, whatever its shape: lenders keep old numbers beside new ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ringfinder.link.debtors import CUSTOMER_TABLES, PEOPLE_TABLES
from ringfinder.link.sheet import Sheet

__all__ = ["mark_odd_numbers"]

#: Fewer different numbers say nothing about their shape.
_ENOUGH = 100
#: The usual shape is that of so many of them ...
_USUAL = 0.80
#: ... and an odd one that of at most so many.
_ODD = 0.02


def mark_odd_numbers(sheets: Sequence[Sheet]) -> list[str]:
    """Find the numbers, tell every sheet about them (:attr:`Sheet.odd_numbers`), record the cells; returns notes.

    Nothing is marked without a table of customers: an event's number is then on one row for no reason of its own.
    """
    mine = [s for s in sheets if s.mapping.table in PEOPLE_TABLES and s.has("customer_id")]
    if not any(s.mapping.table in CUSTOMER_TABLES for s in mine):
        return []
    shape = pl.col("value").str.replace_all("[0-9]", "9").str.replace_all("[A-Za-z]", "A")
    numbers = (
        pl.concat([s.first("customer_id", "text").select("value") for s in mine])
        .group_by("value")
        .agg(rows=pl.len())
        .with_columns(shape=shape)
        .with_columns(share=pl.len().over("shape") / pl.len())
    )
    if numbers.height < _ENOUGH or numbers["share"].max() < _USUAL:  # type: ignore[operator]
        return []
    odd = numbers.filter((pl.col("rows") == 1) & (pl.col("share") <= _ODD)).select("value").sort("value")
    if odd.is_empty():
        return []
    for sheet in mine:
        sheet.odd_numbers = odd
        rows = sheet.first("customer_id", "text").join(odd, on="value", how="semi", maintain_order="left")["index"]
        sheet.lose(rows, "customer_id", "damaged", whole=False)
    return [
        f"{odd.height:,} customer numbers have another shape than the others and stand on one row only; they were "
        "taken for damaged (rejected.csv), and their rows go by identity number, or by name and phone, where they can"
    ]
