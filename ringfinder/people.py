"""Who the people of a graph are, which nodes only stand for one of them, and what is distinct of both."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ringfinder.graph import Graph

__all__ = ["distinct", "distinct_pairs", "event_owner", "people_kind"]

#: What was found for a graph, for as long as the graph lives: graphs never change, and every stage asks again.
_KINDS: WeakKeyDictionary[Graph, str] = WeakKeyDictionary()
_OWNERS: WeakKeyDictionary[Graph, NDArray[np.int64]] = WeakKeyDictionary()


def people_kind(graph: Graph) -> str:
    """The kind that plays the debtor's part: ``debtor``, else ``person``, else the commonest kind of link sources."""
    if graph not in _KINDS:
        _KINDS[graph] = _people_kind(graph)
    return _KINDS[graph]


def _people_kind(graph: Graph) -> str:
    counts = graph.counts()
    for kind in ("debtor", "person"):
        if kind in counts:
            return kind
    if graph.n_links == 0:
        return "debtor"
    sources = (
        graph.nodes["kind"]
        .gather(graph.links.source.astype(np.int64))
        .value_counts()
        .sort("count", "kind", descending=[True, False])
    )
    return str(sources["kind"][0])


def event_owner(graph: Graph) -> NDArray[np.int64]:
    """For each node the debtor that it stands for: complaints and mail items stand for who filed or posted them.

    Returns
    -------
    ndarray of int64, shape (n_nodes,)
        The node itself where it is no event or has no single owner. Read-only.
    """
    if graph not in _OWNERS:
        owner = _event_owner(graph)
        owner.setflags(write=False)
        _OWNERS[graph] = owner
    return _OWNERS[graph]


def _event_owner(graph: Graph) -> NDArray[np.int64]:
    owner = np.arange(graph.n_nodes, dtype=np.int64)
    events = graph.is_kind("complaint", "mail_item")
    filed = graph.relation_is("filed", "posted") & ~events[graph.links.source] & events[graph.links.target]
    event, who = distinct_pairs(graph.links.target[filed], graph.links.source[filed])
    if len(event):
        event, first, counts = np.unique(event, return_index=True, return_counts=True)
        single = counts == 1
        owner[event[single]] = who[first[single]]
    return owner


def distinct(numbers: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """The distinct numbers of an array of shape (n,), sorted.

    The same as ``np.unique``, which hashes since NumPy 2.3 and takes up to fifty times as long as a sort.

    Examples
    --------
    >>> distinct(np.array([2, 0, 2])).tolist()
    [0, 2]
    """
    ordered = np.sort(numbers)
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return ordered[new]


def distinct_pairs(first: NDArray[Any], second: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct pairs of two columns of node indices, sorted by the first, then the second.

    The same as ``np.unique`` over rows, which sorts records of bytes and takes ten times as long on a million pairs.

    Parameters
    ----------
    first, second : ndarray of int, shape (n,)
        From 0; second below 2**31.

    Returns
    -------
    tuple of two ndarrays of int64
        Of one length, at most n.

    Examples
    --------
    >>> [column.tolist() for column in distinct_pairs(np.array([2, 1, 2]), np.array([0, 5, 0]))]
    [[1, 2], [5, 0]]
    """
    key = distinct((first.astype(np.int64) << 32) | second.astype(np.int64))
    return key >> 32, key & 0xFFFFFFFF
