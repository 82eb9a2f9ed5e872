"""Two ways to deal a graph anew by chance, so that nothing is left of its rings: its dates, or its ties.

Dealt dates: every complaint day goes to another complainant, and the dates of his mandates, fees and calls move with
it. Each day keeps its number of complaints, so weeks, weekdays and seasons stay.

Dealt ties: every shared thing goes to other debtors of the same relation (a configuration model; Newman, Strogatz &
Watts 2001, for two kinds of nodes). Each thing keeps how many use it, each debtor how many things he uses, and who
complained and when. A power of attorney moves as a whole: agent, company and phone stay together. What only one
household uses ties nobody, stays where it is, and only takes part as a place that a shared thing may go to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.graph import LINK_DTYPES, NO_DATE, Graph, Links
from ringfinder.people import distinct, distinct_pairs, event_owner, people_kind
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["Ties", "deal_dates", "deal_ties", "find_ties"]

_OWN = ("uses_phone", "uses_record_phone")
#: Guarded relations that the ring model reads all the same.
_READ = ("resembles_template",)
#: Owning an event is no tie.
_EVENTS = ("filed", "posted")
#: What tells that somebody complained where nothing says so outright, as in :mod:`ringfinder.belief.rates`.
_COMPLAINED = ("complained_from", "uses_template")
#: How often a debtor who was dealt one thing twice is dealt another.
_REPAIRS = 20


@dataclass(frozen=True, eq=False)
class Ties:
    """The ties of a graph as places and what may lie there, found once for all deals.

    Attributes
    ----------
    link : ndarray of int64, shape (n_shared,)
        Links of the graph that are dealt.
    near, far, who : ndarray of int64, shape (n_shared,)
        Their end on the debtor's side (himself, his complaint or letter, his phone for calls), the thing, the debtor.
    place : ndarray of int64, shape (n_shared,)
        The place where each lies.
    place_near, place_who, place_date, place_class : ndarray of int64, shape (n_places,)
        Whose each place is, its date, and its relation, ascending; private places are among them.
    """

    link: NDArray[np.int64]
    near: NDArray[np.int64]
    far: NDArray[np.int64]
    who: NDArray[np.int64]
    place: NDArray[np.int64]
    place_near: NDArray[np.int64]
    place_who: NDArray[np.int64]
    place_date: NDArray[np.int64]
    place_class: NDArray[np.int64]


def find_ties(graph: Graph, units: NDArray[np.int64], blocked: NDArray[np.bool_]) -> Ties:
    """The ties of a graph.

    Parameters
    ----------
    units : ndarray of int64, shape (n_nodes,)
        See :func:`ringfinder.units.debtor_units`.
    blocked : ndarray of bool, shape (n_nodes,)
        Benign hubs, which stay as they are.
    """
    links = graph.links
    link, near, far, who = _ends(graph, blocked)
    relation = links.relation[link].astype(np.int64)
    row = (links.file[link].astype(np.int64) << 32) | links.row[link].astype(np.int64)
    code = {name: number for number, name in enumerate(graph.relations)}
    mandate, block = code.get("represented_by", -1), code.get("uses_block", -1)
    of_mandate = (relation == block) & np.isin(row, distinct(row[relation == mandate]))
    sort = np.where(of_mandate, mandate, relation)  # neighbouring numbers that a power of attorney names belong to it
    table = pl.DataFrame(
        {
            "class": sort, "row": np.where(sort == mandate, row, -1), "who": who, "near": near,
            "thing": np.where(sort == mandate, -1, far), "day": links.date[link].astype(np.int64), "far": far,
            "link": link, "mandate": sort == mandate,
        }
    )  # fmt: skip
    # a row number must not decide anything, since rows may stand in any order: places are sorted by what they hold
    table = table.with_columns(
        day=pl.when("mandate").then(pl.col("day").min().over("class", "row", "who")).otherwise("day"),
        held=pl.col("far").sum().over("class", "row", "who", "thing"),
        event=pl.when("mandate").then(pl.col("near").max().over("class", "row", "who")).otherwise("near"),
    )
    keys = ["class", "who", "day", "held", "event", "row", "thing"]
    places = table.select(keys).unique().sort(keys).with_row_index("place")
    table = table.join(places, on=keys, how="left", maintain_order="left")
    place = table["place"].to_numpy().astype(np.int64)
    shared = _is_shared(far, units[who], graph.n_nodes)
    moving = np.zeros(places.height, dtype=bool)
    moving[place[shared]] = True
    dealt = moving[place]
    return Ties(
        link[dealt], near[dealt], far[dealt], who[dealt], place[dealt],
        *(places[name].to_numpy().astype(np.int64) for name in ("event", "who", "day", "class")),
    )  # fmt: skip


def _is_shared(far: NDArray[np.int64], unit: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Which uses are of a thing that two unrelated debtors use, shape (n_uses,)."""
    thing, _ = distinct_pairs(far, unit)
    return np.asarray((np.bincount(thing, minlength=n) > 1)[far], dtype=np.bool_)


