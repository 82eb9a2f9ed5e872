"""Parquet to a grid of text cells."""

from __future__ import annotations

import polars as pl

from ringfinder.errors import DataError
from ringfinder.read.source import first_line
from ringfinder.read.types import Grid

__all__ = ["parse"]


def parse(data: bytes, name: str) -> Grid:
    """The grid of a Parquet file; the header counts as row 1.

    Raises
    ------
    DataError
        If the file is damaged, has no column, or a column cannot be written as text.
    """
    import pyarrow as pa  # type: ignore[import-untyped]  # polars' own reader panics on damaged files
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        table = pq.read_table(pa.BufferReader(data))
        table.validate(full=True)
        frame = pl.DataFrame(dict(zip(map(str, range(table.num_columns)), table.columns, strict=True)))
        text = pl.DataFrame([_text(column) for column in frame])
        names: list[str] = table.column_names
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the engine's panics are not Exceptions
        raise DataError(
            f"the Parquet file is damaged or of an unknown kind ({first_line(error)})",
            where=name,
            expected="a whole Parquet file",
            do="Export or copy it again",
        ) from error
    if not frame.width:
        raise DataError("the file is empty", where=name, expected="columns and rows", do="Export it again")
    rows = pl.Series("row", range(2, frame.height + 2), dtype=pl.Int32)
    return Grid(names, 1, frame.height + 1, text, rows, [], [])


def _text(column: pl.Series) -> pl.Series:
    """A column as text: dates in ISO form, whole numbers without a fraction, nested values as in Python."""
    kind = column.dtype
    if kind.is_float():
        whole = column.is_finite() & (column == column.floor()) & (column.abs() < 2.0**63)
        digits = column.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
        return digits.fill_null(column.cast(pl.String)) if digits.null_count() else digits
    if isinstance(kind, pl.Datetime):
        text = column.dt.to_string("iso:strict") if kind.time_zone else column.cast(pl.String)
        return text.str.replace(r"\.0+\b", "").str.replace(r"[T ]00:00:00$", "")
    if kind.is_nested() or kind == pl.Object:
        return pl.Series(column.name, [None if v is None else str(v) for v in column.to_list()], dtype=pl.String)
    if kind == pl.Binary:
        values = [None if v is None else v.decode("utf-8", "backslashreplace") for v in column.to_list()]
        return pl.Series(column.name, values, dtype=pl.String)
    return column.cast(pl.String)
