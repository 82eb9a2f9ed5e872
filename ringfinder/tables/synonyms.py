"""What a header can mean in a table type: ``synonyms.toml`` and ``words.toml``, made ready to look up."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import compress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ringfinder.tables.headers import header_key, header_keys, header_parts, load_words, without_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "LINK_FIELDS",
    "Meaning",
    "Parties",
    "TableType",
    "customer_side",
    "parties",
    "shape_of",
    "table_types",
    "third_party_columns",
]

#: Fields of a generic link table; the first four are its required headers, spelt exactly so.
LINK_FIELDS = ("source_kind", "source", "target_kind", "target", "relation", "date", "weight")


@dataclass(frozen=True)
class Meaning:
    """What one header means in one table type.

    ``fields`` are the candidates: none when the header is unknown or dropped, several when it is ambiguous.
    ``mode`` is ``"sure"``, ``"or"`` (ask), ``"then"`` (the later ones when the earlier are taken),
    ``"spare"`` (only when no other header gives the field), ``"dropped"`` or ``"unknown"``. ``rank`` orders
    the headers of one field, lowest best; ``weight`` is what the header says for the table type.
    """

    fields: tuple[str, ...]
    mode: str
    reason: str
    rank: int = 0
    weight: float = 0.0


_UNKNOWN = Meaning((), "unknown", "no field is known by this header")
_BLANK = Meaning((), "unknown", "the header is blank")


@dataclass(frozen=True)
class TableType:
    """A table type: its code, the words that speak for it and the meaning of headers in it."""

    code: str
    names: tuple[str, ...]
    cues: tuple[str, ...]
    needs: tuple[frozenset[str], ...]
    used: bool
    fields: frozenset[str]
    own: Mapping[str, Meaning]
    shared: Mapping[str, Meaning]
    compounds: Mapping[str, Meaning]

    def meaning(self, header: str) -> Meaning:
        """What ``header`` means here: exact synonym, dropped, shared synonym, compound, numbered sibling."""
        keys = [key for key in header_keys(header) if key]
        if not keys:
            return _BLANK
        found = [m for m in map(self._look_up, keys) if m.mode != "unknown"]
        if found:
            # With and without its prefix a header can mean the same: the surer of the two counts.
            return max((m for m in found if m.fields == found[0].fields), key=lambda m: m.weight)
        for key in keys:
            shorter = without_number(key)
            plain = self._look_up(shorter) if shorter not in {key, ""} else _UNKNOWN
            if plain.mode == "dropped":
                return plain
            if plain.mode != "unknown":
                reason = f"{plain.reason}, one of several columns"
                return Meaning(plain.fields, plain.mode, reason, plain.rank + 1, plain.weight)
        for parts in header_parts(header):
            meant = [self._look_up(part) for part in parts]
            if all(m.fields == meant[0].fields and m.mode == "sure" for m in meant):
                return max(meant, key=lambda m: m.weight)
        return _UNKNOWN

    def _look_up(self, key: str) -> Meaning:
        if key in self.own:
            return self.own[key]
        dropped = _dropped(key)
        if dropped:
            return dropped
        found = self.shared.get(key) or self.compounds.get(key)
        if found:
            return found
        for word in _neutral_words():
            rest = key.removeprefix(word)
            if rest not in {key, ""}:
                plain = self.own.get(rest) or self.shared.get(rest) or self.compounds.get(rest)
                if plain:
                    reason = f"{plain.reason} after the word {word}"
                    return Meaning(plain.fields, plain.mode, reason, plain.rank + 1, plain.weight)
        return _UNKNOWN

    def cue(self, header: str) -> str:
        """The cue word that ``header`` holds, or ``""``."""
        key = header_key(header)
        return next((word for word in self.cues if word in key), "")

    def complete(self, mapped: frozenset[str]) -> bool:
        """Whether the mapped fields are enough for a table of this type."""
        return any(need <= mapped for need in self.needs)


def _words(text: str) -> list[str]:
    return [header_key(word) for word in text.split()]


@cache
def _neutral_words() -> tuple[str, ...]:
    return tuple(load_words()["clean"]["neutral"].split())


@cache
def customer_side() -> frozenset[str]:
    """Fields that make an unqualified header to their right the customer's, not the agent's."""
    return frozenset(load_words()["beside"]["customer"].split())


@cache
def _shapes() -> Mapping[str, str]:
    return {field: shape for shape, fields in load_words()["shapes"].items() for field in fields.split()}


def shape_of(field: str) -> str | None:
    """The shape of a field's values (see :mod:`ringfinder.tables.shapes`), None for plain text."""
    return _shapes().get(field)


@cache
def _drop_lists() -> tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]:
    return tuple(
        (entry["why"], frozenset(_words(entry.get("headers", ""))), tuple(_words(entry.get("contains", ""))))
        for entry in load_words()["dropped"].values()
    )


@cache
def _related() -> tuple[frozenset[str], frozenset[str]]:
    entry = load_words()["related"]
    return frozenset(_words(entry["relation"])), frozenset(_words(entry["plain"]))


class Parties(NamedTuple):
    """The sides of a contract (``words.toml``): header keys, how keys about a side begin, choices, debtor's fields."""

    columns: frozenset[str]
    sides: tuple[str, ...]
    choices: tuple[str, ...]
    debtor: frozenset[str]

    def side(self, header: str) -> str:
        """The side that a header is about, ``""`` if it is about none."""
        return next((side for side in self.sides if header_key(header).startswith(side)), "")


