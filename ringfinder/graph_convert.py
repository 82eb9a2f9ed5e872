"""The graph in other people's terms: NetworkX, pandas, GraphML and GEXF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import polars as pl

from ringfinder.errors import DataError, OutputError
from ringfinder.graph import NO_DATE
from ringfinder.graph_build import LINK_COLUMNS, graph_from_frames
from ringfinder.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from ringfinder.graph import Graph

__all__ = ["from_pandas", "to_networkx", "to_pandas", "write_gexf", "write_graphml"]

_NODE_FIELDS = ("id", "kind", "key", "label")
_POSITIONS = ("source", "target")
_PLACES = ("relation", "date", "file", "row", "weight")

#: What XML 1.0 cannot hold, escaped or not (https://www.w3.org/TR/xml/#charsets).
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: XML readers turn every line end into a line feed (https://www.w3.org/TR/xml/#sec-line-ends).
_LINE_END = re.compile("\r\n?")
#: Node attributes that mean something of their own to NetworkX's GEXF writer.
_GEXF_WORDS = frozenset({"id", "pid", "start", "end", "viz", "parents", "slices", "spells"})


def to_networkx(graph: Graph) -> nx.MultiGraph[Any]:
    """The graph as a NetworkX multigraph, nodes and links in the graph's own order.

    Parameters
    ----------
    graph : Graph
        Any graph; a million links take about 1 GB here, so ask for a neighbourhood of large ones.

    Returns
    -------
    networkx.MultiGraph
        A node is the string ``kind:key`` with the attributes ``kind``, ``key``, ``label`` and what else is
        known. An edge has ``relation``, ``date`` (ISO; absent if there is none), ``file``, ``row`` and
        ``weight``.
    """
    result: nx.MultiGraph[Any] = nx.MultiGraph()
    ids = _ids(graph)
    result.add_nodes_from(zip(ids, _node_attributes(graph), strict=True))
    result.add_edges_from((ids[s], ids[t], attributes) for s, t, attributes in _edges(graph))
    return result


def to_pandas(graph: Graph) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The graph as two data frames.

    Returns
    -------
    nodes : pandas.DataFrame
        ``id``, ``kind``, ``key``, ``label`` and an Arrow-backed column for each further attribute, so that
        types and nulls survive; row i is node i.
    links : pandas.DataFrame
        ``source`` and ``target`` (positions in ``nodes``), ``relation``, ``date`` (datetime64, NaT if there
        is none), ``file``, ``row`` and ``weight``.
    """
    import pandas as pd

    extra = graph.nodes.drop("kind", "key", "label")
    words = {name: graph.nodes[name].to_list() for name in ("kind", "key", "label")}
    nodes = pd.DataFrame({"id": _ids(graph), **words}, columns=list(_NODE_FIELDS))
    if extra.width:
        nodes = pd.concat([nodes, extra.to_pandas(use_pyarrow_extension_array=True)], axis="columns")
    columns = graph.links
    links = pd.DataFrame(
        {
            "source": columns.source,
            "target": columns.target,
            "relation": _named(graph.relations, columns.relation),
            "date": _days(columns.date).astype("datetime64[s]"),
            "file": _named(graph.files, columns.file),
            "row": columns.row,
            "weight": columns.weight,
        }
    )
    return nodes, links


