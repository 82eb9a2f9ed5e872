"""The detectors: from a weighted adjacency to one label per node.

Each detector is a function ``(adjacency, *, resolution, seed) -> labels``; :data:`DETECTORS` names them. They
only ever see nodes that have a link. :func:`detect` does what all of them need before and after.
"""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.csgraph import connected_components

from ringfinder.detect.partition import Partition, relabel, split_disconnected
from ringfinder.detect.propagation import label_propagation
from ringfinder.detect.weights import clustering_links, specificity, weighted_adjacency
from ringfinder.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ringfinder.graph import Graph

__all__ = ["DETECTORS", "METHODS", "check_choice", "components", "detect", "label_propagation", "leiden", "louvain"]


def detect(
    graph: Graph,
    method: str = "leiden",
    *,
    resolution: float = 1.0,
    seed: int = 0,
    mask: NDArray[np.bool_] | None = None,
    weights: NDArray[np.floating[Any]] | None = None,
    **options: Any,
) -> Partition:
    """Communities of the graph.

    Parameters
    ----------
    graph : Graph
        Any graph; the result does not depend on the order of the rows that it was made from.
    method : str
        A key of :data:`DETECTORS`, or ``"ring"`` (see :func:`ringfinder.detect.detect_communities`), which takes
        no mask, weights or options.
    resolution : float
        Above 0; higher means more and smaller communities. ``label_propagation`` and ``components`` ignore
        it.
    seed : int
        From 0; the same seed gives the same result.
    mask : ndarray of bool, shape (n_links,), optional
        Which links may hold a community together; :func:`clustering_links` by default.
    weights : ndarray of float, shape (n_links,), optional
        Weight of each link, above 0; :func:`specificity` by default.
    **options
        The method's own options, such as ``quality="cpm"`` for ``leiden``.

    Returns
    -------
    Partition
        Every community is connected; a node without links is alone.

    Raises
    ------
    ConfigError
        If the method or an option is unknown, or a value is out of range.
    """
    check_choice(method, resolution, seed)
    if method == "ring":
        from ringfinder.detect.project import detect_communities

        return detect_communities(graph, method, resolution=resolution, seed=seed)
    known = [name for name in signature(DETECTORS[method]).parameters if name not in _COMMON]
    for name in options:
        if name not in known:
            expected = f"one of {', '.join(known)}" if known else "no options"
            raise ConfigError(f"unknown option {name!r} of the detector {method}", expected=expected)
    if mask is None:
        mask = clustering_links(graph)
    if weights is None:
        weights = specificity(graph, mask)
    adjacency = weighted_adjacency(graph, mask, weights)
    linked = np.flatnonzero(np.diff(adjacency.indptr))
    labels = np.arange(graph.n_nodes, dtype=np.int64)
    if len(linked):
        # Compressed, so that no detector has to know about nodes without links; their labels start above the
        # rest.
        core = adjacency if len(linked) == graph.n_nodes else adjacency[linked][:, linked].tocsr()
        labels += graph.n_nodes
        labels[linked] = DETECTORS[method](core, resolution=resolution, seed=seed, **options)
    labels, n_split = split_disconnected(labels, adjacency)
    return Partition(relabel(labels), method, float(resolution), int(seed), dict(options), n_split)


def check_choice(method: str, resolution: float, seed: int) -> None:
    """Say early, before hours of work, that :func:`detect` could not run.

    Raises
    ------
    ConfigError
        If the method is unknown, or a value is out of range.
    """
    if method not in METHODS:
        raise ConfigError(f"unknown detector {method!r}", expected=f"one of {', '.join(METHODS)}")
    if not (np.isfinite(resolution) and resolution > 0):
        raise ConfigError(f"the resolution {resolution}", expected="a finite number above 0")
    if not 0 <= seed < 2**32:
        raise ConfigError(f"the seed {seed}", expected="a whole number from 0 to 4294967295")


