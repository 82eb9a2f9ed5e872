"""Rules that find what nobody listed: things of many people whom nothing else ties together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.config import HubSettings
from ringfinder.graph import Graph
from ringfinder.people import distinct_pairs, event_owner
from ringfinder.vocabulary import vocabulary

__all__ = ["OWN", "SAYS_NOTHING", "UNTIED", "found_by_rule", "tied_by_nothing", "used_by_strangers"]

#: What a thing is that many strangers use.
_STRANGERS = {"payee_account": "merchant, landlord or lender: paid by", "device": "public device: used by"}
UNTIED = "whom nothing else ties together"
#: Relations that everybody has and that therefore share nothing.
SAYS_NOTHING = ("via", "about", "borrowed_from", "assigned_to", "works_at", "filed", "posted", "uses_work_phone")
#: Relations that say which phone is somebody's own.
OWN = ("uses_phone", "uses_record_phone")
#: Largest share of a thing's people that may hang together by other things for them to count as strangers.
_TIED = 0.3
#: Where very many things are shared by so many people, sharing is the rule and only the most shared are examined.
_MOST_SUSPECTS = 5000


def found_by_rule(graph: Graph, settings: HubSettings) -> Iterator[tuple[int, int, str]]:
    """Merchants, public devices, default values and registration services: (node, how many it joined, why)."""
    least = settings.placeholder_customers
    for node, number in used_by_strangers(graph, ("paid", "uses_device"), least):
        what = _STRANGERS.get(graph.nodes["kind"][node])
        if what is not None:
            yield node, number, f"{what} {number} people {UNTIED}"
    plain = tuple(r for r in graph.relations if r == "related_to" or r not in vocabulary().relations)
    for node, number in used_by_strangers(graph, plain, least, alike=True):
        yield node, number, f"on {number} records that nothing else ties together (a public address, a default value)"
    for node, number in _registration_services(graph, settings.registered_companies):
        yield node, number, f"registered contact of {number} companies (registration service)"


def used_by_strangers(
    graph: Graph, relations: tuple[str, ...], least: int, *, alike: bool = False
) -> list[tuple[int, int]]:
    """Things that at least ``least`` people use whom nothing of another kind ties together.

    Households and chance meetings tie a few of them; a ring's agents, payees and texts tie most.

    Parameters
    ----------
    relations : tuple[str, ...]
        The relations that say who uses what.
    alike : bool
        Whether sharing another thing under the same relations counts as sharing something. It does not for payees:
        customers of one merchant meet at the next one, too.

    Returns
    -------
    list of (node, number of people)
    """
    uses = graph.relation_is(*relations)
    other = ~graph.relation_is(*SAYS_NOTHING)
    if not alike:
        other &= ~uses
    pairs = np.stack([graph.links.target[uses], graph.links.source[uses]], axis=1)
    return tied_by_nothing(graph, pairs, other, least)


def tied_by_nothing(
    graph: Graph, pairs: NDArray[np.integer[Any]], other: NDArray[np.bool_], least: int
) -> list[tuple[int, int]]:
    """The things of ``pairs`` whose people, at least ``least``, hang together by nothing else.

    Parameters
    ----------
    pairs : ndarray of int, shape (n, 2)
        Thing and person, as nodes.
    other : ndarray of bool, shape (n_links,)
        The links by which people may hang together.

    Returns
    -------
    list of (node, number of people)
    """
    links, n = graph.links, graph.n_nodes
    thing_of, person_of = distinct_pairs(pairs[:, 0], pairs[:, 1])
    counts = np.bincount(thing_of, minlength=1)
    suspects = np.flatnonzero(counts >= max(least, 1))
    if not len(suspects):
        return []
    suspects = suspects[np.argsort(-counts[suspects], kind="stable")][:_MOST_SUSPECTS]
    start = np.searchsorted(thing_of, suspects)
    owner = event_owner(graph)
    left, right = owner[links.source[other]], owner[links.target[other]]
    examined = np.zeros(n, dtype=bool)
    examined[person_of[np.isin(thing_of, suspects)]] = True
    one, two = examined[left], examined[right]  # the rest of a million links says nothing of these few people
    ends = (np.r_[left[one], right[two]], np.r_[right[one], left[two]])
    shares = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(n, n)).tocsr()
    found = []
    for thing, first, number in zip(suspects.tolist(), start.tolist(), counts[suspects].tolist(), strict=True):
        rows = shares[person_of[first : first + number]]
        who = np.repeat(np.arange(number), np.diff(rows.indptr))
        known = rows.indices != thing
        if _largest_tied(who[known], rows.indices[known], number) < _TIED * number:
            found.append((thing, number))
    return found


def _largest_tied(who: NDArray[np.int64], what: NDArray[np.int64], people: int) -> int:
    """How many of the people are in the largest group that hangs together by what they share."""
    _, thing = np.unique(what, return_inverse=True)
    size = people + (int(thing.max()) + 1 if len(thing) else 0)
    joined = coo_array((np.ones(len(who), dtype=np.int8), (who, people + thing)), shape=(size, size))
    _, labels = connected_components(joined, directed=False)
    return int(np.bincount(labels[:people]).max(initial=0))


def _registration_services(graph: Graph, least: int) -> list[tuple[int, int]]:
    mask = graph.relation_is("reached_at", "registered_at") & graph.is_kind("company")[graph.links.source]
    counts = np.bincount(distinct_pairs(graph.links.target[mask], graph.links.source[mask])[0])
    nodes = np.flatnonzero(counts >= max(least, 1))
    return list(zip(nodes.tolist(), counts[nodes].tolist(), strict=True))
