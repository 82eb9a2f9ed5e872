"""The generic link table: ``source_kind,source,target_kind,target[,relation][,date][,weight]``.

Kinds and relations by the vocabulary's codes; others are accepted as plain identifiers, with a note, or mapped by
``[kinds]`` and ``[relations]``. Identifiers are normalised by their kind's rule, on distinct values.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ringfinder.link.sheet import LINK_SCHEMA, Sheet
from ringfinder.model import ISSUE_SCHEMA
from ringfinder.normalise import normalise_column
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["link_generic"]

#: Old or long spellings of kinds that mean one of ours.
_KIND_SYNONYMS = {
    "organisation": "company",
    "organization": "company",
    "consulting_company": "company",
    "lawfirm": "law_firm",
    "cardholder": "debtor",
    "customer": "debtor",
    "payee": "payee_account",
    "mail": "mail_item",
    "filing": "complaint",
}
_PUBLIC = ["short_code", "national_rate", "sms_port"]


def link_generic(sheet: Sheet, kinds: Mapping[str, str], relations: Mapping[str, str]) -> list[str]:
    """Add the table's links to ``sheet``; returns notes about kinds and relations that are not in the vocabulary."""
    header = {field: sheet.mapping.headers_of(field)[0] for field in sheet.mapping.fields}
    table = sheet.raw.cells.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("index"),
        _code(header, "source_kind", sheet).alias("source_kind"),
        pl.col(header["source"]).alias("source"),
        _code(header, "target_kind", sheet).alias("target_kind"),
        pl.col(header["target"]).alias("target"),
        (pl.col(header["relation"]) if "relation" in header else pl.lit(None, dtype=pl.String)).alias("relation"),
    )
    constant = sheet.mapping.constant("relation")
    if constant is not None and "relation" not in header:
        table = table.with_columns(pl.lit(constant).alias("relation"))
    table = table.with_columns(
        _mapped("source_kind", kinds, _KIND_SYNONYMS),
        _mapped("target_kind", kinds, _KIND_SYNONYMS),
        _mapped("relation", relations, {}),
    )
    notes = _unknown_words(table)
    table = _end(sheet, table, "source", header["source"])
    table = _end(sheet, table, "target", header["target"])
    missing = table.filter(pl.col("source").is_null() | pl.col("target").is_null())
    sheet.lose(missing["index"], "source", "missing_end")
    same = (pl.col("source_kind") == pl.col("target_kind")) & (pl.col("source") == pl.col("target"))
    table = table.drop_nulls(["source", "target"])
    sheet.lose(table.filter(same)["index"], "source", "self_link")
    table = _direct(table.filter(~same))
    dates = sheet.dates("date") if "date" in header else None
    if dates is not None and not dates.is_empty():
        table = table.join(dates, on="index", how="left", maintain_order="left")
    else:
        table = table.with_columns(pl.lit(None, dtype=pl.Date).alias("date"))
    weight = pl.lit(1.0, dtype=pl.Float32)
    if "weight" in header:
        cells = sheet.raw.cells[header["weight"]].cast(pl.Float32, strict=False)
        table = table.with_columns(cells.gather(table["index"]).alias("weight"))
        weight = pl.when(pl.col("weight") > 0).then(pl.col("weight")).otherwise(1.0)
    sheet.links.append(
        table.with_columns(
            pl.lit(sheet.raw.file).alias("file"),
            sheet.rows(table["index"]).alias("row"),
            weight.alias("weight"),
        ).select(list(LINK_SCHEMA))
    )
    sheet.mark_used(table["index"])
    return notes


def _code(header: Mapping[str, str], field: str, sheet: Sheet) -> pl.Expr:
    if field in header:
        return pl.col(header[field]).str.strip_chars().str.to_lowercase()
    return pl.lit(sheet.mapping.constant(field), dtype=pl.String)


def _mapped(column: str, own: Mapping[str, str], shipped: Mapping[str, str]) -> pl.Expr:
    words = {**shipped, **{k.lower(): v for k, v in own.items()}}
    return (
        pl.col(column).str.strip_chars().str.to_lowercase().replace(words)
        if words
        else pl.col(column).str.strip_chars().str.to_lowercase()
    )


