"""Single records that break the rules of their file: read again in the one way that gives the header's width."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import lru_cache

from ringfinder.read.grammar import DELIMITERS, QUOTES, Dialect, literal, reader

__all__ = ["first_record", "is_wrapped", "one_line", "repair"]

#: A quote closes a cell only before a delimiter or the end; all others in the cell are text. Twice the quote is read
#: as an escaped one first, or last. Blanks between the closing quote and the delimiter are padding.
_QUOTED = "{q}((?:[^{q}]|{pair}{q}(?! *(?:{d}|\\Z)))*+){q} *(?={d}|\\Z)|[^{d}]*+"

#: The most quotes of a record in which one too many is looked for.
_MOST_QUOTES = 64
#: The most lines of a record that are tried one by one; each try reads them all.
_MOST_LINES = 50


def repair(lines: Sequence[str], cells: list[str], width: int, dialect: Dialect) -> tuple[list[str], str] | None:
    """The cells of a record in another reading, and the reason to tell; None if the usual reading stands.

    Parameters
    ----------
    lines : Sequence[str]
        The lines of the record as they stand in the file.
    cells : list[str]
        What the usual reading made of them.
    width : int
        Number of cells of the header.

    Notes
    -----
    A record is read otherwise only if the usual reading breaks the rules of quoting or misses the width, and the
    other reading meets the width exactly. The reason is ``""`` where nothing is in doubt, ``open_quote`` where a
    quote was taken as text, ``ragged_row`` where the record has a delimiter or a quote of its own.
    """
    if width < 2 or not cells:
        return None
    fits = len(cells) == width
    if fits and (dialect.quote not in lines[0] or not any(dialect.quote in c for c in cells)):
        return (_unwrapped(cells, dialect), "") if is_wrapped(cells, dialect.quote) else None
    raw = "".join(lines).rstrip("\r\n")
    if dialect.quote in raw and not dialect.escaped and not _is_strict(lines, dialect):
        for doubled in (True, False):
            found = _lenient(raw, width, dialect, doubled)
            if found is not None:
                return found, ""
        if len(lines) == 1 and len(by_line := literal(raw, dialect)) == width:
            return by_line, "open_quote"
        if len(lines) == 1 and (spared := _one_too_many(raw, width, dialect)) is not None:
            return spared, "open_quote"
    if fits:
        return None
    other = (
        _other_delimiter(raw, width, dialect) or _other_quote(raw, width, dialect) or _grown(cells, raw, width, dialect)
    )
    return None if other is None else (other, "ragged_row")


def one_line(line: str, width: int, dialect: Dialect) -> list[str] | None:
    """The cells of a line that is a record of its own although a quote in it seems to stay open; None if it is not.

    A quote too many at the end of a quoted cell looks like an escaped one; one at the start of a cell opens it.
    """
    if width < 2 or dialect.escaped or len(dialect.delimiter) != 1:
        return None
    raw = line.rstrip("\r\n")
    if f"{dialect.quote}{dialect.quote}" in raw and (found := _lenient(raw, width, dialect, False)) is not None:
        return found
    return _lenient(raw, width, dialect, True, opens=1)


def first_record(lines: Sequence[str], width: int, dialect: Dialect) -> tuple[int, list[str]] | None:
    """The shortest record of ``width`` cells that several lines begin with, where together they break the rules.

    A quote too many behind a cell with line breaks (``"x\\ny"",``) reads as an escaped one, so that the next rows go
    on in that cell until a quote closes it. The first 50 lines are tried.

    Returns
    -------
    tuple of int and list[str], optional
        How many lines it takes, and its cells; None if the lines obey the rules or none fits.
    """
    if width < 2 or len(lines) < 2 or dialect.escaped or _is_strict(lines, dialect):
        return None
    for number in range(1, min(len(lines), _MOST_LINES)):
        raw = "".join(lines[:number]).rstrip("\r\n")
        for doubled in (True, False):
            cells = _lenient(raw, width, dialect, doubled)
            if cells is not None:
                return number, cells
    return None


def is_wrapped(cells: Sequence[str], quote: str) -> bool:
    """Whether all filled cells, the first among them, stand in quotes of the other kind."""
    other = QUOTES[quote == QUOTES[0]]
    return cells[0].startswith(other) and all(len(c) > 1 and c[0] == c[-1] == other for c in cells if c)


def _unwrapped(cells: Sequence[str], dialect: Dialect) -> list[str]:
    other = QUOTES[dialect.quote == QUOTES[0]]
    return [c[1:-1].replace(other * 2, other) for c in cells]


def _is_strict(lines: Sequence[str], dialect: Dialect) -> bool:
    try:
        return len(list(reader(lines, dialect, strict=True))) == 1
    except csv.Error:
        return False


@lru_cache(maxsize=64)
def _pattern(delimiter: str, quote: str, doubled: bool) -> re.Pattern[str]:
    d, q = re.escape(delimiter), re.escape(quote)
    return re.compile(_QUOTED.format(d=d, q=q, pair=f"{q}{q}|" if doubled else ""))


def _lenient(raw: str, width: int, dialect: Dialect, doubled: bool, opens: int = 0) -> list[str] | None:
    """The cells where quotes within a quoted cell were not escaped; None if that does not give the width.

    Just ``opens`` cells start with a quote that never closes.
    """
    pattern = _pattern(dialect.delimiter, dialect.quote, doubled)
    spans: list[tuple[int, int, str | None]] = []
    at = 0
    while at <= len(raw):
        if dialect.spaced:
            at += len(raw[at:]) - len(raw[at:].lstrip(" "))
        found = pattern.match(raw, at)
        if found is None or len(spans) > width + 100:
            return None
        spans.append((at, found.end(), found[1]))
        at = found.end() + 1
    quote = dialect.quote
    if len(spans) > width:
        # a quote before a delimiter within the cell; the cell ends at a piece that only closes
        more = len(spans) - width
        ends = [
            (i, i + more)
            for i in range(len(spans) - more)
            if spans[i][2] is not None and spans[i + more][2] is None and raw[: spans[i + more][1]].endswith(quote)
        ]
        if len(ends) != 1:
            return None
        ((first, last),) = ends
        joined = (spans[first][0], spans[last][1], raw[spans[first][0] + 1 : spans[last][1] - 1])
        spans[first : last + 1] = [joined]
    if len(spans) != width:
        return None
    if sum(text is None and raw.startswith(quote, a) for a, _, text in spans) != opens:
        return None
    return [raw[a:b] if text is None else text.replace(quote * 2, quote) for a, b, text in spans]


def _one_too_many(raw: str, width: int, dialect: Dialect) -> list[str] | None:
    """The cells without one of the quotes, if the record obeys the rules then and only one reading does."""
    places = [i for i, c in enumerate(raw) if c == dialect.quote]
    if len(places) % 2 == 0 or len(places) > _MOST_QUOTES:
        return None
    found = (_once(raw[:i] + raw[i + 1 :], dialect) for i in places)
    readings = {tuple(cells) for cells in found if cells is not None and len(cells) == width}
    return list(*readings) if len(readings) == 1 else None


def _other_delimiter(raw: str, width: int, dialect: Dialect) -> list[str] | None:
    """The cells by another delimiter, if the file's own stands in none of them but in quotes."""
    quote = re.escape(dialect.quote)
    bare = re.sub(f"{quote}(?:[^{quote}]|{quote}{quote})*+{quote}", "", raw)
    if dialect.delimiter in bare:
        return None
    for delimiter in DELIMITERS:
        if delimiter != dialect.delimiter and bare.count(delimiter) >= width - 1:
            cells = _once(raw, dialect._replace(delimiter=delimiter))
            if cells is not None and len(cells) == width:
                return cells
    return None


def _other_quote(raw: str, width: int, dialect: Dialect) -> list[str] | None:
    """The cells by the other quote."""
    other = QUOTES[dialect.quote == QUOTES[0]]
    if not (raw.startswith(other) or f"{dialect.delimiter}{other}" in raw):
        return None
    cells = _once(raw, dialect._replace(quote=other))
    return cells if cells is not None and len(cells) == width else None


def _grown(cells: Sequence[str], raw: str, width: int, dialect: Dialect) -> list[str] | None:
    """The cells where the delimiter between two quoted ones is missing: they have grown together at a lone quote."""
    quote = dialect.quote
    if dialect.escaped or len(cells) != width - 1 or raw.count(quote * 2) != 1 or f"{quote}{quote}{quote}" in raw:
        return None
    return [part for c in cells for part in (c.split(quote) if quote in c else [c])]


def _once(raw: str, dialect: Dialect) -> list[str] | None:
    """The cells of one record that obeys the rules; None if it does not, or there are more records."""
    try:
        records = list(reader(raw.splitlines(keepends=True), dialect, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None