def leiden(
    adjacency: csr_array[Any],
    *,
    resolution: float,
    seed: int,
    quality: str = "modularity",
    iterations: int | None = None,
) -> NDArray[np.int64]:
    """Leiden, by the ``graspologic-native`` package (MIT licence).

    Parameters
    ----------
    adjacency : csr_array, shape (n, n)
        Symmetric, positive, without loops.
    resolution : float
        The gamma of modularity or of the constant Potts model.
    seed : int
        Seed of the node order.
    quality : str
        ``"modularity"`` or ``"cpm"`` (constant Potts model: a community is denser than ``resolution``).
    iterations : int, optional
        How often it starts again from its own result; by default as the number of links allows.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels in no particular order.

    Raises
    ------
    ConfigError
        If the quality is unknown.

    References
    ----------
    V. A. Traag, L. Waltman, N. J. van Eck, "From Louvain to Leiden: guaranteeing well-connected communities",
    Scientific Reports 9, 5233 (2019).
    """
    from graspologic_native import leiden_csr

    if quality not in ("modularity", "cpm"):
        raise ConfigError(f"unknown quality {quality!r}", expected="modularity or cpm")
    n = adjacency.shape[0]
    if not adjacency.nnz:  # the package panics
        return np.arange(n, dtype=np.int64)
    _, found = leiden_csr(
        adjacency.indptr.astype(np.int64),
        adjacency.indices.astype(np.int32),
        adjacency.data.astype(np.float64),
        n,
        resolution=float(resolution),
        iterations=iterations or _LEIDEN_ITERATIONS["large" if adjacency.nnz > 2 * _LARGE else "small"],
        use_modularity=quality == "modularity",
        seed=int(seed),
    )
    labels = np.full(n, -1, dtype=np.int64)
    nodes = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
    labels[nodes] = np.fromiter(found.values(), dtype=np.int64, count=len(found))
    alone = np.flatnonzero(labels < 0)
    labels[alone] = n + alone
    return labels


def louvain(adjacency: csr_array[Any], *, resolution: float, seed: int) -> NDArray[np.int64]:
    """Louvain, by the ``python-louvain`` package; slow above some 100,000 links.

    python-louvain 0.16 moves nodes by one definition of ``resolution`` and stops by its inverse, so it serves
    only for resolution 1; for any other this is NetworkX's implementation.

    References
    ----------
    V. D. Blondel, J.-L. Guillaume, R. Lambiotte, E. Lefebvre, "Fast unfolding of communities in large
    networks", J. Stat. Mech. (2008) P10008.
    """
    import networkx as nx
    from community import best_partition

    n = adjacency.shape[0]
    if not adjacency.nnz:
        return np.arange(n, dtype=np.int64)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(n))
    source = np.repeat(np.arange(n), np.diff(adjacency.indptr))
    upper = source < adjacency.indices
    columns = (source, adjacency.indices, adjacency.data)
    graph.add_weighted_edges_from(zip(*(column[upper].tolist() for column in columns), strict=True))
    if resolution == 1:
        found = best_partition(graph, random_state=int(seed))
        return np.array([found[node] for node in range(n)], dtype=np.int64)
    labels = np.empty(n, dtype=np.int64)
    sets = nx.community.louvain_communities(graph, resolution=resolution, seed=int(seed))
    for label, members in enumerate(sets):
        labels[list(members)] = label
    return labels


def components(adjacency: csr_array[Any], *, resolution: float, seed: int) -> NDArray[np.int64]:
    """Connected components; ``resolution`` and ``seed`` have no effect."""
    return np.asarray(connected_components(adjacency, directed=False)[1], dtype=np.int64)


#: How often Leiden starts again from its own result: on a million links each time takes some two seconds and
#: gains 0.2 % of modularity, on small graphs it takes nothing and gains 1 %.
_LEIDEN_ITERATIONS = {"small": 10, "large": 1}
_LARGE = 50_000
_COMMON = ("adjacency", "resolution", "seed")

#: The detectors by name; add one by adding a line.
DETECTORS: Mapping[str, Callable[..., NDArray[np.int64]]] = {
    "leiden": leiden,
    "louvain": louvain,
    "label_propagation": label_propagation,
    "components": components,
}

#: All that ``--detector`` takes: the ring model, which needs more than an adjacency, and the detectors.
METHODS = ("ring", *DETECTORS)
