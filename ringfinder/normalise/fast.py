"""Vectorised paths for clean cells: exactly what the scalar functions give, for the rows they are sure of.

A path takes a frame with ``index`` and ``cell`` and returns only those rows, with :data:`COLUMNS`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ringfinder.normalise.cells import NULL_WORDS
from ringfinder.normalise.date import FIRST_YEAR, LAST_YEAR, PLACEHOLDER_DATES
from ringfinder.normalise.mojibake import MISREAD
from ringfinder.normalise.phone_plans import ALLOCATED, DATA_SIM, PLACEHOLDERS, RESALE, SAMPLES

if TYPE_CHECKING:
    from ringfinder.normalise.values import Options

__all__ = [
    "COLUMNS",
    "fast_account",
    "fast_address",
    "fast_date",
    "fast_organisation",
    "fast_phone",
    "fast_text",
]

#: What a path returns beside ``index``.
COLUMNS = ("value", "kind", "quality", "issues", "extra")

_CELL = pl.col("cell")

# Rust's regular expressions have no back-references, so the repeated tails are listed.
_PAIRS = [f"{n:02}" * 4 for n in range(100)]
_TRIPLES = [f"{n:03}" * 3 for n in range(1000)]
_RUNS = "01234567|12345678|23456789|98765432|87654321|76543210"


def _literals(kind: str, quality: str = "valid") -> list[pl.Expr]:
    return [
        pl.lit(kind).alias("kind"),
        pl.lit(quality).alias("quality"),
        pl.lit("").alias("issues"),
        pl.lit("").alias("extra"),
    ]


def fast_phone(rows: pl.DataFrame, options: Options) -> pl.DataFrame:
    """A Chinese mobile number that looks like no placeholder: plain, grouped 3-4-4, or behind ``+86``."""
    if options.country != "CN":
        rows = rows.clear()
    shape = r"^(?:\+86[ -]?)?1[3-9][0-9](?:[0-9]{8}|[ -][0-9]{4}[ -][0-9]{4})$"
    rows = rows.filter(_CELL.str.contains(shape))
    # Most columns hold plain digits only: those need no rewriting.
    if rows["cell"].str.len_bytes().max() != 11:
        rows = rows.with_columns(cell=_CELL.str.replace_all("[ -]", "").str.slice(-11))
    prefix = _CELL.str.slice(0, 3)
    sure = (
        # 174 is allocated in part only; the scalar function knows.
        (prefix != "174")
        & ~_CELL.is_in(list(PLACEHOLDERS))
        & ~_CELL.str.slice(3).is_in(_PAIRS)
        & ~_CELL.str.slice(2).is_in(_TRIPLES)
        & ~_CELL.str.contains(_RUNS)
    )
    clean = rows.filter(sure)
    known, data_sim, resale = (prefix.is_in(list(s)) for s in (ALLOCATED, DATA_SIM, RESALE))
    return clean.select(
        "index",
        (pl.lit("+86") + _CELL).alias("value"),
        pl.when(data_sim).then(pl.lit("data_sim")).otherwise(pl.lit("mobile")).alias("kind"),
        pl.when(known).then(pl.lit("valid")).otherwise(pl.lit("plausible")).alias("quality"),
        pl.when(~known)
        .then(pl.lit("unallocated_prefix"))
        .when(data_sim)
        .then(pl.lit("data_sim"))
        .when(resale)
        .then(pl.lit("resale_operator"))
        .otherwise(pl.lit(""))
        .alias("issues"),
        pl.lit("").alias("extra"),
    )


#: Letters (at least two, no x, which masks) and a number: nothing in it is damage, a mask or a null word.
_OPAQUE = r"^[A-WYZa-wyz]{2,}[-_]?[0-9]+$"


def fast_text(rows: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Printable ASCII and common Chinese characters without surrounding space, mask or spreadsheet damage."""
    word = r"!$%&(),./0-9:;<>@A-Z\[\\\]^_`a-z{|}~\u{4e00}-\u{9fff}-"
    clean = _CELL.str.contains(rf"^[{word}](?:[ {word}]*[{word}])?$")
    doubtful = (
        _CELL.str.contains(rf"[xX]{{2}}|^[0-9]{{15}}0{{3,}}$|{MISREAD}")
        | _CELL.is_in(list(SAMPLES))
        | _CELL.str.to_lowercase().is_in(list(NULL_WORDS))
    )
    return rows.filter(clean).filter(~doubtful).select("index", _CELL.alias("value"), *_literals("text"))


