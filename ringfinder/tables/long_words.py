"""What the words of a long table mean: ``long.toml`` first, then the headers of ``synonyms.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from ringfinder.tables.headers import header_key, header_keys
from ringfinder.tables.shapes import vote
from ringfinder.tables.synonyms import shape_of, table_types
from ringfinder.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ROLES", "TABLE_ORDER", "WordMeaning", "long_words", "role_of", "word_meaning"]

#: What a column of a long table can be.
ROLES = ("type", "value", "date", "amount", "label", "customer_id", "id_number", "name", "complaint_id")

#: Tables whose headers a word is looked up in, in this order; organisations are left out, since a long table's rows
#: are about customers.
TABLE_ORDER = (
    *("customers", "powers_of_attorney", "sessions", "complaints", "mail", "payments", "documents"),
    *("phone_changes", "calls"),
)
#: Fewer digits are no phone; names of organisations have none.
_PHONE_DIGITS = 7
#: Fields that say who the row is about or when: a column of the table gives them, no word.
_NO_LINK = frozenset({"customer_id"})


@dataclass(frozen=True)
class WordMeaning:
    """What one word of the type column means.

    ``table`` is a table type (``""``: the word is not loaded, then ``field`` is the reason code of its rows), ``field``
    the field that the value gives; in a table of links ``field`` is ``KIND.RELATION``. ``reason`` is for people.
    """

    table: str
    field: str
    reason: str

    @property
    def known(self) -> bool:
        """Whether the word is one of ours, loaded or left out on purpose."""
        return self.field != "unknown_type"


@cache
def long_words() -> Mapping[str, Mapping[str, str]]:
    """The sections of ``long.toml``."""
    with resources.files("ringfinder.tables").joinpath("long.toml").open("rb") as stream:
        return tomllib.load(stream)


@cache
def _roles() -> Mapping[str, tuple[str, int]]:
    """Header key -> role and place in the role's list."""
    found: dict[str, tuple[str, int]] = {}
    for role, words in long_words()["roles"].items():
        for place, word in enumerate(words.split()):
            found.setdefault(header_key(word), (role, place))
    return found


def role_of(header: str) -> tuple[str, int]:
    """What a column with this header can be in a long table, and how good a header for it it is (0 is best).

    ``("", 0)`` if it is none of :data:`ROLES`. A number of customers by its usual header goes before ``id``.
    """
    sure = {code: table_types()[code].meaning(header) for code in ("customers", "complaints")}
    for code, fields in (("customers", ("customer_id", "id_number", "name")), ("complaints", ("complaint_id",))):
        if sure[code].mode == "sure" and sure[code].fields[0] in fields:
            return sure[code].fields[0], sure[code].rank
    hits = [_roles()[key] for key in header_keys(header) if key in _roles()]
    role, place = hits[0] if hits else ("", 0)
    return role, place + (1000 if role == "customer_id" else 0)


@cache
def _own_words() -> Mapping[str, str]:
    """Word -> ``table.field`` by ``long.toml`` and by the names of our relations."""
    entry = long_words()
    found = {header_key(word): field for field, words in entry["words"].items() for word in words.split()}
    for code, field in entry["relations"].items():
        found.setdefault(header_key(code), field)
        found.setdefault(header_key(vocabulary().relations[code].zh), field)
    return found


def word_meaning(word: str, samples: Sequence[str] = ()) -> WordMeaning:
    """What ``word`` means as the kind of a link.

    Parameters
    ----------
    word : str
        A cell of the type column.
    samples : Sequence[str]
        Values that stand beside it; they decide between several meanings.
    """
    keys = [key for key in header_keys(word) if key]
    own = next((_own_words()[key] for key in keys if key in _own_words()), None)
    if own is not None:
        targets = own.split(" or ")
        places = [(t.partition(".")[0], t.partition(".")[2]) for t in targets]
        # a phone or an organisation: even one value tells, so there is no need of enough for a vote
        numbers = sum(sum(c.isdigit() for c in text) >= _PHONE_DIGITS for text in samples)
        table, field = places[0 if 2 * numbers >= len(samples) else -1]
        return WordMeaning(table, field, f"{word} means {field}")
    spare: WordMeaning | None = None
    for code in TABLE_ORDER:
        meaning = table_types()[code].meaning(word)
        if meaning.mode == "dropped":
            return WordMeaning("", "type_left_out", meaning.reason)
        if not meaning.fields or meaning.fields[0] in _NO_LINK:
            continue
        if meaning.mode == "sure":
            return WordMeaning(code, meaning.fields[0], meaning.reason)
        if spare is None and code == "customers":
            spare = _by_shape(word, meaning.fields, samples)
    return spare or WordMeaning("", "unknown_type", "no field is known by this type")


def _by_shape(word: str, fields: Sequence[str], samples: Sequence[str]) -> WordMeaning:
    """A word with several meanings: the one whose shape the values have, else none."""
    winner = vote([shape_of(field) for field in fields], samples) if len(fields) > 1 else 0
    named = " or ".join(fields)
    if winner is None:
        return WordMeaning("", "unknown_type", f"could be {named}; say which in ringfinder.toml")
    why = f"could be {named}; the sampled values decide" if len(fields) > 1 else "generic header"
    return WordMeaning("customers", fields[winner], why)
