"""Entity kinds, relations and evidence families, read once from ``vocabulary.toml``.

The codes are the field's terms (see the README's glossary); nothing else in the package spells them as literals
where the vocabulary can answer. A link table may bring kinds and relations of its own: :func:`extend` adds them as
plain identifiers.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Family", "Kind", "Relation", "Vocabulary", "extend", "plural", "vocabulary"]


@dataclass(frozen=True)
class Kind:
    """An entity kind: its code, its names for people and how its identifiers are treated."""

    code: str
    en: str
    plural: str
    zh: str
    clusters: bool
    personal: bool
    value: str
    known: bool = True


@dataclass(frozen=True)
class Relation:
    """A relation: which kinds it joins, the evidence family it carries and whether it may hold a community.

    ``clusters`` is ``"yes"``, ``"guarded"`` or ``"no"`` (see ``vocabulary.toml``).
    """

    code: str
    zh: str
    ends: tuple[tuple[str, str], ...]
    family: str
    clusters: str
    known: bool = True


@dataclass(frozen=True)
class Family:
    """An evidence family; a ``hard`` one shows that people really share something."""

    code: str
    en: str
    zh: str
    hard: bool


@dataclass(frozen=True)
class Vocabulary:
    """All kinds, relations and families by code, in the file's order, and the patterns of organisations' names."""

    kinds: Mapping[str, Kind]
    relations: Mapping[str, Relation]
    families: Mapping[str, Family]
    licensed_names: str = ""
    consulting_names: str = ""
    everyday_names: str = ""

    def relation_between(self, source_kind: str, target_kind: str) -> tuple[str, bool]:
        """The relation that a link of these kinds means when none is named, and whether its ends must be swapped.

        Returns
        -------
        tuple[str, bool]
            Relation code (``"related_to"`` when the vocabulary knows none) and the swap flag.
        """
        return _default_relations(self).get((source_kind, target_kind), ("related_to", False))


@cache
def _defaults_of_shipped() -> dict[tuple[str, str], tuple[str, bool]]:
    return _compute_defaults(vocabulary())


def _compute_defaults(words: Vocabulary) -> dict[tuple[str, str], tuple[str, bool]]:
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    for relation in words.relations.values():
        for ends in relation.ends:
            found.setdefault(ends, (relation.code, False))
    for (source, target), (code, _) in list(found.items()):
        found.setdefault((target, source), (code, True))
    return found


def _default_relations(words: Vocabulary) -> dict[tuple[str, str], tuple[str, bool]]:
    return _defaults_of_shipped() if words is vocabulary() else _compute_defaults(words)


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary."""
    with resources.files("ringfinder").joinpath("vocabulary.toml").open("rb") as stream:
        data = tomllib.load(stream)
    kinds = {code: Kind(code=code, **entry) for code, entry in data["kinds"].items()}
    relations = {
        code: Relation(
            code=code,
            zh=entry["zh"],
            ends=tuple((a, b) for a, b in (pair.split(">") for pair in entry["ends"])),
            family=entry["family"],
            clusters=entry["clusters"],
        )
        for code, entry in data["relations"].items()
    }
    families = {code: Family(code=code, **entry) for code, entry in data["families"].items()}
    return Vocabulary(
        MappingProxyType(kinds), MappingProxyType(relations), MappingProxyType(families), **data["organisations"]
    )


def extend(words: Vocabulary, kinds: Iterable[str], relations: Iterable[str]) -> Vocabulary:
    """``words`` plus unknown kind and relation codes, accepted as plain identifiers that may cluster.

    An unknown kind is treated as personal (masked), an unknown relation carries no evidence family.
    """
    new_kinds = dict(words.kinds)
    for code in sorted(set(kinds) - new_kinds.keys()):
        new_kinds[code] = Kind(code, code, f"{code}s", code, True, True, "text", known=False)
    new_relations = dict(words.relations)
    for code in sorted(set(relations) - new_relations.keys()):
        new_relations[code] = Relation(code, code, (), "", "yes", known=False)
    return replace(words, kinds=MappingProxyType(new_kinds), relations=MappingProxyType(new_relations))


def plural(number: int, one: str, many: str = "") -> str:
    """A count in words: ``1 debtor``, ``2 debtors``, ``3 companies``."""
    return f"{number:,} {one if number == 1 else (many or one + 's')}"
