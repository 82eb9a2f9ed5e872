"""The values of one column of a sheet: normalised, with what may link, what is public, and what was lost and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ringfinder.normalise import LINKING, PUBLIC_PHONES, linkable, normalise_column

if TYPE_CHECKING:
    from ringfinder.normalise import Options

__all__ = ["OWN_PHONES", "VALUES", "kept_out", "read_values", "value_issues"]

#: Columns of :func:`read_values`, and the header that a sheet adds.
VALUES: dict[str, Any] = {
    "index": pl.UInt32,
    **dict.fromkeys(("value", "kind", "quality", "issues", "extra"), pl.String),
    "_links": pl.Boolean,
    "_public": pl.Boolean,
    "header": pl.String,
}

#: Rules for China's identifiers: in other countries these identifiers are plain texts.
_CHINESE_RULES = ("identity", "company_code", "organisation")

#: Phones of the customer: a number that words in the cell give to somebody else is not his (rule ``own_phone``).
OWN_PHONES = ("mobile", "phone_on_record", "home_phone", "work_phone", "old_phone", "new_phone")

#: Plain numbers that a program may have held as decimals, and the share of a column from which on it did.
_NUMBERS = ("customer_id", "complaint_id", "poa_id")
_MOSTLY = 0.9
#: Fewer account numbers than this do not show whether they have a check digit; from this share that passes on, they do.
_ENOUGH, _USUAL = 50, 0.8


def read_values(cells: pl.Series, field: str, rule: str, options: Options) -> pl.DataFrame:
    """All values of a column with the columns of :data:`VALUES` but ``header``, sorted by index.

    ``_links`` says whether a value may join records, ``_public`` whether it is a public phone number, which does not.
    """
    applied = "text" if options.country != "CN" and rule in _CHINESE_RULES else rule
    if rule == "phone" and field in OWN_PHONES:
        applied = "own_phone"
    values = normalise_column(applied, cells, options=options)
    if field in _NUMBERS:
        values = _without_point_zero(values)
    if rule == "account":
        values = _without_mistyped_cards(values)
    kept = pl.col("value").is_in(list(options.allow))
    public = pl.col("kind").is_in(list(PUBLIC_PHONES)) & linkable() & ~kept if rule == "phone" else pl.lit(False)
    return values.with_columns(linkable().alias("_links"), public.alias("_public"))


def _without_mistyped_cards(values: pl.DataFrame) -> pl.DataFrame:
    """Card numbers whose check digit fails as ``damaged``, where the column's numbers usually pass.

    Accounts have no check digit and some cards are said to have none, so a number that two cells give stays: nobody
    mistypes alike. One that stands alone joins nobody anyhow, but a mistyped one would make a payee of its own.
    """
    number = pl.col("kind").is_in(["card", "account"]) & pl.col("value").is_not_null()
    fails = number & pl.col("issues").str.contains(r"\bluhn\b")
    numbers, failing = values.select(numbers=number.sum(), failing=fails.sum()).row(0)
    if numbers < _ENOUGH or numbers - failing < _USUAL * numbers:
        return values
    bad = fails & (pl.len().over("value") == 1)
    return values.with_columns(
        pl.when(bad).then(None).otherwise("value").alias("value"),
        pl.when(bad).then(pl.lit("damaged")).otherwise("quality").alias("quality"),
    )


def value_issues(values: pl.DataFrame, cells: pl.Series) -> pl.DataFrame:
    """The values that do not link: ``index``, ``value`` (the raw cell) and ``reason``."""
    bad = values.filter(~pl.col("_links") & (pl.col("quality") != "empty") | pl.col("_public"))
    reason = (
        pl.when(pl.col("_public"))
        .then(pl.lit("benign_hub"))
        .when(pl.col("issues").str.contains("ambiguous"))
        .then(pl.lit("ambiguous"))
        .when(pl.col("issues").str.contains("third_party", literal=True))
        .then(pl.lit("third_party"))
        .when(pl.col("quality").is_in(LINKING))
        .then(pl.lit("not_linkable"))
        .otherwise(pl.col("quality"))
    )
    return bad.select("index", cells.gather(bad["index"]).fill_null("").alias("value"), reason.alias("reason"))


def kept_out(values: pl.DataFrame) -> pl.DataFrame:
    """Public numbers and placeholders of a phone column: ``index``, ``value``, ``reason``."""
    public = values.filter(pl.col("_public") | (pl.col("quality") == "placeholder"))
    kinds = pl.col("kind").replace_strict(PUBLIC_PHONES, default="placeholder")
    reason = pl.when(pl.col("quality") == "placeholder").then(pl.lit("placeholder")).otherwise(kinds)
    return public.select("index", pl.coalesce("value", "extra").alias("value"), reason.alias("reason"))


def _without_point_zero(values: pl.DataFrame) -> pl.DataFrame:
    """Numbers of a column that a program held as decimals: ``1011.0`` is ``1011`` if nearly all of them end so."""
    decimal = pl.col("value").str.contains(r"^[0-9]{1,15}\.0$")
    share = values.select(decimal.mean()).item()
    if share is None or share < _MOSTLY:
        return values
    return values.with_columns(
        pl.when(decimal).then(pl.col("value").str.strip_suffix(".0")).otherwise("value").alias("value")
    )
