"""Customer numbers that stand for several people: two lenders count from 1, or one file names two customers alike.

Taken for one person they would join strangers, so they are kept apart by name where the names differ, else by lender,
and rows that tell neither by their file. One identity number on all rows says that it is one person after all.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ringfinder.link.sheet import Sheet

__all__ = ["mark_shared_numbers"]

_SCHEMA = {"value": pl.String, "name": pl.String, "person": pl.String, "lender": pl.String}


def mark_shared_numbers(sheets: Sequence[Sheet]) -> list[str]:
    """Find the numbers, tell every sheet about them (:attr:`Sheet.shared_numbers`), record the rows; returns notes."""
    customers = [s for s in sheets if s.mapping.table in ("customers", "collection_cases") and s.has("customer_id")]
    if not customers:
        return []
    people = pl.concat([_people(s) for s in customers])
    shared = (
        people.group_by("value")
        .agg(
            pl.len().alias("rows"),
            pl.col("name").drop_nulls().n_unique().alias("names"),
            pl.col("person").drop_nulls().n_unique().alias("persons"),
            pl.col("person").null_count().alias("unknown"),
            pl.col("lender").drop_nulls().n_unique().alias("lenders"),
        )
        .filter((pl.col("rows") > 1) & ((pl.col("names") > 1) | (pl.col("lenders") > 1)))
        .filter((pl.col("lenders") > 1) | (pl.col("persons") != 1) | (pl.col("unknown") > 0))
        .select("value", pl.when(pl.col("names") > 1).then(pl.lit("name")).otherwise(pl.lit("lender")).alias("by"))
        .sort("value")
    )
    if shared.is_empty():
        return []
    for sheet in sheets:
        sheet.shared_numbers = shared
    for sheet in customers:
        rows = sheet.first("customer_id", "text").join(shared, on="value", how="semi")["index"]
        sheet.lose(rows, "customer_id", "shared_number", whole=False)
    return [
        f"{shared.height:,} customer numbers stand for several people (another name or lender); they were kept apart "
        "by name, lender or file. Run one lender at a time, or give its numbers a prefix"
    ]


def _people(sheet: Sheet) -> pl.DataFrame:
    """``value`` (number), ``name``, ``person`` (identity number) and ``lender`` of each row."""
    table = sheet.first("customer_id", "text").select("index", "value")
    columns = (("name", "name", "name"), ("person", "id_number", "identity"), ("lender", "lender", "text"))
    for name, field, rule in columns:
        column = sheet.first(field, rule).select("index", pl.col("value").str.to_lowercase().alias(name))
        table = table.join(column, on="index", how="left", maintain_order="left")
    return table.select(list(_SCHEMA))
