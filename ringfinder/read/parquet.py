"""Parquet to a grid of text cells."""

from __future__ import annotations

from typing import Any

import polars as pl

from ringfinder.errors import DataError, first_line
from ringfinder.read import source
from ringfinder.read.types import Grid

__all__ = ["parse"]

#: Bytes that a value takes once decoded, by physical type (text: its place and length alone).
_WIDTHS = {"INT32": 4, "INT64": 8, "INT96": 12, "FLOAT": 4, "DOUBLE": 8, "BYTE_ARRAY": 4, "BOOLEAN": 1}


def parse(data: bytes, name: str) -> Grid:
    """The grid of a Parquet file; the header counts as row 1.

    Raises
    ------
    DataError
        If the file is damaged, has no column, unpacks to too much, or a column cannot be written as text.
    """
    import pyarrow as pa  # type: ignore[import-untyped]  # polars' own reader panics on damaged files
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    try:
        file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=_repeating(pq.ParquetFile(pa.BufferReader(data))))
        _guard(_least(file.metadata), name)
        table = file.read()
        table.validate(full=True)
        _guard(sum(map(_decoded, table.columns)), name)
        frame = pl.DataFrame(dict(zip(map(str, range(table.num_columns)), map(_unfolded, table.columns), strict=True)))
        text = pl.DataFrame([_text(column) for column in frame])
        names: list[str] = table.column_names
    except (KeyboardInterrupt, SystemExit, MemoryError, DataError):
        raise
    except BaseException as error:  # the engine's panics are not Exceptions
        raise DataError(
            f"the Parquet file is damaged or of an unknown kind ({first_line(error)})",
            where=name,
            expected="a whole Parquet file",
            do="Export or copy it again",
        ) from error
    if not frame.width:
        raise source.empty(name)
    rows = pl.Series("row", range(2, frame.height + 2), dtype=pl.Int32)
    return Grid(names, 1, frame.height + 1, text, rows, [], [])


def _guard(size: int, name: str) -> None:
    if size > source.MAX_BYTES:
        raise source.too_large(name)


def _repeating(file: Any) -> list[str]:
    """The columns of text that a small dictionary might blow up; they are read without unfolding it."""
    columns = (file.schema.column(i) for i in range(len(file.schema)))
    return [c.path for c in columns if c.physical_type == "BYTE_ARRAY" and c.max_repetition_level == 0]


def _least(metadata: Any) -> int:
    """The least number of bytes that the columns of all row groups hold, by the file's own statement."""
    total = 0
    for group in (metadata.row_group(i) for i in range(metadata.num_row_groups)):
        for column in (group.column(i) for i in range(group.num_columns)):
            total += max(column.total_uncompressed_size, column.num_values * _WIDTHS.get(column.physical_type, 0))
    return total


def _decoded(column: Any) -> int:
    """The number of bytes of a column once its dictionaries are unfolded."""
    import pyarrow as pa
    import pyarrow.compute as pc  # type: ignore[import-untyped]

    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = (pc.sum(pc.binary_length(c.dictionary).take(c.indices)).as_py() or 0 for c in column.chunks)
    return sum(lengths) + 16 * len(column)


def _unfolded(column: Any) -> Any:
    import pyarrow as pa

    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


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
