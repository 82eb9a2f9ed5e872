"""Put template nodes into the graph: complaint → template, for every group of texts written from one source."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import polars as pl

from ringfinder.graph import Graph
from ringfinder.graph_build import frames_of, graph_from_frames
from ringfinder.templates.groups import template_groups

__all__ = ["KIN_RELATION", "attach_templates"]

#: Complaint → template of a kin group. It is weaker than ``uses_template`` and is made only on request.
KIN_RELATION = "resembles_template"


def attach_templates(graph: Graph, *, library: Sequence[str] = (), kin: bool = False, keep_text: bool = False) -> Graph:
    """``graph`` with a ``template`` node per group of complaint texts that were written from one source.

    The texts are the ``text`` attribute of complaint nodes. The complainant's name and the names of the accused
    institutions are taken out of them, and what is a public text is set aside. A graph without texts is returned as
    it is.

    Parameters
    ----------
    graph : Graph
        With the relations ``filed`` (which complaint belongs to whom), ``via`` and ``about``.
    library : sequence of str, optional
        Public texts beside the shipped ones; ``{slot}`` marks what is filled in.
    kin : bool
        Whether to add kin groups as well: texts that were rewritten from one source.
    keep_text : bool
        Whether the texts of complaints in a group stay in the graph, for display side by side
        (:func:`~ringfinder.templates.passages.passages`). All other texts are dropped. Raw text is personal data:
        a masked run must not ask for it.

    Returns
    -------
    Graph
        - ``template`` nodes: ``text_match`` (String, "same" or "kin"), ``text_similarity`` (Float64; same: lowest edit
          ratio to the group's middle text, kin: lowest weighted containment).
        - links ``uses_template`` (same) and ``resembles_template`` (kin), complaint → template, with the complaint's
          file, row and date.
        - ``complaint`` nodes: ``text_metric`` (String) and ``text_score`` (Float64) of the complaint against the middle
          text of its same group, ``kin_score`` (Float64), ``public_text`` (String, name of the public text it uses),
          ``public_only`` (Boolean, whether little else is left; such a complaint is in no group).
    """
    if "text" not in graph.nodes.columns:
        return graph
    nodes, links = frames_of(graph)
    complaints = _complaints(nodes, links)
    found = template_groups(
        complaints["text"].to_list(),
        complaints["names"].to_list(),
        complaints["channel"].to_list(),
        library=library,
        kin=kin,
    ).texts
    table = pl.concat([complaints.drop("names", "channel"), found], how="horizontal")
    parts = [_attached(table, "group", "edit_ratio", "same", "uses_template", "template")]
    if kin:
        parts.append(_attached(table, "kin", "kin_score", "kin", KIN_RELATION, "kin template"))
    kept = table.filter(pl.col("group").is_not_null() | (pl.col("kin").is_not_null() & pl.lit(kin)))
    facts = table.select(
        "key",
        kind=pl.lit("complaint"),
        text_metric="metric",
        text_score="score",
        kin_score=pl.col("kin_score") if kin else pl.lit(None, dtype=pl.Float64),
        public_text="public",
        public_only=pl.when(pl.col("public").is_not_null()).then("public_only"),
    )
    # an attribute that nobody has is no column
    facts = facts.select(c for c in facts.columns if facts[c].null_count() < facts.height)
    nodes = nodes.drop("text")
    if facts.width > 2:
        nodes = nodes.join(facts, on=["kind", "key"], how="left", maintain_order="left")
    if keep_text and kept.height:
        texts = kept.select("key", "text", kind=pl.lit("complaint"))
        nodes = nodes.join(texts, on=["kind", "key"], how="left", maintain_order="left")
    return graph_from_frames(
        pl.concat([nodes, *(n for n, _ in parts if n.height)], how="diagonal_relaxed"),
        pl.concat([links, *(found_links for _, found_links in parts)], how="vertical_relaxed"),
    )


def _complaints(nodes: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The complaints with a text and a person, by key: text, names to take out, channel, and who filed it where.

    Columns ``key``, ``text``, ``names`` (list), ``channel``, ``file``, ``row``, ``date``.
    """
    filed = links.filter(pl.col("relation") == "filed").unique("target", keep="first", maintain_order=True)
    people = nodes.filter(pl.col("kind") == "debtor").select(source="key", name="label")
    channel = (
        links.filter((pl.col("relation") == "via") & (pl.col("source_kind") == "complaint"))
        .group_by(key="source")
        .agg(channel=pl.col("target").min())
    )
    accused = (
        links.filter((pl.col("relation") == "about") & (pl.col("source_kind") == "complaint"))
        .join(nodes.select(target_kind="kind", target="key", accused="label"), on=["target_kind", "target"])
        .group_by(key="source")
        .agg(pl.col("accused").unique().sort())
    )
    return (
        nodes.filter((pl.col("kind") == "complaint") & pl.col("text").is_not_null())
        .select("key", "text")
        .join(filed.select("source", "file", "row", "date", key="target"), on="key", how="inner")
        .join(people, on="source", how="left")
        .join(channel, on="key", how="left")
        .join(accused, on="key", how="left")
        .with_columns(names=pl.concat_list(pl.col("name"), pl.col("accused").fill_null([])).list.drop_nulls())
        .select("key", "text", "names", "channel", "file", "row", "date")
        .sort("key")
    )


def _attached(
    table: pl.DataFrame, group: str, score: str, match: str, relation: str, label: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The template nodes of one kind of group and the complaints' links to them."""
    members = table.drop_nulls(group)
    groups = members.group_by(group).agg(keys=pl.col("key").sort(), lowest=pl.col(score).min()).sort(group)
    names = groups.select(
        group,
        "lowest",
        template=pl.Series([_key(match, keys) for keys in groups["keys"]], dtype=pl.String),
        label=pl.lit(f"{label} ") + (pl.col(group) + 1).cast(pl.String),
    )
    links = members.join(names, on=group).select(
        source_kind=pl.lit("complaint"),
        source="key",
        target_kind=pl.lit("template"),
        target="template",
        relation=pl.lit(relation),
        date="date",
        file="file",
        row="row",
        weight=pl.lit(1.0, dtype=pl.Float32),
    )
    nodes = names.select(
        kind=pl.lit("template"),
        key="template",
        label="label",
        text_match=pl.lit(match),
        text_similarity="lowest",
    )
    return nodes, links


def _key(match: str, complaints: Sequence[str]) -> str:
    """A key that depends on nothing but which complaints the group holds (and which kind of group it is)."""
    start = "" if match == "same" else f"{match}\0"
    return hashlib.sha256((start + "\0".join(complaints)).encode()).hexdigest()[:12]
