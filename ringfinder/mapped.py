"""Stage *map*: every table's type and the meaning of its columns; long and wide tables are taken apart before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import polars as pl

from ringfinder.config import Config
from ringfinder.read import RawTable
from ringfinder.tables import (
    NarrowTable,
    TableMapping,
    TableOverride,
    UnclearError,
    long_parts,
    recognise,
    wide_parts,
)

__all__ = ["map_tables", "narrow_tables"]


@dataclass(frozen=True, eq=False)
class _Narrow(RawTable):
    """A part of a long or wide table, whose mapping is known."""

    mapping: TableMapping | None = None


def narrow_tables(tables: Sequence[RawTable], config: Config) -> tuple[RawTable, ...]:
    """The tables; a long or wide one (:func:`ringfinder.tables.long_parts`, ``wide_parts``) as its parts."""
    found: list[RawTable] = []
    for raw in tables:
        override = next((o for o in config.tables if o.matches(raw.file)), None)
        facts = {f.name: getattr(raw, f.name) for f in fields(raw)}
        long = long_parts(raw.file, raw.cells, raw.rows, override)
        if long is not None:  # its first part has the rows that are in none
            facts["issues"], parts = pl.concat([raw.issues, long.issues]), long.tables
        else:
            main, parts = _wide(raw, override)
            found.append(_Narrow(**facts, mapping=main) if parts else raw)
            facts["issues"] = raw.issues.clear()
        for part in parts:
            found.append(_Narrow(**{**facts, "cells": part.cells, "rows": part.rows, "mapping": part.mapping}))
            facts["issues"] = raw.issues.clear()
    return tuple(found)


def _wide(raw: RawTable, override: TableOverride | None) -> tuple[TableMapping | None, tuple[NarrowTable, ...]]:
    try:
        mapping = recognise(raw.cells.columns, raw.file, _samples(raw), override)
        return wide_parts(mapping, raw.cells, raw.rows, _samples(raw)) or (None, ())
    except UnclearError:  # asked when the table is mapped
        return None, ()


def _samples(table: RawTable) -> dict[str, list[str]]:
    sample = table.cells.head(200)
    return {c: sample[c].drop_nulls().to_list() for c in sample.columns}


def map_tables(tables: Sequence[RawTable], config: Config) -> list[TableMapping]:
    """Recognise every table's type and columns, by the configuration where it says so."""
    mappings = []
    for table in tables:
        if isinstance(table, _Narrow) and table.mapping is not None:
            mappings.append(table.mapping)
            continue
        override = next((o for o in config.tables if o.matches(table.file)), None)
        mappings.append(recognise(table.cells.columns, table.file, _samples(table), override))
    return mappings
