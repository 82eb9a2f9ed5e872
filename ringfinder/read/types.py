"""What reading takes and gives: the options and the raw table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

import polars as pl

from ringfinder.read.decode import named_encoding
from ringfinder.read.dialect import named_delimiter
from ringfinder.read.inputs import fits_file

__all__ = ["FileOptions", "Grid", "Named", "RawTable", "ReadOptions"]


@dataclass(frozen=True)
class FileOptions:
    """Encoding and delimiter of the files that fit a name or pattern; None where they are not named."""

    file: str
    encoding: str | None = None
    delimiter: str | None = None


class Named(Protocol):
    """An entry of the configuration that names the columns of some tables."""

    def matches(self, file: str) -> bool:
        """Whether it is about the table of this display name."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read: encoding and delimiter when the user names them, and whether to go on without a bad file.

    A named encoding is also the consent to replace the bytes that do not fit it (reported as ``bad_byte``).
    ``quote`` is ``'"'`` or ``"'"``: what stands around a cell that holds the delimiter; None lets it be recognised.
    ``files`` says more about some files, the most specific pattern first, and wins; ``[[tables]]`` entries give it.
    ``named`` are the entries that name columns: that a table of theirs has no header is no news.
    """

    encoding: str | None = None
    delimiter: str | None = None
    keep_going: bool = False
    quote: str | None = None
    files: tuple[FileOptions, ...] = field(default=(), metadata={"toml": False})
    named: tuple[Named, ...] = field(default=(), metadata={"toml": False})

    def of(self, name: str) -> ReadOptions:
        """What holds for the file, or member of an archive, of this display name."""
        mine = [entry for entry in self.files if fits_file(name, entry.file)]
        encoding = next((e.encoding for e in mine if e.encoding is not None), self.encoding)
        delimiter = next((e.delimiter for e in mine if e.delimiter is not None), self.delimiter)
        return replace(self, encoding=encoding, delimiter=delimiter, files=())

    def with_named(self, encoding: str | None, delimiter: str | None) -> ReadOptions:
        """The same with what the command line names for all files."""
        files = (
            FileOptions(e.file, None if encoding else e.encoding, None if delimiter else e.delimiter)
            for e in self.files
        )
        return replace(
            self,
            encoding=encoding or self.encoding,
            delimiter=delimiter or self.delimiter,
            files=tuple(e for e in files if e.encoding is not None or e.delimiter is not None),
        )

    @staticmethod
    def check(encoding: str | None, delimiter: str | None, where: str) -> None:
        """Say early what cannot be.

        Raises
        ------
        ConfigError
            If there is no such encoding, or the delimiter cannot be one.
        """
        if encoding is not None:
            named_encoding(encoding, where)
        if delimiter is not None:
            named_delimiter(delimiter, where=where)

    def with_files(self, entries: Iterable[tuple[str, str | None, str | None]]) -> ReadOptions:
        """The same with encoding and delimiter by file pattern, the most specific first."""
        found = (FileOptions(*entry) for entry in entries)
        return replace(self, files=tuple(e for e in found if e.encoding is not None or e.delimiter is not None))


@dataclass(frozen=True, eq=False)
class RawTable:
    """One table as it stands in a file: text cells, their row numbers, and the rows that were left out.

    Attributes
    ----------
    file : str
        Display name: the file's name, with folders where two are alike; ``stdin``; ``book.xlsx#Sheet1`` for a sheet;
        ``archive.zip#folder/a.csv`` for a file in an archive; ``a.csv#2`` for the second table in one file.
    cells : pl.DataFrame
        One String column for each header cell; null where the cell is absent or empty. Text as written.
    rows : pl.Series
        Int32 row number of each row of ``cells``, as a spreadsheet counts records (the header is row 1 unless
        title rows stand above it).
    sha256 : str
        SHA-256 of the file's bytes as they lie on disk.
    size : int
        Size of the file on disk, in bytes.
    encoding : str
        Text encoding that was used; ``""`` for workbooks and Parquet.
    delimiter : str
        Cell delimiter that was used; ``""`` for workbooks and Parquet.
    issues : pl.DataFrame
        Rows left out and cells in doubt (:data:`ringfinder.model.ISSUE_SCHEMA`). Rows below the header in
        the file = rows of ``cells`` + issues whose ``lost`` is true.
    titles : tuple[tuple[int, str], ...]
        Row number and text of the rows above the header that hold anything; also told as issues (``title_row``).
    """

    file: str
    cells: pl.DataFrame
    rows: pl.Series
    sha256: str
    size: int
    encoding: str
    delimiter: str
    issues: pl.DataFrame
    titles: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Grid:
    """The records of one table before its header is split off; both parsers and all formats meet here.

    Attributes
    ----------
    header : list[str]
        The header's cells, raw.
    header_row : int
        Record number of the header.
    total : int
        Number of records in the table, the header and all above it included.
    cells : pl.DataFrame
        The records below the header that fit its width; String columns named ``0``, ``1``, ...
    rows : pl.Series
        Int32 record number of each row of ``cells``.
    ragged : list[tuple[int, str]]
        Records with more cells than the header: number and raw text.
    stray : list[tuple[int, int, str]]
        Cells with a quote that never closes: record number, column index, text.
    titles : tuple[tuple[int, str], ...]
        Records above the header that hold anything: number and text.
    twins : tuple[tuple[str, ...], ...]
        The two records that the header was joined from, if it was.
    uneven : list[tuple[int, str]]
        Records that are in ``cells`` although they did not fit as they stood: number and raw text.
    """

    header: list[str]
    header_row: int
    total: int
    cells: pl.DataFrame
    rows: pl.Series
    ragged: list[tuple[int, str]]
    stray: list[tuple[int, int, str]]
    titles: tuple[tuple[int, str], ...] = ()
    twins: tuple[tuple[str, ...], ...] = ()
    uneven: list[tuple[int, str]] = field(default_factory=list)