def _unknown_words(table: pl.DataFrame) -> list[str]:
    known = vocabulary()
    seen = set(table["source_kind"].unique()) | set(table["target_kind"].unique())
    kinds = sorted(str(k) for k in seen if k is not None and k not in known.kinds)
    codes = sorted(str(r) for r in table["relation"].unique() if r is not None and r and r not in known.relations)
    notes = []
    if kinds:
        notes.append(
            f"kinds that the vocabulary does not know, kept as plain identifiers: {', '.join(kinds)} "
            "(map them under [kinds] in ringfinder.toml)"
        )
    if codes:
        notes.append(
            f"relations that the vocabulary does not know, kept without an evidence family: {', '.join(codes)} "
            "(map them under [relations] in ringfinder.toml)"
        )
    return notes


def _end(sheet: Sheet, table: pl.DataFrame, end: str, header: str) -> pl.DataFrame:
    """``table`` with one end normalised by its kind's rule (null where it cannot link); losses become issues."""
    words = extend(vocabulary(), [k for k in table[f"{end}_kind"].unique() if k], [])
    parts = []
    for (kind,), group in table.group_by(f"{end}_kind", maintain_order=True):
        rule = words.kinds[str(kind)].value if kind else "text"
        values = normalise_column(rule, group[end], country=sheet.country).unique(
            "index", keep="first", maintain_order=True
        )
        usable = pl.col("quality").is_in(["valid", "plausible"]) & ~pl.col("issues").str.contains("not_linkable")
        usable = usable & ~pl.col("kind").is_in(_PUBLIC)
        values = values.with_columns((usable if kind else pl.lit(False)).alias("_ok"))
        parts.append(
            pl.DataFrame(
                {
                    "index": group["index"],
                    "_value": values.select(pl.when("_ok").then(pl.col("value")))["value"],
                    "_quality": values["quality"],
                    "_public": values["kind"].is_in(_PUBLIC),
                    "_raw": group[end],
                    "_kind": group[f"{end}_kind"],
                }
            )
        )
    every = pl.concat(parts)
    lost = every.filter(pl.col("_value").is_null() & (pl.col("_quality") != "empty"))
    if not lost.is_empty():
        reason = (
            pl.when("_public")
            .then(pl.lit("benign_hub"))
            .otherwise(pl.col("_quality").replace({"valid": "not_linkable", "plausible": "not_linkable"}))
        )
        sheet.issues.append(
            lost.select(
                pl.lit(sheet.raw.file).alias("file"),
                sheet.rows(lost["index"]).alias("row"),
                pl.lit(header).alias("column"),
                pl.col("_raw").fill_null("").alias("value"),
                reason.alias("reason"),
                pl.lit(False).alias("lost"),
            ).cast(ISSUE_SCHEMA)
        )
        other = "target" if end == "source" else "source"
        public = lost.filter(pl.col("_public") | (pl.col("_quality") == "placeholder")).join(
            table.select("index", pl.col(other).alias("who")), on="index"
        )
        sheet.excluded.append(
            public.select(
                pl.col("_kind").alias("kind"),
                pl.col("_raw").alias("key"),
                pl.when("_public").then(pl.lit("service number")).otherwise(pl.lit("placeholder")).alias("reason"),
                pl.col("who"),
                pl.lit("").alias("extra"),
            )
        )
    return (
        table.join(every.select("index", "_value"), on="index", how="left", maintain_order="left")
        .drop(end)
        .rename({"_value": end})
    )


def _direct(table: pl.DataFrame) -> pl.DataFrame:
    """Fill in missing relations by the kinds of the ends and turn links that stand the wrong way round."""
    words = vocabulary()
    pairs = table.select("source_kind", "target_kind", "relation").unique()
    records = []
    for source, target, relation in pairs.iter_rows():
        default, swap = words.relation_between(source, target)
        code = relation or default
        if relation in words.relations:
            ends = words.relations[relation].ends
            swap = (source, target) not in ends and (target, source) in ends
        elif relation:
            swap = False
        records.append((source, target, relation, code, swap))
    rules = pl.DataFrame(
        records,
        schema={
            "source_kind": pl.String,
            "target_kind": pl.String,
            "relation": pl.String,
            "_code": pl.String,
            "_swap": pl.Boolean,
        },
        orient="row",
    )
    joined = table.join(
        rules,
        on=["source_kind", "target_kind", "relation"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    turned = pl.col("_swap")
    return joined.with_columns(
        pl.when(turned).then("target").otherwise("source").alias("source"),
        pl.when(turned).then("source").otherwise("target").alias("target"),
        pl.when(turned).then("target_kind").otherwise("source_kind").alias("source_kind"),
        pl.when(turned).then("source_kind").otherwise("target_kind").alias("target_kind"),
        pl.col("_code").alias("relation"),
    ).drop("_code", "_swap")
