"""Community detectors and dense-block search on ringfinder's own graph, for comparison.

Every peer sees the links between debtors and the things they share (complaints and letters stand for who filed them),
and the links among these things: once raw, once after ringfinder's hubs and everything that more than 100 debtors share
have been taken away. What a single debtor has joins nobody and is left out. Text templates are things like any other;
dates and evidence are not looked at. Communities are ranked in four ways: by size, density, mean degree, and the excess
of complainants.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from ringfinder.evaluate import FOUND_SCHEMA, evaluate
from ringfinder.graph import Graph
from ringfinder.model import Run
from ringfinder.people import event_owner, people_kind

__all__ = ["METHODS", "Shared", "best_figures", "fraudar", "shared_graph"]

Ints = NDArray[np.int64]

#: Degree from which a thing is taken away beside the hubs that ringfinder names.
HUB = 100
#: Communities with fewer or more debtors are not ranked (but count for F1).
FEWEST, MOST = 4, 300
LEIDEN = (0.3, 1.0, 3.0, 10.0, 20.0, 50.0, 100.0)
DENSITIES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
BLOCKS = 60
#: Kinds that are one side of nothing shared.
_NOT_SHARED = ("channel", "lender", "collection_agency", "employer", "complaint", "mail_item")


@dataclass(frozen=True, eq=False)
class Shared:
    """Debtors and what they share.

    ``debtor`` and ``thing`` are the ends of distinct links (node numbers below ``people`` are debtors, the rest
    things); ``extra`` the links among things; ``keys`` the debtors' keys; ``complained`` tells who complained.
    """

    people: int
    nodes: int
    debtor: Ints
    thing: Ints
    extra: tuple[Ints, Ints]
    keys: pl.Series
    complained: NDArray[np.bool_]

    def adjacency(self) -> csr_array:
        """Symmetric adjacency of shape (nodes, nodes) with weight 1 for every link."""
        a = np.concatenate([self.debtor, self.extra[0]])
        b = np.concatenate([self.thing, self.extra[1]])
        ones = np.ones(2 * len(a))
        matrix = coo_array((ones, (np.r_[a, b], np.r_[b, a])), shape=(self.nodes, self.nodes)).tocsr()
        matrix.data[:] = 1.0
        return matrix

    def edges(self) -> list[tuple[str, str, float]]:
        """Every link as (node, node, 1.0)."""
        a = np.concatenate([self.debtor, self.extra[0]]).tolist()
        b = np.concatenate([self.thing, self.extra[1]]).tolist()
        return [(str(x), str(y), 1.0) for x, y in zip(a, b, strict=True)]


def shared_graph(graph: Graph, run: Run, *, raw: bool) -> Shared:
    """The debtor-thing graph of a run; without hubs unless ``raw``."""
    owner = event_owner(graph)
    kind = graph.nodes["kind"]
    person = (kind == people_kind(graph)).to_numpy()
    usable = ~kind.is_in(list(_NOT_SHARED)).to_numpy()
    if not raw:
        hubs = pl.DataFrame([(h.kind, h.key) for h in run.hubs], schema=["kind", "key"], orient="row")
        hit = graph.nodes.select("kind", "key").with_row_index("node").join(hubs, on=["kind", "key"], how="semi")
        usable[hit["node"].to_numpy()] = False
    source, target = owner[graph.links.source], owner[graph.links.target]
    swap = person[target] & ~person[source]
    source, target = np.where(swap, target, source), np.where(swap, source, target)
    shown = usable[source] & usable[target] & (source != target) & ~person[target]
    pairs = np.unique(np.stack([source, target], axis=1)[shown], axis=0)
    first = person[pairs[:, 0]]
    links, extra = pairs[first], pairs[~first]
    degree = np.bincount(links[:, 1], minlength=graph.n_nodes)
    common = (degree >= 2) & (raw | (degree <= HUB))
    links = links[common[links[:, 1]]]
    extra = extra[common[extra[:, 0]] & common[extra[:, 1]]]
    debtors, debtor = np.unique(links[:, 0], return_inverse=True)
    things, thing = np.unique(links[:, 1], return_inverse=True)
    number = np.zeros(graph.n_nodes, dtype=np.int64)
    number[things] = np.arange(len(things)) + len(debtors)
    complaints = graph.links.source[graph.relation_is("filed")]
    complained = np.isin(debtors, complaints)
    return Shared(
        people=len(debtors),
        nodes=len(debtors) + len(things),
        debtor=debtor.astype(np.int64),
        thing=thing.astype(np.int64) + len(debtors),
        extra=(number[extra[:, 0]], number[extra[:, 1]]),
        keys=graph.nodes["key"].gather(debtors),
        complained=complained,
    )


def components(shared: Shared) -> Iterator[tuple[str, Ints]]:
    """Connected components."""
    yield "", connected_components(shared.adjacency(), directed=False)[1].astype(np.int64)


def leiden(shared: Shared) -> Iterator[tuple[str, Ints]]:
    """Leiden by graspologic-native: modularity at several resolutions, the Potts model (CPM) at several densities."""
    import graspologic_native

    edges = shared.edges()
    for by_modularity, choices in ((True, LEIDEN), (False, DENSITIES)):
        for choice in choices:
            _, found = graspologic_native.leiden(edges, resolution=choice, use_modularity=by_modularity, seed=1)
            labels = np.arange(shared.nodes, dtype=np.int64) + shared.nodes  # nodes without a link stay alone
            labels[np.fromiter(map(int, found), dtype=np.int64)] = np.fromiter(found.values(), dtype=np.int64)
            yield f"{'modularity' if by_modularity else 'CPM'} {choice:g}", labels


def louvain(shared: Shared) -> Iterator[tuple[str, Ints]]:
    """Louvain at several resolutions, by scikit-network if it is installed, else by NetworkX (much slower)."""
    try:
        from sknetwork.clustering import Louvain
    except ImportError:
        import networkx as nx

        network = nx.from_scipy_sparse_array(shared.adjacency())
        for choice in LEIDEN:
            groups = nx.community.louvain_communities(network, resolution=choice, seed=1)
            yield f"{choice:g}", _labels(groups, shared.nodes)
        return
    for choice in LEIDEN:
        model = Louvain(resolution=choice, random_state=1)
        yield f"{choice:g}", np.asarray(model.fit_predict(_matrix(shared)), dtype=np.int64)


def label_propagation(shared: Shared) -> Iterator[tuple[str, Ints]]:
    """Label propagation, by scikit-network if it is installed, else by NetworkX."""
    try:
        from sknetwork.clustering import PropagationClustering
    except ImportError:
        import networkx as nx

        network = nx.from_scipy_sparse_array(shared.adjacency())
        yield "", _labels(nx.community.fast_label_propagation_communities(network, seed=1), shared.nodes)
        return
    for order in ("decreasing", "increasing"):
        model = PropagationClustering(n_iter=20, node_order=order)
        yield order, np.asarray(model.fit_predict(_matrix(shared)), dtype=np.int64)


def dense_blocks(shared: Shared) -> Iterator[tuple[str, Ints]]:
    """FRAUDAR: up to 60 blocks, each as a community of its own (a debtor in two blocks stays in the first)."""
    labels = np.arange(shared.nodes, dtype=np.int64) + BLOCKS
    for number, block in enumerate(fraudar(shared.debtor, shared.thing, BLOCKS)):
        mine = block[labels[block] >= BLOCKS]
        labels[mine] = number
    yield f"{BLOCKS} blocks", labels


METHODS: dict[str, Callable[[Shared], Iterator[tuple[str, Ints]]]] = {
    "Leiden": leiden,
    "Louvain": louvain,
    "label propagation": label_propagation,
    "components": components,
    "FRAUDAR": dense_blocks,
}


def fraudar(row: Ints, column: Ints, blocks: int) -> list[Ints]:
    """Dense blocks of a bipartite graph by greedy peeling with logarithmic weights (Hooi et al. 2016).

    An edge to a column of degree d weighs 1 / log(d + 5), so that popular columns cannot be used as camouflage. The
    node of the smallest weight is removed until none is left; the block is what was there when (weight of edges inside)
    / (number of nodes) was largest. Then its edges are taken away and the search begins anew.

    Parameters
    ----------
    row, column : ndarray of int64
        Ends of the edges; no number is both a row and a column.
    blocks : int
        Most blocks.

    Returns
    -------
    list of ndarray of int64
        Nodes of each block, densest first found.
    """
    found: list[Ints] = []
    while len(found) < blocks and len(row):
        degree = np.bincount(column)
        weight = 1.0 / np.log(degree[column] + 5.0)
        block = _peel(row, column, weight)
        inside = np.isin(row, block) & np.isin(column, block)
        if not inside.any():
            break
        found.append(block)
        row, column = row[~inside], column[~inside]
    return found


def _peel(row: Ints, column: Ints, weight: NDArray[np.float64]) -> Ints:
    """The densest of the subgraphs that greedy peeling passes through."""
    nodes, ends = np.unique(np.concatenate([row, column]), return_inverse=True)
    a, b = ends[: len(row)], ends[len(row) :]
    order = np.argsort(np.concatenate([a, b]), kind="stable")
    start = np.searchsorted(np.concatenate([a, b])[order], np.arange(len(nodes) + 1)).tolist()
    other = np.concatenate([b, a])[order].tolist()
    heavy = np.concatenate([weight, weight])[order].tolist()
    sums = np.bincount(np.concatenate([a, b]), weights=np.concatenate([weight, weight])).tolist()
    heap = [(value, node) for node, value in enumerate(sums)]
    heapq.heapify(heap)
    gone = [False] * len(nodes)
    total, left = float(weight.sum()), len(nodes)
    best, keep, removed = total / left, 0, []
    while heap:
        value, node = heapq.heappop(heap)
        if gone[node] or value > sums[node] + 1e-9:  # an older, larger entry
            continue
        gone[node] = True
        removed.append(node)
        total -= sums[node]
        left -= 1
        for i in range(start[node], start[node + 1]):
            mate = other[i]
            if not gone[mate]:
                sums[mate] -= heavy[i]
                heapq.heappush(heap, (sums[mate], mate))
        if left and total / left > best + 1e-12:
            best, keep = total / left, len(removed)
    inside = np.ones(len(nodes), dtype=bool)
    inside[np.array(removed[:keep], dtype=np.int64)] = False
    return np.asarray(nodes[inside], dtype=np.int64)


def best_figures(graphs: dict[str, Shared], truth: pl.DataFrame, method: str) -> dict[str, float | str]:
    """The best of a method over graphs, parameters and rankings: F1 and AP each on its own, so as not to be unfair.

    ``merged``, ``split`` and ``recall`` belong to the setting of the best F1, ``p10`` and ``reported`` to that of the
    best AP; in a world without rings ``reported`` is the fewest of any setting.
    """
    best: dict[str, float | str] = {}
    for name, shared in graphs.items():
        for setting, labels in METHODS[method](shared):
            where = f"{name} {setting}".strip()
            groups = _groups(shared, labels)
            members = pl.DataFrame({"label": labels[: shared.people], "key": shared.keys})
            every = evaluate(_ranked(groups, members, "size"), truth).summary
            if every["f1"] > float(best.get("f1", -1.0)):
                best |= {k: every[k] for k in ("f1", "recall", "merged", "split")} | {"f1_by": where}
            window = groups.filter(pl.col("size").is_between(FEWEST, MOST))
            for ranking in ("size", "density", "degree", "excess"):
                figures = evaluate(_ranked(window, members, ranking), truth).summary
                worth = (figures["ap"], -figures["reported"])
                if worth > (float(best.get("ap", -1.0)), -float(best.get("reported", math.inf))):
                    best |= {k: figures[k] for k in ("ap", "p10", "reported", "false_reported")}
                    best["ap_by"] = f"{where}, by {ranking}"
    return best


def _groups(shared: Shared, labels: Ints) -> pl.DataFrame:
    """Communities with at least 3 debtors: label, size, density, degree (mean number of links), excess (z)."""
    people, links = labels[: shared.people], labels[shared.debtor]
    inside = links == labels[shared.thing]
    table = pl.DataFrame({"label": people, "hit": shared.complained}).group_by("label").agg(
        pl.len().alias("size"), pl.col("hit").sum()
    )  # fmt: skip
    things = pl.DataFrame({"label": labels[shared.people :]}).group_by("label").agg(pl.len().alias("things"))
    held = pl.DataFrame({"label": links[inside]}).group_by("label").agg(pl.len().alias("links"))
    table = table.join(things, on="label", how="left").join(held, on="label", how="left").fill_null(0)
    rate = float(shared.complained.mean()) if shared.people else 0.0
    spread = (pl.col("size") * rate * (1 - rate)).sqrt() + 1e-9
    return table.filter(pl.col("size") >= 3).with_columns(
        (pl.col("links") / (pl.col("size") * pl.col("things")).clip(1)).alias("density"),
        (pl.col("links") / (pl.col("size") + pl.col("things"))).alias("degree"),
        ((pl.col("hit") - pl.col("size") * rate) / spread).alias("excess"),
    )  # fmt: skip


def _ranked(groups: pl.DataFrame, members: pl.DataFrame, by: str) -> pl.DataFrame:
    """Communities as reported rings, the largest value first; ties broken by chance with a fixed seed."""
    groups = groups.sort("label")
    tie = np.random.default_rng(1).random(groups.height)
    order = groups.with_columns(pl.Series("tie", tie)).sort(by, "tie", descending=[True, False])
    order = order.with_row_index("rank", offset=1).select("label", pl.col("rank").cast(pl.Int64))
    role = pl.lit("debtor")
    found = members.join(order, on="label").select(
        "rank", pl.lit("candidate").alias("tier"), role.alias("kind"), "key", role.alias("role")
    )
    return found.cast(FOUND_SCHEMA)


def _matrix(shared: Shared) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix(shared.adjacency())  # scikit-network wants the older class


def _labels(groups: Iterable[Collection[int]], nodes: int) -> Ints:
    labels = np.zeros(nodes, dtype=np.int64)
    for number, group in enumerate(groups):
        labels[list(group)] = number
    return labels
