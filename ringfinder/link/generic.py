"""The generic link table: ``source_kind,source,target_kind,target[,relation][,date][,weight]``.

Kinds and relations by the vocabulary's codes; others are accepted as plain identifiers, with a note, or mapped by
``[kinds]`` and ``[relations]``. Identifiers are normalised by their kind's rule, on distinct values.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from ringfinder.graph_build import LINK_COLUMNS
from ringfinder.link.sheet import Sheet
from ringfinder.link.words import enumerated, kind_columns, relation_column, unknown_words
from ringfinder.model import ISSUE_SCHEMA
from ringfinder.normalise import LINKING, PUBLIC_PHONES, linkable, normalise_column
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["link_generic"]

_PUBLIC = list(PUBLIC_PHONES)
#: Words that mean "nothing" in an export and that are keys in a table of links, where people count from 0.
_KEY_NOT_NULL = r"^(0+|[A-Za-z])$"
#: From so many combinations of kinds and relations on, those of the kinds that occur are numbered first.
_MOST_NUMBERS = 2**63


def link_generic(sheet: Sheet, kinds: Mapping[str, str], relations: Mapping[str, str]) -> list[str]:
    """Add the table's links to ``sheet``; returns notes about kinds and relations that are not in the vocabulary."""
    header = {field: sheet.mapping.headers_of(field)[0] for field in sheet.mapping.fields}
    cells = sheet.raw.cells
    source_kind, target_kind = kind_columns(sheet, header, kinds)
    table = pl.DataFrame(
        [
            pl.int_range(cells.height, dtype=pl.UInt32, eager=True).alias("index"),
            source_kind,
            cells[header["source"]].alias("source"),
            target_kind,
            cells[header["target"]].alias("target"),
            relation_column(sheet, header, relations),
        ]
    )
    table = _without_bad_kinds(sheet, table)
    if table.is_empty():
        return []
    notes = unknown_words(table)
    with ThreadPoolExecutor(max_workers=2) as pool:  # most of it happens outside Python, on one core each
        ends = list(pool.map(lambda end: _read_end(sheet, table, end), ("source", "target")))
    for end, (value, lost) in zip(("source", "target"), ends, strict=True):
        if not lost.is_empty():
            _lose_ends(sheet, table, end, header[end], lost)
        table = table.with_columns(value.alias(end))
    missing = table.filter(pl.col("source").is_null() | pl.col("target").is_null())
    told = pl.concat([i["row"] for i in sheet.issues] or [pl.Series([], dtype=pl.Int32)])
    sheet.lose(missing["index"].filter(~sheet.rows(missing["index"]).is_in(told.implode())), "source", "missing_end")
    if not missing.is_empty():
        table = table.drop_nulls(["source", "target"])
    same = (pl.col("source_kind") == pl.col("target_kind")) & (pl.col("source") == pl.col("target"))
    selves = table.filter(same)["index"]
    sheet.lose(selves, "source", "self_link")
    table = _direct(table if selves.is_empty() else table.filter(~same))
    dates = sheet.dates("date") if "date" in header else pl.DataFrame()
    if dates.is_empty():
        table = table.with_columns(pl.lit(None, dtype=pl.Date).alias("date"))
    elif dates.height == cells.height:  # a date for every row, in their order
        table = table.with_columns(dates["date"].gather(table["index"]))
    else:
        table = table.join(dates, on="index", how="left", maintain_order="left")
    weight = pl.lit(1.0, dtype=pl.Float32)
    if "weight" in header:
        stated = cells[header["weight"]].gather(table["index"]).str.strip_chars()
        table = table.with_columns(stated.cast(pl.Float32, strict=False).alias("weight"))
        usable = (pl.col("weight").is_finite() & (pl.col("weight") > 0)).fill_null(False)
        bad = table.filter(~usable & (stated.fill_null("") != ""))
        sheet.lose(bad["index"], "weight", "invalid", whole=False)
        weight = pl.when(usable).then(pl.col("weight")).otherwise(1.0)
    sheet.links.append(
        table.with_columns(
            pl.col("source_kind", "target_kind", "relation").cast(pl.String),
            pl.lit(sheet.raw.file).alias("file"),
            sheet.rows(table["index"]).alias("row"),
            weight.alias("weight"),
        ).select(list(LINK_COLUMNS))
    )
    sheet.mark_used(table["index"])
    return notes


def _without_bad_kinds(sheet: Sheet, table: pl.DataFrame) -> pl.DataFrame:
    """``table`` without the rows whose kinds cannot name a node: empty, or with a colon (``kind:key`` is a node)."""
    for end in ("source_kind", "target_kind"):
        bad = [k for k in table[end].unique() if not k or ":" in k]
        if bad:
            text = pl.col(end).cast(pl.String)
            wrong = text.is_in(bad, nulls_equal=True)
            blank = text.fill_null("") == ""
            sheet.lose(table.filter(wrong & blank)["index"], end, "missing_end")
            sheet.lose(table.filter(wrong & ~blank)["index"], end, "invalid")
            table = table.filter(~wrong)
    return table


