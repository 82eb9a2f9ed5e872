"""How usable each identifier column is, and whether the input is fit for linking at all (domain P22, scenario S2)."""

from __future__ import annotations

from typing import Any

import polars as pl

__all__ = ["IDENTIFIERS", "QUALITY_SCHEMA", "column_quality", "unfit_notes"]

#: Rules whose columns are identifiers.
IDENTIFIERS = ("phone", "identity", "company_code", "card", "account")
#: Best first: a cell that lists a good and a bad number is good.
_ORDER = ("valid", "plausible", "masked", "damaged", "placeholder", "invalid", "empty")
QUALITY_SCHEMA: dict[str, Any] = {
    "file": pl.String,
    "column": pl.String,
    "rule": pl.String,
    "cells": pl.Int64,
    **dict.fromkeys(_ORDER, pl.Int64),
}
#: From this share of damaged and masked cells on, a column of identifiers is not fit for linking.
_UNFIT = 0.20
#: Fewer filled cells than this say nothing about a column.
_ENOUGH = 4


def column_quality(file: str, header: str, rule: str, values: pl.DataFrame) -> pl.DataFrame:
    """One row of :data:`QUALITY_SCHEMA`: how many cells of a column are of each quality.

    Parameters
    ----------
    values : DataFrame
        ``index`` and ``quality`` of every value of the column, as :func:`ringfinder.normalise.normalise_column` gives;
        a cell with several values counts by its best one.
    """
    rank = {quality: i for i, quality in enumerate(_ORDER)}
    best = values.group_by("index").agg(pl.col("quality").replace_strict(rank, return_dtype=pl.Int64).min())
    counts = dict(best.group_by("quality").len().iter_rows())
    row = {quality: int(counts.get(i, 0)) for quality, i in rank.items()}
    return pl.DataFrame([{"file": file, "column": header, "rule": rule, "cells": best.height, **row}], QUALITY_SCHEMA)


def unfit_notes(quality: pl.DataFrame) -> list[str]:
    """A sentence for every identifier column of which more than a fifth is damaged or masked, with cause and cure."""
    filled = pl.col("cells") - pl.col("empty")
    lost = pl.col("damaged") + pl.col("masked")
    bad = quality.filter((filled >= _ENOUGH) & (lost > _UNFIT * filled)).sort("file", "column")
    notes = []
    for row in bad.iter_rows(named=True):
        cures = []
        if row["damaged"]:
            cures.append(
                f"{row['damaged']:,} were damaged by a spreadsheet: export the column as text, straight from the system"
            )
        if row["masked"]:
            cures.append(f"{row['masked']:,} are masked: export full values, or accept the gap")
        notes.append(
            f"not fit for linking: {row['file']}, column {row['column']}: of {row['cells'] - row['empty']:,} filled "
            f"cells {'; '.join(cures)}"
        )
    return notes
