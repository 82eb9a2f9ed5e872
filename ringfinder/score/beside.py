"""What travels beside the graph, by node: amounts and days of debtors, and raw letters; candidates' only."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.graph import Graph
from ringfinder.model import Row
from ringfinder.score.case import Reading

__all__ = ["debtor_readings", "template_letters"]


def debtor_readings(
    graph: Graph, debtor: NDArray[np.bool_], readings: pl.DataFrame | None
) -> dict[int, tuple[Reading, ...]]:
    """The readings of the candidates' debtors (mask ``debtor``, shape (n_nodes,)), sorted, by node."""
    if readings is None or readings.is_empty():
        return {}
    wanted = _keys(graph, debtor).filter(pl.col("kind") == "debtor")
    table: dict[int, list[Reading]] = defaultdict(list)
    found = readings.join(wanted, left_on="debtor", right_on="key")
    for node, what, value, file, row in found.select("node", "what", "value", "file", "row").iter_rows():
        table[node].append(Reading(what, value, Row(file, row)))
    return {node: tuple(sorted(those)) for node, those in table.items()}


def template_letters(
    graph: Graph, group: NDArray[np.int64], owner: NDArray[np.int64], letters: pl.DataFrame | None
) -> dict[int, str]:
    """The raw texts of the candidates' complaints that use a template, by node (``group``: -1 for no candidate)."""
    if letters is None or letters.is_empty():
        return {}
    users = graph.links.source[graph.relation_is("uses_template")]
    wanted = np.zeros(graph.n_nodes, dtype=bool)
    wanted[users[group[owner[users]] >= 0]] = True
    complaints = _keys(graph, wanted).filter(pl.col("kind") == "complaint")
    return dict(complaints.join(letters, on="key").select("node", "text").iter_rows())


def _keys(graph: Graph, nodes: NDArray[np.bool_]) -> pl.DataFrame:
    """``node`` (Int64), ``kind`` and ``key`` of the nodes of a mask."""
    rows = graph.nodes.select("kind", "key").filter(pl.Series(nodes))
    return rows.with_columns(node=pl.Series(np.flatnonzero(nodes), dtype=pl.Int64))
