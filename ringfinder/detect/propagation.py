"""Weighted label propagation without a Python loop over nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

__all__ = ["label_propagation"]

#: Sweeps after which the search stops; it settles by itself long before.
_MOST_SWEEPS = 100


def label_propagation(adjacency: csr_array[Any], *, resolution: float, seed: int) -> NDArray[np.int64]:
    """Semi-synchronous label propagation: each node takes the label that weighs most among its neighbours.

    The nodes are coloured so that no two neighbours have one colour [2]_, and one colour is updated at a time
    [1]_. So a bipartite graph, which ours mostly is, cannot swing to and fro. A node changes its label only
    for a heavier one, hence the weight inside the communities grows with every change and the search ends.
    Ties between new labels fall to chance, which the seed decides. ``resolution`` has no effect.

    Parameters
    ----------
    adjacency : csr_array, shape (n, n)
        Symmetric, positive, without loops.
    resolution : float
        Ignored.
    seed : int
        Seed of the colouring and of the ties.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels in no particular order.

    References
    ----------
    .. [1] G. Cordasco, L. Gargano, "Community detection via semi-synchronous label propagation algorithms",
       IEEE BASNA (2010), after U. N. Raghavan, R. Albert, S. Kumara, Phys. Rev. E 76, 036106 (2007).
    .. [2] M. Luby, "A simple parallel algorithm for the maximal independent set problem", SIAM J. Comput. 15
       (1986).
    """
    n = adjacency.shape[0]
    rng = np.random.default_rng(seed)
    source = np.repeat(np.arange(n), np.diff(adjacency.indptr))
    target, weight = adjacency.indices, adjacency.data
    colour = _colours(source, target, rng.permutation(n))
    order = np.argsort(colour[source], kind="stable")
    ends = np.cumsum(np.bincount(colour[source], minlength=1))[:-1]
    classes = [(source[part], target[part], weight[part]) for part in np.split(order, ends)]
    labels = np.arange(n, dtype=np.int64)
    for _ in range(_MOST_SWEEPS):
        chance = rng.permutation(n)
        changed = [_update(labels, *links, chance) for links in classes]
        if not any(changed):
            break
    return labels


def _colours(source: NDArray[Any], target: NDArray[Any], priority: NDArray[np.int64]) -> NDArray[np.int64]:
    """A colour for each node, never the same for two neighbours: local maxima of ``priority`` go first."""
    colour = np.full(len(priority), -1, dtype=np.int64)
    current = 0
    while (waiting := np.flatnonzero(colour < 0)).size:
        best = np.full(len(priority), -1, dtype=np.int64)
        np.maximum.at(best, source, priority[target])
        chosen = waiting[priority[waiting] > best[waiting]]
        colour[chosen] = current
        current += 1
        left = (colour[source] < 0) & (colour[target] < 0)
        source, target = source[left], target[left]
    return colour


def _update(
    labels: NDArray[np.int64],
    source: NDArray[Any],
    target: NDArray[Any],
    weight: NDArray[Any],
    chance: NDArray[np.int64],
) -> bool:
    """Give the nodes in ``source``, no two of them neighbours, their heaviest labels; True if any changed."""
    if not len(source):
        return False
    offered = labels[target]
    order = np.lexsort((offered, source))
    source, offered, weight = source[order], offered[order], weight[order]
    starts = np.flatnonzero(np.r_[True, (source[1:] != source[:-1]) | (offered[1:] != offered[:-1])])
    node, label, total = source[starts], offered[starts], np.add.reduceat(weight, starts)
    # In float32, so that ties are ties whatever the order of summation.
    total = total.astype(np.float32)
    best = np.lexsort((chance[label], total, node))
    last = best[np.r_[node[best][1:] != node[best][:-1], True]]
    own = np.zeros(len(labels), dtype=np.float32)
    mine = label == labels[node]
    own[node[mine]] = total[mine]
    better = last[total[last] > own[node[last]]]
    labels[node[better]] = label[better]
    return bool(len(better))
