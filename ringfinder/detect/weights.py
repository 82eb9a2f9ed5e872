"""Which links may hold a community together, and how much each one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array

from ringfinder.vocabulary import extend, vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ringfinder.graph import Graph

__all__ = ["POPULATION", "clustering_links", "specificity", "weighted_adjacency"]

#: Fewest people that specificity reckons with: an export of ten customers is a sample of a lender's book, and
#: a phone that three of them share is no less telling than in the whole book.
POPULATION = 1000


def clustering_links(graph: Graph) -> NDArray[np.bool_]:
    """Mask of shape (n_links,): the links that may hold a community together.

    The vocabulary decides: the relation must cluster without reservation (``"yes"``), and so must the kinds
    at both ends. Kinds and relations that it does not know may cluster.
    """
    kinds = graph.nodes["kind"].unique().to_list()
    words = extend(vocabulary(), kinds, graph.relations)
    node_may = graph.is_kind(*(k for k in kinds if words.kinds[k].clusters))
    link_may = graph.relation_is(*(r for r in graph.relations if words.relations[r].clusters == "yes"))
    return link_may & node_may[graph.links.source] & node_may[graph.links.target]


def specificity(graph: Graph, mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The weight of each link, reduced for hubs by their inverse document frequency.

    A link counts ``weight * log((1 + N) / d) / log(1 + N)``. Here d is the number of distinct neighbours of
    the link's more-shared end, over the links in ``mask``, and N the number of debtors, or of nodes of the
    commonest kind if there are no debtors, but at least :data:`POPULATION` and the largest d. So the factor
    is 1 for two nodes that have only each other, and falls towards 0, which it never reaches, for a
    switchboard that everybody shares.

    Parameters
    ----------
    graph : Graph
        Any graph.
    mask : ndarray of bool, shape (n_links,)
        Which links count as sharing.

    Returns
    -------
    ndarray of float64, shape (n_links,)
        Within 0 (excluded) .. the link's own weight; also given for links outside ``mask``, whose ends then
        count as having one neighbour at least.

    References
    ----------
    K. Sparck Jones, "A statistical interpretation of term specificity and its application in retrieval",
    Journal of Documentation 28 (1972), 11-21. Each entity is a term, each debtor a document.
    """
    links = graph.links
    neighbours = np.diff(weighted_adjacency(graph, mask, np.ones(len(links))).indptr)
    shared = np.maximum(np.maximum(neighbours[links.source], neighbours[links.target]), 1)
    counts = graph.counts()
    people = counts.get("debtor") or max(counts.values(), default=0)
    population = max(people, POPULATION, int(shared.max(initial=1)))
    factor = np.log((1 + population) / shared) / np.log1p(population)
    return np.asarray(np.minimum(factor, 1.0) * links.weight, dtype=np.float64)


def weighted_adjacency(graph: Graph, mask: NDArray[np.bool_], weights: NDArray[np.floating[Any]]) -> csr_array[Any]:
    """Symmetric adjacency in float64 of the links in ``mask``; parallel links are summed, loops dropped.

    Symmetric to the last bit, which :meth:`ringfinder.graph.Graph.adjacency` (float32) does not promise.

    Parameters
    ----------
    graph : Graph
        Any graph.
    mask : ndarray of bool, shape (n_links,)
        Which links to use.
    weights : ndarray of float, shape (n_links,)
        Weight of each link.

    Returns
    -------
    csr_array of float64, shape (n_nodes, n_nodes)
        With sorted indices.
    """
    source, target = graph.links.source, graph.links.target
    keep = mask & (source != target)
    source, target = source[keep], target[keep]
    ends = np.minimum(source, target), np.maximum(source, target)
    values = np.asarray(weights, dtype=np.float64)[keep]
    upper = coo_array((values, ends), shape=(graph.n_nodes, graph.n_nodes)).tocsr()
    both: csr_array[Any] = (upper + upper.T).tocsr()
    both.sort_indices()
    return both