@cache
def parties(table: str) -> Parties | None:
    """The sides of a contract in a table type where they need not be the debtor and the agent; else None."""
    entry = load_words()["parties"]
    if table not in entry["tables"].split():
        return None
    columns, sides = frozenset(_words(entry["columns"])), tuple(_words(entry["sides"]))
    return Parties(columns, sides, tuple(entry["choices"].split()), frozenset(entry["debtor"].split()))


def third_party_columns(headers: Sequence[str]) -> Mapping[int, str]:
    """Columns whose plain header (``姓名``, ``电话``) may be a contact's, with the reason to leave them out.

    All of them in a table that tells in each row how a person is related to the customer and names the contact in no
    other way; else those that follow a contact's name or relation, unless another column holds the contact's phone.
    """
    relations, plain = _related()
    forms = [{form for key in header_keys(header) for form in (key, without_number(key))} for header in headers]
    contact = [any(_is_contact(form) for form in some) for some in forms]
    named = [is_contact and not some & relations for some, is_contact in zip(forms, contact, strict=True)]
    whole = any(some & relations for some in forms) and not any(named)
    has_phone = any(any(form.endswith(_phone_nouns()) for form in some) for some in compress(forms, named))
    why = f"left out on purpose: {load_words()['related']['why']}"
    found: dict[int, str] = {}
    for i, some in enumerate(forms):
        follows = not has_phone and i > 0 and (contact[i - 1] or i - 1 in found)
        if some & plain and (whole or follows):
            found[i] = why
    return found


def _is_contact(key: str) -> bool:
    dropped = _dropped(key)
    return dropped is not None and dropped.reason.endswith(load_words()["dropped"]["contact"]["why"])


@cache
def _phone_nouns() -> tuple[str, ...]:
    return tuple(_words(load_words()["nouns"]["phone"]))


def _dropped(key: str) -> Meaning | None:
    for why, headers, parts in _drop_lists():
        if key in headers or any(part in key for part in parts):
            return Meaning((), "dropped", f"left out on purpose: {why}")
    return None


def _claims(fields: Mapping[str, str], weight: float, where: str) -> dict[str, Meaning]:
    """Key -> meaning for one level; a header that two fields claim is ambiguous."""
    found: dict[str, Meaning] = {}
    for field, headers in fields.items():
        for rank, key in enumerate(_words(headers)):
            earlier = found.get(key)
            if earlier is None:
                found[key] = Meaning((field,), "sure", f"synonym{where}", rank, weight)
            elif field not in earlier.fields:
                found[key] = Meaning((*earlier.fields, field), "or", "synonym of several fields", rank, weight)
    return found


def _generics(entries: Mapping[str, str]) -> Iterator[tuple[str, Meaning]]:
    for rule, headers in entries.items():
        mode = "or" if " or " in rule else "then" if " then " in rule else "spare"
        candidates = tuple(rule.replace(" then ", " or ").split(" or "))
        for key in _words(headers):
            yield key, Meaning(candidates, mode, "generic header, read by its neighbours", 1000, 0.5)


def _compounds(owners: list[str], words: Mapping[str, Any]) -> dict[str, Meaning]:
    """Owner word + noun; the first listed owner of a table type wins."""
    nouns = {noun: [(word, header_key(word)) for word in text.split()] for noun, text in words["nouns"].items()}
    found: dict[str, Meaning] = {}
    for owner in owners:
        entry = words["owners"][owner]
        owned = [(word, header_key(word)) for word in entry["words"].split()]
        for noun, field in entry["fields"].items():
            for word, start in owned:
                meaning = Meaning((field,), "sure", f"{word} + {nouns[noun][0][0]}", 500, 0.5)
                for _, end in nouns[noun]:
                    found.setdefault(start + end, meaning)
    return found


def _table_type(code: str, entry: Mapping[str, Any], groups: Mapping[str, Any]) -> TableType:
    weight = 1.0 if entry.get("full") else 0.5
    own_fields: Mapping[str, str] = entry.get("fields", {})
    own = dict(_generics(entry.get("generic", {})))
    own.update(_claims(own_fields, 1.0, f" in {code}"))
    shared: dict[str, Meaning] = {}
    fields = set(own_fields)
    for group in entry["groups"].split():
        fields.update(groups[group])
        for key, meaning in _claims(groups[group], weight, "").items():
            shared.setdefault(key, meaning)
    compounds = _compounds(entry["owners"].split(), load_words())
    for level in (own, compounds):
        fields.update(field for meaning in level.values() for field in meaning.fields)
    return TableType(
        code=code,
        names=tuple(entry["names"].split()),
        cues=tuple(_words(entry["cues"])),
        needs=tuple(frozenset(need.split()) for need in entry["needs"]),
        used=entry.get("used", True),
        fields=frozenset(fields),
        own=MappingProxyType(own),
        shared=MappingProxyType(shared),
        compounds=MappingProxyType(compounds),
    )


@cache
def table_types() -> Mapping[str, TableType]:
    """All table types by code, in the file's order, but for the link table, whose headers are fixed."""
    with resources.files("ringfinder.tables").joinpath("synonyms.toml").open("rb") as stream:
        data = tomllib.load(stream)
    return MappingProxyType({code: _table_type(code, entry, data["groups"]) for code, entry in data["tables"].items()})
