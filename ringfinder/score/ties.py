"""What holds a ring together: the smallest set of things without which it falls apart (articulation points, min cuts).

A ring that hangs on one phone is a weaker claim than one whose debtors are tied several times over; so this is said of
every ring, unasked.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from ringfinder.model import Tie
from ringfinder.vocabulary import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ringfinder.model import Member, Row
    from ringfinder.score.case import Case

__all__ = ["articulations", "pieces_of", "ring_ties"]

#: A set of things holds the ring if so many of its debtors leave without it.
_SHARE = 1 / 3
#: At most so many single things are told, the ones that hold most first.
_TOLD = 3
#: Pairs are tried among so many things, those of most debtors.
_PAIRED = 12
_JOINED = ("works_for", "legal_rep_of", "controls", "reached_at", "held_by", "shares_registered")


def ring_ties(case: Case, members: Sequence[Member], *, pairs: bool = True) -> tuple[Tie, ...]:
    """The single things without which the ring falls apart or loses a third of its debtors, else the best pair.

    Parameters
    ----------
    pairs : bool
        Whether to look for a pair where no single thing will do.
    """
    near, rows = _graph(case, members)
    whole = max(pieces_of(near, case.members), key=len, default=())
    things = sorted((n for n in near if n not in case.members), key=lambda n: (-len(near[n]), case.id(n)))
    cut = articulations(near)
    singles = ((thing,) for thing in things if thing in cut)
    found = _judged(case, near, rows, len(whole), singles)[:_TOLD]
    if not found and pairs:
        found = _judged(case, near, rows, len(whole), combinations(things[:_PAIRED], 2))[:1]
    return tuple(found)


def _judged(
    case: Case, near: dict[int, set[int]], rows: dict[int, set[Row]], whole: int, sets: Iterable[tuple[int, ...]]
) -> list[Tie]:
    """The sets of things that hold the ring: first those that part it in two, then those that most debtors need."""
    found = [said for things in sets if (said := _judge(case, near, rows, whole, things)) is not None]
    return [tie for _, tie in sorted(found, key=lambda f: (not f[0], -f[1].lost, f[1].nodes))]


def _graph(case: Case, members: Sequence[Member]) -> tuple[dict[int, set[int]], dict[int, set[Row]]]:
    """Neighbours of every debtor and member thing, and the rows in which each thing is used or joined."""
    inside = {m.id for m in members}
    near: dict[int, set[int]] = {d: set() for d in case.debtors}
    rows: dict[int, set[Row]] = defaultdict(set)
    links = [(u.debtor, u.thing, u.row) for u in case.uses if case.id(u.thing) in inside]
    for fact in case.of(*_JOINED):
        if case.id(fact.source) in inside and case.id(fact.target) in inside:
            links.append((fact.source, fact.target, fact.row))
    for a, b, row in links:
        if a == b:
            continue
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
        rows[a].add(row)
        rows[b].add(row)
    return near, rows


def pieces_of(
    near: dict[int, set[int]], debtors: frozenset[int], without: tuple[int, ...] = ()
) -> list[tuple[int, ...]]:
    """The debtors of each connected piece that is left without some things, the largest piece first."""
    seen = set(without)
    found = []
    for start in sorted(debtors):
        if start in seen:
            continue
        seen.add(start)
        piece, queue = [], [start]
        while queue:
            node = queue.pop()
            if node in debtors:
                piece.append(node)
            fresh = near.get(node, set()) - seen
            seen |= fresh
            queue.extend(fresh)
        found.append(tuple(sorted(piece)))
    return sorted(found, key=lambda p: (-len(p), p))


def articulations(near: dict[int, set[int]]) -> set[int]:
    """Nodes whose removal cuts somebody off, of an undirected graph given by neighbours (Hopcroft and Tarjan 1973).

    Written here because turning every ring into a networkx graph takes longer than the search itself.
    """
    order: dict[int, int] = {}
    low: dict[int, int] = {}  # the earliest node that a node's branch reaches without its parent
    cut = set()
    for root in near:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        path, branches = [(root, -1, iter(near[root]))], 0
        while path:
            node, parent, others = path[-1]
            for other in others:
                if other not in order:
                    order[other] = low[other] = len(order)
                    path.append((other, node, iter(near[other])))
                    break
                if other != parent:
                    low[node] = min(low[node], order[other])
            else:
                path.pop()
                if parent == root:
                    branches += 1
                elif parent >= 0:
                    low[parent] = min(low[parent], low[node])
                    if low[node] >= order[parent]:
                        cut.add(parent)
        if branches > 1:
            cut.add(root)
    return cut


def _judge(
    case: Case, near: dict[int, set[int]], rows: dict[int, set[Row]], whole: int, things: tuple[int, ...]
) -> tuple[bool, Tie] | None:
    """Whether the ring falls into several pieces without some things, and the tie; None if it holds without them."""
    pieces = pieces_of(near, case.members, things)
    lost = whole - len(pieces[0])
    real = [p for p in pieces if case.units(frozenset(p)) >= case.settings.min_units]
    apart = len(real) >= 2 and lost >= case.settings.min_units
    if not apart and lost < _SHARE * whole:
        return None
    names = " and ".join(f"{{n{i}}}" for i in range(len(things)))
    if not real or len(pieces[0]) < 2:
        what = f"nothing ties {'the' if whole == len(case.debtors) else 'these'} {whole} debtors to one another"
    elif len(real) >= 2:
        sizes = [str(len(p)) for p in real]
        what = f"the group falls into pieces of {', '.join(sizes[:-1])} and {sizes[-1]} debtors"
    else:
        what = f"{lost} of {plural(whole, 'debtor')} are tied to the rest by nothing else"
    claimed = tuple(sorted(set().union(*(rows[t] for t in things))))
    return apart, Tie(f"without {names} {what}", tuple(case.id(t) for t in things), lost, claimed)
