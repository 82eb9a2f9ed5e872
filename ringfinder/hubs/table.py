"""The table of hubs: what was kept from linking or told, how it was treated, and why.

Every hub is listed with its degree and the reason, so that a real agent's number cannot vanish silently. Treatments
(:data:`ringfinder.model.TREATMENTS`): ``EXCLUDE`` (never links), ``GUARD`` (shown on the record and used to tell
households, holds people together only where a second family of evidence does), ``ALLOWLIST`` (a named lawful
representative), ``DOWNWEIGHT`` (links, but very many share it, so that its links count little), ``ANNOTATE`` (told).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.config import AllowEntry, HubSettings
from ringfinder.graph import Graph
from ringfinder.hubs.calls import call_lines, outside_lines
from ringfinder.hubs.consecutive import consecutive_numbers
from ringfinder.hubs.degrees import above_guard, cap_notes, degree_rows, most_shared, shared_by
from ringfinder.hubs.guarded import unconfirmed
from ringfinder.hubs.known import KnownHub, match_known, read_known
from ringfinder.hubs.named import allow, hub_of, named
from ringfinder.hubs.recycled import recycled_numbers
from ringfinder.hubs.strangers import OWN, UNTIED, found_by_rule, used_by_strangers
from ringfinder.model import TREATMENTS, Hub
from ringfinder.normalise import PUBLIC_PHONES

__all__ = ["Hubs", "find_hubs"]


@dataclass(frozen=True, eq=False)
class Hubs:
    """What must not link, and why.

    ``blocked`` is a mask of shape (n_nodes,): nodes that neither cluster nor count as evidence. ``representatives``
    are sentences about allow-listed representatives that are present; ``notes`` warn of expired entries and of caps
    without effect, and ask about suspected placeholders. ``vouched`` holds, for each of ``representatives``,
    who vouches and the nodes that only the allow list blocks. ``degrees`` are the rows of
    :func:`ringfinder.hubs.degrees.degree_rows`.
    """

    table: tuple[Hub, ...]
    blocked: NDArray[np.bool_]
    representatives: tuple[str, ...]
    notes: tuple[str, ...]
    degrees: tuple[Mapping[str, str | int], ...] = ()
    vouched: tuple[tuple[str, NDArray[np.int64]], ...] = ()


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

    Raises
    ------
    ConfigError
        If the file that ``settings.list`` names cannot be used.
    """
    known = read_known(settings.list)
    blocked = np.zeros(graph.n_nodes, dtype=bool)
    hubs = _listed(excluded, settings, known, country)
    entries = list(_known_nodes(graph, known, country))
    kept = {*named(graph, settings.keep, country), *(n for n, _, treatment, _ in entries if treatment == "KEEP")}
    suspects = [s for s in used_by_strangers(graph, OWN, settings.placeholder_customers) if s[0] not in kept]
    found = [
        *(entry for entry in entries if entry[2] != "KEEP"),
        *((n, d, "EXCLUDE", why) for n, d, why in found_by_rule(graph, settings)),
        *((n, d, "EXCLUDE", why) for n, d, why in call_lines(graph)),
        *((n, d, "GUARD", why) for n, d, why in outside_lines(graph)),
        *((n, d, "EXCLUDE", why) for n, d, why in recycled_numbers(graph)),
        *((n, d, "EXCLUDE", f"suspected placeholder: own phone of {d} customers {UNTIED}") for n, d in suspects),
        *(
            (n, _degree(graph, n), "EXCLUDE", "excluded by the configuration")
            for n in named(graph, settings.exclude, country)
        ),
    ]
    for node, degree, treatment, why in found:
        if node not in kept:
            hubs.append(hub_of(graph, node, degree, treatment, why))
            blocked[node] |= treatment == "EXCLUDE"
    of_lists = sorted({n for n, _, treatment, _ in found if treatment == "GUARD" and n not in kept})
    if of_lists:
        blocked[unconfirmed(graph, np.array(of_lists, dtype=np.int64), blocked, settings.guard_cap)] = True
    hubs += [hub_of(graph, n, d, "ANNOTATE", f"kept: {why}") for n, d, how, why in entries if how == "KEEP"]
    notes = [
        f"one number is the own phone of {degree} customers {UNTIED}; it was kept from linking. If it is real, list "
        "it under [hubs] keep; if it is a placeholder, under [hubs] exclude"
        for _, degree in suspects
    ]
    shared, guarded = shared_by(graph), shared_by(graph, "guarded")
    degrees = degree_rows(graph, shared, guarded, settings)
    above = [g for g in above_guard(graph, shared, guarded, settings.guard_cap) if g[0] not in kept]
    hubs += [hub_of(graph, n, d, "GUARD", why) for n, d, why in above]
    hubs += [hub_of(graph, n, d, "DOWNWEIGHT", why) for n, d, why in most_shared(graph, shared, blocked)]
    hubs += [hub_of(graph, n, d, "ANNOTATE", why) for n, d, why in consecutive_numbers(graph)]
    kept_keys = {graph.nodes.select("kind", "key").row(node) for node in kept}
    told = ("DOWNWEIGHT", "ANNOTATE")
    hubs = _once([h for h in hubs if h.treatment in told or (h.kind, h.key) not in kept_keys])
    representatives, allow_notes, vouched = allow(graph, allow_list, today, blocked, hubs, country)
    order = sorted(hubs, key=lambda h: h.rank)
    notes = list(dict.fromkeys([*notes, *allow_notes, *cap_notes(degrees)]))
    return Hubs(tuple(order), blocked, tuple(representatives), tuple(notes), degrees, tuple(vouched))


