"""Which columns of a table say who its debtor is, and the key that each row gives by itself."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ringfinder.link.sheet import Sheet

__all__ = ["CUSTOMER_TABLES", "PEOPLE_TABLES", "debtor_fields", "debtor_rows", "first_of"]

#: Tables whose rows are debtors.
CUSTOMER_TABLES = ("customers", "collection_cases")
#: Tables whose rows are about a debtor.
PEOPLE_TABLES = (
    "customers",
    "collection_cases",
    "complaints",
    "powers_of_attorney",
    "mail",
    "payments",
    "documents",
    "sessions",
    "phone_changes",
    "flags",
    "lawsuits",
)

_OWN = ("mobile", "phone_on_record")


def debtor_fields(sheet: Sheet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of the debtor's name and of the phone that the name counts with, the best ones first."""
    table = sheet.mapping.table
    if table == "complaints":
        return ("complainant", "name"), (*_OWN, "caller_phone")
    if table == "powers_of_attorney":
        return ("principal", "name"), _OWN
    if table == "mail" and not any(sheet.has(field) for field in ("customer_id", "id_number", "name")):
        return ("sender",), ("sender_phone",)
    return ("name",), _OWN


def debtor_rows(sheet: Sheet) -> pl.DataFrame:
    """The debtor of each row by itself: customer number, else identity number, else name and phone.

    Names never link by themselves, so a name counts only together with a phone. Rows without any of these are left
    out; the caller records them.

    Returns
    -------
    DataFrame
        ``index``, ``value`` and ``rank`` (UInt8): 0 customer number, 1 identity number, 2 name and phone.
    """
    names, phones = debtor_fields(sheet)
    given = sheet.first("customer_id", "text").select("index", "value")
    keys = given.join(sheet.odd_numbers, on="value", how="anti", maintain_order="left")
    keys = _apart(sheet, keys, names).with_columns(rank=_rank(0))
    if sheet.has("id_number"):
        numbers = sheet.first("id_number", "identity").select("index", ("id " + pl.col("value")).alias("value"))
        keys = pl.concat([keys, numbers.join(keys, on="index", how="anti").with_columns(rank=_rank(1))])
    named = first_of(sheet, names, "name").join(first_of(sheet, phones, "phone"), on="index", suffix="_phone")
    named = named.select("index", (pl.col("value") + " " + pl.col("value_phone")).alias("value"), rank=_rank(2))
    keys = pl.concat([keys, named.join(keys, on="index", how="anti")])
    if sheet.mapping.table in CUSTOMER_TABLES:  # a customer stays one, if only by a doubtful number
        keys = pl.concat([keys, given.join(keys, on="index", how="anti").with_columns(rank=_rank(0))])
    return keys.sort("index")


def first_of(sheet: Sheet, fields: Sequence[str], rule: str) -> pl.DataFrame:
    """``index``, ``value`` of each row's first usable value among several fields."""
    found = [sheet.first(field, rule).select("index", "value") for field in fields]
    return pl.concat(found).unique("index", keep="first", maintain_order=True)


def _rank(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt8)


def _apart(sheet: Sheet, keys: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """``keys`` with what tells people of one customer number apart: their name or lender, else the file."""
    if sheet.shared_numbers.is_empty() or keys.is_empty():
        return keys
    lenders = sheet.first("lender", "text").select("index", pl.col("value").alias("lender"))
    table = (
        keys.join(sheet.shared_numbers, on="value", how="left", maintain_order="left")
        .join(first_of(sheet, names, "name"), on="index", how="left", suffix="_name", maintain_order="left")
        .join(lenders, on="index", how="left", maintain_order="left")
    )
    mark = pl.when(pl.col("by") == "name").then(pl.col("value_name")).otherwise(pl.col("lender"))
    apart = pl.col("value") + " / " + pl.coalesce(mark, pl.lit(sheet.raw.file))
    return table.select("index", pl.when(pl.col("by").is_null()).then(pl.col("value")).otherwise(apart).alias("value"))
