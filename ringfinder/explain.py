"""Stage *explain*: what is known about one node, and the shortest chain of evidence rows between two."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from ringfinder.graph import Graph, iso_day
from ringfinder.model import Row, Run

__all__ = ["Neighbour", "NodeFacts", "Step", "evidence_path", "find_nodes", "hub_mask", "node_facts"]

#: Kinds that join everybody and therefore explain nothing on a path.
_THROUGH = ("channel", "lender", "collection_agency", "employer")


@dataclass(frozen=True)
class Neighbour:
    """One link of a node: relation, direction, the other node, ISO date and source row."""

    relation: str
    outgoing: bool
    kind: str
    key: str
    label: str
    date: str
    row: Row


@dataclass(frozen=True)
class NodeFacts:
    """Everything known about a node: attributes, its links, the rings it is in, and whether it is a benign hub."""

    kind: str
    key: str
    label: str
    attributes: dict[str, object]
    neighbours: tuple[Neighbour, ...]
    rings: tuple[str, ...]
    hub: str


@dataclass(frozen=True)
class Step:
    """One step of a path: from a node over a relation to a node, and the row that says so."""

    source: str
    relation: str
    target: str
    date: str
    row: Row


def find_nodes(graph: Graph, wanted: list[tuple[str, str]], text: str) -> list[int]:
    """Nodes that the user's text may mean.

    Parameters
    ----------
    wanted : list of (kind, key)
        Keys that the text has under each kind's rule.
    text : str
        As typed; a label, a key or ``kind:key`` is matched as it stands.
    """
    kind, _, rest = text.partition(":")
    table = graph.nodes.with_row_index("_node")
    match = (pl.col("key") == text) | (pl.col("label") == text)
    if rest:
        match = match | ((pl.col("kind") == kind) & (pl.col("key") == rest))
    hits = table.filter(match)["_node"].to_list()
    if wanted:
        pairs = pl.DataFrame(wanted, schema={"kind": pl.String, "key": pl.String}, orient="row").unique()
        hits += table.join(pairs, on=["kind", "key"], how="semi")["_node"].to_list()
    return sorted(dict.fromkeys(int(h) for h in hits))


def node_facts(graph: Graph, run: Run, node: int) -> NodeFacts:
    """Everything that the run knows about one node, over the whole graph."""
    row = graph.nodes.row(node, named=True)
    kind, key, label = row.pop("kind"), row.pop("key"), row.pop("label")
    links = graph.links
    index = np.flatnonzero((links.source == node) | (links.target == node))
    names = graph.nodes.select("kind", "key", "label")

    def ends(index: int) -> tuple[str, str, str]:
        kind, key, label = names.row(index)
        return str(kind), str(key), str(label)

    neighbours = []
    for i in index.tolist():
        outgoing = int(links.source[i]) == node
        other = int(links.target[i] if outgoing else links.source[i])
        neighbours.append(
            Neighbour(
                graph.relations[links.relation[i]],
                outgoing,
                *ends(other),
                iso_day(int(links.date[i])),
                Row(graph.files[links.file[i]], int(links.row[i])),
            )
        )
    rings = tuple(r.id for r in run.rings if any(m.kind == kind and m.key == key for m in r.members))
    hub = next((f"{h.treatment}: {h.reason}" for h in run.hubs if h.kind == kind and h.key == key), "")
    attributes = {k: v for k, v in row.items() if v is not None}
    neighbours.sort(key=lambda n: (n.relation, n.kind, n.key, n.date, n.row))
    return NodeFacts(kind, key, label, attributes, tuple(neighbours), rings, hub)


def hub_mask(graph: Graph, run: Run) -> NDArray[np.bool_]:
    """Mask of shape (n_nodes,): the nodes that the run kept from linking, as benign hubs or guarded."""
    return graph.among((h.kind, h.key) for h in run.hubs if h.treatment in ("EXCLUDE", "GUARD"))


def evidence_path(graph: Graph, start: int, end: int, *, avoid: NDArray[np.bool_] | None = None) -> tuple[Step, ...]:
    """The shortest chain of links from one node to another; empty if there is none.

    Channels, lenders and employers, through which everybody is joined, are not passed; nor are nodes in ``avoid`` (a
    mask of shape (n_nodes,)). Breadth-first, ties by node order, so the answer is always the same.
    """
    passable = ~graph.is_kind(*_THROUGH)
    if avoid is not None:
        passable &= ~avoid
    passable[[start, end]] = True
    links = graph.links
    keep = passable[links.source] & passable[links.target]
    n = graph.n_nodes
    ends = (np.r_[links.source[keep], links.target[keep]], np.r_[links.target[keep], links.source[keep]])
    adjacency = coo_array((np.ones(2 * int(keep.sum()), dtype=np.int8), ends), shape=(n, n)).tocsr()
    adjacency.sort_indices()
    _, before = breadth_first_order(adjacency, start, directed=False, return_predecessors=True)
    if start == end or before[end] < 0:
        return ()
    chain = [end]
    while chain[-1] != start:
        chain.append(int(before[chain[-1]]))
    chain.reverse()
    steps = []
    labels = graph.nodes.select("kind", "label")
    for a, b in pairwise(chain):
        hit = np.flatnonzero(
            keep & (((links.source == a) & (links.target == b)) | ((links.source == b) & (links.target == a)))
        )[0]
        names = [f"{labels['kind'][i]} {labels['label'][i]}" for i in (a, b)]
        steps.append(
            Step(
                names[0],
                graph.relations[links.relation[hit]],
                names[1],
                iso_day(int(links.date[hit])),
                Row(graph.files[links.file[hit]], int(links.row[hit])),
            )
        )
    return tuple(steps)