def _known_nodes(graph: Graph, known: Sequence[KnownHub], country: str) -> Iterator[tuple[int, int, str, str]]:
    """Nodes that a list names: (node, degree, treatment, why). Public numbers are no nodes."""
    entry = match_known(known, graph.nodes, country)
    for node in np.flatnonzero(entry >= 0).tolist():
        hub, degree = known[entry[node]], _degree(graph, node)
        # what only one has joins nobody, and thousands live in a school or a dormitory
        if degree > 1 or hub.treatment not in ("GUARD", "ANNOTATE"):
            yield node, degree, hub.treatment, hub.title


def _listed(excluded: pl.DataFrame, settings: HubSettings, known: Sequence[KnownHub], country: str) -> list[Hub]:
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
    entries = match_known(known, table, country).tolist()
    for (kind, key, reason, degree, extensions), entry in zip(table.iter_rows(), entries, strict=True):
        if reason == "work phone":
            if degree < settings.switchboard_customers and not (degree > 1 and extensions > 1):
                continue
            treatment, why = "GUARD", f"employer switchboard: work phone of {degree} customers"
        elif degree < 2 and reason == "placeholder":
            continue
        else:
            name = f": {known[entry].title}" if entry >= 0 else ""
            treatment, why = "EXCLUDE", f"{reason} on {degree} records{name}"
        hubs.append(Hub(kind, key, key, degree, treatment, why, public=reason in PUBLIC_PHONES.values()))
    return hubs


def _strictness(hub: Hub) -> int:
    return list(TREATMENTS).index(hub.treatment)


def _once(hubs: list[Hub]) -> list[Hub]:
    """Each value once, with its strictest treatment and the first reason for it; what is only told is added to it."""
    chosen: dict[tuple[str, str], Hub] = {}
    for hub in sorted(hubs, key=_strictness):
        first = chosen.setdefault((hub.kind, hub.key), hub)
        if hub is not first and hub.treatment == "ANNOTATE":
            chosen[hub.kind, hub.key] = replace(first, reason=f"{first.reason}; {hub.reason}")
    return list(chosen.values())


def _degree(graph: Graph, node: int) -> int:
    links = graph.links
    return len(np.unique(np.r_[links.target[links.source == node], links.source[links.target == node]]))
