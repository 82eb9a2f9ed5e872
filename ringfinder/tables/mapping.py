"""The mapping of a file's columns to fields, and the entries of ``ringfinder.toml`` that override it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from ringfinder.errors import ConfigError
from ringfinder.tables.headers import same_text

__all__ = ["ColumnMapping", "TableMapping", "TableOverride", "mapping_rows"]


@dataclass(frozen=True)
class ColumnMapping:
    """One column: its header as written, the field it gives (None when it is not loaded) and why."""

    header: str
    field: str | None
    reason: str


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
    """

    file: str
    table: str
    columns: tuple[ColumnMapping, ...]
    reason: str
    constants: tuple[tuple[str, str], ...] = ()

    def headers_of(self, field: str) -> tuple[str, ...]:
        """The headers that give ``field``, in the file's order; empty when there are none."""
        return tuple(column.header for column in self.columns if column.field == field)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that the columns give, in the file's order, once each."""
        return tuple(dict.fromkeys(column.field for column in self.columns if column.field is not None))

    def constant(self, field: str) -> str | None:
        """The value that ``field`` has in every row, None when it has none."""
        return dict(self.constants).get(field)


_TEXTS = ("type", "source", "source_kind", "target", "target_kind", "relation", "date", "weight")


@dataclass(frozen=True)
class TableOverride:
    """What ``ringfinder.toml`` says about the files that match ``file``; it wins over recognition.

    Attributes
    ----------
    file : str
        Name of the file or a pattern (``*.csv``), with or without folders.
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
    """

    file: str = "*"
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

    def matches(self, file: str) -> bool:
        """Whether this entry is about ``file``: the pattern fits its path, whole or from some folder on."""
        pattern, path = (same_text(text).replace("\\", "/") for text in (self.file, file))
        parts = path.split("/")
        return any(fnmatchcase("/".join(parts[i:]), pattern) for i in range(len(parts)))

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
        known = ("file", *_TEXTS, "columns", "ignore")
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
        columns: dict[str, str | Sequence[str]] = {}
        given = entry.get("columns", {})
        if not isinstance(given, Mapping):
            raise ConfigError("columns is not a table", where=where, expected='columns = { FIELD = "HEADER" }')
        for name, value in given.items():
            columns[str(name)] = _headers(value, f"columns.{name}", where)
        return TableOverride(
            file=file,
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
        )


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
