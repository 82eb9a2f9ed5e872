"""Companies of link tables: two spellings of one are joined, or listed for decision, like those of other tables.

A link table has no names beside its keys, so people cannot be compared; a company's key usually is its name.
"""

from __future__ import annotations

import polars as pl

from ringfinder.link.same_companies import ROWS, SIGNS
from ringfinder.link.sheet import Sheet

__all__ = ["company_rows", "company_signs", "rename_companies"]

#: Keys that are names: Chinese characters, or several words. Codes and opaque keys (company-12) are left alone.
_NAME = r"[\u{4e00}-\u{9fff}]{3}|[A-Za-z]{2,}\s+[A-Za-z]{2,}"


def company_rows(n: int, sheet: Sheet) -> pl.DataFrame:
    """The companies that a link table names, once each, by :data:`ROWS`; ``n`` is the sheet's number.

    ``index`` numbers the names in their order, not the rows.
    """
    ends = _ends(sheet).group_by("name").agg(pl.col("row").min()).sort("name").with_row_index("index")
    missing = [pl.lit(None, dtype=pl.String).alias(c) for c in ("code", "code_kind", "region")]
    return ends.select(
        "index", "name", "row", *missing, pl.lit(n).alias("sheet"), pl.lit(sheet.raw.file).alias("file")
    ).select(list(ROWS)).cast(ROWS)  # fmt: skip


def company_signs(n: int, sheet: Sheet) -> pl.DataFrame:
    """The phones of these companies by :data:`SIGNS`."""
    phones = _ends(sheet).filter((pl.col("other_kind") == "phone") & (pl.col("relation") == "reached_at"))
    named = phones.join(company_rows(n, sheet).select("name", "index"), on="name")
    signs = named.select(
        pl.lit(n).alias("sheet"), "index", pl.lit("phone").alias("sign"), pl.col("other").alias("value")
    )
    return signs.cast(SIGNS).unique().sort(list(SIGNS))


def rename_companies(sheet: Sheet, rows: pl.DataFrame) -> None:
    """Give the companies in the sheet's links the keys that ``rows`` (``name``, ``value``) found."""
    moved = rows.filter(pl.col("name") != pl.col("value")).select("name", "value").unique().sort("name")
    if moved.is_empty():
        return
    to = dict(moved.iter_rows())

    def renamed(end: str) -> pl.Expr:
        return (
            pl.when(pl.col(f"{end}_kind") == "company").then(pl.col(end).replace(to)).otherwise(pl.col(end)).alias(end)
        )

    sheet.links = [frame.with_columns(renamed("source"), renamed("target")) for frame in sheet.links]


def _ends(sheet: Sheet) -> pl.DataFrame:
    """Every end of a link that is a company by name: ``name``, ``row``, ``relation``, ``other_kind``, ``other``."""
    parts = [
        frame.filter((pl.col(f"{end}_kind") == "company") & pl.col(end).str.contains(_NAME)).select(
            pl.col(end).alias("name"),
            "row",
            "relation",
            pl.col(f"{other}_kind").alias("other_kind"),
            pl.col(other).alias("other"),
        )
        for frame in sheet.links
        for end, other in (("source", "target"), ("target", "source"))
    ]
    texts = ("name", "relation", "other_kind", "other")
    empty = pl.DataFrame(schema=dict.fromkeys(texts, pl.String) | {"row": pl.Int32})
    return pl.concat([p.select(empty.columns).cast(empty.schema) for p in parts] or [empty])
