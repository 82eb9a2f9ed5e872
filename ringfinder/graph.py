"""The graph in memory: a node table and integer-coded link columns, about 24 bytes a link.

Every link keeps its file and row; parallel links are never merged, so provenance survives to the last sentence.
Conversions to NetworkX, pandas, GraphML and GEXF are in :mod:`ringfinder.graph_convert`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import networkx as nx
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

__all__ = ["LINK_DTYPES", "NO_DATE", "Graph", "Links", "iso_day"]

#: Stands for "no date" in :attr:`Links.date` (the smallest int32).
NO_DATE = np.int32(-(2**31))

LINK_DTYPES: dict[str, Any] = {
    "source": np.int32,
    "target": np.int32,
    "relation": np.uint8,
    "date": np.int32,
    "file": np.uint16,
    "row": np.int32,
    "weight": np.float32,
}


def iso_day(day: int | None) -> str:
    """An entry of :attr:`Links.date` as ``YYYY-MM-DD``; ``""`` for :data:`NO_DATE` or None."""
    return "" if day is None or day == NO_DATE else (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()


@dataclass(frozen=True, eq=False)
class Links:
    """Link columns, all of one length, read-only.

    Attributes
    ----------
    source, target : ndarray of int32
        Node indices.
    relation : ndarray of uint8
        Index into :attr:`Graph.relations`.
    date : ndarray of int32
        Days since 1970-01-01, or :data:`NO_DATE`.
    file : ndarray of uint16
        Index into :attr:`Graph.files`.
    row : ndarray of int32
        Row in that file as a spreadsheet counts it (the header is row 1).
    weight : ndarray of float32
        1.0 unless the data state another.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    relation: NDArray[np.uint8]
    date: NDArray[np.int32]
    file: NDArray[np.uint16]
    row: NDArray[np.int32]
    weight: NDArray[np.float32]

    def __post_init__(self) -> None:
        for name, dtype in LINK_DTYPES.items():
            column = np.ascontiguousarray(getattr(self, name), dtype=dtype)
            column.setflags(write=False)
            object.__setattr__(self, name, column)

    def __len__(self) -> int:
        return len(self.source)

    def take(self, index: NDArray[Any]) -> Links:
        """The links at ``index`` (a boolean mask or positions), in that order."""
        return Links(**{name: getattr(self, name)[index] for name in LINK_DTYPES})


