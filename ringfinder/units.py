"""Unrelated debtors: one household, or one person under two customer numbers, is one unit."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.graph import Graph
from ringfinder.people import distinct_pairs

__all__ = ["debtor_units"]

#: Most people who may give one phone as their own for it to be a family's.
_FEW = 4


def debtor_units(graph: Graph, *, household_max: int = 6) -> NDArray[np.int64]:
    """The unit of every node; debtors of one household, and the household's address, share a unit;
    every other node is its own.

    A household shares a home address or a home phone that at most ``household_max`` debtors have, or an own phone that
    two alone, or three or four with one surname, give; two customer numbers with one valid identity number are one
    person.

    Returns
    -------
    ndarray of int64, shape (n_nodes,)
        Unit numbers.
    """
    links = graph.links
    home = graph.relation_is("lives_at", "uses_home_phone") & graph.is_kind("debtor")[links.source]
    place, debtor = distinct_pairs(links.target[home], links.source[home])
    number = np.bincount(place, minlength=1)[place]
    small = (number >= 2) & (number <= household_max)
    left, right = place[small], debtor[small]
    for more_left, more_right in (_same_person(graph), _family_phone(graph)):
        left, right = np.r_[left, more_left], np.r_[right, more_right]
    n = graph.n_nodes
    joined = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(n, n))
    _, labels = connected_components(joined, directed=False)
    return np.asarray(labels, dtype=np.int64)


def _family_phone(graph: Graph) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of debtors who give one phone as their own and are kin: two who alone give it, or namesakes among a few.

    A parent's number stands for a child's card; an agent's SIM card is given by people of any surname.
    """
    links = graph.links
    own = graph.relation_is("uses_phone", "uses_record_phone") & graph.is_kind("debtor")[links.source]
    table = pl.DataFrame(
        {"phone": links.target[own].astype(np.int64), "debtor": links.source[own].astype(np.int64)}
    ).unique()
    table = table.with_columns(number=pl.len().over("phone")).filter(pl.col("number").is_between(2, _FEW))
    rows = graph.nodes.select("key", "label")[table["debtor"]]
    names = pl.select(pl.when(rows["label"] != rows["key"]).then(rows["label"])).to_series().str.strip_chars()
    latin = names.str.contains(r"^[A-Za-z]").fill_null(False)
    surname = pl.select(
        pl.when(latin).then(names.str.extract(r"(\S+)$", 1)).otherwise(names.str.slice(0, 1))
    ).to_series()
    table = table.with_columns(surname=pl.when(pl.col("number") == 2).then(pl.lit("")).otherwise(surname))
    table = table.drop_nulls().with_columns(first=pl.col("debtor").min().over("phone", "surname"))
    table = table.filter(pl.col("debtor") != pl.col("first")).sort("first", "debtor")
    return table["first"].to_numpy(), table["debtor"].to_numpy()


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
