"""How sure it is that a debtor belongs to a ring's group of clients; nothing here says what a debtor did.

A debtor belongs by the things that tie it to unrelated debtors of the ring. Several things of one family are one kind
of evidence and count little more than one; independent families count together.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ringfinder.vocabulary import extend, vocabulary

if TYPE_CHECKING:
    from ringfinder.score.case import Case
    from ringfinder.score.case_rows import Use

__all__ = ["LONE", "Belonging", "belonging", "family_of"]

#: What one thing alone says at most; a debtor of the core is tied by more than that.
LONE = 0.6
#: What one soft thing (a text, a document) says at most.
_SOFT = 0.35
#: What a thing says, of that, if only two unrelated debtors share it, or the model does not take it for a ring's.
_PAIR, _DOUBTED = 0.7, 0.6
#: How much the second thing of a family says beside the first.
_AGAIN = 0.3
#: How far below the best tied ones a debtor is still of the core, where no three are tied twice.
_NEAR = 0.15


@dataclass(frozen=True)
class Belonging:
    """How sure it is that a debtor belongs to the group of clients (0..1), by which families, through which things."""

    confidence: float
    families: tuple[str, ...]
    things: frozenset[int]
    core: bool


def belonging(case: Case, chosen: set[int]) -> dict[int, Belonging]:
    """For each debtor of the ring how it belongs, through the ``chosen`` things that unrelated debtors share."""
    users: dict[int, set[int]] = defaultdict(set)
    for use in case.uses:
        users[use.thing].add(use.debtor)
    units = {thing: case.units(debtors) for thing, debtors in users.items()}
    said: dict[int, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for use in case.uses:
        if use.thing in chosen and units[use.thing] >= 2:
            family = _family(case, use)
            value = _says(case, use.thing, family, units[use.thing], len(users[use.thing]))
            known = said[use.debtor][family]
            known[use.thing] = max(value, known.get(use.thing, 0.0))
    inside = _inside(case, chosen)
    sure = {d: round(_together(said[d]) * (0.8 + 0.2 * inside.get(d, 1.0)), 3) for d in case.debtors}
    least = _least(case, sure)
    things = {d: frozenset(thing for known in said[d].values() for thing in known) for d in case.debtors}
    return {d: Belonging(sure[d], tuple(sorted(said[d])), things[d], sure[d] > least) for d in case.debtors}


def _family(case: Case, use: Use) -> str:
    """The family that a use counts for; a phone that the debtor's own power of attorney names is representation."""
    if use.thing in case.mandate_phones.get(use.debtor, {}):
        return "REPRESENT"
    return family_of(use.relation)


@cache
def family_of(relation: str) -> str:
    """The evidence family of a relation; ``OTHER`` where it has none."""
    return extend(vocabulary(), [], [relation]).relations[relation].family or "OTHER"


def _says(case: Case, thing: int, family: str, units: int, debtors: int) -> float:
    """What one thing says of each of its users, at most :data:`LONE`."""
    words = vocabulary().families
    value = LONE if family not in words or words[family].hard else _SOFT
    if units < case.settings.min_units:
        value *= _PAIR
    if case.strength is not None and thing not in case.believed:
        value *= _DOUBTED
    return value * math.sqrt(debtors / max(case.users.get(thing, 0), debtors))


def _together(families: dict[str, dict[int, float]]) -> float:
    """Independent families together (noisy or); of one family the best thing, and a little of the second."""
    rest = 1.0
    for things in families.values():
        best, *others = sorted(things.values(), reverse=True)
        rest *= (1 - best) * (1 - _AGAIN * (others[0] if others else 0.0))
    return 1 - rest


def _inside(case: Case, chosen: set[int]) -> dict[int, float]:
    """For each debtor the share of what it uses beside its own phones that is the ring's."""
    things: dict[int, set[int]] = defaultdict(set)
    for use in case.uses:
        if use.thing in chosen or use.thing not in case.own_phones.get(use.debtor, frozenset()):
            things[use.debtor].add(use.thing)
    return {debtor: len(found & chosen) / len(found) for debtor, found in things.items()}


def _least(case: Case, sure: dict[int, float]) -> float:
    """The confidence above which a debtor is of the core: more than one thing, if some are tied by more."""
    if case.units({d for d, value in sure.items() if value > LONE}) >= case.settings.min_units:
        return LONE
    return max(sure.values(), default=0.0) - _NEAR