def _ends(graph: Graph, blocked: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """Links that tie a debtor to a thing: link, end on the debtor's side, thing, debtor."""
    links, owner = graph.links, event_owner(graph)
    words = extend(vocabulary(), [], graph.relations)
    names = [r for r in graph.relations if words.relations[r].clusters == "yes" and r not in _EVENTS]
    people = graph.is_kind(people_kind(graph))
    who = owner[links.source]
    free = ~blocked[links.source] & ~blocked[links.target]
    tie = graph.relation_is(*names, *_READ) & free & people[who] & ~people[owner[links.target]]
    plain = np.flatnonzero(tie)
    calls, inner, outer, caller = _calls(graph, free)
    return (
        np.r_[plain, calls],
        np.r_[links.source[plain].astype(np.int64), inner],
        np.r_[links.target[plain].astype(np.int64), outer],
        np.r_[who[plain], caller],
    )


def _calls(graph: Graph, free: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """Calls between a phone of one debtor and somebody else's: link, his phone, the other phone, debtor."""
    links = graph.links
    debtor_of = _phone_owner(graph)
    calls = np.flatnonzero(graph.relation_is("called") & free)
    source, target = links.source[calls].astype(np.int64), links.target[calls].astype(np.int64)
    out = debtor_of[source] >= 0
    kept = out != (debtor_of[target] >= 0)  # of a call between two debtors nobody knows whose it is
    inner = np.where(out, source, target)[kept]
    return calls[kept], inner, np.where(out, target, source)[kept], debtor_of[inner]


def _phone_owner(graph: Graph) -> NDArray[np.int64]:
    """The one debtor whose own phone a node is, or -1; shape (n_nodes,)."""
    links = graph.links
    own = graph.relation_is(*_OWN) & graph.is_kind(people_kind(graph))[links.source]
    phone, debtor = distinct_pairs(links.target[own], links.source[own])
    found = np.full(graph.n_nodes, -1, dtype=np.int64)
    found[phone] = debtor
    found[np.bincount(phone, minlength=graph.n_nodes) != 1] = -1
    return found


def deal_ties(graph: Graph, ties: Ties, rng: np.random.Generator) -> Graph:
    """A copy of ``graph`` whose shared things lie at other places; what they leave empty leads nowhere."""
    if not len(ties.link):
        return graph
    links = graph.links
    goes = _places(ties, rng)
    at = goes[ties.place]
    # a debtor's own link stays his own, also where the place is one of his complaints
    plain = ties.near == ties.who
    near = np.where(plain, ties.place_who[at], ties.place_near[at])
    out = links.source[ties.link] == ties.near
    moved = replace(
        links.take(ties.link),
        source=np.where(out, near, ties.far).astype(np.int32),
        target=np.where(out, ties.far, near).astype(np.int32),
        date=ties.place_date[at].astype(np.int32),
    )
    taken = np.zeros(len(ties.place_who), dtype=bool)
    taken[at] = True
    # who complained stays: a link that lost its thing leads to the debtor himself, which ties nobody
    empty = ~taken[ties.place] & (out & (graph.relation_is("called")[ties.link] == 0))
    left = links.take(ties.link[empty])
    left = replace(left, target=ties.who[empty].astype(np.int32))
    stay = np.ones(len(links), dtype=bool)
    stay[ties.link] = False
    parts = (links.take(stay), moved, left)
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in LINK_DTYPES}
    return Graph(graph.nodes, Links(**columns), graph.relations, graph.files)


def _places(ties: Ties, rng: np.random.Generator) -> NDArray[np.int64]:
    """To which place what lies at each place goes: a permutation within each relation, shape (n_places,)."""
    n = len(ties.place_class)
    goes = np.lexsort((rng.random(n), ties.place_class))
    start = np.searchsorted(ties.place_class, ties.place_class, "left")
    size = np.searchsorted(ties.place_class, ties.place_class, "right") - start
    for _ in range(_REPAIRS):
        key = (ties.far << 32) | ties.place_who[goes[ties.place]]
        order = np.lexsort((ties.place, ties.place_class[ties.place], key))
        again = np.zeros(len(key), dtype=bool)
        same = np.diff(key[order]) == 0
        same &= np.diff(ties.place_class[ties.place][order]) == 0
        same &= np.diff(ties.place[order]) != 0
        again[order[1:]] = same
        twice = distinct(ties.place[again])
        if not len(twice):
            break
        other = start[twice] + (rng.random(len(twice)) * size[twice]).astype(np.int64)
        _, first = np.unique(other, return_index=True)
        twice, other = twice[np.sort(first)], other[np.sort(first)]
        fits = ~np.isin(other, twice)
        twice, other = twice[fits], other[fits]
        goes[twice], goes[other] = goes[other], goes[twice]
    return goes


def deal_dates(graph: Graph, rng: np.random.Generator) -> Graph:
    """A copy of ``graph`` whose complaint days are dealt anew among the complaints, and other dates moved with them."""
    links, owner = graph.links, event_owner(graph)
    people = graph.is_kind(people_kind(graph))
    dated = links.date != NO_DATE
    filed = graph.relation_is("filed") & people[links.source]
    if not filed.any():
        filed = graph.relation_is(*_COMPLAINED) & people[links.source]
    filed &= dated
    if not filed.any():
        return graph
    who, shifted = distinct_pairs(links.source[filed], links.date[filed].astype(np.int64) - int(NO_DATE))
    day = shifted + int(NO_DATE)
    dealt = day[rng.permutation(len(day))]
    mine = owner[links.source]
    mine = np.where(people[mine], mine, -1)
    called = graph.relation_is("called")
    debtor_of = _phone_owner(graph)
    mine[called] = np.maximum(debtor_of[links.source[called]], debtor_of[links.target[called]])
    wanted = (mine << 32) | (links.date.astype(np.int64) - int(NO_DATE))
    known = (who << 32) | shifted
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    change = np.zeros(graph.n_nodes, dtype=np.int64)
    debtor, first = np.unique(who, return_index=True)
    change[debtor] = dealt[first] - day[first]
    moved = links.date + np.where(mine >= 0, change[mine], 0)
    new = np.where(known[place] == wanted, dealt[place], moved)
    date = np.where(dated & (mine >= 0), new, links.date).astype(np.int32)
    return Graph(graph.nodes, replace(links, date=date), graph.relations, graph.files)
