"""Entries of ``ringfinder.toml`` made from answers, written as TOML, and held against the tables that there are."""

from __future__ import annotations

import glob
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import cache
from importlib import resources

from ringfinder.errors import ConfigError
from ringfinder.tables.headers import quoted, same_text, toml_list
from ringfinder.tables.mapping import AskedOverride, Question, TableMapping, TableOverride
from ringfinder.tables.places import matching_place

__all__ = ["IGNORE", "answered", "check_entries", "choice_text", "entry_lines"]

#: The answer that leaves a column out.
IGNORE = "ignore"

_MOST_NAMED = 20


@cache
def _texts() -> dict[str, dict[str, str]]:
    with resources.files("ringfinder.tables").joinpath("meanings.toml").open("rb") as stream:
        return tomllib.load(stream)


def choice_text(question: Question, choice: str) -> str:
    """What a choice of a question means, in one line for people (``meanings.toml``)."""
    if choice == IGNORE:
        return "do not load the column"
    return _texts()["types" if question.header is None else "fields"].get(choice, "")


def answered(mapping: TableMapping, question: Question, choice: str, override: TableOverride | None) -> AskedOverride:
    """The entry that holds for the table of ``mapping`` once ``choice`` is the answer to ``question``.

    Parameters
    ----------
    mapping : TableMapping
        What was known when the question came up (:class:`ringfinder.tables.UnclearError` has it).
    question : Question
        One of the mapping's questions.
    choice : str
        One of the question's choices, or :data:`IGNORE` for a column.
    override : TableOverride, optional
        The entry that has held so far. The new one has all that it says, names this table alone and is at least as
        specific, so that it wins.
    """
    given = override or TableOverride()
    base = AskedOverride(**{f.name: getattr(given, f.name) for f in fields(given)})
    place = matching_place(mapping.file, base.file, base.sheet, base.table)
    if place is not None and (base.sheet is not None or base.table is not None):
        sheet = None if base.sheet is None or place.sheet is None else glob.escape(place.sheet)
        base = replace(base, file=glob.escape(place.file), sheet=sheet)
    else:
        base = replace(base, file=glob.escape(same_text(mapping.file).replace("\\", "/")))
    if question.header is None:
        return replace(base, type=choice)
    asked = (*base.asked, question.header)
    if choice == IGNORE:
        return replace(base, ignore=(*base.ignore, question.header), asked=asked)
    columns = {**base.columns, choice: mapping.with_answer(choice, question.header)}
    return replace(base, type=base.type or mapping.table, columns=columns, asked=asked)


def entry_lines(override: TableOverride) -> list[str]:
    """The ``[[tables]]`` entry of an override as lines of TOML; they give the same override back."""
    lines = ["[[tables]]", f"file = {quoted(override.file)}"]
    texts = (
        *("sheet", "type", "source", "source_kind", "target", "target_kind", "relation", "date", "weight"),
        *("encoding", "delimiter"),
    )
    lines += [f"{name} = {quoted(getattr(override, name))}" for name in texts if getattr(override, name) is not None]
    if override.table is not None:
        lines.insert(2, f"table = {override.table}")
    if override.ignore:
        lines.append(f"ignore = [{', '.join(map(quoted, override.ignore))}]")
    lines += [f"columns.{_key(field)} = {toml_list(h)}" for field, h in override.headers_by_field().items()]
    return lines


def _key(name: str) -> str:
    """A field's name as a TOML key."""
    return name if name.isascii() and name.replace("_", "").isalnum() else quoted(name)


def check_entries(overrides: Iterable[TableOverride], names: Sequence[str]) -> None:
    """Hold every entry against the display names of the tables that were read.

    Raises
    ------
    ConfigError
        If an entry matches none of them: it would have no effect, and nobody would notice.
    """
    idle = [entry.title for entry in overrides if not any(entry.matches(name) for name in names)]
    if not idle:
        return
    named = ", ".join(map(quoted, sorted(names)[:_MOST_NAMED]))
    more = len(names) - _MOST_NAMED
    raise ConfigError(
        f"{'; '.join(idle)}: no table of the input is meant by "
        + ("this [[tables]] entry" if len(idle) == 1 else "these [[tables]] entries"),
        where="ringfinder.toml",
        expected=f"one of {named}" + (f" and {more} more" if more > 0 else ""),
        do="Correct file, sheet or table there (a second table in one file has table = 2), or delete the entry",
    )
