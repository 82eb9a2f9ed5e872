"""Reading a file or many: the format by its content, the cells by the parser that suits it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl

from ringfinder.errors import DataError
from ringfinder.issues import issue, issue_table
from ringfinder.read import delimited, parquet, spreadsheet
from ringfinder.read.decode import decode
from ringfinder.read.inputs import display_names, find_inputs
from ringfinder.read.shape import assemble
from ringfinder.read.source import Source, first_line, load
from ringfinder.read.types import RawTable, ReadOptions

__all__ = ["read_table", "read_tables"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_table(path: str | Path, options: ReadOptions | None = None) -> tuple[RawTable, ...]:
    """The tables of one file: one, or one for each sheet of a workbook that holds anything.

    Raises
    ------
    ConfigError
        If the named encoding or delimiter cannot be.
    DataError
        If the file is missing, empty, damaged, not a table, or in no known encoding.
    """
    file = Path(path)
    return _read(file, file.name or str(file), options or ReadOptions())


def read_tables(
    paths: Iterable[str | Path],
    options: ReadOptions | None = None,
    on_skip: Callable[[DataError], None] | None = None,
) -> tuple[RawTable, ...]:
    """The tables of all files and folders, sorted by display name, whatever the order of ``paths``.

    With ``options.keep_going`` a file that cannot be read is left out, and its error goes to ``on_skip``.

    Raises
    ------
    ConfigError
        If no path is given, or the named encoding or delimiter cannot be.
    DataError
        If a path is missing; if a file cannot be read (with ``keep_going``: if none can).
    """
    options = options or ReadOptions()
    files = find_inputs(paths)
    tables: list[RawTable] = []
    errors: list[DataError] = []
    for name, file in sorted(zip(display_names(files), files, strict=True)):
        try:
            tables += _read(file, name, options)
        except DataError as error:
            if not options.keep_going:
                raise
            errors.append(error)
            if on_skip is not None:
                on_skip(error)
    if not tables:
        raise errors[0]
    return tuple(sorted(tables, key=lambda t: t.file.split("#", 1)[0]))


def _read(path: Path, name: str, options: ReadOptions) -> tuple[RawTable, ...]:
    source = load(path, name)
    data = source.data
    if data.startswith(b"PAR1"):
        return (assemble(parquet.parse(data, name), name, source, "", ""),)
    if data.startswith(_OLE) or (data.startswith(b"PK") and b"[Content_Types].xml" in data):
        return _workbook(source, name)
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        parquet.parse(data, name)  # names what is wrong
    if suffix == ".xlsx":
        return _workbook(source, name)
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise DataError(
            "this is a web page, not a workbook or a text table",
            where=name,
            expected="CSV, a workbook or Parquet",
            do="Open it in a spreadsheet program and save it as .xlsx or CSV",
        )
    text = decode(data, name, options.encoding)
    try:
        grid, delimiter = delimited.parse(text.text, options.delimiter, name)
        return (assemble(grid, name, source, text.encoding, delimiter, text.mark),)
    except (pl.exceptions.PolarsError, UnicodeError) as error:
        raise DataError(
            f"the table cannot be read ({first_line(error)})",
            where=name,
            expected="delimited text",
            do="Check --encoding and --delimiter, or export it again",
        ) from error


def _workbook(source: Source, name: str) -> tuple[RawTable, ...]:
    grids, empty = spreadsheet.parse(source.data, name)
    tables = [assemble(grid, f"{name}#{title}", source, "", "") for title, grid in grids]
    if empty:
        notes = issue_table([issue(f"{name}#{title}", 0, "", "", "no_rows", lost=False) for title in empty])
        tables[0] = dataclasses.replace(tables[0], issues=pl.concat([tables[0].issues, notes]))
    return tuple(tables)
