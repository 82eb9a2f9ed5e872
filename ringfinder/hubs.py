"""Benign hubs: shared values that join people without meaning anything.

Every hub that is kept from linking is listed with its degree and the reason, so that a real agent's number cannot
vanish silently. Treatments: ``EXCLUDE`` (never links), ``GUARD`` (shown on the record and used to tell households,
holds people together only where a second family of evidence does), ``ALLOWLIST`` (a named lawful representative).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.config import AllowEntry, HubSettings
from ringfinder.graph import Graph
from ringfinder.model import Hub
from ringfinder.normalise import PUBLIC_PHONES, normalise_column
from ringfinder.people import event_owner
from ringfinder.vocabulary import plural, vocabulary

__all__ = ["Hubs", "find_hubs"]

#: What a thing is that many strangers use.
_STRANGERS = {"payee_account": "merchant, landlord or lender: paid by", "device": "public device: used by"}
_UNTIED = "whom nothing else ties together"
#: Relations that everybody has and that therefore share nothing.
_SAYS_NOTHING = ("via", "about", "borrowed_from", "assigned_to", "works_at", "filed", "posted", "uses_work_phone")
_OWN = ("uses_phone", "uses_record_phone")
#: Largest share of a thing's people that may hang together by other things for them to count as strangers.
_TIED = 0.3
#: Where very many things are shared by so many people, sharing is the rule and only the most shared are examined.
_MOST_SUSPECTS = 5000


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
    phones = graph.nodes.with_row_index("_node").filter(pl.col("kind") == "phone")
    kept = set(_matches(graph, phones, settings.keep, country))
    suspects = _used_by_strangers(graph, _OWN, settings.placeholder_customers)
    named = _matches(graph, phones, settings.exclude, country)
    found = [
        *_by_rule(graph, settings),
        *((n, d, f"suspected placeholder: own phone of {d} customers {_UNTIED}") for n, d in suspects),
        *((n, _degree(graph, n), "excluded by the configuration") for n in named),
    ]
    for node, degree, why in found:
        if node not in kept:
            hubs.append(_hub(graph, node, degree, "EXCLUDE", why))
            blocked[node] = True
    notes += [
        f"one number is the own phone of {degree} customers {_UNTIED}; it was kept from linking. If it is real, list "
        "it under [hubs] keep; if it is a placeholder, under [hubs] exclude"
        for node, degree in suspects
        if node not in kept
    ]
    kept_keys = {graph.nodes.select("kind", "key").row(node) for node in kept}
    hubs = _once([h for h in hubs if (h.kind, h.key) not in kept_keys])
    representatives, allow_notes = _allowed(graph, allow_list, today, blocked, hubs, country)
    order = sorted(hubs, key=lambda h: (-h.degree, h.kind, h.key))
    return Hubs(tuple(order), blocked, tuple(representatives), tuple(dict.fromkeys([*notes, *allow_notes])))


def _by_rule(graph: Graph, settings: HubSettings) -> Iterator[tuple[int, int, str]]:
    """Merchants, public devices, default values and registration services: (node, how many it joined, why)."""
    least = settings.placeholder_customers
    for node, number in _used_by_strangers(graph, ("paid", "uses_device"), least):
        what = _STRANGERS.get(graph.nodes["kind"][node])
        if what is not None:
            yield node, number, f"{what} {number} people {_UNTIED}"
    plain = tuple(r for r in graph.relations if r == "related_to" or r not in vocabulary().relations)
    for node, number in _used_by_strangers(graph, plain, least, alike=True):
        yield node, number, f"on {number} records that nothing else ties together (a public address, a default value)"
    for node, number in _registration_services(graph, settings.registered_companies):
        yield node, number, f"registered contact of {number} companies (registration service)"


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
        hubs.append(Hub(kind, key, key, degree, treatment, why, public=reason in PUBLIC_PHONES.values()))
    return hubs


def _once(hubs: list[Hub]) -> list[Hub]:
    """Each value once, with its strictest treatment and the first reason for it."""
    chosen: dict[tuple[str, str], Hub] = {}
    for hub in sorted(hubs, key=lambda h: h.treatment != "EXCLUDE"):
        chosen.setdefault((hub.kind, hub.key), hub)
    return list(chosen.values())


def _hub(graph: Graph, node: int, degree: int, treatment: str, reason: str) -> Hub:
    kind, key, label = (graph.nodes[c][node] for c in ("kind", "key", "label"))
    return Hub(str(kind), str(key), str(label), degree, treatment, reason)


def _degree(graph: Graph, node: int) -> int:
    links = graph.links
    return len(np.unique(np.r_[links.target[links.source == node], links.source[links.target == node]]))


def _used_by_strangers(
    graph: Graph, relations: tuple[str, ...], least: int, *, alike: bool = False
) -> list[tuple[int, int]]:
    """Things that at least ``least`` people use whom nothing of another kind ties together.

    Households and chance meetings tie a few of them; a ring's agents, payees and texts tie most.

    Parameters
    ----------
    relations : tuple[str, ...]
        The relations that say who uses what.
    alike : bool
        Whether sharing another thing under the same relations counts as sharing something. It does not for payees:
        customers of one merchant meet at the next one, too.

    Returns
    -------
    list of (node, number of people)
    """
    links, n = graph.links, graph.n_nodes
    uses = graph.relation_is(*relations)
    pairs = np.unique(np.stack([links.target[uses], links.source[uses]], axis=1), axis=0)
    things, start, counts = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    if not (counts >= least).any():
        return []
    owner = event_owner(graph)
    other = ~graph.relation_is(*_SAYS_NOTHING)
    if not alike:
        other &= ~uses
    left, right = owner[links.source[other]], owner[links.target[other]]
    ends = (np.r_[left, right], np.r_[right, left])
    shares = coo_array((np.ones(2 * int(other.sum()), dtype=np.int8), ends), shape=(n, n)).tocsr()
    found = []
    suspects = np.flatnonzero(counts >= least)
    suspects = suspects[np.argsort(-counts[suspects], kind="stable")][:_MOST_SUSPECTS]
    for thing, first, number in zip(things[suspects], start[suspects], counts[suspects], strict=True):
        people = pairs[first : first + number, 1]
        rows = shares[people]
        who = np.repeat(np.arange(number), np.diff(rows.indptr))
        known = rows.indices != thing
        if _largest_tied(who[known], rows.indices[known], int(number)) < _TIED * number:
            found.append((int(thing), int(number)))
    return found


def _largest_tied(who: NDArray[np.int64], what: NDArray[np.int64], people: int) -> int:
    """How many of the people are in the largest group that hangs together by what they share."""
    _, thing = np.unique(what, return_inverse=True)
    size = people + (int(thing.max()) + 1 if len(thing) else 0)
    joined = coo_array((np.ones(len(who), dtype=np.int8), (who, people + thing)), shape=(size, size))
    _, labels = connected_components(joined, directed=False)
    return int(np.bincount(labels[:people]).max(initial=0))


def _registration_services(graph: Graph, least: int) -> list[tuple[int, int]]:
    mask = graph.relation_is("reached_at", "registered_at") & graph.is_kind("company")[graph.links.source]
    pairs = np.unique(np.stack([graph.links.target[mask], graph.links.source[mask]], axis=1), axis=0)
    if len(pairs) == 0:
        return []
    nodes, counts = np.unique(pairs[:, 0], return_counts=True)
    return [(int(n), int(c)) for n, c in zip(nodes[counts >= least], counts[counts >= least], strict=True)]


def _matches(graph: Graph, phones: pl.DataFrame, texts: Sequence[str], country: str) -> list[int]:
    """The nodes that the user's texts name: a phone in any spelling, or any node's exact key."""
    found: list[int] = []
    for text in texts:
        values = normalise_column("phone", pl.Series([text]), country=country)["value"].drop_nulls().to_list()
        hits = phones.filter(pl.col("key").is_in(values))["_node"].to_list()
        hits += graph.nodes.with_row_index("_node").filter(pl.col("key") == text)["_node"].to_list()
        found += hits
    return list(dict.fromkeys(found))


def _allowed(
    graph: Graph,
    entries: Sequence[AllowEntry],
    today: dt.date | None,
    blocked: NDArray[np.bool_],
    hubs: list[Hub],
    country: str,
) -> tuple[list[str], list[str]]:
    """Block listed lawful representatives and say how many clients they have; warn of expired entries.

    Their staff, their phones, and agents and phones that stand in their powers of attorney only are blocked with them.
    """
    sentences, notes = [], []
    owner = event_owner(graph)
    represented = graph.relation_is("represented_by")
    phones = graph.nodes.with_row_index("_node").filter(pl.col("kind") == "phone")
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
            nodes += _matches(graph, phones, [entry.phone], country)
        if not nodes:
            continue
        names = np.array(nodes)
        mask = represented & np.isin(graph.links.target, names)
        clients = len(np.unique(owner[graph.links.source[mask]]))
        names = np.r_[names, _named_beside(graph, represented, names)]
        # the representative's own people and phones are the representative, too
        staff = graph.relation_is("works_for") & np.isin(graph.links.target, names)
        reach = graph.relation_is("reached_at") & np.isin(graph.links.source, np.r_[names, graph.links.source[staff]])
        blocked[np.r_[names, graph.links.source[staff], graph.links.target[reach]]] = True
        sentences.append(
            f"known lawful representative: {plural(clients, 'client')}, {title} (vouched for by {entry.owner or '?'})"
        )
        hubs.append(_hub(graph, nodes[0], clients, "ALLOWLIST", "allow-listed lawful representative"))
    return sentences, notes


def _named_beside(graph: Graph, represented: NDArray[np.bool_], names: NDArray[np.int64]) -> NDArray[np.int64]:
    """Agents and phones that are named only on rows which name one of ``names`` as the representative, too."""
    links = graph.links
    place = (links.file.astype(np.int64) << 32) | links.row
    listed = np.unique(place[represented & np.isin(links.target, names)])
    contact = represented & graph.is_kind("agent", "phone")[links.target]
    beside = np.isin(place, listed)
    return np.setdiff1d(links.target[contact & beside], links.target[contact & ~beside]).astype(np.int64)
