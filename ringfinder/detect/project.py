"""Community detection on people and what they share: events stand for their debtor, benign hubs stay out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ringfinder.belief import Belief, believe
from ringfinder.detect.communities import check_choice, detect
from ringfinder.detect.partition import Partition, relabel, split_disconnected
from ringfinder.detect.ring import ring_partition
from ringfinder.detect.settle import contracted, settle
from ringfinder.detect.weights import clustering_links, specificity, weighted_adjacency
from ringfinder.graph import Graph
from ringfinder.guard import GUARD_CAP, admitted_links
from ringfinder.people import event_owner, people_kind
from ringfinder.units import debtor_units

__all__ = ["detect_communities", "project_events"]

#: The density (in specific links per pair of nodes) below which Leiden's constant Potts model parts two groups, at
#: resolution 1. Two groups of a and b nodes joined by links of weight w stay together while w > DENSITY * a * b.
DENSITY = 0.002


def detect_communities(
    graph: Graph,
    method: str = "ring",
    *,
    resolution: float = 1.0,
    seed: int = 0,
    blocked: NDArray[np.bool_] | None = None,
    belief: Belief | None = None,
    guard_cap: int = GUARD_CAP,
    units: NDArray[np.int64] | None = None,
) -> Partition:
    """Communities of the debtors and the things they share.

    Complaints and letters are first drawn together with the debtor who filed or posted them, benign hubs are left out,
    and each pair counts once, however many rows say so. Leiden runs with the constant Potts model at
    ``resolution * DENSITY``, which has no resolution limit (Traag, Van Dooren & Nesterov 2011): a ring of ten is found
    beside one of a hundred, in a small export and in a large one.

    The method ``ring`` weighs the links by what is believed of the shared things
    (:func:`ringfinder.detect.ring.ring_partition`). Where the data holds no behaviour, nothing is believed, and it
    is Leiden on who shares what.

    Parameters
    ----------
    method, resolution, seed
        See :func:`ringfinder.detect.detect`; or ``"ring"``.
    blocked : ndarray of bool, shape (n_nodes,), optional
        Benign hubs.
    belief : Belief, optional
        For ``ring``; computed if it is not given.
    guard_cap : int
        Most debtors of a guarded thing that may count (see :func:`ringfinder.guard.admitted_links`); 0 switches
        the rule off.
    units : ndarray of int64, shape (n_nodes,), optional
        The household of every debtor; computed if it is needed and not given.

    Returns
    -------
    Partition
        A label for every node of ``graph``; an event has its debtor's.
    """
    check_choice(method, resolution, seed)
    benign = np.zeros(graph.n_nodes, dtype=bool) if blocked is None else blocked
    admitted = admitted_links(graph, benign, cap=guard_cap, units=units)
    projected, home = project_events(graph, blocked, admitted)
    everything = np.ones(projected.n_links, dtype=bool)
    if method == "ring":
        if belief is None:
            belief = believe(graph, debtor_units(graph) if units is None else units, benign)
        if not belief.structural:
            return ring_partition(
                graph, belief, home, resolution=resolution, seed=seed, blocked=blocked, admitted=admitted
            )
    if method in ("ring", "leiden"):
        found = replace(_leiden(projected, home, resolution * DENSITY, seed), method=method)
    else:
        found = detect(projected, method, resolution=resolution, seed=seed, mask=everything)
    return replace(found, labels=relabel(found.labels[home]), resolution=float(resolution))


def _leiden(projected: Graph, home: NDArray[np.int64], density: float, seed: int) -> Partition:
    """Leiden under the constant Potts model, settled so that the seed hardly matters.

    What moves while settling is a debtor with all that is his alone: his phone cannot stay behind.
    """
    everything = np.ones(projected.n_links, dtype=bool)
    found = detect(projected, "leiden", resolution=density, seed=seed, mask=everything, quality="cpm")
    adjacency = weighted_adjacency(projected, everything, specificity(projected, everything))
    heads, unit = np.unique(home, return_inverse=True)
    weights, sizes = contracted(adjacency, unit)
    settled = settle(weights, found.labels[heads], density, sizes)[unit]
    labels, split = split_disconnected(settled, adjacency)
    return replace(found, labels=labels, split=split + found.split)


def project_events(
    graph: Graph, blocked: NDArray[np.bool_] | None = None, admitted: NDArray[np.bool_] | None = None
) -> tuple[Graph, NDArray[np.int64]]:
    """``graph`` reduced to what people share.

    Clustering links only, events replaced by their debtors, parallel links merged.

    Parameters
    ----------
    blocked : ndarray of bool, shape (n_nodes,), optional
        Benign hubs, left out.
    admitted : ndarray of bool, shape (n_links,), optional
        Guarded links that count beside the clustering ones (:func:`ringfinder.guard.admitted_links`).

    Returns
    -------
    tuple[Graph, ndarray of int64]
        The reduced graph over the same nodes; and for every node the one whose community it shares: an event its
        debtor's, a thing that has only one neighbour (a phone that nobody else uses) that neighbour's.
    """
    owner = event_owner(graph)
    keep = clustering_links(graph)
    if admitted is not None:
        # why: a dormitory or a switchboard joins strangers, but not a pair that one payee or agent joins besides
        keep |= admitted
    links = graph.links
    if blocked is not None:
        keep &= ~blocked[links.source] & ~blocked[links.target]
    keep &= owner[links.source] != owner[links.target]
    links = links.take(keep)
    source, target = owner[links.source], owner[links.target]
    low, high = np.minimum(source, target), np.maximum(source, target)
    order = np.lexsort((-links.weight, high, low))
    low, high = low[order], high[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    chosen = links.take(order[first])
    low, high = low[first], high[first]
    merged = replace(chosen, source=low.astype(np.int32), target=high.astype(np.int32))
    degree = np.bincount(np.r_[low, high], minlength=graph.n_nodes)
    private = (degree == 1) & ~graph.is_kind(people_kind(graph))
    return Graph(graph.nodes, merged, graph.relations, graph.files), _homes(low, high, private, owner)


def _homes(
    low: NDArray[np.int64], high: NDArray[np.int64], private: NDArray[np.bool_], owner: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Whose community each node shares: its own, its debtor's (events), or its only neighbour's (private things)."""
    home = owner.copy()
    for one, other in ((low, high), (high, low)):
        alone = private[one] & ~private[other]
        home[one[alone]] = other[alone]
    return home[owner]
