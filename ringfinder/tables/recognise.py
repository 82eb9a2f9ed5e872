"""From a file's headers to its table type and the meaning of each column."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from ringfinder.errors import ConfigError
from ringfinder.tables.columns import HeadersError, Solution, UnclearError, ask, find_header, place_column, shown, solve
from ringfinder.tables.headers import pattern_of, quoted, same_text
from ringfinder.tables.mapping import AskedOverride, ColumnMapping, Question, TableMapping
from ringfinder.tables.synonyms import LINK_FIELDS, table_types

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ringfinder.tables.mapping import TableOverride
    from ringfinder.tables.synonyms import TableType

__all__ = ["TABLES", "known_fields", "recognise"]

#: Codes of the table types that this release loads.
TABLES: tuple[str, ...] = (*(kind.code for kind in table_types().values() if kind.used), "links")

_CUE = 2.0  # what a cue word adds to a table type's score
_OVERRIDE = 3.0  # what a field that the override names adds
_LEAST = 2.0  # a lower score recognises nothing
_TIE = 0.25  # scores this close are a tie


def known_fields(table: str) -> tuple[str, ...]:
    """The fields that a table of this type can have, sorted.

    Raises
    ------
    ConfigError
        If there is no such table type.
    """
    if table == "links":
        return LINK_FIELDS
    return tuple(sorted(_table_type(table).fields))


def recognise(
    headers: Sequence[str],
    file: str,
    samples: Mapping[str, Sequence[str]] | None = None,
    override: TableOverride | None = None,
) -> TableMapping:
    """Decide what table a file is, then what each of its columns means.

    Parameters
    ----------
    headers : Sequence[str]
        The header row as read.
    file : str
        Name of the file; a weak hint when the headers fit two table types equally.
    samples : Mapping[str, Sequence[str]], optional
        Up to about 200 values by header; they break ties between meanings of a header, nothing more.
    override : TableOverride, optional
        What ``ringfinder.toml`` says about this file.

    Returns
    -------
    TableMapping
        With table ``"unknown"`` and no mapped column when the headers fit no table type.

    Raises
    ------
    UnclearError
        If a header or the table itself can be taken in two ways.
    ConfigError
        If the override names a table type, field or header that does not exist.
    """
    if _is_links(headers, override):
        return _links(headers, file, override)
    if override and override.type is not None:
        kind = _table_type(override.type, file)
        reason = "asked" if isinstance(override, AskedOverride) else "set in ringfinder.toml"
    else:
        choice = _choose(headers, file, samples or {}, override)
        if isinstance(choice, str):
            return TableMapping(file, "unknown", tuple(ColumnMapping(h, None, "not used") for h in headers), choice)
        kind, reason = choice.kind, choice.reason
    solution = solve(kind, headers, file, samples or {}, override)
    if solution.questions:
        raise ask(solution, kind, headers, file, reason)
    return TableMapping(file, kind.code, solution.columns(headers), reason)


def _table_type(code: str, file: str = "") -> TableType:
    types = table_types()
    if code not in types:
        raise ConfigError(
            f"there is no table type {quoted(code)}",
            where=file,
            expected="one of " + ", ".join([*types, "links", "long"]),
        )
    return types[code]


# ---- the generic link table ----
def _is_links(headers: Sequence[str], override: TableOverride | None) -> bool:
    if override and (override.is_links or override.type is not None):
        return override.is_links
    if override and {"source", "target"} <= set(override.columns):
        return True
    return set(LINK_FIELDS[:4]) <= set(headers)


def _links(headers: Sequence[str], file: str, override: TableOverride | None) -> TableMapping:
    work, constants = Solution(), dict[str, str]()
    wanted: dict[str, tuple[str, ...]] = override.headers_by_field() if override else {}
    if override:
        unknown = sorted(set(wanted) - set(LINK_FIELDS))
        if unknown:
            raise ConfigError(
                f"ringfinder.toml maps {', '.join(unknown)}, which a link table does not have",
                where=file,
                expected="fields among " + ", ".join(LINK_FIELDS),
            )
        pairs = {
            "source": override.source,
            "target": override.target,
            "date": override.date,
            "weight": override.weight,
        }
        wanted.update({name: (header,) for name, header in pairs.items() if header is not None})
        fixed = {
            "source_kind": override.source_kind,
            "target_kind": override.target_kind,
            "relation": override.relation,
        }
        constants = {name: value for name, value in fixed.items() if value is not None}
        for name, names in wanted.items():
            for header in names:
                place_column(work, find_header(header, headers, file), name, headers, file)
        for header in override.ignore:
            work.found.setdefault(find_header(header, headers, file), (None, "ringfinder.toml says to ignore it"))
    declared = bool(override and (override.source or override.target))
    settled = set(wanted) | set(constants)
    for i, header in enumerate(headers):
        if i in work.found:
            continue
        automatic = header in LINK_FIELDS and header not in settled and not (declared and header in _NOT_ASSUMED)
        work.found[i] = (header, "link table's own header") if automatic else (None, "not a column of a link table")
        if automatic:
            settled.add(header)
    _check_links(work, constants, headers, file)
    reason = "set in ringfinder.toml" if override and override.is_links else "has the headers of a link table"
    return TableMapping(file, "links", work.columns(headers), reason, tuple(sorted(constants.items())))


_NOT_ASSUMED = frozenset({"relation", "date", "weight"})


def _check_links(work: Solution, constants: Mapping[str, str], headers: Sequence[str], file: str) -> None:
    given = [name for name, _ in work.found.values() if name is not None]
    missing = [name for name in LINK_FIELDS[:4] if name not in given and name not in constants]
    twice = sorted({name for name in given if given.count(name) > 1})
    if missing or twice:
        raise HeadersError(
            f"the link table lacks {', '.join(missing)}" if missing else f"several columns give {', '.join(twice)}",
            where=file,
            headers=headers,
            expected=f"a header for source and target and a kind for each; the file has {shown(headers)}",
            do='Write source = "HEADER", source_kind = "KIND", target = "HEADER" and target_kind = "KIND" '
            "into the file's [[tables]] entry",
        )


# ---- the table type ----
@dataclass(frozen=True)
class _Candidate:
    kind: TableType
    score: float
    speaking: tuple[str, ...]
    complete: bool
    reason: str = ""


def _candidate(kind: TableType, headers: Sequence[str], named: frozenset[str]) -> _Candidate:
    score, speaking, possible = _OVERRIDE * len(named & kind.fields), [], set(named)
    for header in dict.fromkeys(headers):
        meaning, cue = kind.meaning(header), kind.cue(header)
        if meaning.fields or cue:
            speaking.append((-(meaning.weight + (_CUE if cue else 0.0)), header))
            score += meaning.weight + (_CUE if cue else 0.0)
        possible.update(meaning.fields)
    complete = kind.complete(frozenset(possible)) and named <= kind.fields
    return _Candidate(kind, score, tuple(h for _, h in sorted(speaking, key=lambda pair: pair[0])), complete)


def _choose(
    headers: Sequence[str], file: str, samples: Mapping[str, Sequence[str]], override: TableOverride | None
) -> _Candidate | str:
    """The table type that the headers speak for, or the reason why there is none."""
    named = frozenset(override.columns) if override else frozenset[str]()
    everything = [_candidate(kind, headers, named) for kind in table_types().values()]
    unknown = named - frozenset().union(*(kind.fields for kind in table_types().values()))
    if unknown:
        known = sorted(frozenset().union(*(kind.fields for kind in table_types().values())))
        raise ConfigError(
            f"ringfinder.toml maps {', '.join(sorted(unknown))}, which no table type has",
            where=file,
            expected="fields among " + ", ".join(known),
        )
    fits = [c for c in everything if c.complete and c.score >= _LEAST]
    if not fits:
        return _why_unknown(headers, everything)
    top = max(c.score for c in fits)
    best = [c for c in fits if top - c.score < _TIE]
    hint = ""
    if len(best) > 1:
        name = same_text(PurePath(file.replace("\\", "/")).name).lower()
        hinted = [c for c in best if any(word in name for word in c.kind.names)]
        if len(hinted) == 1:
            best, hint = hinted, "; the file's name decides between equals"
    if len(best) > 1 and len({solve(c.kind, headers, file, samples).columns(headers) for c in best}) > 1:
        raise _ask_type(best, headers, file)
    chosen = best[0]
    if not chosen.kind.used:
        return f"looks like {chosen.kind.code}, which this release does not load; headers: {shown(headers)}"
    reason = f"{', '.join(chosen.speaking[:3])} speak for {chosen.kind.code} (score {chosen.score:g}{hint})"
    return _Candidate(chosen.kind, chosen.score, chosen.speaking, True, reason)


def _ask_type(best: Sequence[_Candidate], headers: Sequence[str], file: str) -> UnclearError:
    lines = ["Put into ringfinder.toml:", "[[tables]]", f"file = {pattern_of(file)}", "# one of:"]
    lines += [f"type = {quoted(candidate.kind.code)}" for candidate in best]
    codes = tuple(candidate.kind.code for candidate in best)
    what = f"the headers fit {' or '.join(codes)} equally"
    columns = tuple(ColumnMapping(h, None, "unclear: the table's type is not known") for h in headers)
    mapping = TableMapping(file, "unknown", columns, what, questions=(Question(None, codes),))
    return UnclearError(what, mapping=mapping, expected="one table type", do="\n".join([*lines, "# end"]))


def _why_unknown(headers: Sequence[str], candidates: Sequence[_Candidate]) -> str:
    if {h.strip().lower() for h in headers} >= set(LINK_FIELDS[:4]):
        return f"nearly a link table, whose headers are spelt exactly {', '.join(LINK_FIELDS[:4])}"
    nearest = max(candidates, key=lambda c: (c.score, c.kind.used))
    if nearest.score == 0:
        return f"no header is known; headers: {shown(headers)}"
    needs = ", or ".join(" + ".join(sorted(need)) for need in nearest.kind.needs)
    fits = ", ".join(quoted(header) for header in nearest.speaking[:5])
    near = f"nearest is {nearest.kind.code} by {fits}, which needs {needs}"
    return f"fits no table type; {near}; headers: {shown(headers)}"
