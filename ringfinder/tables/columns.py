"""The columns of a table whose type is decided: which field each gives, and the questions that remain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ringfinder.errors import ConfigError
from ringfinder.tables.headers import clean_header, header_key, many_fields, pattern_of, quoted, same_text, toml_list
from ringfinder.tables.mapping import ColumnMapping, Question, TableMapping
from ringfinder.tables.shapes import vote
from ringfinder.tables.synonyms import customer_side, parties, shape_of, third_party_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ringfinder.tables.mapping import TableOverride
    from ringfinder.tables.synonyms import Meaning, Parties, TableType

__all__ = ["HeadersError", "Solution", "UnclearError", "ask", "find_header", "place_column", "shown", "solve"]

_MOST_SHOWN = 40
#: Types in which a row may be about a customer's contact.
_ABOUT_CUSTOMERS = ("customers", "collection_cases")


class HeadersError(ConfigError):
    """An error whose message quotes headers. Exit status 2.

    ``headers`` are those of the table; in a file without a header they may be the cells of a record.
    """

    def __init__(self, what: str, *, where: str = "", headers: Sequence[str], expected: str = "", do: str = "") -> None:
        super().__init__(what, where=where, expected=expected, do=do)
        self.headers = tuple(headers)


class UnclearError(HeadersError):
    """A header or a table that can be taken in two ways. The message holds the lines that settle it. Exit status 2.

    ``mapping`` is what is known so far; its ``questions`` are what is to be asked.
    """

    def __init__(self, what: str, *, mapping: TableMapping, expected: str, do: str) -> None:
        headers = [column.header for column in mapping.columns]
        super().__init__(what, where=mapping.file, headers=headers, expected=expected, do=do)
        self.mapping = mapping


@dataclass
class Solution:
    """Field and reason by column index, and the questions that only the user can answer."""

    found: dict[int, tuple[str | None, str]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def fields(self) -> set[str]:
        """The fields that are mapped."""
        return {name for name, _ in self.found.values() if name is not None}

    def columns(self, headers: Sequence[str]) -> tuple[ColumnMapping, ...]:
        """Every column of ``headers`` in order."""
        return tuple(ColumnMapping(header, *self.found.get(i, (None, "not used"))) for i, header in enumerate(headers))


def shown(headers: Sequence[str]) -> str:
    """Headers for a message: quoted, shortened, not too many."""
    parts = [quoted(header if len(header) <= _MOST_SHOWN else header[:_MOST_SHOWN] + "…") for header in headers]
    more = len(parts) - _MOST_SHOWN
    return ", ".join(parts[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def find_header(name: str, headers: Sequence[str], file: str) -> int:
    """Index of the column that ``name`` means: the same text, or the only one that is equal when cleaned.

    Raises
    ------
    ConfigError
        If the file has no such column, or several that differ only in decoration.
    """
    for form in (str, same_text, clean_header):
        hits = [i for i, header in enumerate(headers) if form(header) == form(name)]
        if hits and (len(hits) == 1 or form is not clean_header):
            return hits[0]
    raise HeadersError(
        f"ringfinder.toml names the column {quoted(name)}, which the file {'has twice' if hits else 'lacks'}",
        where=file,
        headers=headers,
        expected=f"one of {shown(headers)}",
        do="Correct the header in the file's [[tables]] entry",
    )


def solve(
    kind: TableType,
    headers: Sequence[str],
    file: str,
    samples: Mapping[str, Sequence[str]],
    override: TableOverride | None = None,
) -> Solution:
    """Which field each header gives in a table of type ``kind``.

    Raises
    ------
    ConfigError
        If the override names a field that the table type does not have, or a header that the file lacks.
    """
    work = Solution()
    closed = _apply(kind, headers, file, override, work) if override else frozenset[str]()
    meanings: dict[int, Meaning] = {}
    first: dict[str, int] = {}
    strangers = third_party_columns(headers) if kind.code in _ABOUT_CUSTOMERS else {}
    for i, header in enumerate(headers):
        first.setdefault(header, i)
        if i in work.found:
            continue
        if first[header] != i:
            work.found[i] = (None, "the header occurs twice: give the column a name of its own to load it")
            continue
        if i in strangers:
            work.found[i] = (None, strangers[i])
            continue
        meanings[i] = kind.meaning(header)
        if not meanings[i].fields:
            work.found[i] = (None, meanings[i].reason)
        elif set(meanings[i].fields) <= closed:
            work.found[i] = (None, f"ringfinder.toml gives {meanings[i].fields[0]}")
    sides = parties(kind.code)
    if sides is not None:
        _take_parties(kind, sides, meanings, headers, work, closed)
    _take_sure(meanings, headers, work)
    for i, meaning in meanings.items():
        if i not in work.found:
            _take_generic(i, meaning, headers[i], samples.get(headers[i], ()), work, closed)
    return work


def _apply(
    kind: TableType, headers: Sequence[str], file: str, override: TableOverride, work: Solution
) -> frozenset[str]:
    """Put the override's columns into ``work``; returns its fields, which recognition must leave alone."""
    by_field = override.headers_by_field()
    unknown = sorted(set(by_field) - kind.fields)
    if unknown:
        raise ConfigError(
            f"ringfinder.toml maps {', '.join(unknown)}, which a table of type {kind.code} does not have",
            where=file,
            expected="fields among " + ", ".join(sorted(kind.fields)),
        )
    for name, wanted in by_field.items():
        for header in wanted:
            i = find_header(header, headers, file)
            place_column(work, i, name, headers, file, asked=header in override.asked)
    for header in override.ignore:
        reason = "asked" if header in override.asked else "ringfinder.toml says to ignore it"
        work.found.setdefault(find_header(header, headers, file), (None, reason))
    return frozenset(by_field)