def _read_end(sheet: Sheet, table: pl.DataFrame, end: str) -> tuple[pl.Series, pl.DataFrame]:
    """One end normalised by its kind's rule, null where it cannot link; and the rows that :func:`_lose_ends` tells."""
    kinds = table[f"{end}_kind"]
    present = kinds.unique().to_list()
    value_of = extend(vocabulary(), present, []).kinds
    rule_of = {kind: value_of[kind].value for kind in present}
    places, values, lost = [], [], []
    rules = sorted(set(rule_of.values()))
    number = [rules.index(rule_of[kind]) if kind in rule_of else 0 for kind in enumerated(kinds)]
    applied = np.array(number, dtype=np.uint8)[kinds.to_physical().to_numpy()]
    for this, rule in enumerate(rules):
        at = pl.Series(np.flatnonzero(applied == this).astype(np.uint32))
        cells = (table[end] if len(rules) == 1 else table[end].gather(at)).rename("cell")
        distinct = cells.unique(maintain_order=True)
        found = _normalised(sheet, rule, distinct)
        rows = distinct.to_frame().with_row_index("code")
        code = cells.to_frame().join(rows, on="cell", how="left", nulls_equal=True, maintain_order="left")["code"]
        places.append(at)
        values.append(found["_value"].gather(code))
        gone = found.select((pl.col("_value").is_null() & (pl.col("_quality") != "empty")).alias("gone"))["gone"]
        if gone.any():
            here = gone.gather(code)
            lost.append(
                found[code.filter(here)].with_columns(
                    table["index"].gather(at.filter(here)),
                    kinds.gather(at.filter(here)).cast(pl.String).alias("_kind"),
                )
            )
    # the rules' rows are put back in the table's order, each row being in exactly one of them
    value = pl.concat(values)
    if len(values) > 1:
        order = np.empty(table.height, dtype=np.uint32)
        order[pl.concat(places).to_numpy()] = np.arange(table.height, dtype=np.uint32)
        value = value.gather(order)
    return value, pl.concat(lost) if lost else pl.DataFrame()


def _normalised(sheet: Sheet, rule: str, cells: pl.Series) -> pl.DataFrame:
    """What a rule makes of distinct cells, one row each: ``_value`` (null where it cannot link) and why."""
    values = normalise_column(rule, cells, options=sheet.options)
    if values.height > len(cells):
        values = values.unique("index", keep="first", maintain_order=True)
    values = values.with_columns((linkable() & ~pl.col("kind").is_in(_PUBLIC)).alias("_ok"))
    if rule == "text":
        values = _with_short_keys(values, cells)
    return values.select(
        pl.when("_ok").then(pl.col("value")).alias("_value"),
        pl.col("quality").alias("_quality"),
        pl.col("kind").is_in(_PUBLIC).alias("_public"),
        pl.col("value").alias("_found"),
        pl.col("extra").alias("_extra"),
        pl.col("kind").alias("_told"),
        cells.alias("_raw"),
    )


def _lose_ends(sheet: Sheet, table: pl.DataFrame, end: str, header: str, lost: pl.DataFrame) -> None:
    """Tell the ends that cannot link: ``index``, ``_kind`` and the columns of :func:`_normalised`."""
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
    key = _number_of_words(table)
    pairs = table.select("source_kind", "target_kind", "relation", key.alias("_pair")).unique("_pair")
    records = []
    for source, target, relation, number in pairs.iter_rows():
        default, swap = words.relation_between(source, target)
        code = relation or default
        if relation in words.relations:
            ends = words.relations[relation].ends
            swap = (source, target) not in ends and (target, source) in ends
        elif relation:
            swap = False
        records.append((number, code, swap))
    rules = pl.DataFrame(records, schema={"_pair": pl.UInt64, "relation": pl.String, "_swap": pl.Boolean}, orient="row")
    table = table.drop("relation").with_columns(key.alias("_pair"))
    table = table.join(rules, on="_pair", how="left", maintain_order="left")
    if rules["_swap"].any():
        turned = pl.col("_swap")
        table = table.with_columns(
            pl.when(turned).then("target").otherwise("source").alias("source"),
            pl.when(turned).then("source").otherwise("target").alias("target"),
            pl.when(turned).then("target_kind").otherwise("source_kind").alias("source_kind"),
            pl.when(turned).then("source_kind").otherwise("target_kind").alias("target_kind"),
        )
    return table.drop("_pair", "_swap")


def _number_of_words(table: pl.DataFrame) -> pl.Series:
    """A number (UInt64) for the two kinds and the relation of each row, the same for the same three words."""
    kinds, relations = (len(enumerated(table[c])) for c in ("source_kind", "relation"))
    source, target, relation = (
        table[c].to_physical().cast(pl.UInt64) for c in ("source_kind", "target_kind", "relation")
    )
    pair = source * kinds + target
    if kinds * kinds * (relations + 1) >= _MOST_NUMBERS:  # a wrong column may hold a million words
        pair = pair.rank("dense").cast(pl.UInt64)
    return pair * (relations + 1) + relation.fill_null(relations)
