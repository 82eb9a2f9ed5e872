"""How a delimited text sets its cells apart: delimiter, spaces before quotes, backslashes before quotes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice
from statistics import mode

from ringfinder.errors import ConfigError
from ringfinder.read.header import find_header
from ringfinder.read.records import Dialect, iter_records, reader

__all__ = ["DELIMITERS", "dialect_of", "head_of", "named_delimiter", "named_quote", "sniff", "unescape"]

#: Delimiters that are looked for, most usual first.
DELIMITERS = (",", "\t", ";", "|")

_SAMPLE_RECORDS = 51
_SAMPLE_CHARS = 1 << 20

#: Marks a quote that stood behind a space while the sample is looked at.
_MARK = "\ufdd0"


def named_delimiter(delimiter: str, quote: str = '"') -> str:
    """The delimiter that the user names.

    Raises
    ------
    ConfigError
        If it is not one character that can be a delimiter.
    """
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(delimiter) != 1 or delimiter in f"{quote}\r\n":
        raise ConfigError(
            f"{delimiter!r} cannot be a delimiter",
            where="--delimiter",
            expected="one character, such as , ; | or tab",
            do="Correct it",
        )
    return delimiter


def named_quote(quote: str) -> str:
    """The quote that the user names.

    Raises
    ------
    ConfigError
        If it is neither the double nor the single quote.
    """
    if quote not in ('"', "'"):
        raise ConfigError(f"{quote!r} cannot be a quote", where="[read] quote", expected="\" or '", do="Correct it")
    return quote


def dialect_of(text: str, delimiter: str, quote: str = '"') -> Dialect:
    """The dialect of a text whose delimiter and quote are known, by its first records."""
    sample = text[:_SAMPLE_CHARS]
    cut = len(sample) < len(text)
    dialect = Dialect(delimiter, quote)
    if delimiter in " \\":
        return dialect
    if f"\\{quote}" in sample and not _fits(sample, dialect, cut):
        escaped = dialect._replace(escaped=True)
        if _fits(unescape(sample, quote), escaped, cut):
            dialect = escaped
    if f"{delimiter} " in sample and f" {quote}" in sample and _is_spaced(sample, dialect):
        return dialect._replace(spaced=True)
    return dialect


def unescape(text: str, quote: str) -> str:
    """The text with each backslash doubled that is not before a quote or another backslash."""
    return re.sub(rf"\\\\|\\{quote}|\\", lambda m: m[0] if len(m[0]) == 2 else r"\\", text)


def _fits(sample: str, dialect: Dialect, cut: bool) -> bool:
    """Whether the first records obey the rules of quoting to the letter, and agree on their number of cells."""
    widths: Counter[int] = Counter()
    try:
        for cells in islice(reader(io.StringIO(sample, newline=""), dialect, strict=True), _SAMPLE_RECORDS):
            widths[len(cells)] += any(c.strip() for c in cells)
    except csv.Error as error:
        if not cut or "unexpected end" not in str(error):
            return False
    return max(widths.values(), default=0) * 2 > widths.total()


def _is_spaced(sample: str, dialect: Dialect) -> bool:
    """Whether a column has a space before every quote, so that the quotes hold delimiters together."""
    gap = re.compile(rf"{re.escape(dialect.delimiter)} +{dialect.quote}(?!{dialect.quote})")
    if not gap.search(sample):
        return False
    marked = gap.sub(lambda _: dialect.delimiter + dialect.quote + _MARK, sample)
    if dialect.escaped:
        marked = unescape(marked, dialect.quote)
    head = [cells for cells, _ in islice(iter_records(marked, dialect), 1, _SAMPLE_RECORDS)]
    width = max(map(len, head), default=0)
    columns = ([row[i] for row in head if i < len(row) and row[i].strip(f" {dialect.quote}")] for i in range(1, width))
    return any(column and all(c.startswith(_MARK) for c in column) for column in columns)


def head_of(text: str, dialect: Dialect) -> list[list[str]]:
    """The first records; the last is left out where the sample ends within it."""
    sample = text[:_SAMPLE_CHARS]
    records = [cells for cells, _ in islice(iter_records(sample, dialect), _SAMPLE_RECORDS)]
    if len(sample) < len(text) and 1 < len(records) < _SAMPLE_RECORDS:
        records.pop()
    return records


def sniff(text: str, quote: str = '"') -> str:
    """The delimiter: the one whose header comes first and whose rows agree best on their number of cells."""
    text = text.lstrip("\r\n")
    best: tuple[int, float] | None = None
    chosen = ""
    for delimiter in DELIMITERS:
        dialect = dialect_of(text, delimiter, quote)
        sample = unescape(text[: _SAMPLE_CHARS + 1], quote) if dialect.escaped else text
        head = [cells for cells in head_of(sample, dialect) if any(c.strip() for c in cells)]
        if not any(len(cells) > 1 for cells in head):
            continue
        width = mode(len(cells) for cells in head)
        share = sum(len(cells) == width for cells in head) / len(head)
        at = find_header(head)
        if width < 2 or share < 0.5 or at is None or len(head[at]) < 2:
            continue
        key = (-at, share * (width - 1) ** 0.5)
        if best is None or key > best:
            best, chosen = key, delimiter
    if chosen:
        return chosen
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=line.count)
