"""Why a row or a cell did not enter the graph: the closed list of reasons, and how issue tables are made.

An issue table has the columns of :data:`ringfinder.model.ISSUE_SCHEMA`. It is columnar because a damaged export can
have a million faulty rows.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from ringfinder.model import ISSUE_SCHEMA

__all__ = ["REASONS", "count_reasons", "issue", "issue_table"]

#: Reason code -> (what happened, what to do), for people.
REASONS: dict[str, tuple[str, str]] = {
    # whole files
    "no_rows": ("the file has a header and no rows", "export it again, or leave it out"),
    "no_header": (
        "the table has no header; its columns are called column 1, column 2 and so on",
        "name the type and columns in ringfinder.toml",
    ),
    "unknown_table": ("the file's headers fit no table type", "name the type and columns in ringfinder.toml"),
    # whole rows
    "unknown_type": (
        "the row of a long table is of a type that is not known",
        "name the field that the type means in ringfinder.toml, or nothing if it is no link",
    ),
    "type_left_out": (
        "the row of a long table is of a type that is left out on purpose (contacts, staff, notes, sensitive data)",
        "nothing to do",
    ),
    "blank_row": ("the row is empty", "nothing to do"),
    "ragged_row": (
        "the row has more or fewer cells than the header, or its own delimiter",
        "quote cells that hold the delimiter",
    ),
    "shifted_row": (
        "cells of the row stand in each other's columns; those that are out of place do not link",
        "correct the row at the source",
    ),
    "repeated_header": ("the header is repeated", "nothing to do"),
    "total_row": ("a total or a note, not a record", "nothing to do"),
    "missing_key": ("the row has no identifier to hang it on", "fill in the identifier column"),
    "missing_end": ("the link lacks a source or a target", "fill in both ends"),
    "duplicate_row": ("the row repeats an earlier one", "nothing to do"),
    "self_link": ("both ends of the link are the same", "nothing to do"),
    "unknown_customer": ("the row names a customer that no customer table lists", "export the customers too"),
    "shared_number": (
        "one customer number stands for several people",
        "run one lender at a time, or give its numbers a prefix",
    ),
    "no_link": ("no cell of the row gave a link or an attribute", "see the cells listed for this row"),
    "title_row": ("the row stands above the header", "nothing to do"),
    # single cells
    "empty": ("the cell says nothing", "nothing to do"),
    "invalid": ("the value breaks its rule", "correct it at the source"),
    "masked": ("the value is masked and cannot link", "export the full value, or accept the gap"),
    "damaged": (
        "a spreadsheet damaged the value",
        "export the column as text, straight from the system",
    ),
    "placeholder": ("the value is a placeholder", "nothing to do"),
    "ambiguous": ("the value can be read in two ways", "state the format in ringfinder.toml"),
    "not_linkable": ("the value is kept for display but is too weak to link", "nothing to do"),
    "third_party": (
        "words beside the number give it to a relative, a contact or an agent, so it is not the customer's own",
        "nothing to do; map a column of agents or callers as such",
    ),
    "benign_hub": ("the value is a public number or another harmless hub", "nothing to do"),
    "open_quote": ("the cell's quote never closes; it was read as text", "correct it at the source"),
    "stray_byte": (
        "a byte of the cell does not fit the file's encoding (line and byte offset are told)",
        "correct it at the source, or name the encoding with --encoding if it was recognised wrongly",
    ),
    "bad_byte": ("a byte does not fit the encoding, or is NUL", "name the encoding with --encoding"),
}


def issue(file: str, row: int, column: str, value: str, reason: str, *, lost: bool) -> dict[str, Any]:
    """One issue as a record for :func:`issue_table`.

    Raises
    ------
    KeyError
        If ``reason`` is not in :data:`REASONS`.
    """
    REASONS[reason]
    return {"file": file, "row": row, "column": column, "value": value, "reason": reason, "lost": lost}


def issue_table(records: list[dict[str, Any]]) -> pl.DataFrame:
    """An issue table from :func:`issue` records."""
    return pl.DataFrame(records, schema=ISSUE_SCHEMA)


def count_reasons(issues: pl.DataFrame) -> dict[str, int]:
    """Number of issues by reason, by code in alphabetical order."""
    table = issues.group_by("reason").len().sort("reason")
    return {str(reason): int(number) for reason, number in table.iter_rows()}
