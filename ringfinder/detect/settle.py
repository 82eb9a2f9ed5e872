"""Settle a partition: every node where it gains most, near ties decided by a rule instead of by the seed.

Leiden visits the nodes in random order, so a debtor who is tied almost equally to two rings lands in either. Settling
moves such nodes, in node order, for as long as the quality grows; ties go by size, then by the smallest neighbour.

The quality is the constant Potts model's: the gain of node i in community C is ``w(i, C) - density * |i| * |C \\ i|``
(Traag, Van Dooren & Nesterov 2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from ringfinder.people import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["contracted", "settle"]

#: Gains closer than this are a tie.
_TIE = 1e-9
#: Most passes over the nodes in doubt.
_ROUNDS = 100


def settle(
    adjacency: csr_array[Any],
    labels: NDArray[np.int64],
    density: float,
    sizes: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """Move nodes, in node order, to the neighbouring community of largest gain, or out on their own.

    Among equal gains the larger community wins, then the one in which the node has the smaller neighbour.

    Parameters
    ----------
    adjacency : csr_array, shape (n, n)
        Symmetric, positive, without loops.
    density : float
        The model's resolution.
    labels : ndarray of int64, shape (n,)
        Where to begin.
    sizes : ndarray of int64, shape (n,), optional
        How many nodes each node stands for; 1 by default.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels in no particular order.
    """
    sizes = np.ones(len(labels), dtype=np.int64) if sizes is None else sizes
    _, labels = np.unique(labels, return_inverse=True)
    labels = labels.astype(np.int64)
    # one empty community for each node, so that it can leave
    total = np.bincount(labels, weights=sizes, minlength=int(labels.max(initial=-1)) + 1 + len(labels)).astype(np.int64)
    for _ in range(_ROUNDS):
        moved = [
            _move(node, adjacency, labels, sizes, total, density)
            for node in _in_doubt(adjacency, labels, sizes, total, density).tolist()
        ]
        if not any(moved):
            break
    return labels


def _in_doubt(
    adjacency: csr_array[Any],
    labels: NDArray[np.int64],
    sizes: NDArray[np.int64],
    total: NDArray[np.int64],
    density: float,
) -> NDArray[np.int64]:
    """Nodes for which another community is at least as good as their own, in node order."""
    n = len(labels)
    belongs = csr_array((np.ones(n), (np.arange(n), labels)), shape=(n, len(total)))
    weight = (adjacency @ belongs).tocoo()
    node, community = weight.row, weight.col
    own = labels[node] == community
    gain = weight.data - density * sizes[node] * (total[community] - own * sizes[node])
    at_home = -density * sizes * (total[labels] - sizes)
    at_home[node[own]] = gain[own]
    better = ~own & (gain >= at_home[node] - _TIE)
    worse_than_alone = np.flatnonzero(at_home < -_TIE)
    return distinct(np.r_[node[better], worse_than_alone]).astype(np.int64)


def _move(
    node: int,
    adjacency: csr_array[Any],
    labels: NDArray[np.int64],
    sizes: NDArray[np.int64],
    total: NDArray[np.int64],
    density: float,
) -> bool:
    """Move one node to its best community; whether it moved."""
    start, end = adjacency.indptr[node], adjacency.indptr[node + 1]
    home, size = int(labels[node]), int(sizes[node])
    weights: dict[int, float] = {home: 0.0}
    first: dict[int, int] = {}
    pairs = zip(adjacency.indices[start:end].tolist(), adjacency.data[start:end].tolist(), strict=True)
    for neighbour, weight in pairs:
        community = int(labels[neighbour])
        weights[community] = weights.get(community, 0.0) + weight
        first.setdefault(community, neighbour)
    alone = len(total) - len(labels) + node
    weights.setdefault(alone, 0.0)
    best, best_rank = home, (-np.inf, 0, 0)
    for community, weight in weights.items():
        others = int(total[community]) - (size if community == home else 0)
        gain = round((weight - density * size * others) / _TIE)
        rank = (gain, others, -first.get(community, len(labels)))
        if rank > best_rank:
            best, best_rank = community, rank
    if best == home:
        return False
    labels[node] = best
    total[home] -= size
    total[best] += size
    return True


def contracted(adjacency: csr_array[Any], labels: NDArray[np.int64]) -> tuple[csr_array[Any], NDArray[np.int64]]:
    """The graph of the groups (labels 0..k-1), without loops, and the groups' sizes in nodes."""
    n, k = len(labels), int(labels.max(initial=-1)) + 1
    belongs = csr_array((np.ones(n), (np.arange(n), labels)), shape=(n, k))
    between = (belongs.T @ adjacency @ belongs).tocoo()
    off = between.row != between.col
    weights = csr_array((between.data[off], (between.row[off], between.col[off])), shape=(k, k))
    weights.sort_indices()
    return weights, np.bincount(labels, minlength=k).astype(np.int64)
