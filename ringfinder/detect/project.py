"""Community detection on people and what they share: events stand for their debtor, benign hubs stay out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.communities import detect
from ringfinder.detect.partition import Partition, relabel
from ringfinder.detect.weights import clustering_links
from ringfinder.graph import Graph
from ringfinder.people import event_owner

__all__ = ["detect_communities", "project_events"]

#: The density (in specific links per pair of nodes) below which Leiden's constant Potts model parts two groups, at
#: resolution 1. Two groups of a and b nodes joined by links of weight w stay together while w > DENSITY * a * b.
DENSITY = 0.002


def detect_communities(
    graph: Graph,
    method: str = "leiden",
    *,
    resolution: float = 1.0,
    seed: int = 0,
    blocked: NDArray[np.bool_] | None = None,
) -> Partition:
    """Communities of the debtors and the things they share.

    Complaints and letters are first drawn together with the debtor who filed or posted them, benign hubs are left out,
    and each pair counts once, however many rows say so. Leiden runs with the constant Potts model at
    ``resolution * DENSITY``, which has no resolution limit (Traag, Van Dooren & Nesterov 2011): a ring of ten is found
    beside one of a hundred, in a small export and in a large one.

    Parameters
    ----------
    method, resolution, seed
        See :func:`ringfinder.detect.detect`.
    blocked : ndarray of bool, shape (n_nodes,), optional
        Benign hubs.

    Returns
    -------
    Partition
        A label for every node of ``graph``; an event has its debtor's.
    """
    projected = project_events(graph, blocked)
    everything = np.ones(projected.n_links, dtype=bool)
    if method == "leiden":
        found = detect(projected, method, resolution=resolution * DENSITY, seed=seed, mask=everything, quality="cpm")
    else:
        found = detect(projected, method, resolution=resolution, seed=seed, mask=everything)
    return replace(found, labels=relabel(found.labels[event_owner(graph)]), resolution=float(resolution))


def project_events(graph: Graph, blocked: NDArray[np.bool_] | None = None) -> Graph:
    """``graph`` with clustering links only, events replaced by their debtors, parallel links merged."""
    owner = event_owner(graph)
    keep = clustering_links(graph)
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
    merged = replace(chosen, source=low[first].astype(np.int32), target=high[first].astype(np.int32))
    return Graph(graph.nodes, merged, graph.relations, graph.files)
