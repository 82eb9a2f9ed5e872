"""Rules that find what nobody listed: things of many people whom nothing else ties together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.config import HubSettings
from ringfinder.graph import Graph
from ringfinder.people import event_owner
from ringfinder.vocabulary import vocabulary

__all__ = ["OWN", "UNTIED", "found_by_rule", "used_by_strangers"]

#: What a thing is that many strangers use.
_STRANGERS = {"payee_account": "merchant, landlord or lender: paid by", "device": "public device: used by"}
UNTIED = "whom nothing else ties together"
#: Relations that everybody has and that therefore share nothing.
_SAYS_NOTHING = ("via", "about", "borrowed_from", "assigned_to", "works_at", "filed", "posted", "uses_work_phone")
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
    links, n = graph.links, graph.n_nodes
    uses = graph.relation_is(*relations)
    pairs = np.unique(np.stack([links.target[uses], links.source[uses]], axis=1), axis=0)
    things, start, counts = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    if not (counts >= least).any():
        return []
    owner = event_owner(graph)
    other = ~graph.relation_is(*_SAYS_NOTHING)
    if not alike:
        other &= ~uses
    left, right = owner[links.source[other]], owner[links.target[other]]
    ends = (np.r_[left, right], np.r_[right, left])
    shares = coo_array((np.ones(2 * int(other.sum()), dtype=np.int8), ends), shape=(n, n)).tocsr()
    found = []
    suspects = np.flatnonzero(counts >= least)
    suspects = suspects[np.argsort(-counts[suspects], kind="stable")][:_MOST_SUSPECTS]
    for thing, first, number in zip(things[suspects], start[suspects], counts[suspects], strict=True):
        people = pairs[first : first + number, 1]
        rows = shares[people]
        who = np.repeat(np.arange(number), np.diff(rows.indptr))
        known = rows.indices != thing
        if _largest_tied(who[known], rows.indices[known], int(number)) < _TIED * number:
            found.append((int(thing), int(number)))
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
    pairs = np.unique(np.stack([graph.links.target[mask], graph.links.source[mask]], axis=1), axis=0)
    if len(pairs) == 0:
        return []
    nodes, counts = np.unique(pairs[:, 0], return_counts=True)
    return [(int(n), int(c)) for n, c in zip(nodes[counts >= least], counts[counts >= least], strict=True)]
