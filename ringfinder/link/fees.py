"""What the payments to an account look like: a fee is large, and a client pays it once or in two parts.

Domain facts F30 to F33: 5-10 % of the debt in two payments, or 2,000-5,000 yuan and a share of the reduction. A
merchant takes small sums, a landlord the same sum every month.
"""

from __future__ import annotations

import polars as pl

from ringfinder.link.sheet import Sheet

__all__ = ["fee_traits"]

#: Purposes of a payment that name a service against a lender.
_FEE_WORDS = r"(?i)服务费|咨询|代理|法务|维权|顾问|定金|尾款|手续费|中介|service fee|consult|advis|agency|retainer"


def fee_traits(sheet: Sheet, debtors: pl.DataFrame, accounts: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Attributes of the accounts of a payment table, one row for each payment (``index`` and a value).

    ``paid_median`` (Float64): middle amount, in the input's currency; ``paid_each`` (Float64): payments for each
    payer; ``paid_for_service`` (Float64): share of the payments whose purpose names a service. Empty where the table
    has no amounts.
    """
    amounts = sheet.first("amount", "money").select(
        "index", pl.col("value").cast(pl.Float64, strict=False).alias("sum")
    )
    if amounts.is_empty():
        return {}
    payers = debtors.select("index", pl.col("value").alias("payer"))
    memo = sheet.first("memo", "text").select("index", pl.col("value").alias("memo"))
    table = (
        accounts.select("index", pl.col("value").alias("account"))
        .join(amounts, on="index", how="inner")
        .join(payers, on="index", how="inner")
        .join(memo, on="index", how="left")
        .with_columns(
            paid_median=pl.col("sum").median().over("account"),
            paid_each=pl.len().over("account") / pl.col("payer").n_unique().over("account"),
            paid_for_service=pl.col("memo").str.contains(_FEE_WORDS).fill_null(False).mean().over("account"),
        )
        .sort("index")
    )
    return {name: table.select("index", name) for name in ("paid_median", "paid_each", "paid_for_service")}
