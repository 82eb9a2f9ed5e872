"""The generic link table: ``source_kind,source,target_kind,target[,relation][,date][,weight]``.

Kinds and relations by the vocabulary's codes; others are accepted as plain identifiers, with a note, or mapped by
``[kinds]`` and ``[relations]``. Identifiers are normalised by their kind's rule, on distinct values.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from ringfinder.graph_build import LINK_COLUMNS
from ringfinder.link.sheet import Sheet
from ringfinder.model import ISSUE_SCHEMA
from ringfinder.normalise import LINKING, PUBLIC_PHONES, linkable, normalise_column
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
#: Spellings of relations that mean one of ours.
_RELATION_SYNONYMS = {
    "used_device": "uses_device",
    "same_device": "uses_device",
    "owns_phone": "uses_phone",
    "has_phone": "uses_phone",
    "called_from": "complained_from",
    "emergency_contact": "names_contact",
    "represents": "represented_by",
    "paid_to": "paid",
    "similar_text": "uses_template",
    "employed_by": "works_for",
    "shares_phone": "shares_registered",
}
_PUBLIC = list(PUBLIC_PHONES)
#: Words that mean "nothing" in an export and that are keys in a table of links, where people count from 0.
_KEY_NOT_NULL = r"^(0+|[A-Za-z])$"
#: Most unknown words that a note names: a wrong column may hold a million.
_MOST_NAMED = 10


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
        _mapped("relation", relations, _RELATION_SYNONYMS),
    )
    table = _without_bad_kinds(sheet, table)
    if table.is_empty():
        return []
    notes = _unknown_words(table)
    table = _end(sheet, table, "source", header["source"])
    table = _end(sheet, table, "target", header["target"])
    missing = table.filter(pl.col("source").is_null() | pl.col("target").is_null())
    told = pl.concat([i["row"] for i in sheet.issues] or [pl.Series([], dtype=pl.Int32)])
    sheet.lose(missing["index"].filter(~sheet.rows(missing["index"]).is_in(told.implode())), "source", "missing_end")
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
        cells = sheet.raw.cells[header["weight"]].gather(table["index"]).str.strip_chars()
        table = table.with_columns(cells.cast(pl.Float32, strict=False).alias("weight"))
        usable = (pl.col("weight").is_finite() & (pl.col("weight") > 0)).fill_null(False)
        bad = table.filter(~usable & (cells.fill_null("") != ""))
        sheet.lose(bad["index"], "weight", "invalid", whole=False)
        weight = pl.when(usable).then(pl.col("weight")).otherwise(1.0)
    sheet.links.append(
        table.with_columns(
            pl.lit(sheet.raw.file).alias("file"),
            sheet.rows(table["index"]).alias("row"),
            weight.alias("weight"),
        ).select(list(LINK_COLUMNS))
    )
    sheet.mark_used(table["index"])
    return notes


def _code(header: Mapping[str, str], field: str, sheet: Sheet) -> pl.Expr:
    if field in header:
        return pl.col(header[field]).str.strip_chars().str.to_lowercase()
    return pl.lit(sheet.mapping.constant(field), dtype=pl.String)


def _mapped(column: str, own: Mapping[str, str], shipped: Mapping[str, str]) -> pl.Expr:
    chosen = {k.strip().lower(): v.strip().lower() for k, v in own.items()}
    shipped = {**_named_in_words(column == "relation"), **shipped}
    words = {**shipped, **{k: v if v in chosen else shipped.get(v, v) for k, v in chosen.items()}}
    return pl.col(column).str.strip_chars().str.to_lowercase().replace(words)


def _named_in_words(relations: bool) -> dict[str, str]:
    """The vocabulary's English and Chinese names → codes, so that a table may use either."""
    words = vocabulary()
    if relations:
        return {r.zh: r.code for r in words.relations.values()}
    names: dict[str, str] = {}
    for kind in words.kinds.values():
        names |= dict.fromkeys((kind.zh, kind.en.lower(), kind.plural.lower()), kind.code)
    return names


def _without_bad_kinds(sheet: Sheet, table: pl.DataFrame) -> pl.DataFrame:
    """``table`` without the rows whose kinds cannot name a node: empty, or with a colon (``kind:key`` is a node)."""
    for end in ("source_kind", "target_kind"):
        bad = [k for k in table[end].unique() if not k or ":" in k]
        if bad:
            wrong = pl.col(end).is_in(bad, nulls_equal=True)
            blank = pl.col(end).fill_null("") == ""
            sheet.lose(table.filter(wrong & blank)["index"], end, "missing_end")
            sheet.lose(table.filter(wrong & ~blank)["index"], end, "invalid")
            table = table.filter(~wrong)
    return table


