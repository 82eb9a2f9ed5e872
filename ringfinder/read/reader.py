"""Reading a file or many: the format by its content, the cells by the parser that suits it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ringfinder.errors import DataError, first_line
from ringfinder.issues import issue, issue_table
from ringfinder.read import delimited, ole, parquet, spreadsheet
from ringfinder.read.archive import Member, members, open_archive
from ringfinder.read.decode import decode
from ringfinder.read.inputs import display_names, find_inputs
from ringfinder.read.shape import assemble
from ringfinder.read.source import Source, load, unpack
from ringfinder.read.types import RawTable, ReadOptions

__all__ = ["read_table", "read_tables"]

_CONTENT_TYPES = "[Content_Types].xml"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


class _Part(NamedTuple):
    """A file, or a member of an archive: display name, ending and content."""

    name: str
    suffix: str
    source: Source


def read_table(path: str | Path, options: ReadOptions | None = None) -> tuple[RawTable, ...]:
    """The tables of one file (``-``: of standard input), in their order there.

    A file holds one table, or several one below the other; a workbook those of each sheet that holds anything; a ZIP
    archive those of each member.

    Raises
    ------
    ConfigError
        If the named encoding or delimiter cannot be.
    DataError
        If the file is missing, empty, damaged, not a table, or in no known encoding.
    """
    file = Path(path)
    options = options or ReadOptions()
    name = display_names([file])[0] or str(file)
    return tuple(table for part in _parts(file, name) for table in _tables(part(), options))


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
        for found in _each(_parts(file, name), options):
            if not isinstance(found, DataError):
                tables += found
            elif not options.keep_going:
                raise found
            else:
                errors.append(found)
                if on_skip is not None:
                    on_skip(found)
    if not tables:
        raise errors[0]
    return tuple(sorted(tables, key=lambda t: t.file.split("#", 1)[0]))


def _each(parts: Iterator[Callable[[], _Part]], options: ReadOptions) -> Iterator[tuple[RawTable, ...] | DataError]:
    """The tables of each part of a file, or why it cannot be read."""
    try:
        for part in parts:
            try:
                yield _tables(part(), options)
            except DataError as error:
                yield error
    except DataError as error:
        yield error


def _parts(path: Path, name: str) -> Iterator[Callable[[], _Part]]:
    """What a file holds, one by one: itself, or the members of an archive. Each call may raise its own error."""
    source = load(path, name)
    if not source.data.startswith(_ZIP) or path.suffix.lower() == ".xlsx":
        yield lambda: _Part(name, path.suffix.lower(), source)
        return
    archive = open_archive(source.data, name)
    if _CONTENT_TYPES in archive.namelist():
        yield lambda: _Part(name, ".xlsx", source)
        return

    def unpacked(member: Member) -> _Part:
        data = unpack(member.load(), member.name)
        return _Part(member.name, member.suffix, Source(data, source.sha256, source.size))

    for member in members(archive, name):
        yield partial(unpacked, member)


def _tables(part: _Part, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables of one part; nothing is said of a missing header where the configuration names the columns."""
    tables = _read(part, options)
    if not options.named:
        return tables
    return tuple(
        dataclasses.replace(t, issues=t.issues.filter(pl.col("reason") != "no_header"))
        if any(entry.matches(t.file) for entry in options.named)
        else t
        for t in tables
    )


def _read(part: _Part, options: ReadOptions) -> tuple[RawTable, ...]:
    name, suffix, source = part
    data, options = source.data, options.of(name)
    if data.startswith(b"PAR1"):
        return (assemble(parquet.parse(data, name), name, source, "", ""),)
    if data.startswith(ole.MAGIC) or suffix == ".xlsx" or (data.startswith(_ZIP) and _is_workbook(data, name)):
        return _workbook(source, name)
    if suffix == ".parquet":
        parquet.parse(data, name)  # names what is wrong
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
        grids, delimiter = delimited.parse(text.text, options.delimiter, name, options.quote)
        names = [name if i == 1 else f"{name}#{i}" for i in range(1, len(grids) + 1)]
        return tuple(
            assemble(grid, shown, source, text.encoding, delimiter, text.mark, text.strays)
            for shown, grid in zip(names, grids, strict=True)
        )
    except (pl.exceptions.PolarsError, UnicodeError) as error:
        raise DataError(
            f"the table cannot be read ({first_line(error)})",
            where=name,
            expected="delimited text",
            do="Check --encoding and --delimiter, or export it again",
        ) from error


def _is_workbook(data: bytes, name: str) -> bool:
    """Whether the bytes, which begin like a ZIP archive, are a workbook; an archive in an archive is refused."""
    archive = open_archive(data, name)
    if _CONTENT_TYPES in archive.namelist():
        return True
    raise DataError(
        "this is an archive in an archive",
        where=name,
        expected="tables that are packed once",
        do="Unpack it and name the files one by one",
    )


def _workbook(source: Source, name: str) -> tuple[RawTable, ...]:
    grids, empty = spreadsheet.parse(source.data, name)
    tables = [assemble(grid, f"{name}#{title}", source, "", "") for title, grid in grids]
    if empty:
        notes = issue_table([issue(f"{name}#{title}", 0, "", "", "no_rows", lost=False) for title in empty])
        tables[0] = dataclasses.replace(tables[0], issues=pl.concat([tables[0].issues, notes]))
    return tuple(tables)
