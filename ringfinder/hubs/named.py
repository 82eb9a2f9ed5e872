"""What the user names: single values that always or never link, and lawful representatives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.config import AllowEntry
from ringfinder.graph import Graph
from ringfinder.model import Hub
from ringfinder.normalise import normalise_column
from ringfinder.people import event_owner
from ringfinder.vocabulary import plural

__all__ = ["allow", "hub_of", "named"]


def hub_of(graph: Graph, node: int, degree: int, treatment: str, reason: str) -> Hub:
    """The record of a node that was treated as a hub."""
    kind, key, label = (graph.nodes[c][node] for c in ("kind", "key", "label"))
    return Hub(str(kind), str(key), str(label), degree, treatment, reason)


def named(graph: Graph, texts: Sequence[str], country: str) -> list[int]:
    """The nodes that the user's texts name: a phone in any spelling, or any node's exact key."""
    nodes = graph.nodes.with_row_index("_node")
    phones = nodes.filter(pl.col("kind") == "phone")
    found: list[int] = []
    for text in texts:
        values = normalise_column("phone", pl.Series([text]), country=country)["value"].drop_nulls().to_list()
        hits = phones.filter(pl.col("key").is_in(values))["_node"].to_list()
        hits += nodes.filter(pl.col("key") == text)["_node"].to_list()
        found += hits
    return list(dict.fromkeys(found))


def allow(
    graph: Graph,
    entries: Sequence[AllowEntry],
    today: dt.date | None,
    blocked: NDArray[np.bool_],
    hubs: list[Hub],
    country: str,
) -> tuple[list[str], list[str], list[tuple[str, NDArray[np.int64]]]]:
    """Block listed lawful representatives and say how many clients they have; warn of expired entries.

    Their staff, their phones, and agents and phones that stand in their powers of attorney only are blocked with them.
    The third list holds who vouches and the nodes that nothing else blocks, the representative first.
    """
    sentences, notes, vouched = [], [], []
    owner = event_owner(graph)
    represented = graph.relation_is("represented_by")
    kinds = ("company", "law_firm", "agent", "person")
    table = graph.nodes.with_row_index("_node").filter(pl.col("kind").is_in(kinds))
    for entry in entries:
        title = entry.name or entry.uscc or "a phone on the allow-list"
        if entry.expires is not None and today is not None and entry.expires < today:
            notes.append(f"the allow-list entry {title!r} expired on {entry.expires}: review it (it was not applied)")
            continue
        hit = pl.col("key").is_in([entry.uscc, entry.uscc.strip().upper()]) if entry.uscc.strip() else pl.lit(False)
        if entry.name.strip():
            name = entry.name.strip()
            hit = hit | (pl.col("label") == name) | (pl.col("key") == name)
        nodes = table.filter(hit)["_node"].to_list()
        if entry.phone:
            nodes += named(graph, [entry.phone], country)
        if not nodes:
            continue
        names = np.array(nodes)
        mask = represented & np.isin(graph.links.target, names)
        clients = len(np.unique(owner[graph.links.source[mask]]))
        names = np.r_[names, _named_beside(graph, represented, names)]
        # the representative's own people and phones are the representative, too
        staff = graph.relation_is("works_for") & np.isin(graph.links.target, names)
        reach = graph.relation_is("reached_at") & np.isin(graph.links.source, np.r_[names, graph.links.source[staff]])
        every = np.r_[names, graph.links.source[staff], graph.links.target[reach]].astype(np.int64)
        proof = f", proof: {entry.proof}" if entry.proof else ""
        until = f", until {entry.expires}" if entry.expires else ""
        vouched.append((f"vouched for by {entry.owner or '?'}{proof}{until}", every[~blocked[every]]))
        blocked[every] = True
        sentences.append(
            f"known lawful representative: {plural(clients, 'client')}, {title} (vouched for by {entry.owner or '?'})"
        )
        hubs.append(hub_of(graph, nodes[0], clients, "ALLOWLIST", "allow-listed lawful representative"))
    return sentences, notes, vouched


def _named_beside(graph: Graph, represented: NDArray[np.bool_], names: NDArray[np.int64]) -> NDArray[np.int64]:
    """Agents and phones that are named only on rows which name one of ``names`` as the representative, too."""
    links = graph.links
    place = (links.file.astype(np.int64) << 32) | links.row
    listed = np.unique(place[represented & np.isin(links.target, names)])
    contact = represented & graph.is_kind("agent", "phone")[links.target]
    beside = np.isin(place, listed)
    return np.setdiff1d(links.target[contact & beside], links.target[contact & ~beside]).astype(np.int64)
