"""What rows say of debtors beside links: amounts and days, each with its row. They never link anybody.

The graph keeps one value of each attribute and forgets the row; the exposure ledger and the timeline of a ring need
every value with the row that it stands in.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from ringfinder.link.sheet import Sheet

__all__ = ["READINGS", "all_readings", "read_complaints", "read_customers", "read_payments"]

#: Whose it is (the debtor's key), what it is, the figure (a day counts from 1970-01-01), and its row.
READINGS: dict[str, Any] = {
    "debtor": pl.String,
    "what": pl.String,
    "value": pl.Float64,
    "file": pl.String,
    "row": pl.Int32,
}


def read_customers(sheet: Sheet, debtors: pl.DataFrame) -> None:
    """``overdue_amount``, and ``overdue_since``: the days overdue counted back from the day that the row gives.

    Without such a day nobody knows when the debt fell due, and nothing is read.
    """
    _read(sheet, debtors, "overdue_amount", _money(sheet, "overdue_amount"))
    days = _money(sheet, "overdue_days").join(_days(sheet, "as_of"), on="index", suffix="_day")
    since = days.filter(pl.col("value") > 0).select("index", value=pl.col("value_day") - pl.col("value"))
    _read(sheet, debtors, "overdue_since", since)


def read_complaints(sheet: Sheet, debtors: pl.DataFrame) -> None:
    """``disputed``: the amount that a complaint names; ``closed``: the day on which it was closed with a result."""
    _read(sheet, debtors, "disputed", _money(sheet, "amount"))
    results = sheet.first("result", "text").select("index")
    _read(sheet, debtors, "closed", _days(sheet, "closed_on").join(results, on="index", how="semi"))


def read_payments(sheet: Sheet, debtors: pl.DataFrame) -> None:
    """``paid``: the amount of a payment."""
    _read(sheet, debtors, "paid", _money(sheet, "amount"))


def all_readings(sheets: list[Sheet]) -> pl.DataFrame:
    """The readings of all sheets by :data:`READINGS`, each once, sorted."""
    frames = [frame for sheet in sheets for frame in sheet.readings]
    table = pl.concat([pl.DataFrame(schema=READINGS), *frames])
    return table.unique().sort(list(READINGS))


def _money(sheet: Sheet, field: str) -> pl.DataFrame:
    return sheet.first(field, "money").select("index", pl.col("value").cast(pl.Float64, strict=False)).drop_nulls()


def _days(sheet: Sheet, field: str) -> pl.DataFrame:
    dates = sheet.dates(field).drop_nulls()
    return dates.select("index", value=pl.col("date").to_physical().cast(pl.Float64))


def _read(sheet: Sheet, debtors: pl.DataFrame, what: str, figures: pl.DataFrame) -> None:
    table = debtors.select("index", pl.col("value").alias("debtor")).join(figures, on="index")
    if table.is_empty():
        return
    sheet.readings.append(
        table.select(
            "debtor",
            "value",
            what=pl.lit(what),
            file=pl.lit(sheet.raw.file),
            row=sheet.rows(table["index"]).cast(pl.Int32),
        ).select(list(READINGS))
    )