def fast_date(rows: pl.DataFrame, options: Options) -> pl.DataFrame:
    """``YYYY-MM-DD`` and ``YYYY/M/D`` with or without ``HH:MM:SS``, and ``YYYYMMDD``."""
    shape = r"^[0-9]{4}(?:-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2})"
    time = r"(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?$"
    clean = rows.filter(_CELL.str.contains(f"{shape}{time}|^[0-9]{{8}}$"))
    compact = _CELL.str.contains("^[0-9]{8}$")
    dashed = pl.concat_str(_CELL.str.slice(0, 4), _CELL.str.slice(4, 2), _CELL.str.slice(6, 2), separator="-")
    written = _CELL.str.extract("^([0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})", 1).str.replace_all("/", "-", literal=True)
    day = pl.when(compact).then(dashed).otherwise(written).str.to_date("%Y-%m-%d", strict=False)
    clock = pl.when(_CELL.str.contains(":", literal=True)).then(_CELL.str.slice(-8)).otherwise(pl.lit(""))
    defaults = [date(*d) for d in PLACEHOLDER_DATES if min(d) > 0]
    return (
        clean.select("index", day.alias("day"), clock.alias("clock"))
        .filter(pl.col("day").dt.year().is_between(FIRST_YEAR, LAST_YEAR) & ~pl.col("day").is_in(defaults))
        .select(
            "index",
            pl.col("day").dt.to_string("%Y-%m-%d").alias("value"),
            *_literals("date")[:3],
            # Midnight is how exports write "no time".
            pl.when(pl.col("clock") == "00:00:00").then(pl.lit("")).otherwise(pl.col("clock")).alias("extra"),
        )
    )


def fast_address(rows: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Chinese characters, digits and Latin letters with nothing to unify."""
    clean = _CELL.str.contains(r"^[0-9A-Za-z\u{4e00}-\u{9fff}]+$") & _CELL.str.contains(r"[\u{4e00}-\u{9fff}]")
    doubtful = (
        _CELL.str.contains(MISREAD)
        | _CELL.str.contains(
            r"[幢座房楼某xX]|[0-9][oOlI]|[oOlI][0-9]|[零〇一二三四五六七八九十百两](?:号|弄|栋|单元|室|层|组|巷)"
        )
        # A town at most, or a placeholder word: short, or ending like a place name.
        | _CELL.str.contains(r"[省市区县乡镇州盟旗]$")
        | (_CELL.str.len_chars() < 8)
    )
    # An address that was reduced to an opaque code: home-12.
    code = _CELL.str.contains(_OPAQUE)
    value = _CELL.str.to_lowercase().str.replace_all("[-_]", "")
    return rows.filter((clean & ~doubtful) | code).select("index", value.alias("value"), *_literals("address"))


def fast_account(rows: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Opaque codes such as ``payee-12``, which are no card numbers."""
    return rows.filter(_CELL.str.contains(_OPAQUE) & ~_CELL.str.contains(r"^[OoIl0-9-]+$")).select(
        "index", _CELL.alias("value"), *_literals("text")
    )


def fast_organisation(rows: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Names of Chinese characters, and opaque codes that do not have the length of a company code."""
    name = _CELL.str.contains(r"^[\u{4e00}-\u{9fff}]{6,}$") & ~_CELL.str.contains(f"[某同无空略未暂没不待测]|{MISREAD}")
    code = _CELL.str.contains(_OPAQUE) & ~_CELL.str.len_chars().is_in([9, 10, 18, 19])
    return rows.filter(name | code).select("index", _CELL.alias("value"), *_literals("text"))