def from_pandas(nodes: pd.DataFrame | None, links: pd.DataFrame) -> Graph:
    """The graph of two data frames; the inverse of :func:`to_pandas`.

    Parameters
    ----------
    nodes : pandas.DataFrame or None
        As :func:`to_pandas` gives it: ``kind``, ``key``, optionally ``label``, further columns as attributes.
    links : pandas.DataFrame
        Either as :func:`to_pandas` gives it, ``source`` and ``target`` being row positions in ``nodes``; or a
        link table with ``source_kind``, ``source``, ``target_kind``, ``target``. Both may have ``relation``
        (by default the one that the vocabulary knows between the two kinds), ``date``, ``weight`` (default
        1), ``file`` (default empty) and ``row`` (default 0).

    Raises
    ------
    DataError
        If columns are missing or unknown, a position is outside ``nodes``, or a value cannot be read.
    """
    table = None if nodes is None else _to_polars(nodes, "nodes")
    frame = _to_polars(links, "links")
    by_key = "source_kind" in frame.columns or "target_kind" in frame.columns
    needed = ("source_kind", "source", "target_kind", "target") if by_key else _POSITIONS
    missing = [c for c in needed if c not in frame.columns]
    unknown = [c for c in frame.columns if c not in (*needed, *_PLACES)]
    for what, names in (("missing", missing), ("unknown", unknown)):
        if names:
            expected = f"{', '.join(needed)} and any of {', '.join(_PLACES)}"
            raise DataError(f"{what} column {', '.join(names)}", where="links table", expected=expected)
    if not by_key:
        frame = _with_keys(frame, table)
    return graph_from_frames(table, _with_defaults(frame).select(*LINK_COLUMNS))


def write_graphml(graph: Graph, path: str | Path) -> None:
    """Write the graph as GraphML (for yEd, Gephi, igraph, NetworkX).

    Characters that XML cannot hold become U+FFFD; ids that would then be alike are numbered.

    Raises
    ------
    OutputError
        If the file cannot be written; what was there before is then still there.
    """
    _write(graph, path, nx.write_graphml_xml)


def write_gexf(graph: Graph, path: str | Path) -> None:
    """Write the graph as GEXF (for Gephi); see :func:`write_graphml`.

    Attributes whose names mean something else in GEXF (``start``, ``end``, ``viz`` ...) get an underscore
    appended.

    Raises
    ------
    OutputError
        If the file cannot be written; what was there before is then still there.
    """
    _write(graph, path, nx.write_gexf, reserved=_GEXF_WORDS)


def _ids(graph: Graph) -> list[str]:
    ids: list[str] = graph.nodes.select(pl.format("{}:{}", "kind", "key")).to_series().to_list()
    return ids


