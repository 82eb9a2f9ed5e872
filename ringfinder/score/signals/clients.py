"""Evidence about the clients of representatives, and marks on them, shared by the indicators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case

__all__ = ["evidence", "marks", "widest"]


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
