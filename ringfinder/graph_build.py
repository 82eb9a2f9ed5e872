"""The one place where a :class:`~ringfinder.graph.Graph` is made: tables of text in, coded columns out.

The result is canonical. Nodes are sorted by (kind, key), relations and files by name, links by (source,
target, relation, date, file, row), so the same rows give the same graph in whatever order they arrive.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from ringfinder.errors import DataError
from ringfinder.graph import NO_DATE, Graph, Links
from ringfinder.graph_numbers import enumerated, node_order, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["LINK_COLUMNS", "NODE_COLUMNS", "frames_of", "graph_from_frames", "reordered"]

#: Columns of the links frame. ``date`` may be null; ``weight`` may be missing or null and then is 1.
LINK_COLUMNS: dict[str, Any] = {
    "source_kind": pl.String,
    "source": pl.String,
    "target_kind": pl.String,
    "target": pl.String,
    "relation": pl.String,
    "date": pl.Date,
    "file": pl.String,
    "row": pl.Int32,
    "weight": pl.Float32,
}

#: Columns that a nodes frame has at least; all further ones are attributes.
NODE_COLUMNS: dict[str, Any] = {"kind": pl.String, "key": pl.String, "label": pl.String}

#: Most codes that the link columns can number: relation is a uint8, file a uint16.
_MOST_CODES = {"relation": 2**8, "file": 2**16}


def graph_from_frames(
    nodes: pl.DataFrame | Sequence[pl.DataFrame] | None, links: pl.DataFrame | Sequence[pl.DataFrame]
) -> Graph:
    """A graph from tables of links and, if there are any, tables of what is known about the nodes.

    Several frames are taken as if they stood one below the other, in less memory than it takes to put them so.

    Parameters
    ----------
    nodes : polars.DataFrame, sequence of polars.DataFrame or None
        ``kind``, ``key``, optionally ``label``, and any further columns as attributes. Rows of one (kind,
        key) are merged: each attribute takes the smallest of its values that are not null, so row order does
        not matter. Without a label the key is the label. A column ``id`` is ignored, since it follows from
        kind and key.
    links : polars.DataFrame or sequence of polars.DataFrame
        The columns of :data:`LINK_COLUMNS`; nodes that occur only here get their key as label.

    Returns
    -------
    Graph
        In canonical order.

    Raises
    ------
    DataError
        If a column is missing, unknown or of the wrong type, a kind, key or relation is empty, a kind
        contains a colon, a weight is not a positive finite number, or there are too many relations or files
        to number.
    """
    parts = [_checked(f, LINK_COLUMNS, "links", optional=("weight",)) for f in _frames(links, LINK_COLUMNS)]
    known = [_checked_nodes(f) for f in _frames(nodes, NODE_COLUMNS)]
    ends = [f.select(kind=f"{end}_kind", key=end) for end in ("source", "target") for f in parts]
    table, ids = numbered(ends + known)
    relations, relation = _codes([f.select("relation") for f in parts])
    files, file = _codes([f.select("file") for f in parts])
    dates, rows, weights = (pl.concat([f[name] for f in parts]) for name in ("date", "row", "weight"))
    columns = Links(
        source=np.concatenate(ids[: len(parts)]),
        target=np.concatenate(ids[len(parts) : len(ends)]),
        relation=relation.astype(np.uint8),
        date=dates.to_physical().fill_null(int(NO_DATE)).to_numpy(),
        file=file.astype(np.uint16),
        row=rows.to_numpy(),
        weight=weights.to_numpy(),
    )
    number = np.concatenate(ids[len(ends) :])
    del links, parts, ends, ids, relation, file, dates, rows, weights  # room for the sorted copies
    columns = columns.take(_canonical_order(columns))
    facts = pl.concat([f.drop("kind", "key") for f in known], how="diagonal_relaxed")
    return Graph(_described(table, facts, number), columns, relations, files)


def _frames(frames: pl.DataFrame | Sequence[pl.DataFrame] | None, columns: Mapping[str, Any]) -> Sequence[pl.DataFrame]:
    """One frame or more as a sequence of at least one."""
    if isinstance(frames, pl.DataFrame):
        return [frames]
    return frames or [pl.DataFrame(schema=columns)]


def _described(table: pl.DataFrame, known: pl.DataFrame, number: NDArray[np.int32]) -> pl.DataFrame:
    """The node table with what ``known`` says about the node ``number`` of each of its rows."""
    several = pl.Series((np.bincount(number, minlength=table.height) > 1)[number])
    if several.any():
        # The least value is the first in order too, and far cheaper, but nested types have no least.
        cheap = {c: t.is_numeric() or t.is_temporal() or t in (pl.String, pl.Boolean) for c, t in known.schema.items()}
        smallest = [pl.col(c).min() if cheap[c] else pl.col(c).sort(nulls_last=True).first() for c in cheap]
        known = known.select(pl.Series("_number", number), pl.all())
        known = pl.concat([known.filter(~several), known.filter(several).group_by("_number").agg(smallest)])
        number, known = known["_number"].to_numpy(), known.drop("_number")
    place = np.full(table.height, known.height, dtype=np.uint32)
    place[number] = np.arange(known.height, dtype=np.uint32)
    index = pl.Series(place)
    index = index.set(index == known.height, None)
    table = table.with_columns(known.select(pl.all().gather(index)))
    return table.with_columns(pl.col("label").fill_null(pl.col("key"))).rechunk()


def _checked(
    frame: pl.DataFrame, columns: Mapping[str, Any], name: str, *, optional: tuple[str, ...] = ()
) -> pl.DataFrame:
    """The links frame with exactly ``columns`` in their types, or an error that says what is wrong."""
    missing = [c for c in columns if c not in frame.columns and c not in optional]
    if missing:
        _fail(name, f"missing column {', '.join(missing)}", expected=f"the columns {', '.join(columns)}")
    unknown = [c for c in frame.columns if c not in columns]
    if unknown:
        _fail(name, f"unknown column {', '.join(unknown)}", expected=f"only the columns {', '.join(columns)}")
    if "weight" not in frame.columns:
        frame = frame.with_columns(weight=pl.lit(1.0, dtype=pl.Float32))
    frame = _cast(frame.select(*columns), columns, name).with_columns(pl.col("weight").fill_null(1.0))
    _no_blanks(frame, ("source_kind", "source", "target_kind", "target", "relation"), name)
    _no_colons(frame, ("source_kind", "target_kind"), name)
    for column in ("file", "row"):
        if frame[column].null_count():
            _fail(name, f"a link without a {column}", column=column, expected="file and row of every link")
    weight = frame["weight"]
    bad = weight.filter(~weight.is_finite() | (weight <= 0))
    if len(bad):
        _fail(name, f"the weight {bad[0]}", column="weight", expected="a finite number above 0")
    return frame


def _checked_nodes(nodes: pl.DataFrame | None) -> pl.DataFrame:
    if nodes is None:
        return pl.DataFrame(schema=NODE_COLUMNS)
    missing = [c for c in ("kind", "key") if c not in nodes.columns]
    if missing:
        _fail("nodes", f"missing column {', '.join(missing)}", expected="the columns kind and key")
    if "label" not in nodes.columns:
        nodes = nodes.with_columns(label=pl.lit(None, dtype=pl.String))
    nodes = _cast(nodes, NODE_COLUMNS, "nodes")
    _no_blanks(nodes, ("kind", "key"), "nodes")
    _no_colons(nodes, ("kind",), "nodes")
    nodes = nodes.with_columns(pl.when(pl.col("label") != "").then(pl.col("label")))
    attributes = [c for c in nodes.columns if c not in (*NODE_COLUMNS, "id")]
    return nodes.select("kind", "key", "label", *attributes)


def _cast(frame: pl.DataFrame, columns: Mapping[str, Any], name: str) -> pl.DataFrame:
    for column, dtype in columns.items():
        if frame.schema[column] == dtype:
            continue
        try:
            frame = frame.with_columns(pl.col(column).cast(dtype))
        except pl.exceptions.PolarsError:
            wanted = f"values of type {dtype}"
            _fail(name, f"a column of type {frame.schema[column]}", column=column, expected=wanted)
    return frame


def _no_blanks(frame: pl.DataFrame, columns: tuple[str, ...], name: str) -> None:
    blanks = frame.select((pl.col(columns).is_null() | (pl.col(columns) == "")).sum())
    for column, blank in zip(columns, blanks.row(0), strict=True):
        if blank:
            _fail(name, f"empty in {blank:,} rows", column=column, expected="a value in every row")


def _no_colons(frame: pl.DataFrame, columns: tuple[str, ...], name: str) -> None:
    """Refuse kinds with a colon: ``kind:key`` must name one node."""
    for column in columns:
        kinds = frame.select(pl.col(column).unique()).to_series()
        bad = kinds.filter(kinds.str.contains(":", literal=True)).sort()
        if len(bad):
            _fail(name, f"the kind {bad[0]!r}", column=column, expected="a kind without a colon")


def _fail(name: str, what: str, *, column: str = "", expected: str = "") -> None:
    where = f"{name} table, column {column}" if column else f"{name} table"
    raise DataError(what, where=where, expected=expected)


def _codes(columns: Sequence[pl.DataFrame]) -> tuple[tuple[str, ...], NDArray[Any]]:
    """The distinct values of frames of one column in alphabetical order, and each row's place among them."""
    words, codes = enumerated(columns)
    name = columns[0].columns[0]
    if len(words) > _MOST_CODES[name]:
        what = f"{len(words):,} different values"
        _fail("links", what, column=name, expected=f"at most {_MOST_CODES[name]:,}")
    return tuple(words), np.concatenate(codes)


