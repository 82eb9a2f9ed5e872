"""The words of a generic link table: kinds and relations as codes of the vocabulary.

They are few words for all rows, so each is read once, and the rows hold its number only (polars' Enum).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from ringfinder.link.sheet import Sheet
from ringfinder.vocabulary import vocabulary

__all__ = ["enumerated", "kind_columns", "relation_column", "unknown_words"]

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
#: Most unknown words that a note names: a wrong column may hold a million.
_MOST_NAMED = 10


def kind_columns(sheet: Sheet, header: Mapping[str, str], own: Mapping[str, str]) -> list[pl.Series]:
    """``source_kind`` and ``target_kind`` of each row as enumerations of one type; ``own`` maps words of the user's."""
    ends = ("source_kind", "target_kind")
    return _enumerations(*(_words(sheet, header, end, own, _KIND_SYNONYMS) for end in ends))


def relation_column(sheet: Sheet, header: Mapping[str, str], own: Mapping[str, str]) -> pl.Series:
    """``relation`` of each row as an enumeration, null where the table says none."""
    return _enumerations(_words(sheet, header, "relation", own, _RELATION_SYNONYMS))[0]


def _words(
    sheet: Sheet, header: Mapping[str, str], field: str, own: Mapping[str, str], shipped: Mapping[str, str]
) -> tuple[pl.Series, pl.Series]:
    """The words of a column of kinds or relations as codes, and each row's place among them (UInt32).

    A word may stand there several times, since several spellings mean one code.
    """
    if field in header:
        found = sheet.raw.cells.select(pl.col(header[field]).alias(field))
        spelled = found.unique()
        rows = spelled.with_row_index("place")
        place = found.join(rows, on=field, how="left", nulls_equal=True, maintain_order="left")["place"]
    else:
        spelled = pl.DataFrame({field: [sheet.mapping.constant(field)]}, schema={field: pl.String})
        place = pl.Series(np.zeros(sheet.height, dtype=np.uint32))
    return spelled.select(_mapped(field, own, shipped)).to_series(), place


def _enumerations(*columns: tuple[pl.Series, pl.Series]) -> list[pl.Series]:
    """Columns of :func:`_words` as enumerations of one type, so that they can be compared."""
    every = pl.concat([words.alias("") for words, _ in columns]).drop_nulls().unique().sort()
    return [words.cast(pl.Enum(every)).gather(place) for words, place in columns]


def enumerated(column: pl.Series) -> pl.Series:
    """The words that an enumeration may hold, by their numbers; none for a column of another type."""
    return column.dtype.categories if isinstance(column.dtype, pl.Enum) else pl.Series(dtype=pl.String)


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


def unknown_words(table: pl.DataFrame) -> list[str]:
    """Notes about kinds and relations that the vocabulary does not know."""
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
