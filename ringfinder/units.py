"""Unrelated debtors: one household, or one person under two customer numbers, is one unit."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.graph import Graph

__all__ = ["debtor_units"]


def debtor_units(graph: Graph, *, household_max: int = 6) -> NDArray[np.int64]:
    """The unit of every node; debtors of one household share a unit, every other node is its own.

    A household shares a home address or a home phone that at most ``household_max`` debtors have; two customer
    numbers with one valid identity number are one person.

    Returns
    -------
    ndarray of int64, shape (n_nodes,)
        Unit numbers.
    """
    links = graph.links
    home = graph.relation_is("lives_at", "uses_home_phone") & graph.is_kind("debtor")[links.source]
    pairs = np.unique(np.stack([links.target[home], links.source[home]], axis=1), axis=0).astype(np.int64)
    _, inverse, counts = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
    small = (counts[inverse] >= 2) & (counts[inverse] <= household_max)
    left, right = pairs[small, 0], pairs[small, 1]
    same_left, same_right = _same_person(graph)
    left, right = np.r_[left, same_left], np.r_[right, same_right]
    n = graph.n_nodes
    joined = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    _, labels = connected_components(joined, directed=False)
    return np.asarray(labels, dtype=np.int64)


def _same_person(graph: Graph) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of debtors with one identity number (first one, other one)."""
    empty = np.empty(0, dtype=np.int64)
    if "id_number" not in graph.nodes.columns:
        return empty, empty
    table = (
        graph.nodes.with_row_index("_node")
        .filter((pl.col("kind") == "debtor") & pl.col("id_number").is_not_null())
        .select(
            pl.col("_node").cast(pl.Int64),
            pl.col("_node").cast(pl.Int64).min().over("id_number").alias("_first"),
        )
        .filter(pl.col("_node") != pl.col("_first"))
    )
    return table["_first"].to_numpy(), table["_node"].to_numpy()