def _canonical_order(links: Links) -> NDArray[np.integer[Any]]:
    """Positions that sort the links; the weight breaks ties between links that are alike in all else."""
    ends = pl.Series((links.source.astype(np.int64) << 32) | links.target)
    order = ends.arg_sort().to_numpy(writable=True)
    same = np.diff(ends.gather(order).to_numpy()) == 0
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    # Few links have their ends in common, so the long keys are built for those alone.
    few = links.take(order[tied])
    pair = (few.source.astype(np.int64) << 32) | few.target
    place = (few.file.astype(np.int64) << 32) | (few.row.astype(np.int64) + 2**31)
    when = (few.relation.astype(np.int64) << 32) | (few.date.astype(np.int64) - int(NO_DATE))
    order[tied] = order[tied][np.lexsort((few.weight, place, when, pair))]
    return order


def frames_of(graph: Graph) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The inverse of :func:`graph_from_frames`: nodes, and links with :data:`LINK_COLUMNS`."""
    links = graph.links
    kind, key = graph.nodes["kind"], graph.nodes["key"]
    source, target = pl.Series(links.source.astype(np.int64)), pl.Series(links.target.astype(np.int64))
    undated = pl.Series(links.date == NO_DATE)
    frame = pl.DataFrame(
        {
            "source_kind": kind.gather(source),
            "source": key.gather(source),
            "target_kind": kind.gather(target),
            "target": key.gather(target),
            "relation": _words(graph.relations, links.relation),
            "date": pl.Series(np.where(links.date == NO_DATE, 0, links.date), dtype=pl.Int32).cast(pl.Date),
            "file": _words(graph.files, links.file),
            "row": links.row,
            "weight": links.weight,
        }
    )
    return graph.nodes, frame.with_columns(pl.when(~undated).then(pl.col("date")))


def reordered(graph: Graph) -> Graph:
    """``graph`` in canonical order, after its keys were changed one to one."""
    order = node_order(graph.nodes)
    place = np.empty(graph.n_nodes, dtype=np.int32)
    place[order] = np.arange(graph.n_nodes, dtype=np.int32)
    links = replace(graph.links, source=place[graph.links.source], target=place[graph.links.target])
    return Graph(graph.nodes[order], links.take(_canonical_order(links)), graph.relations, graph.files)


def _words(words: tuple[str, ...], codes: NDArray[Any]) -> pl.Series:
    """Codes as the words that they stand for."""
    return pl.Series(words, dtype=pl.String).gather(pl.Series(codes.astype(np.int64)))