def _days(dates: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    days = dates.astype("datetime64[D]")
    days[dates == NO_DATE] = np.datetime64("NaT")
    return days


def _named(names: tuple[str, ...], codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.array(names, dtype=object).take(codes)


def _node_attributes(graph: Graph) -> Iterator[dict[str, Any]]:
    for row in graph.nodes.iter_rows(named=True):
        yield {name: value for name, value in row.items() if value is not None}


def _edges(graph: Graph) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Each link as source, target and plain attributes."""
    links = graph.links
    days = _days(links.date).astype(str).tolist()
    columns = [getattr(links, c).tolist() for c in ("source", "target", "relation", "file", "row", "weight")]
    for iso, source, target, relation, file, row, weight in zip(days, *columns, strict=True):
        attributes = {
            "relation": graph.relations[relation],
            "file": graph.files[file],
            "row": row,
            "weight": weight,
        }
        if iso != "NaT":
            attributes["date"] = iso
        yield source, target, attributes


def _to_polars(frame: pd.DataFrame, name: str) -> pl.DataFrame:
    columns = [str(c) for c in frame.columns]
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise DataError(f"column {', '.join(twice)} occurs more than once", where=f"{name} table")
    try:
        return pl.DataFrame([pl.Series(c, pl.from_pandas(frame.iloc[:, i])) for i, c in enumerate(columns)])
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"cannot be read: {error}", where=f"{name} table", expected="one type in each column"
        ) from error


def _with_keys(frame: pl.DataFrame, nodes: pl.DataFrame | None) -> pl.DataFrame:
    """The links with node positions replaced by the nodes' kinds and keys."""
    if nodes is None or not {"kind", "key"} <= set(nodes.columns):
        what, expected = "source and target are positions in it", "the columns kind and key"
        raise DataError(what, where="nodes table", expected=expected, do="Or give links with kinds and keys")
    for end in _POSITIONS:
        where, column = f"links table, column {end}", frame[end]
        if not (column.dtype.is_integer() or column.is_empty()) or column.null_count():
            what = f"values of type {column.dtype}"
            raise DataError(what, where=where, expected="positions in the nodes table, source_kind or target_kind")
        place = column.cast(pl.Int64)
        outside = place.filter((place < 0) | (place >= nodes.height))
        if len(outside):
            expected = f"0 to {nodes.height - 1}"
            raise DataError(f"there is no node {outside[0]}", where=where, expected=expected)
        kind, key = nodes["kind"].gather(place), nodes["key"].gather(place)
        frame = frame.with_columns(kind.alias(f"{end}_kind"), key.alias(end))
    return frame


def _with_defaults(frame: pl.DataFrame) -> pl.DataFrame:
    """The links with all columns; where no relation is named the vocabulary's, swapped if need be."""
    absent = {"relation": None, "date": None, "file": "", "row": 0, "weight": 1.0}
    given = [pl.lit(v, LINK_COLUMNS[c]).alias(c) for c, v in absent.items() if c not in frame.columns]
    frame = frame.with_columns(given).with_columns(pl.col("file").fill_null(""), pl.col("row").fill_null(0))
    if frame.schema["date"] == pl.String:
        days = frame["date"].str.to_date("%Y-%m-%d", strict=False)
        bad = frame["date"].filter(days.is_null() & (frame["date"] != ""))
        if len(bad):
            raise DataError(f"{bad[0]!r}", where="links table, column date", expected="a date like 2026-01-31")
        frame = frame.with_columns(days)
    if not frame["relation"].null_count():
        return frame
    pairs = frame.select("source_kind", "target_kind").unique().drop_nulls()
    meant = [(a, b, *vocabulary().relation_between(str(a), str(b))) for a, b in pairs.iter_rows()]
    known = {"source_kind": pl.String, "target_kind": pl.String, "_relation": pl.String, "_swap": pl.Boolean}
    pairs = pl.DataFrame(meant, schema=known, orient="row")
    frame = frame.join(pairs, on=["source_kind", "target_kind"], how="left", maintain_order="left")
    swap = pl.when(pl.col("relation").is_null() & pl.col("_swap"))
    ends = [("source", "target"), ("source_kind", "target_kind")]
    swapped = [swap.then(pl.col(b)).otherwise(pl.col(a)).alias(a) for pair in ends for a, b in (pair, pair[::-1])]
    return frame.with_columns(*swapped, relation=pl.coalesce("relation", "_relation"))


def _write(
    graph: Graph, path: str | Path, writer: Callable[..., None], *, reserved: frozenset[str] = frozenset()
) -> None:
    path = Path(path)
    part = path.with_name(f".part-{path.name}")
    try:
        try:
            writer(_for_xml(graph, reserved), part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        what = error.strerror or str(error)
        raise OutputError(what, where=str(path), do="Name another file or folder") from error


def _for_xml(graph: Graph, reserved: frozenset[str]) -> nx.MultiGraph[Any]:
    """The graph with texts that XML can hold, distinct node and edge ids and plain attributes."""
    result: nx.MultiGraph[Any] = nx.MultiGraph()
    ids: list[str] = []
    taken: set[str] = set()
    for raw, attributes in zip(_ids(graph), _node_attributes(graph), strict=True):
        node, number = _xml_text(raw), 1
        while node in taken:
            number += 1
            node = f"{_xml_text(raw)} ({number})"
        taken.add(node)
        ids.append(node)
        clean = {_xml_text(k) + "_" * (k in reserved): _xml_value(v) for k, v in attributes.items()}
        result.add_node(node, **clean)
    for number, (source, target, attributes) in enumerate(_edges(graph)):
        clean = {name: _xml_value(value) for name, value in attributes.items()}
        result.add_edge(ids[source], ids[target], key=number, **clean)
    return result


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", _LINE_END.sub("\n", text))


def _xml_value(value: Any) -> str | int | float | bool:
    return value if isinstance(value, bool | int | float) else _xml_text(str(value))