def place_column(work: Solution, i: int, name: str, headers: Sequence[str], file: str, *, asked: bool = False) -> None:
    """Give column ``i`` to the field ``name`` because the configuration says so, or the user when ``asked``.

    Raises
    ------
    ConfigError
        If the configuration gives the column to another field already.
    """
    earlier = work.found.get(i)
    if earlier and earlier[0] != name:
        raise ConfigError(
            f"ringfinder.toml gives the column {quoted(headers[i])} to both {earlier[0]} and {name}",
            where=file,
            expected="one field a column",
        )
    work.found[i] = (name, "asked" if asked else "set in ringfinder.toml")


def _take_parties(
    kind: TableType,
    sides: Parties,
    meanings: Mapping[int, Meaning],
    headers: Sequence[str],
    work: Solution,
    closed: frozenset[str],
) -> None:
    """Ask who the two sides of a contract are, unless another column, or the configuration, names the debtor.

    Where the configuration says that a side is not who it usually is, other columns about that side are left out.
    """
    keys = [header_key(header) for header in headers]
    turned = {
        sides.side(headers[i])
        for i, (name, _) in work.found.items()
        if keys[i] in sides.columns and name not in (None, *kind.meaning(headers[i]).fields)
    } - {""}
    known = work.fields()
    for i, meaning in meanings.items():
        if i in work.found:
            continue
        if keys[i] not in sides.columns and sides.side(headers[i]) in turned:
            work.found[i] = (None, "ringfinder.toml says who this side of the contract is: name this column, too")
        elif keys[i] not in sides.columns and meaning.mode == "sure":
            known |= {*meaning.fields}
    named = {sides.side(header) for header, key in zip(headers, keys, strict=True) if key in sides.columns}
    if known & sides.debtor or len(named) < 2:
        return
    for i in [i for i in meanings if keys[i] in sides.columns]:
        choices = tuple(name for name in sides.choices if name in kind.fields and name not in closed)
        work.questions.append(Question(headers[i], choices))
        work.found[i] = (None, f"unclear: can mean {' or '.join(choices)}")


def _take_sure(meanings: Mapping[int, Meaning], headers: Sequence[str], work: Solution) -> None:
    by_field: dict[str, list[int]] = {}
    for i, meaning in meanings.items():
        if meaning.mode == "sure" and i not in work.found:
            by_field.setdefault(meaning.fields[0], []).append(i)
    for name, columns in by_field.items():
        columns.sort(key=lambda i: (meanings[i].rank, i))
        for i in columns:
            if i == columns[0] or name in many_fields():
                work.found[i] = (name, meanings[i].reason)
            else:
                work.found[i] = (None, f"{name} is already given by {quoted(headers[columns[0]])}")


def _take_generic(
    i: int, meaning: Meaning, header: str, values: Sequence[str], work: Solution, closed: frozenset[str]
) -> None:
    """A header that needs its neighbours: see the head of ``synonyms.toml``."""
    taken = work.fields() | closed
    lead, *rest = meaning.fields
    if not rest:
        free = lead not in taken
        work.found[i] = (lead, meaning.reason) if free else (None, f"another column already gives {lead}")
        return
    open_fields = [name for name in meaning.fields if name not in closed]
    winner = vote([shape_of(name) for name in open_fields], values)
    named = " or ".join(meaning.fields)
    if winner is not None:
        name = open_fields[winner]
        if name in taken and name not in many_fields():
            work.found[i] = (None, f"another column already gives {name}")
        else:
            work.found[i] = (name, f"could be {named}; the sampled values look like {shape_of(name)}")
    elif meaning.mode == "then" and work.found.get(i - 1, ("",))[0] in customer_side() and rest[0] not in closed:
        work.found[i] = (rest[0], f"could be {named}; stands beside the customer's {work.found[i - 1][0]}")
    elif lead not in taken:
        # What the configuration has given to another column is not on offer, unless the field may have several.
        choices = tuple(name for name in meaning.fields if name not in closed or name in many_fields())
        work.questions.append(Question(header, choices))
        work.found[i] = (None, f"unclear: can mean {named}")
    elif meaning.mode == "then" and rest[0] not in closed and (rest[0] not in taken or rest[0] in many_fields()):
        work.found[i] = (rest[0], f"could be {named}; another column gives {lead}")
    else:
        work.found[i] = (None, f"could be {named}; another column already gives {lead}")


def ask(work: Solution, kind: TableType, headers: Sequence[str], file: str, reason: str) -> UnclearError:
    """The error that puts the questions of ``work`` to the user, with the lines that answer them."""
    mapping = TableMapping(file, kind.code, work.columns(headers), reason, questions=tuple(work.questions))
    lines = [
        "Put one line for each into ringfinder.toml (or into the entry that the file has there):",
        "[[tables]]",
    ]
    lines += [f"file = {pattern_of(file)}", f"type = {quoted(kind.code)}"]
    parts = []
    for question in work.questions:
        header = question.header or ""
        lines.append("# one of:")
        lines += [f"columns.{name} = {toml_list(mapping.with_answer(name, header))}" for name in question.choices]
        lines.append(f"ignore = [{quoted(header)}]")
        parts.append(f"the column {shown([header])} can mean {' or '.join(question.choices)}")
    lines.append("# end of the entry")
    return UnclearError("; ".join(parts), mapping=mapping, expected="one meaning a column", do="\n".join(lines))
