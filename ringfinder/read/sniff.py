"""Which delimiter a text has: the usual ones first, the rare ones only where they fit to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import mode
from typing import NamedTuple

from ringfinder.read.dialect import SAMPLE_CHARS, dialect_of, head_of, unescape
from ringfinder.read.grammar import DELIMITERS, Dialect
from ringfinder.read.header import Cells, contrasts, find_header, is_label

__all__ = ["LONG", "RARE", "hint", "sniff"]

#: Delimiters that are believed only if every one of the first records has the same number of cells by them.
RARE = ("^", "~", "\x01", "\x1f", "\x1b", "¦", "§", "、", "，", ":", "#", "@", "!", "$", "*", "/", " ")

#: Delimiters of several characters, believed on the same terms; in the text they stand for the sign behind.
LONG = ("|+|", "|@|", "|#|", "|!|", "^|^", "@|@", "~|~", "||", "::", "^^", "~~", "@@", "##", "\\t", "\t\t", ";;")
_SPACED = (", ", "; ")
_SIGN = "\x1f"

#: Share of the records that must agree for a usual delimiter to stand unasked.
_SURE = 0.9

#: Share of the tabs that must stand at the end of a cell of another delimiter to be no delimiters themselves.
_FORCED = 0.9
_TAB_AT_END = re.compile(r"\t(?=[,;|]|\r?\n|\r|\Z)")
_TAB_IN_CELL = re.compile(r"\t[,;|]")

_HINT = re.compile(r"\A\ufeff?\"?sep=([^\r\n]{1,2}?)\"?(?:\r\n|\n|\r)", re.IGNORECASE)


class _Found(NamedTuple):
    delimiter: str
    key: tuple[int, float]
    share: float


def hint(text: str) -> str | None:
    """The delimiter that the first line names in the way of spreadsheet programs (``sep=;``), if it does."""
    found = _HINT.match(text)
    return found[1] if found and found[1] not in "\"'" else None


def sniff(text: str, quote: str = '"') -> str:
    """The delimiter: the one whose header comes first and whose rows agree best on their number of cells.

    A rare delimiter needs a header of names and the same number of cells in all of the first records, and is
    taken only where no usual one holds nine of ten records together, or its header comes first.
    """
    text = text.lstrip("\r\n")
    usual = [d for d in DELIMITERS if d != "\t"] if _forces_text(text[:SAMPLE_CHARS]) else DELIMITERS
    best = _best(text, usual, quote)
    for delimiter in LONG if best is None or best.share == 1 else (*LONG, *_SPACED):
        if delimiter in text[:SAMPLE_CHARS] and _is_long(text[: 2 * SAMPLE_CHARS], delimiter, quote):
            return delimiter
    if best is None or best.share < _SURE or best.key[0] < 0:
        rare = _best(text, (d for d in RARE if d in text[:SAMPLE_CHARS]), quote)
        if rare is not None and (best is None or best.share < _SURE or rare.key[0] > best.key[0]):
            return rare.delimiter
    if best is not None:
        return best.delimiter
    line = next((line for line in text[:SAMPLE_CHARS].splitlines() if line.strip()), "")
    return max(DELIMITERS, key=line.count)


def _forces_text(sample: str) -> bool:
    """Whether the tabs are those that some programs put behind a value, so that a spreadsheet takes it for text.

    Such a tab stands directly before another delimiter or the end of the line.
    """
    return bool(_TAB_IN_CELL.search(sample)) and len(_TAB_AT_END.findall(sample)) >= _FORCED * sample.count("\t")


def _best(text: str, delimiters: Iterable[str], quote: str) -> _Found | None:
    best: _Found | None = None
    for delimiter in delimiters:
        dialect = dialect_of(text, delimiter, quote)
        sample = unescape(text[: SAMPLE_CHARS + 1], quote) if dialect.escaped else text
        head = [cells for cells in head_of(sample, dialect) if any(c.strip() for c in cells)]
        if not any(len(cells) > 1 for cells in head):
            continue
        width = mode(len(cells) for cells in head)
        share = sum(len(cells) == width for cells in head) / len(head)
        at = find_header(head)
        if width < 2 or share < 0.5 or at is None or len(head[at]) < 2:
            continue
        if delimiter in RARE and not _is_exact(head[at:], delimiter):
            continue
        key = (-at, share * (width - 1) ** 0.5)
        if best is None or key > best.key:
            best = _Found(delimiter, key, share)
    return best


def _is_exact(head: Sequence[Cells], delimiter: str) -> bool:
    """Whether a rare delimiter makes a table with a header of names of all records.

    A space, colon, or another mark that texts are full of must also set figures apart.
    """
    header, body = head[0], head[1:]
    if len(header) < 2 or not body or any(len(row) != len(header) for row in body):
        return False
    names = [(c or "").strip() for c in header]
    if not all(map(is_label, names)) or len(set(names)) < len(names):
        return False
    return delimiter in RARE[:7] or (len(names) > 2 and contrasts(header, body) > 0)


def _is_long(text: str, delimiter: str, quote: str) -> bool:
    """Whether a delimiter of several characters holds all of the first records together, and no part of it is left."""
    if _SIGN in text:
        return False
    rows = head_of(text.replace(delimiter, _SIGN), Dialect(_SIGN, quote))
    head = [cells for cells in rows if any(c.strip() for c in cells)]
    at = find_header(head)
    if at is None or not _is_exact(head[at:], _SIGN):
        return False
    return not any(delimiter[0] in name for name in head[at]) and (len(head[at]) > 2 or delimiter[0] not in ";\t")