def _unknown_words(table: pl.DataFrame) -> list[str]:
    known = vocabulary()
    seen = set(table["source_kind"].unique()) | set(table["target_kind"].unique())
    kinds = sorted(str(k) for k in seen if k is not None and k not in known.kinds)
    codes = sorted(str(r) for r in table["relation"].unique() if r is not None and r and r not in known.relations)
    notes = []
    if kinds:
        notes.append(
            f"kinds that the vocabulary does not know, kept as plain identifiers: {_named(kinds)} "
            "(map them under [kinds] in ringfinder.toml)"
        )
    if codes:
        notes.append(
            f"relations that the vocabulary does not know, kept without an evidence family: {_named(codes)} "
            "(map them under [relations] in ringfinder.toml)"
        )
    return notes


def _named(words: list[str]) -> str:
    more = len(words) - _MOST_NAMED
    return ", ".join(words[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _end(sheet: Sheet, table: pl.DataFrame, end: str, header: str) -> pl.DataFrame:
    """``table`` with one end normalised by its kind's rule (null where it cannot link); losses become issues."""
    words = extend(vocabulary(), [k for k in table[f"{end}_kind"].unique() if k], [])
    parts = []
    rules = {code: kind.value for code, kind in words.kinds.items()}
    ruled = table.with_columns(pl.col(f"{end}_kind").replace_strict(rules, default="text").alias("_rule"))
    for (rule,), group in ruled.group_by("_rule", maintain_order=True):
        values = normalise_column(str(rule), group[end], options=sheet.options).unique(
            "index", keep="first", maintain_order=True
        )
        values = values.with_columns((linkable() & ~pl.col("kind").is_in(_PUBLIC)).alias("_ok"))
        if rule == "text":
            values = _with_short_keys(values, group[end])
        parts.append(
            pl.DataFrame(
                {
                    "index": group["index"],
                    "_value": values.select(pl.when("_ok").then(pl.col("value")))["value"],
                    "_quality": values["quality"],
                    "_public": values["kind"].is_in(_PUBLIC),
                    "_found": values["value"],
                    "_extra": values["extra"],
                    "_told": values["kind"],
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
            .otherwise(pl.col("_quality").replace(dict.fromkeys(LINKING, "not_linkable")))
        )
        sheet.issues.append(
            lost.select(
                pl.lit(sheet.raw.file).alias("file"),
                sheet.rows(lost["index"]).alias("row"),
                pl.lit(header).alias("column"),
                pl.col("_raw").fill_null("").alias("value"),
                reason.alias("reason"),
                pl.lit(True).alias("lost"),
            ).cast(ISSUE_SCHEMA)
        )
        other = "target" if end == "source" else "source"
        public = lost.filter(pl.col("_public") | (pl.col("_quality") == "placeholder")).join(
            table.select("index", pl.col(other).alias("who")).drop_nulls(), on="index"
        )
        sheet.excluded.append(
            public.select(
                pl.col("_kind").alias("kind"),
                pl.coalesce("_found", pl.col("_extra").replace("", None), "_raw").alias("key"),
                pl.col("_told").replace_strict(PUBLIC_PHONES, default="placeholder").alias("reason"),
                pl.col("who"),
                pl.lit("").alias("extra"),
            )
        )
    # the rules' groups are put back in the table's order, each row being in exactly one of them
    order = np.argsort(every["index"].to_numpy(), kind="stable")
    return table.drop(end).with_columns(every["_value"].gather(order).alias(end))


def _with_short_keys(values: pl.DataFrame, cells: pl.Series) -> pl.DataFrame:
    """Plain keys such as ``0`` or ``x``, which the rule for cells takes for empty, as keys."""
    raw = cells.str.strip_chars()
    short = (values["quality"] == "empty") & raw.str.contains(_KEY_NOT_NULL).fill_null(False)
    if not short.any():
        return values
    frame = values.with_columns(raw.alias("_short"), short.alias("_is_short"))
    return frame.with_columns(
        pl.when("_is_short").then(pl.col("_short")).otherwise(pl.col("value")).alias("value"),
        pl.when("_is_short").then(pl.lit("plausible")).otherwise(pl.col("quality")).alias("quality"),
        (pl.col("_ok") | pl.col("_is_short")).alias("_ok"),
    ).drop("_short", "_is_short")


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
