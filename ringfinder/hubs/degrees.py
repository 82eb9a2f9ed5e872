"""How many share a thing: the distribution of degrees by kind, what lies far above it, and caps that reach nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.config import HubSettings
from ringfinder.graph import Graph
from ringfinder.hubs.strangers import OWN
from ringfinder.people import distinct_pairs, event_owner, people_kind
from ringfinder.vocabulary import Vocabulary, extend, vocabulary

__all__ = ["above_guard", "cap_notes", "degree_rows", "most_shared", "shared_by"]

#: Fewest people of a thing that is told as shared by very many.
MANY = 20
#: Fewest things of which one in 200 is more than the most shared one.
_ENOUGH = 200
#: Who acts, and what is compared rather than typed: that many share one is what the search is for.
_NO_VALUES = ("agent", "person", "template", "document", "complaint", "mail_item")
_QUANTILES = {"median": 0.5, "p95": 0.95, "p99": 0.99, "p99_5": 0.995}
_REGISTERED = ("reached_at", "registered_at")


def shared_by(graph: Graph, clusters: str = "yes") -> pl.DataFrame:
    """How many people have each thing, directly or by their complaint or letter.

    Parameters
    ----------
    clusters : str
        Whether to count relations that cluster without reservation (``"yes"``) or the guarded ones (``"guarded"``).

    Returns
    -------
    DataFrame
        ``node`` (Int64), ``kind``, ``degree`` (distinct people), sorted by node. Kinds that never cluster are left out.
    """
    words = extend(vocabulary(), graph.nodes["kind"].unique().to_list(), graph.relations)
    relations = [r for r in graph.relations if words.relations[r].clusters == clusters]
    kinds = [k.code for k in words.kinds.values() if k.clusters and k.code not in ("complaint", "mail_item")]
    return _holders(graph, event_owner(graph), relations, people_kind(graph), kinds)


def _holders(
    graph: Graph, owner: NDArray[np.int64], relations: Sequence[str], holder: str, kinds: list[str]
) -> pl.DataFrame:
    """Distinct nodes of kind ``holder`` that each thing of these kinds is linked with, in either direction."""
    links = graph.links
    mask = graph.relation_is(*relations)
    one, other = owner[links.source[mask]], owner[links.target[mask]]
    who, what = np.r_[one, other], np.r_[other, one]
    is_thing = graph.is_kind(*kinds) & ~graph.is_kind(holder)
    pair = graph.is_kind(holder)[who] & is_thing[what]
    degree = np.bincount(distinct_pairs(what[pair], who[pair])[0], minlength=graph.n_nodes)
    nodes = np.flatnonzero(degree)
    return pl.DataFrame({"node": nodes, "kind": graph.nodes["kind"].gather(nodes), "degree": degree[nodes]})


def degree_rows(
    graph: Graph, shared: pl.DataFrame, guarded: pl.DataFrame, settings: HubSettings
) -> tuple[dict[str, str | int], ...]:
    """The degree distribution of each kind, then of the things that each cap of ``[hubs]`` is about.

    Parameters
    ----------
    shared, guarded : DataFrame
        :func:`shared_by` for the relations that cluster, and for the guarded ones.

    Returns
    -------
    tuple of dict
        ``what``, ``cap`` (the setting, or ``""``), ``limit`` (its value, or 0), ``things``, ``median``, ``p95``,
        ``p99``, ``p99_5``, ``largest``. Percentiles are degrees that occur: the smallest that so many things
        do not exceed.
    """
    owner, people = event_owner(graph), people_kind(graph)
    plural = {k.code: f"guarded {k.plural}" for k in vocabulary().kinds.values()}
    caps = {
        "placeholder_customers": (_holders(graph, owner, OWN, people, ["phone"]), pl.lit("own phones")),
        "switchboard_customers": (
            _holders(graph, owner, ("uses_work_phone",), people, ["phone"]),
            pl.lit("work phones"),
        ),
        "registered_companies": (
            _holders(graph, owner, _REGISTERED, "company", ["phone", "address"]),
            pl.lit("registered phones and addresses"),
        ),
        "guard_cap": (guarded, pl.col("kind").replace(plural)),
        "": (shared, pl.col("kind")),
    }
    parts = [
        degrees.select(
            what.alias("what"),
            pl.lit(cap).alias("cap"),
            pl.lit(getattr(settings, cap) if cap else 0, dtype=pl.Int64).alias("limit"),
            "degree",
        )
        for cap, (degrees, what) in caps.items()
    ]
    quantiles = [
        pl.col("degree").quantile(q, interpolation="equiprobable").cast(pl.Int64).alias(name)
        for name, q in _QUANTILES.items()
    ]
    table = (
        pl.concat(parts)
        .group_by("cap", "what", "limit")
        .agg(pl.len().alias("things"), *quantiles, pl.col("degree").max().alias("largest"))
        .sort("cap", "what")
        .select("what", "cap", "limit", "things", *_QUANTILES, "largest")
    )
    return tuple(table.iter_rows(named=True))


def cap_notes(rows: tuple[dict[str, str | int], ...]) -> list[str]:
    """A note for every cap that the user set and that almost nothing in the data reaches."""
    notes, default = [], HubSettings()
    for row in rows:
        cap, limit = str(row["cap"]), int(row["limit"])
        few = int(row["things"]) < _ENOUGH
        if not cap or few or limit == getattr(default, cap) or limit <= int(row["p99_5"]):
            continue
        told = f"[hubs] {cap} = {limit} lies above the 99.5th percentile of {row['what']} in this data ({row['p99_5']})"
        reached = int(row["largest"]) >= limit
        notes.append(f"{told}: " + ("only the most shared ones reach it" if reached else "nothing reaches it"))
    return notes


def _is_value(words: Vocabulary) -> pl.Expr:
    """Whether ``kind`` is that of a value, such as a phone, and not of somebody who acts, a text or a paper."""
    values = [k.code for k in words.kinds.values() if k.value != "organisation" and k.code not in _NO_VALUES]
    return pl.col("kind").is_in(values)


def most_shared(graph: Graph, shared: pl.DataFrame, blocked: NDArray[np.bool_]) -> Iterator[tuple[int, int, str]]:
    """Values that more people share than 99.5 % of their kind, and at least :data:`MANY`: (node, degree, why).

    They are not removed: their links count by specificity, the less the more share them. Agents, organisations, texts
    and papers are left out.

    Parameters
    ----------
    shared : DataFrame
        See :func:`shared_by`.
    blocked : ndarray of bool, shape (n_nodes,)
        What is kept from linking anyhow.
    """
    words = extend(vocabulary(), shared["kind"].unique().to_list(), ())
    top = pl.col("degree").quantile(_QUANTILES["p99_5"], interpolation="equiprobable").over("kind").cast(pl.Int64)
    table = (
        shared.with_columns(top.alias("top"))
        .filter(_is_value(words) & (pl.col("degree") > pl.col("top")) & (pl.col("degree") >= MANY))
        .sort("node")
    )
    for node, kind, degree, usual in table.iter_rows():
        if not blocked[node]:
            yield (
                node,
                degree,
                f"shared by {degree} people, where 99.5 % of all {words.kinds[kind].plural} have at most {usual}; "
                "a link counts the less, the more people share it; look whether it is an intermediary's",
            )


def above_guard(graph: Graph, shared: pl.DataFrame, guarded: pl.DataFrame, cap: int) -> Iterator[tuple[int, int, str]]:
    """Things of guarded relations only that more people share than ``cap`` allows: (node, degree, why).

    A dormitory, a village without house numbers, a post office. Where ``cap`` switches the guard off, its default says
    what is worth telling. Where organisations play the people's part, other caps hold and nothing is told.
    """
    people = vocabulary().kinds.get(people_kind(graph))
    if people is not None and people.value == "organisation":
        return
    most = cap if cap >= 2 else HubSettings().guard_cap
    words = extend(vocabulary(), guarded["kind"].unique().to_list(), ())
    only = guarded.join(shared, on="node", how="anti")
    table = only.filter(_is_value(words) & (pl.col("degree") > most)).sort("node")
    for node, _, degree in table.iter_rows():
        yield node, degree, f"guarded: shared by {degree} people, more than {most}, so it holds none of them together"
