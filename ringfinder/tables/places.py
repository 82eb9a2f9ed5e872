"""Where a table stands: the parts of its display name, and the names and patterns that are compared with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from ringfinder.tables.headers import same_text

__all__ = ["Place", "is_pattern", "literal_length", "matching_place", "places"]

#: A wildcard that :func:`glob.escape` made a plain character.
_ESCAPED = re.compile(r"\[([*?\[])\]")
_WILD = re.compile(r"\[[^\]]*\]|[*?]")
_NUMBERED = re.compile(r"(.+)#(\d+)", re.DOTALL)
_WORKBOOK = (".xlsx", ".xls", ".xlsm", ".xlsb")


class Place(NamedTuple):
    """A file, a workbook's sheet (None when the name tells of none), and the number of the table there."""

    file: str
    sheet: str | None
    table: int


def places(name: str) -> Iterator[Place]:
    """All ways to read the display name of a table, which :class:`ringfinder.read.RawTable` explains.

    The names of files and sheets may hold ``#`` themselves, so that one name can be read in several ways.
    """
    name = same_text(name).replace("\\", "/")
    yield Place(name, None, 1)
    for hit in re.finditer("#", name):
        file, rest = name[: hit.start()], name[hit.end() :]
        if rest.isdecimal() and not file.lower().endswith(_WORKBOOK):
            yield Place(file, None, int(rest))
            continue
        yield Place(file, rest, 1)
        numbered = _NUMBERED.fullmatch(rest)
        if numbered:
            yield Place(file, numbered[1], int(numbered[2]))
        if file.lower().endswith(".zip"):  # a member of an archive has a name of its own
            yield from places(rest)


def matching_place(name: str, file: str, sheet: str | None = None, table: int | None = None) -> Place | None:
    """The reading of a table's display name that the patterns and the number fit, None if there is none."""
    pattern = same_text(file).replace("\\", "/")
    for place in places(name):
        if sheet is not None and (place.sheet is None or not _fits(place.sheet, same_text(sheet))):
            continue
        if sheet is None and _NUMBERED.fullmatch(place.sheet or ""):
            continue  # rather the second table of a sheet than a sheet whose name ends so
        if place.table != (table or 1):
            continue
        parts = place.file.split("/")
        if any(_fits("/".join(parts[i:]), pattern) for i in range(len(parts))):
            return place
    return None


def _fits(text: str, pattern: str) -> bool:
    return text == pattern or fnmatchcase(text, pattern)


def is_pattern(text: str) -> bool:
    """Whether a name holds a wildcard that nobody escaped."""
    return bool(_WILD.search(_ESCAPED.sub("", text)))


def literal_length(text: str) -> int:
    """Number of characters of a name or pattern that are no wildcards."""
    return len(_WILD.sub("", _ESCAPED.sub(".", text)))
