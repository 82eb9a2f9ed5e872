"""Who the people of a graph are, and which nodes only stand for one of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ringfinder.graph import Graph

__all__ = ["event_owner", "people_kind"]


def people_kind(graph: Graph) -> str:
    """The kind that plays the debtor's part: ``debtor``, else ``person``, else the commonest kind of link sources."""
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
        The node itself where it is no event or has no single owner.
    """
    owner = np.arange(graph.n_nodes, dtype=np.int64)
    event = graph.relation_is("filed", "posted") & ~graph.is_kind("complaint", "mail_item")[graph.links.source]
    event &= graph.is_kind("complaint", "mail_item")[graph.links.target]
    pairs = np.unique(np.stack([graph.links.target[event], graph.links.source[event]], axis=1), axis=0)
    if len(pairs):
        events, first, counts = np.unique(pairs[:, 0], return_index=True, return_counts=True)
        single = counts == 1
        owner[events[single]] = pairs[first[single], 1]
    return owner
