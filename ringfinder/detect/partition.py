"""A partition of the nodes into communities, and what every one of them must satisfy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Partition", "groups", "relabel", "split_disconnected"]


@dataclass(frozen=True, eq=False)
class Partition:
    """Which community each node belongs to, and how that was found.

    Attributes
    ----------
    labels : ndarray of int64, shape (n_nodes,)
        0..k-1, the largest community first, among equals the one that holds the smaller node index.
        Read-only.
    method : str
        A key of :data:`ringfinder.detect.DETECTORS`.
    resolution : float
        Higher means more and smaller communities.
    seed : int
        Seed of the method's random choices.
    parameters : Mapping[str, Any]
        The method's further options.
    split : int
        How many communities the method had left disconnected and were split.
    """

    labels: NDArray[np.int64]
    method: str
    resolution: float
    seed: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    split: int = 0

    def __post_init__(self) -> None:
        labels = np.array(self.labels, dtype=np.int64)
        labels.setflags(write=False)
        object.__setattr__(self, "labels", labels)

    def __repr__(self) -> str:
        return f"<Partition: {self.method}, {self.n_communities:,} communities of {len(self.labels):,} nodes>"

    @property
    def n_communities(self) -> int:
        """Number of communities, nodes that are alone counted each."""
        return int(self.labels.max()) + 1 if len(self.labels) else 0

    def sizes(self) -> NDArray[np.int64]:
        """Number of nodes of each community, by label; never increasing."""
        return np.bincount(self.labels, minlength=self.n_communities).astype(np.int64)


def relabel(labels: NDArray[Any]) -> NDArray[np.int64]:
    """The same communities numbered 0..k-1, largest first, ties by the smallest member index.

    Examples
    --------
    >>> relabel(np.array([7, 3, 3, 9])).tolist()
    [1, 0, 0, 2]
    """
    _, first, inverse, size = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -size))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse]


def split_disconnected(labels: NDArray[Any], adjacency: csr_array[Any]) -> tuple[NDArray[np.int64], int]:
    """Split every community that does not hang together by its own links into its connected parts.

    Louvain can leave a community disconnected when the node that joined its parts moves away [1]_; Leiden
    does not.

    Parameters
    ----------
    labels : ndarray of int, shape (n_nodes,)
        Any labels.
    adjacency : csr_array, shape (n_nodes, n_nodes)
        Symmetric; entries above 0 are links.

    Returns
    -------
    labels : ndarray of int64, shape (n_nodes,)
        Labels of the parts, in no particular order.
    n_split : int
        Number of communities that were split.

    References
    ----------
    .. [1] V. A. Traag, L. Waltman, N. J. van Eck, "From Louvain to Leiden: guaranteeing well-connected
       communities", Scientific Reports 9, 5233 (2019).
    """
    labels = np.asarray(labels)
    n = len(labels)
    source = np.repeat(np.arange(n), np.diff(adjacency.indptr))
    inside = (labels[source] == labels[adjacency.indices]) & (adjacency.data > 0)
    kept = np.ones(int(inside.sum()), dtype=np.int8)
    indptr = np.r_[0, np.cumsum(inside)][adjacency.indptr]
    within = csr_array((kept, adjacency.indices[inside], indptr), shape=(n, n))
    n_parts, parts = connected_components(within, directed=False)
    member = np.empty(n_parts, dtype=np.int64)
    member[parts] = np.arange(n)
    n_split = int((np.unique(labels[member], return_counts=True)[1] > 1).sum())
    return parts.astype(np.int64), n_split


def groups(partition: Partition) -> list[NDArray[np.int64]]:
    """The node indices of each community, in ascending order; entry i is community i.

    One sort serves all communities, so this is cheap for any number of them.
    """
    if not len(partition.labels):
        return []
    order = np.argsort(partition.labels, kind="stable")
    return np.split(order, np.cumsum(partition.sizes())[:-1])
