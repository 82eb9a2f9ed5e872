"""How a delimited text sets its cells apart: delimiter, quote, spaces before cells, backslashes before quotes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import islice

from ringfinder.errors import ConfigError
from ringfinder.read.grammar import QUOTES, Dialect, reader
from ringfinder.read.records import iter_records

__all__ = [
    "SAMPLE_CHARS",
    "SAMPLE_RECORDS",
    "dialect_of",
    "head_of",
    "mend_header",
    "named_delimiter",
    "named_quote",
    "quote_of",
    "unescape",
]

SAMPLE_RECORDS = 51
SAMPLE_CHARS = 1 << 20

#: The most characters that a named delimiter may have.
_LONGEST = 8

#: Marks a quote that stood behind a space while the sample is looked at.
_MARK = "\ufdd0"


def named_delimiter(delimiter: str, quote: str = '"', where: str = "--delimiter") -> str:
    """The delimiter that the user names.

    Raises
    ------
    ConfigError
        If it cannot be a delimiter.
    """
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    word = len(delimiter) > 1 and any(c.isalnum() for c in delimiter)
    if word or not 0 < len(delimiter) <= _LONGEST or any(c in f"{quote}\r\n\0" for c in delimiter):
        raise ConfigError(
            f"{delimiter!r} cannot be a delimiter",
            where=where,
            expected="one character, such as , ; | or tab, or a few, such as ||",
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
    if quote not in QUOTES:
        raise ConfigError(f"{quote!r} cannot be a quote", where="[read] quote", expected="\" or '", do="Correct it")
    return quote


def quote_of(text: str, delimiter: str) -> str:
    """The quote: single where the first records are well formed by it.

    The double one must stand around no cell, or all records must have one number of cells by the single one alone.
    """
    double, single = QUOTES
    sample = text[:SAMPLE_CHARS]
    if single not in sample:
        return double
    d = re.escape(delimiter)
    opens, closes, others = (
        len(re.findall(pattern, sample))
        for pattern in (
            rf"(?:\A|[\r\n]|{d}) *{single}",
            rf"{single} *(?=[\r\n]|{d}|\Z)",
            rf"(?:\A|[\r\n]|{d}) *{double}",
        )
    )
    if opens < 2 or closes < 2:
        return double
    cut = len(sample) < len(text)
    share = _agreement(sample, dialect_of(text, delimiter, single), cut)
    if not others:
        return single if share > 0.5 else double
    return single if share == 1 > _agreement(sample, dialect_of(text, delimiter, double), cut) else double


def dialect_of(text: str, delimiter: str, quote: str = '"') -> Dialect:
    """The dialect of a text whose delimiter and quote are known, by its first records.

    Backslashes before quotes are looked for in the whole text.
    """
    sample = text[:SAMPLE_CHARS]
    cut = len(sample) < len(text)
    dialect = Dialect(delimiter, quote)
    if delimiter in " \\":
        return dialect
    if f"\\{quote}" in text and _is_escaped(text, sample, dialect, cut):
        dialect = dialect._replace(escaped=True)
    if f"{delimiter} " in sample and _is_spaced(sample, dialect):
        return dialect._replace(spaced=True)
    return dialect


def _is_escaped(text: str, sample: str, dialect: Dialect, cut: bool) -> bool:
    """Whether backslashes before quotes are escapes: the text, or the lines that have them, obey only that rule."""
    quote = dialect.quote
    escaped = dialect._replace(escaped=True)
    if f"\\{quote}" in sample and not _fits(sample, dialect, cut) and _fits(sample, escaped, cut):
        return True
    found = re.finditer(rf"(?:\A|(?<=[\r\n]))[^\r\n]*\\{quote}[^\r\n]*", text)
    lines = [m[0] for m in islice(found, SAMPLE_RECORDS)]
    broken = sum(_breaks(line, dialect) for line in lines)
    return broken * 2 > len(lines) and all(_fits(line, escaped, False) for line in lines)


def _breaks(line: str, dialect: Dialect) -> bool:
    """Whether a closing quote stands within a cell of the line; the line may end within quotes."""
    try:
        list(reader([line], dialect, strict=True))
    except csv.Error as error:
        return "unexpected end" not in str(error)
    return False


def unescape(text: str, quote: str) -> str:
    """The text with each backslash doubled that is not before a quote or another backslash."""
    return re.sub(rf"\\\\|\\{quote}|\\", lambda m: m[0] if len(m[0]) == 2 else r"\\", text)


def _fits(sample: str, dialect: Dialect, cut: bool) -> bool:
    """Whether the first records obey the rules of quoting to the letter, and agree on their number of cells."""
    return _agreement(sample, dialect, cut) > 0.5


def _agreement(sample: str, dialect: Dialect, cut: bool) -> float:
    """The share of the first records that have the usual number of cells; 0 if they break the rules of quoting."""
    if dialect.escaped:
        sample = unescape(sample, dialect.quote)
    if len(dialect.delimiter) > 1:
        return 0.0
    widths: Counter[int] = Counter()
    try:
        for cells in islice(reader(io.StringIO(sample, newline=""), dialect, strict=True), SAMPLE_RECORDS):
            widths[len(cells)] += any(c.strip() for c in cells)
    except csv.Error as error:
        if not cut or "unexpected end" not in str(error):
            return 0.0
    return max(widths.values(), default=0) / max(1, widths.total())


def _is_spaced(sample: str, dialect: Dialect) -> bool:
    """Whether spaces after delimiters belong to them.

    That is so where a column has a space before every quote, so that the quotes hold delimiters together, or where
    no quote stands behind a space and each of the first records has one space behind every delimiter.
    """
    gap = re.compile(rf"{re.escape(dialect.delimiter)} +{dialect.quote}(?!{dialect.quote})")
    if not gap.search(sample):
        return f"{dialect.delimiter} {dialect.quote}" not in sample and _all_spaced(sample, dialect)
    marked = gap.sub(lambda _: dialect.delimiter + dialect.quote + _MARK, sample)
    if dialect.escaped:
        marked = unescape(marked, dialect.quote)
    head = [cells for cells, _ in islice(iter_records(marked, dialect), 1, SAMPLE_RECORDS)]
    width = max(map(len, head), default=0)
    columns = ([row[i] for row in head if i < len(row) and row[i].strip(f" {dialect.quote}")] for i in range(1, width))
    return any(column and all(c.startswith(_MARK) for c in column) for column in columns)


def _all_spaced(sample: str, dialect: Dialect) -> bool:
    rows = [cells for cells in head_of(sample, dialect) if len(cells) > 1]
    return len(rows) > 1 and all(c.startswith(" ") and not c.startswith("  ") for row in rows for c in row[1:])


def mend_header(text: str, dialect: Dialect) -> str:
    """The text without a quote in its first line that opens a cell and never closes there.

    That is so where the line has one quote, before a cell, and by its delimiters as many cells as the next two lines.
    """
    lines = [line.rstrip("\r") for line in text[:SAMPLE_CHARS].split("\n", 3)[:3]]
    first = lines[0].removeprefix("\ufeff")
    quote, delimiter = dialect.quote, dialect.delimiter
    if len(lines) < 3 or first.count(quote) != 1 or not (first[0] == quote or f"{delimiter}{quote}" in first):
        return text
    widths = {len(cells) for line in lines[1:] for cells in reader([line], dialect)}
    if first.count(delimiter) < 1 or widths != {first.count(delimiter) + 1}:
        return text
    at = text.index(quote)
    return text[:at] + text[at + 1 :]


def head_of(text: str, dialect: Dialect) -> list[list[str]]:
    """The first records; the last is left out where the sample ends within it."""
    sample = text[:SAMPLE_CHARS]
    records = [cells for cells, _ in islice(iter_records(sample, dialect), SAMPLE_RECORDS)]
    if len(sample) < len(text) and 1 < len(records) < SAMPLE_RECORDS:
        records.pop()
    return records
