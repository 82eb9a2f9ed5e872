"""Whole columns: the rules by name, and one function that applies a rule to a column.

A column is normalised once for each *distinct* cell. The common clean shapes of a rule take a vectorised path
(:mod:`ringfinder.normalise.fast`) that gives exactly what the scalar function gives; all other cells take the
scalar function.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ringfinder.errors import ConfigError
from ringfinder.normalise.address import normalise_address
from ringfinder.normalise.card import normalise_card, split_cards
from ringfinder.normalise.company_code import normalise_company_code, split_company_codes
from ringfinder.normalise.date import normalise_date
from ringfinder.normalise.employer import normalise_employer
from ringfinder.normalise.fast import (
    COLUMNS,
    fast_account,
    fast_address,
    fast_date,
    fast_organisation,
    fast_phone,
    fast_text,
)
from ringfinder.normalise.identifiers import normalise_account, normalise_organisation
from ringfinder.normalise.identity import normalise_identity, split_identities
from ringfinder.normalise.money import normalise_money
from ringfinder.normalise.name import normalise_name, split_names
from ringfinder.normalise.phone import normalise_phone, split_phones
from ringfinder.normalise.text import normalise_text
from ringfinder.normalise.third_party import normalise_own_phone, split_own_phones
from ringfinder.normalise.values import DEFAULTS, LINKING, Options, Value

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NORMALISERS", "Rule", "linkable", "normalise_cell", "normalise_column"]

_SCHEMA = {"index": pl.UInt32, **dict.fromkeys(COLUMNS, pl.String)}


@dataclass(frozen=True)
class Rule:
    """How one type of value is normalised.

    ``one`` reads a single value; ``split`` (if cells may list several) gives a cell's single values;
    ``fast`` reads the clean shapes of a column ``cell`` beside an index and leaves out doubtful ones.
    """

    one: Callable[[str, Options], Value]
    split: Callable[[str, Options], list[str]] | None = None
    fast: Callable[[pl.DataFrame, Options], pl.DataFrame] | None = None


#: Rule name -> rule.
NORMALISERS: dict[str, Rule] = {
    "phone": Rule(normalise_phone, split_phones, fast_phone),
    "own_phone": Rule(normalise_own_phone, split_own_phones, fast_phone),
    "identity": Rule(normalise_identity, split_identities),
    "company_code": Rule(normalise_company_code, split_company_codes),
    "card": Rule(normalise_card, split_cards),
    "account": Rule(normalise_account, fast=fast_account),
    "organisation": Rule(normalise_organisation, fast=fast_organisation),
    "date": Rule(normalise_date, fast=fast_date),
    "money": Rule(normalise_money),
    "name": Rule(normalise_name, split_names),
    "address": Rule(normalise_address, fast=fast_address),
    "employer": Rule(normalise_employer),
    "text": Rule(normalise_text, fast=fast_text),
}


def _rule(name: str) -> Rule:
    try:
        return NORMALISERS[name]
    except KeyError:
        raise ConfigError(f"no normalising rule {name!r}", expected=" or ".join(NORMALISERS)) from None


def normalise_cell(rule: str, text: str | None, options: Options = DEFAULTS) -> tuple[Value, ...]:
    """All values of one cell, in order and without repetitions; one ``empty`` value if it says nothing.

    Raises
    ------
    ConfigError
        If there is no rule of that name.
    """
    return _cell(_rule(rule), text or "", options)


def _cell(rule: Rule, text: str, options: Options) -> tuple[Value, ...]:
    if rule.split is None:
        return (rule.one(text, options),)
    values = tuple(dict.fromkeys(rule.one(part, options) for part in rule.split(text, options)))
    return tuple(v for v in values if v.quality != "empty") or values[:1]


def normalise_column(
    rule: str, cells: pl.Series, *, country: str | None = None, options: Options = DEFAULTS
) -> pl.DataFrame:
    """All values of a column.

    Parameters
    ----------
    rule : str
        A name of :data:`NORMALISERS`.
    cells : polars.Series
        The raw cells; what is no text is converted to text first.
    country : str, optional
        Overrides ``options.country``.
    options : Options
        The other settings.

    Returns
    -------
    polars.DataFrame
        Columns ``index`` (position in ``cells``), ``value``, ``kind``, ``quality``, ``issues`` (joined by
        ``;``) and ``extra``; every index at least once, sorted by index, values of a cell in their order.

    Raises
    ------
    ConfigError
        If there is no rule or no numbering plan of that name.
    """
    chosen = _rule(rule)
    if country is not None:
        options = replace(options, country=country)
    texts = cells.cast(pl.String).rename("cell")
    distinct = texts.unique(maintain_order=True)
    # Without repetitions the distinct cells are the rows themselves, and nothing needs joining.
    if distinct.len() == texts.len():
        return _distinct(chosen, texts, options)
    values = _distinct(chosen, distinct, options)
    codes = distinct.to_frame().with_row_index("code")
    rows = texts.to_frame().with_row_index("index")
    rows = rows.join(codes, on="cell", nulls_equal=True, maintain_order="left").select("index", "code")
    joined = rows.join(values.rename({"index": "code"}), on="code", maintain_order="left_right")
    return joined.select(_SCHEMA.keys())


def linkable() -> pl.Expr:
    """:attr:`Value.linkable` as an expression over a frame of :func:`normalise_column`."""
    return pl.col("quality").is_in(LINKING) & ~pl.col("issues").str.contains("not_linkable", literal=True)


def _distinct(rule: Rule, cells: pl.Series, options: Options) -> pl.DataFrame:
    """Every value of distinct cells, by position."""
    rows = cells.to_frame().with_row_index("index")
    if rule.fast is None:
        return _scalar(rule, rows, options)
    quick = rule.fast(rows, options).select(_SCHEMA.keys())
    if quick.height == rows.height:
        return quick
    left = np.ones(rows.height, dtype=np.bool_)
    left[quick["index"].to_numpy()] = False
    slow = _scalar(rule, rows.filter(left), options)
    # A stable sort of the positions alone, then one gather: cheaper than sorting six columns.
    both = pl.concat([quick, slow])
    return both[np.argsort(both["index"].to_numpy(), kind="stable")]


def _scalar(rule: Rule, rows: pl.DataFrame, options: Options) -> pl.DataFrame:
    columns: dict[str, list[object]] = {name: [] for name in _SCHEMA}
    appends = [columns[name].append for name in _SCHEMA]
    for index, text in zip(rows["index"].to_list(), rows["cell"].to_list(), strict=True):
        for value in _cell(rule, text or "", options):
            record = (index, value.value, value.kind, value.quality, ";".join(value.issues), value.extra)
            for append, item in zip(appends, record, strict=True):
                append(item)
    return pl.DataFrame(columns, schema=_SCHEMA)
