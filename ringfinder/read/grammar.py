"""The grammar of delimited text: dialects, the reader for one, and lines whose quotes are taken literally."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["DELIMITERS", "QUOTES", "Dialect", "literal", "reader"]

#: Delimiters that are looked for, most usual first.
DELIMITERS = (",", "\t", ";", "|")

QUOTES = ('"', "'")

csv.field_size_limit(2**31 - 1)


class Dialect(NamedTuple):
    """How cells are told apart: delimiter, quote, spaces after delimiters skipped, backslashes doubled as escapes.

    A text of an ``escaped`` dialect must have gone through :func:`ringfinder.read.dialect.unescape` first.
    """

    delimiter: str
    quote: str = '"'
    spaced: bool = False
    escaped: bool = False

    @property
    def plain(self) -> bool:
        """Whether the columnar reader knows this dialect."""
        return not (self.spaced or self.escaped)


def reader(lines: Iterable[str], dialect: Dialect, *, strict: bool = False) -> Iterator[list[str]]:
    """The standard library's reader for a dialect."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        skipinitialspace=dialect.spaced,
        escapechar="\\" if dialect.escaped else None,
        strict=strict,
    )


def literal(line: str, dialect: Dialect) -> list[str]:
    """The cells of one line whose quotes do not match; those that do are taken off."""
    quote = dialect.quote
    cells = line.rstrip("\r\n").split(dialect.delimiter)
    if dialect.spaced:
        cells = [c.lstrip(" ") for c in cells]
    cells = [c[1:-1].replace(quote * 2, quote) if len(c) > 1 and c[0] == c[-1] == quote else c for c in cells]
    if dialect.escaped:
        cells = [re.sub(r"\\(.)", r"\1", c) for c in cells]
    return cells
