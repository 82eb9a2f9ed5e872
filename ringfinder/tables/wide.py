"""Wide tables: one row a customer, with columns of many table types (``客户号, 手机号, 投诉来电号码, 收款账号``).

A table has one type, which gives no meaning to columns that belong to another. Where every customer has one row, these
columns are known by their headers all the same: those of one type become a narrow table beside the main one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from ringfinder.tables.long import NarrowTable
from ringfinder.tables.long_words import WordMeaning, word_meaning
from ringfinder.tables.mapping import ColumnMapping, TableMapping, TableOverride
from ringfinder.tables.recognise import recognise
from ringfinder.tables.synonyms import table_types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["wide_parts"]

#: Types whose rows enter the graph by their debtor alone, so that a row that a narrow table uses is used there, too.
_MAIN = ("customers", "collection_cases", "complaints", "powers_of_attorney")
_CUSTOMERS = ("customers", "collection_cases")
#: Fields that make a row an event and no customer.
_EVENT = frozenset(
    (
        *("complaint_id", "complaint_date", "text", "poa_id", "poa_signed_on", "tracking_no", "posted_on", "paid_on"),
        *("amount", "memo", "start", "seconds", "submitted_on", "doc_no", "doc_type", "changed_on", "from_phone"),
    )
)
#: Fields of other types that a column beside the customer can give.
_BESIDE = frozenset(
    (
        *("mobile", "phone_on_record", "home_phone", "work_phone", "home_address", "employer", "caller_phone"),
        *("agent_name", "agent_phone", "agent_org", "payee_account", "sender_phone", "sender_address"),
        *("device", "issuer", "new_phone"),
    )
)
#: Fewer such columns are an accident of naming.
_LEAST = 2
#: Share of the rows that have a customer of their own.
_ONE_EACH = 0.95
_WHO = ("customer_id", "id_number")


def wide_parts(
    mapping: TableMapping, cells: pl.DataFrame, rows: pl.Series, samples: Mapping[str, Sequence[str]]
) -> tuple[TableMapping, tuple[NarrowTable, ...]] | None:
    """The main table's mapping and the narrow tables beside it; None if the table is not wide.

    Parameters
    ----------
    mapping : TableMapping
        What the table was recognised as.
    cells, rows : pl.DataFrame, pl.Series
        As in :func:`ringfinder.tables.long_parts`.
    samples : Mapping[str, Sequence[str]]
        Values by header, as :func:`ringfinder.tables.recognise` takes them.

    Returns
    -------
    tuple | None
        The narrow tables have only rows with a value, and ``mapping.beside`` is true: the main table counts the rows.
    """
    if mapping.table in ("unknown", "links") or cells.is_empty():
        return None
    main, found = mapping, _beside(mapping)
    if len(found) < _LEAST:
        return None
    if mapping.table not in _CUSTOMERS and not _settled(mapping):
        main = recognise(cells.columns, mapping.file, samples, TableOverride(type="customers"))
        main, found = replace(main, reason="one row a customer"), _beside(main)
    role = next((role for role in _WHO if main.headers_of(role)), None)
    if main.table not in _MAIN or role is None:
        return None
    who = main.headers_of(role)[0]
    if cells[who].drop_nulls().n_unique() < _ONE_EACH * cells.height:
        return None
    parts = []
    for table in dict.fromkeys(meaning.table for meaning in found.values()):
        mine = {header: meaning for header, meaning in found.items() if meaning.table == table}
        filled = cells.select(pl.any_horizontal(pl.col(list(mine)).is_not_null())).to_series()
        columns = [ColumnMapping(h, m.field, f"{m.reason}; a column of {table}") for h, m in mine.items()]
        narrow = TableMapping(
            mapping.file,
            table,
            (ColumnMapping(who, role, "the customer"), *columns),
            "columns of another type",
            beside=True,
        )
        parts.append(NarrowTable(cells.select(who, *mine).filter(filled), rows.filter(filled), narrow))
    kept = tuple(column for column in main.columns if column.header not in found)
    return replace(main, columns=kept), tuple(parts)


def _settled(mapping: TableMapping) -> bool:
    """Whether the rows are events, or the user said what they are."""
    return bool(_EVENT & set(mapping.fields)) or any(c.reason.startswith("set in") for c in mapping.columns)


def _beside(main: TableMapping) -> dict[str, WordMeaning]:
    """Header -> meaning of the columns that the main table does not know, where it is sure in another type."""
    kind = table_types()[main.table]
    found = {}
    for header in [c.header for c in main.columns if c.field is None and c.reason.startswith("no field")]:
        meaning = word_meaning(header)
        if kind.meaning(header).mode == "unknown" and meaning.table and meaning.field in _BESIDE:
            found[header] = meaning
    return found
