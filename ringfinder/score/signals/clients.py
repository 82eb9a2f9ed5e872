"""Whom a representative or caller acts for, and evidence about them, shared by the indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case

__all__ = ["Uses", "clients_of", "evidence", "marks", "widest"]

#: node -> debtor -> rows
Uses = Mapping[int, Mapping[int, frozenset[Row]]]


@lru_cache(maxsize=4)  # the indicators ask one after the other about one case
def clients_of(case: Case, *, callers: bool = False) -> Uses:
    """The ring's debtors whom every agent, agent's phone and organisation represents, with the rows that say so.

    With ``callers`` also the phones that complained for them and are none of their own.
    """
    found: dict[int, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for fact in case.of("represented_by", *(["complained_from"] if callers else [])):
        debtor = case.debtor_of(fact.source)
        own = case.own_phones.get(debtor, frozenset()) if debtor is not None else frozenset()
        if debtor is not None and fact.target not in own:
            found[fact.target][debtor].add(fact.row)
    return {node: {d: frozenset(rows) for d, rows in each.items()} for node, each in found.items()}


def widest(groups: Mapping[int, Iterable[int]]) -> Iterator[int]:
    """The things with most debtors first, without those whose debtors one told before has all: an agent, his phone and
    his company would say one thing three times."""
    told: list[set[int]] = []
    sets = {node: set(debtors) for node, debtors in groups.items()}
    for node in sorted(sets, key=lambda n: (-len(sets[n]), n)):
        if not any(sets[node] <= before for before in told):
            told.append(sets[node])
            yield node


def marks(case: Case, prefix: str) -> list[tuple[int, str, int | None, Row]]:
    """Marks whose key begins with ``prefix``: (who is marked, the rest of the key, day, row), sorted."""
    found = set()
    for fact in case.of("marked"):
        key = case.nodes[fact.target][1]
        if key == prefix or key.startswith(prefix + " "):
            found.add((fact.source, key[len(prefix) :].strip(), fact.day, fact.row))
    return sorted(found, key=lambda m: (m[0], m[1], m[2] is not None, m[2] or 0, m[3]))


def evidence(
    case: Case,
    signal: tuple[str, str, str],
    sentence: str,
    debtors: Iterable[int],
    rows: Iterable[Row],
    harmless: str,
    *,
    things: Iterable[int] = (),
    value: float | None = None,
) -> Evidence:
    """Evidence about ``debtors``; ``signal`` is code, name and family, ``{n0}`` ... of the sentence are ``things``.

    Without ``value`` it is the number of unrelated debtors.
    """
    code, name, family = signal
    people = sorted(set(debtors))
    return Evidence(
        code,
        name,
        family,
        case.units(set(people)) if value is None else value,
        sentence,
        tuple(sorted(set(rows))),
        harmless,
        (*(case.id(t) for t in things), *(case.id(d) for d in people)),
    )
