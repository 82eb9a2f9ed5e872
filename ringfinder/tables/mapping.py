"""The mapping of a file's columns to fields, and the entries of ``ringfinder.toml`` that override it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ringfinder.errors import ConfigError
from ringfinder.tables.headers import many_fields, quoted
from ringfinder.tables.places import is_pattern, literal_length, matching_place

__all__ = ["AskedOverride", "ColumnMapping", "Question", "TableMapping", "TableOverride", "mapping_rows"]


@dataclass(frozen=True)
class ColumnMapping:
    """One column: its header as written, the field it gives (None when it is not loaded) and why."""

    header: str
    field: str | None
    reason: str


@dataclass(frozen=True)
class Question:
    """What only the user can say: which field a header gives (``header`` None: which type the table is of)."""

    header: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True)
class TableMapping:
    """What a file is and what its columns mean.

    Attributes
    ----------
    file : str
        Name of the file.
    table : str
        Code of the table type; ``"links"`` for a generic link table, ``"unknown"`` when the headers fit none.
    columns : tuple[ColumnMapping, ...]
        Every column in the file's order.
    reason : str
        Why it is taken for this table type, for people.
    constants : tuple[tuple[str, str], ...]
        Fields with the same value in every row: ``source_kind``, ``target_kind`` and ``relation`` of a table
        that ``ringfinder.toml`` declares to be links.
    questions : tuple[Question, ...]
        What is still open; empty in every mapping that :func:`ringfinder.tables.recognise` returns.
    long : tuple[tuple[str, str], ...]
        Of a part of a long table (:mod:`ringfinder.tables.long`): role and header of the long table's columns.
    beside : bool
        Whether another table of the file has the same rows and counts them (:mod:`ringfinder.tables.wide`).
    """

    file: str
    table: str
    columns: tuple[ColumnMapping, ...]
    reason: str
    constants: tuple[tuple[str, str], ...] = ()
    questions: tuple[Question, ...] = ()
    long: tuple[tuple[str, str], ...] = ()
    beside: bool = False

    def headers_of(self, field: str) -> tuple[str, ...]:
        """The headers that give ``field``, in the file's order; empty when there are none."""
        return tuple(column.header for column in self.columns if column.field == field)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the columns give, in the file's order, once each."""
        return tuple(dict.fromkeys(column.field for column in self.columns if column.field is not None))

    def with_answer(self, field: str, header: str) -> tuple[str, ...]:
        """The headers that an entry must name so that ``header`` gives ``field`` and nobody else loses it.

        A field that an entry names is left alone by recognition, so its other columns must be named, too.
        """
        others = self.headers_of(field) if field in many_fields() else ()
        return tuple(h for h in dict.fromkeys(c.header for c in self.columns) if h in others or h == header)

    def constant(self, field: str) -> str | None:
        """The value that ``field`` has in every row, None when it has none."""
        return dict(self.constants).get(field)


_TEXTS = (
    *("sheet", "type", "source", "source_kind", "target", "target_kind", "relation", "date", "weight"),
    *("encoding", "delimiter"),
)