@dataclass(frozen=True, eq=False)
class Graph:
    """An immutable graph of entities and dated, sourced links.

    Attributes
    ----------
    nodes : polars.DataFrame
        One row a node, sorted by (kind, key): ``kind`` (String), ``key`` (String, the normalised identifier),
        ``label`` (String, for people) and whatever else is known about it. A node's index is its row.
    links : Links
        One entry per source row and relation, sorted by (source, target, relation, date, file, row).
    relations : tuple[str, ...]
        Relation codes that :attr:`Links.relation` points into.
    files : tuple[str, ...]
        File names that :attr:`Links.file` points into.
    """

    nodes: pl.DataFrame
    links: Links
    relations: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.nodes.height

    @property
    def n_links(self) -> int:
        """Number of links, parallel ones counted each."""
        return len(self.links)

    def __repr__(self) -> str:
        kinds = ", ".join(f"{n:,} {k}" for k, n in self.counts().items())
        return f"<Graph: {self.n_nodes:,} nodes ({kinds}), {self.n_links:,} links>"

    def counts(self) -> dict[str, int]:
        """Nodes of each kind, by kind code in alphabetical order."""
        kinds, code = self._kind_codes
        return dict(zip(kinds, np.bincount(code, minlength=len(kinds)).tolist(), strict=True))

    def is_kind(self, *kinds: str) -> NDArray[np.bool_]:
        """Mask of shape (n_nodes,): which nodes are of one of ``kinds``."""
        known, code = self._kind_codes
        wanted = np.array([kind in kinds for kind in known], dtype=np.bool_)
        return np.asarray(wanted[code], dtype=np.bool_)

    @cached_property
    def _kind_codes(self) -> tuple[list[str], NDArray[np.unsignedinteger[Any]]]:
        """The kinds in alphabetical order, and each node's place among them: every stage asks, and texts are slow."""
        kinds = self.nodes["kind"].unique().sort()
        return kinds.to_list(), self.nodes["kind"].cast(pl.Enum(kinds)).to_physical().to_numpy()

    def relation_is(self, *codes: str) -> NDArray[np.bool_]:
        """Mask of shape (n_links,): which links are of one of the relations ``codes``."""
        wanted = np.array([code in codes for code in self.relations], dtype=np.bool_)
        return np.asarray(wanted[self.links.relation], dtype=np.bool_)

    def find(self, kind: str, key: str) -> int:
        """Index of the node (kind, key).

        Raises
        ------
        KeyError
            If the graph has no such node.
        """
        hit = self.nodes.with_row_index("_i").filter((pl.col("kind") == kind) & (pl.col("key") == key))["_i"]
        if hit.is_empty():
            raise KeyError((kind, key))
        return int(hit[0])

    def among(self, nodes: Iterable[tuple[str, str]]) -> NDArray[np.bool_]:
        """Mask of shape (n_nodes,): the nodes with one of these kinds and keys; those that there are not are left out.

        Examples
        --------
        ``graph.among((m.kind, m.key) for m in ring.members)``
        """
        wanted = pl.DataFrame(list(nodes), schema={"kind": pl.String, "key": pl.String}, orient="row").unique()
        hit = self.nodes.select("kind", "key").with_row_index("_node").join(wanted, on=["kind", "key"], how="semi")
        mask = np.zeros(self.n_nodes, dtype=np.bool_)
        mask[hit["_node"].to_numpy()] = True
        return mask

    def adjacency(self, mask: NDArray[np.bool_] | None = None) -> csr_array:
        """Symmetric weighted adjacency of shape (n_nodes, n_nodes); parallel links are summed, loops dropped.

        Parameters
        ----------
        mask : ndarray of bool, shape (n_links,), optional
            Which links to use; all by default.
        """
        from scipy.sparse import coo_array

        links = self.links if mask is None else self.links.take(mask)
        keep = links.source != links.target
        source, target, weight = links.source[keep], links.target[keep], links.weight[keep]
        both = (np.concatenate([weight, weight]), (np.r_[source, target], np.r_[target, source]))
        return coo_array(both, shape=(self.n_nodes, self.n_nodes)).tocsr()

    def subgraph(self, nodes: NDArray[Any] | Sequence[int]) -> Graph:
        """The induced graph on ``nodes`` (indices); node order is kept, indices are renumbered."""
        inside = np.zeros(self.n_nodes, dtype=bool)
        inside[np.asarray(nodes, dtype=np.int64)] = True
        keep = inside[self.links.source] & inside[self.links.target]
        new_index = np.cumsum(inside, dtype=np.int32) - 1
        links = self.links.take(keep)
        links = replace(links, source=new_index[links.source], target=new_index[links.target])
        return Graph(self.nodes.filter(pl.Series(inside)), links, self.relations, self.files)

    def neighbourhood(self, node: int, hops: int = 1) -> Graph:
        """The induced graph on all nodes within ``hops`` links of ``node``."""
        inside = np.zeros(self.n_nodes, dtype=bool)
        inside[node] = True
        for _ in range(hops):
            touched = inside[self.links.source] | inside[self.links.target]
            inside[self.links.source[touched]] = True
            inside[self.links.target[touched]] = True
        return self.subgraph(np.flatnonzero(inside))

    def to_networkx(self, node: int | None = None, hops: int = 1) -> nx.MultiGraph[Any]:
        """See :func:`ringfinder.graph_convert.to_networkx`."""
        from ringfinder.graph_convert import to_networkx

        return to_networkx(self if node is None else self.neighbourhood(node, hops))

    def to_pandas(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """See :func:`ringfinder.graph_convert.to_pandas`."""
        from ringfinder.graph_convert import to_pandas

        return to_pandas(self)

    @staticmethod
    def from_pandas(nodes: pd.DataFrame | None, links: pd.DataFrame) -> Graph:
        """See :func:`ringfinder.graph_convert.from_pandas`."""
        from ringfinder.graph_convert import from_pandas

        return from_pandas(nodes, links)

    def write_graphml(self, path: str | Path) -> None:
        """See :func:`ringfinder.graph_convert.write_graphml`."""
        from ringfinder.graph_convert import write_graphml

        write_graphml(self, path)

    def write_gexf(self, path: str | Path) -> None:
        """See :func:`ringfinder.graph_convert.write_gexf`."""
        from ringfinder.graph_convert import write_gexf

        write_gexf(self, path)
