"""Benign hubs: shared values that join people without meaning anything (domain section 6).

Every hub that is kept from linking is listed with its degree and the reason, so that a real agent's number cannot
vanish silently. Treatments: ``EXCLUDE`` (never links), ``GUARD`` (links only together with a second family of
evidence), ``ALLOWLIST`` (a named lawful representative).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.config import AllowEntry, HubSettings
from ringfinder.graph import Graph
from ringfinder.model import Hub
from ringfinder.normalise import normalise_column
from ringfinder.people import event_owner

__all__ = ["Hubs", "find_hubs"]

_OWN = ("uses_phone", "uses_record_phone")
#: Share of a phone's customers that must share something else for the phone not to look like a placeholder.
_SHARED_ELSE = 0.2


@dataclass(frozen=True, eq=False)
class Hubs:
    """What must not link, and why.

    ``blocked`` is a mask of shape (n_nodes,): nodes that neither cluster nor count as evidence. ``representatives``
    are sentences about allow-listed representatives that are present; ``notes`` warn of expired entries and ask about
    suspected placeholders.
    """

    table: tuple[Hub, ...]
    blocked: NDArray[np.bool_]
    representatives: tuple[str, ...]
    notes: tuple[str, ...]


def find_hubs(
    graph: Graph,
    excluded: pl.DataFrame,
    settings: HubSettings,
    allow_list: Sequence[AllowEntry] = (),
    *,
    today: dt.date | None = None,
    country: str = "CN",
) -> Hubs:
    """All benign hubs of a graph: by list, by the user's settings, and by data-driven rules.

    Parameters
    ----------
    excluded : DataFrame
        Values that the link stage kept out (see :class:`ringfinder.link.Linked`).
    today : date, optional
        Against which allow-list entries expire; without it none expires.
    """
    blocked = np.zeros(graph.n_nodes, dtype=bool)
    hubs = _listed(excluded, settings)
    notes: list[str] = []
    for node, degree in _suspected_placeholders(graph, settings.placeholder_customers):
        hubs.append(
            _hub(
                graph,
                node,
                degree,
                "EXCLUDE",
                f"suspected placeholder: own phone of {degree} customers who share nothing else",
            )
        )
        blocked[node] = True
        notes.append(
            f"one number is the own phone of {degree} customers who share nothing else; it was kept from linking. "
            "If it is real, list it under [hubs] keep; if it is a placeholder, under [hubs] exclude"
        )
    for node, degree in _registration_services(graph, settings.registered_companies):
        why = f"registered contact of {degree} companies (registration service)"
        hubs.append(_hub(graph, node, degree, "EXCLUDE", why))
        blocked[node] = True
    phones = graph.nodes.with_row_index("_node").filter(pl.col("kind") == "phone")
    for _, node in _matches(graph, phones, settings.exclude, country):
        hubs.append(_hub(graph, node, _degree(graph, node), "EXCLUDE", "excluded by the configuration"))
        blocked[node] = True
    kept = [node for _, node in _matches(graph, phones, settings.keep, country)]
    blocked[kept] = False
    kept_keys = {graph.nodes["key"][node] for node in kept}
    hubs = [h for h in hubs if h.key not in kept_keys]
    representatives, allow_notes = _allowed(graph, allow_list, today, blocked, hubs, country)
    order = sorted(hubs, key=lambda h: (-h.degree, h.kind, h.key))
    return Hubs(tuple(order), blocked, tuple(representatives), tuple(dict.fromkeys([*notes, *allow_notes])))


def _listed(excluded: pl.DataFrame, settings: HubSettings) -> list[Hub]:
    """Placeholders, public numbers and switchboards met while linking."""
    table = (
        excluded.group_by("kind", "key", "reason")
        .agg(
            pl.col("who").n_unique().alias("degree"),
            pl.col("extra").filter(pl.col("extra") != "").n_unique().alias("ext"),
        )
        .sort("kind", "key", "reason")
    )
    hubs = []
    for kind, key, reason, degree, extensions in table.iter_rows():
        if reason == "work phone":
            if degree < settings.switchboard_customers and not (degree > 1 and extensions > 1):
                continue
            treatment, why = "GUARD", f"employer switchboard: work phone of {degree} customers"
        elif degree < 2 and reason == "placeholder":
            continue
        else:
            treatment, why = "EXCLUDE", f"{reason} on {degree} records"
        hubs.append(Hub(kind, key, key, degree, treatment, why))
    return hubs


def _hub(graph: Graph, node: int, degree: int, treatment: str, reason: str) -> Hub:
    kind, key, label = (graph.nodes[c][node] for c in ("kind", "key", "label"))
    return Hub(str(kind), str(key), str(label), degree, treatment, reason)


def _degree(graph: Graph, node: int) -> int:
    links = graph.links
    return len(np.unique(np.r_[links.target[links.source == node], links.source[links.target == node]]))


def _suspected_placeholders(graph: Graph, least: int) -> list[tuple[int, int]]:
    """Phones given as own by at least ``least`` customers of whom few share anything else (rule 5.6 c)."""
    links = graph.links
    own = graph.relation_is(*_OWN)
    pairs = np.unique(np.stack([links.target[own], links.source[own]], axis=1), axis=0)
    if len(pairs) == 0:
        return []
    phones, counts = np.unique(pairs[:, 0], return_counts=True)
    found = []
    strong = ~graph.relation_is("via", "about", "borrowed_from", "assigned_to", "works_at", "filed", "uses_work_phone")
    suspects = phones[counts >= least]
    if len(suspects) == 0:
        return []
    owner = event_owner(graph)
    left, right = owner[links.source[strong]], owner[links.target[strong]]
    for phone in suspects:
        people = pairs[pairs[:, 0] == phone, 1]
        inside = np.zeros(graph.n_nodes, dtype=bool)
        inside[people] = True
        ends = [(left, right), (right, left)]
        pairs_else = np.concatenate(
            [np.stack([b[inside[a] & (b != phone)], a[inside[a] & (b != phone)]], axis=1) for a, b in ends]
        )
        pairs_else = np.unique(pairs_else, axis=0)
        others, uses = np.unique(pairs_else[:, 0], return_counts=True)
        sharing = np.unique(pairs_else[np.isin(pairs_else[:, 0], others[uses >= 2]), 1])
        if len(sharing) < _SHARED_ELSE * len(people):
            found.append((int(phone), len(people)))
    return found


def _registration_services(graph: Graph, least: int) -> list[tuple[int, int]]:
    mask = graph.relation_is("reached_at", "registered_at") & graph.is_kind("company")[graph.links.source]
    pairs = np.unique(np.stack([graph.links.target[mask], graph.links.source[mask]], axis=1), axis=0)
    if len(pairs) == 0:
        return []
    nodes, counts = np.unique(pairs[:, 0], return_counts=True)
    return [(int(n), int(c)) for n, c in zip(nodes[counts >= least], counts[counts >= least], strict=True)]


def _matches(graph: Graph, phones: pl.DataFrame, texts: Sequence[str], country: str) -> list[tuple[str, int]]:
    """The nodes that the user's texts name: a phone in any spelling, or any node's exact key."""
    found = []
    for text in texts:
        values = normalise_column("phone", pl.Series([text]), country=country)["value"].drop_nulls().to_list()
        hits = phones.filter(pl.col("key").is_in(values))["_node"].to_list()
        hits += graph.nodes.with_row_index("_node").filter(pl.col("key") == text)["_node"].to_list()
        found += [(text, int(hit)) for hit in dict.fromkeys(hits)]
    return found


def _allowed(
    graph: Graph,
    entries: Sequence[AllowEntry],
    today: dt.date | None,
    blocked: NDArray[np.bool_],
    hubs: list[Hub],
    country: str,
) -> tuple[list[str], list[str]]:
    """Block listed lawful representatives and say how many clients they have; warn of expired entries."""
    sentences, notes = [], []
    phones = graph.nodes.with_row_index("_node").filter(pl.col("kind") == "phone")
    kinds = ("company", "law_firm", "agent", "person")
    table = graph.nodes.with_row_index("_node").filter(pl.col("kind").is_in(kinds))
    for entry in entries:
        title = entry.name or entry.uscc or entry.phone
        if entry.expires is not None and today is not None and entry.expires < today:
            notes.append(f"the allow-list entry {title!r} expired on {entry.expires}: review it (it was not applied)")
            continue
        hit = (pl.col("key") == entry.uscc) if entry.uscc else pl.lit(False)
        if entry.name:
            hit = hit | (pl.col("label") == entry.name) | (pl.col("key") == entry.name)
        nodes = table.filter(hit)["_node"].to_list()
        if entry.phone:
            nodes += [node for _, node in _matches(graph, phones, [entry.phone], country)]
        if not nodes:
            continue
        names = np.array(nodes)
        mask = graph.relation_is("represented_by") & np.isin(graph.links.target, names)
        clients = len(np.unique(graph.links.source[mask]))
        # the representative's own people and phones are the representative, too
        staff = graph.relation_is("works_for") & np.isin(graph.links.target, names)
        reach = graph.relation_is("reached_at") & np.isin(graph.links.source, np.r_[names, graph.links.source[staff]])
        blocked[np.r_[names, graph.links.source[staff], graph.links.target[reach]]] = True
        sentences.append(
            f"known lawful representative: {title}, {clients} clients (vouched for by {entry.owner or '?'})"
        )
        hubs.append(_hub(graph, nodes[0], clients, "ALLOWLIST", "allow-listed lawful representative"))
    return sentences, notes