@dataclass(frozen=True)
class TableOverride:
    """What ``ringfinder.toml`` says about the tables that match ``file``, ``sheet`` and ``table``.

    It wins over recognition. Of several entries that match a table the most specific one holds (see :attr:`rank`).

    Attributes
    ----------
    file : str
        Name of the file or a pattern (``*.csv``), with or without folders. The whole name of one table
        (``book.xlsx#Sheet1``, ``a.csv#2``) will do, too.
    sheet : str | None
        Name or pattern of a workbook's sheet; None is any sheet.
    table : int | None
        Number of the table among those that stand one below the other in a file or sheet; None is the first.
    type : str | None
        Table type; None leaves it to recognition.
    columns : Mapping[str, str | Sequence[str]]
        Field to its header or headers. An empty list switches the field off. Columns that are not named here
        are recognised as usual.
    ignore : tuple[str, ...]
        Headers that must not be loaded.
    source, target, date, weight : str | None
        Headers of a table that is to be read as links. Naming ``source`` and ``target`` makes it one.
    source_kind, target_kind, relation : str | None
        Kinds and relation of all its links.
    encoding, delimiter : str | None
        How the whole file is to be read, if it is text (see :class:`ringfinder.read.types.FileOptions`).
    asked : tuple[str, ...]
        Headers whose meaning the user gave when asked; empty for what stands in the file (see :class:`AskedOverride`).
    """

    file: str = "*"
    sheet: str | None = None
    table: int | None = None
    type: str | None = None
    columns: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    source: str | None = None
    source_kind: str | None = None
    target: str | None = None
    target_kind: str | None = None
    relation: str | None = None
    date: str | None = None
    weight: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    asked: ClassVar[tuple[str, ...]] = ()

    def matches(self, file: str) -> bool:
        """Whether this entry is about the table of this display name (``a/book.xlsx#Sheet1#2``).

        The pattern of the file fits its path, whole or from some folder on.
        """
        return matching_place(file, self.file, self.sheet, self.table) is not None

    @property
    def rank(self) -> tuple[bool, int, bool, int]:
        """How specific the entry is, higher is more.

        A name before a pattern, then how much of sheet and table it names, a sheet's name before a pattern, and the
        number of characters that are no wildcards.
        """
        named = (self.sheet is not None) + (self.table is not None)
        length = literal_length(self.file) + literal_length(self.sheet or "")
        return not is_pattern(self.file), named, not is_pattern(self.sheet or ""), length

    @property
    def title(self) -> str:
        """How messages name the entry: its file, sheet and table."""
        parts = [f"file = {quoted(self.file)}"]
        parts += [f"sheet = {quoted(self.sheet)}"] if self.sheet is not None else []
        parts += [f"table = {self.table}"] if self.table is not None else []
        return ", ".join(parts)

    def headers_by_field(self) -> dict[str, tuple[str, ...]]:
        """``columns`` with every value as a tuple."""
        return {
            name: (headers,) if isinstance(headers, str) else tuple(headers) for name, headers in self.columns.items()
        }

    @property
    def is_links(self) -> bool:
        """Whether it declares the file to be a table of links."""
        return self.type == "links" or self.source is not None or self.target is not None

    @staticmethod
    def from_toml(entry: Mapping[str, object], where: str = "ringfinder.toml [[tables]]") -> TableOverride:
        """An override from a ``[[tables]]`` entry.

        Parameters
        ----------
        entry : Mapping[str, object]
            The entry as ``tomllib`` gives it.
        where : str
            The entry's place, for error messages.

        Raises
        ------
        ConfigError
            If a key is unknown or a value has the wrong type.
        """
        known = ("file", "table", *_TEXTS, "columns", "ignore")
        unknown = sorted(set(entry) - set(known))
        if unknown:
            raise ConfigError(f"unknown setting {', '.join(unknown)}", where=where, expected="; ".join(known))
        file = entry.get("file")
        if not isinstance(file, str) or not file:
            raise ConfigError("the entry names no file", where=where, expected='file = "NAME or PATTERN"')
        texts: dict[str, str] = {}
        for name in _TEXTS:
            value = entry.get(name)
            if isinstance(value, str) and value:
                texts[name] = value
            elif value is not None:
                raise ConfigError(f"{name} is {value!r}", where=where, expected=f'{name} = "TEXT"')
        if "sheet" in texts and ("encoding" in texts or "delimiter" in texts):
            raise ConfigError("a sheet has neither encoding nor delimiter", where=where, do="delete these settings")
        number = entry.get("table")
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 1):
            raise ConfigError(f"table is {number!r}", where=where, expected="the table's number in the file, from 1 on")
        columns: dict[str, str | Sequence[str]] = {}
        given = entry.get("columns", {})
        if not isinstance(given, Mapping):
            raise ConfigError("columns is not a table", where=where, expected='columns = { FIELD = "HEADER" }')
        for name, value in given.items():
            columns[str(name)] = _headers(value, f"columns.{name}", where)
        return TableOverride(
            file=file,
            sheet=texts.get("sheet"),
            table=number,
            type=texts.get("type"),
            columns=columns,
            ignore=_headers(entry.get("ignore", []), "ignore", where),
            source=texts.get("source"),
            source_kind=texts.get("source_kind"),
            target=texts.get("target"),
            target_kind=texts.get("target_kind"),
            relation=texts.get("relation"),
            date=texts.get("date"),
            weight=texts.get("weight"),
            encoding=texts.get("encoding"),
            delimiter=texts.get("delimiter"),
        )


@dataclass(frozen=True)
class AskedOverride(TableOverride):
    """An override with answers of the user, who was asked in this run: the columns of ``asked`` say so."""

    asked: tuple[str, ...] = ()  # type: ignore[misc]


def _headers(value: object, name: str, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(header, str) for header in value):
        return tuple(value)
    raise ConfigError(f"{name} is {value!r}", where=where, expected="a header or a list of headers")


def mapping_rows(mappings: Sequence[TableMapping]) -> list[tuple[str, str, str, str, str]]:
    """The mappings as rows (file, table, header, field, reason) to print; no field is ``""``.

    A file without columns gives one row with an empty header and the file's own reason.
    """
    rows = []
    for mapping in mappings:
        for column in mapping.columns:
            rows.append((mapping.file, mapping.table, column.header, column.field or "", column.reason))
        if not mapping.columns:
            rows.append((mapping.file, mapping.table, "", "", mapping.reason))
    return rows
