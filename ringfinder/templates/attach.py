"""Put template nodes into the graph: complaint → template, for every group of near-identical texts."""

from __future__ import annotations

import hashlib

import polars as pl

from ringfinder.graph import Graph
from ringfinder.graph_build import frames_of, graph_from_frames
from ringfinder.templates.groups import template_groups

__all__ = ["attach_templates"]


def attach_templates(graph: Graph) -> Graph:
    """``graph`` with a ``template`` node per group of near-identical complaint texts and ``uses_template`` links.

    The texts are the ``text`` attribute of complaint nodes; the attribute is dropped, since nothing later needs it.
    A graph without texts is returned as it is.
    """
    if "text" not in graph.nodes.columns:
        return graph
    nodes, links = frames_of(graph)
    filed = links.filter(pl.col("relation") == "filed").unique("target", keep="first", maintain_order=True)
    people = nodes.filter(pl.col("kind") == "debtor").select(source="key", name="label")
    complaints = (
        nodes.filter((pl.col("kind") == "complaint") & pl.col("text").is_not_null())
        .select("key", "text")
        .join(filed.select("source", "file", "row", "date", key="target"), on="key", how="inner")
        .join(people, on="source", how="left")
        .sort("key")
    )
    groups = template_groups(complaints["text"].to_list(), complaints["name"].to_list())
    table = complaints.with_columns(pl.Series("group", groups.label)).filter(pl.col("group") >= 0)
    nodes = nodes.drop("text")
    if table.is_empty():
        return graph_from_frames(nodes, links)
    sizes = table.group_by("group").agg(pl.len().alias("size"), pl.col("key").sort().alias("keys")).sort("group")
    names = sizes.select(
        "group",
        pl.Series("template", [_key(keys) for keys in sizes["keys"]], dtype=pl.String),
        (pl.lit("template ") + (pl.col("group") + 1).cast(pl.String)).alias("label"),
        pl.Series("text_similarity", [groups.similarity[g] for g in sizes["group"]], dtype=pl.Float64),
    )
    table = table.join(names, on="group")
    new_links = table.select(
        source_kind=pl.lit("complaint"),
        source="key",
        target_kind=pl.lit("template"),
        target="template",
        relation=pl.lit("uses_template"),
        date="date",
        file="file",
        row="row",
        weight=pl.lit(1.0, dtype=pl.Float32),
    )
    new_nodes = names.select(
        pl.lit("template").alias("kind"), pl.col("template").alias("key"), "label", "text_similarity"
    )
    return graph_from_frames(
        pl.concat([nodes, new_nodes], how="diagonal_relaxed"),
        pl.concat([links, new_links], how="vertical_relaxed"),
    )


def _key(complaints: list[str]) -> str:
    """A key that depends on nothing but which complaints the group holds."""
    return hashlib.sha256("\0".join(complaints).encode()).hexdigest()[:12]
