"""S9 to S11: cut the graph of debtors and shared things into groups, links counting as far as the model believes them.

A use of a thing counts its specificity times what is believed of the thing: fully if it is surely a ring's, down to
:data:`BENIGN_SHARE` if it is surely benign, so that families, workplaces and the clients of a law firm hold no ring
together, yet a weak ring keeps its members. Then Leiden under the constant Potts model (Traag, Van Dooren & Nesterov
2011), settled.

The reference prunes by threshold and searches for single connectors instead. Measured on worlds by another hand,
cutting by density found more: pruning loses members of rings that complain little.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.detect.bystanders import drop_bystanders
from ringfinder.detect.communities import leiden
from ringfinder.detect.partition import Partition, relabel, split_disconnected
from ringfinder.detect.settle import settle
from ringfinder.people import distinct, distinct_pairs, event_owner

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from ringfinder.belief import Belief
    from ringfinder.graph import Graph

__all__ = ["ring_partition"]

#: Density (believed specific links per pair of nodes) below which two groups are parted, at resolution 1.
RING_DENSITY = 0.004
#: What is left of the weight of a thing that is surely benign.
BENIGN_SHARE = 0.35
#: And of what is a licensed body's.
LICENSED_SHARE = 0.3
#: Texts and papers travel from ring to ring: they tie less, rewritten letters least.
WEIGHT_OF = {"template": 0.6, "document": 0.6, "kin": 0.25}
#: Weight of a link between an agency and its staff, phone or account.
STAFF_WEIGHT = 1.0
#: Cuts that are tried; the best one is kept.
TRIALS = 6
#: From so many nodes on one cut is made, by Leiden started again from its own result: on 125,000 nodes that scored
#: higher (45,027) than the best of six single starts (45,006), in less than a third of the time.
LARGE, LARGE_ITERATIONS = 100_000, 2
#: A phone of more companies than this belongs to a registration service.
COMPANIES_MOST = 4
#: Groups are joined by things of so many families, so probable, used by so many units of both, reaching so large a
#: share of the smaller one's debtors; each group joins its closest one, so many times over.
JOIN_FAMILIES, JOIN_ODDS, JOIN_UNITS, JOIN_SHARE, JOIN_ROUNDS = 2, 0.5, 3, 0.25, 4
_STAFF = ("works_for", "reached_at", "held_by")
#: Fewest people that specificity reckons with (see :data:`ringfinder.detect.weights.POPULATION`).
_POPULATION = 1000


def ring_partition(
    graph: Graph,
    belief: Belief,
    home: NDArray[np.int64],
    *,
    resolution: float,
    seed: int,
    blocked: NDArray[np.bool_] | None = None,
    admitted: NDArray[np.bool_] | None = None,
) -> Partition:
    """Groups of debtors and the things they share.

    Parameters
    ----------
    home : ndarray of int64, shape (n_nodes,)
        For events and private things the node whose group they share (see :func:`project_events`).
    resolution : float
        Multiplies the density; higher means more and smaller groups.
    seed : int
        Recorded only: the cuts that are tried have seeds of their own.
    admitted : ndarray of bool, shape (n_links,), optional
        Guarded links that count, as little as benign things do (:func:`ringfinder.guard.admitted_links`).

    Returns
    -------
    Partition
        A label for every node of ``graph``.
    """
    adjacency = _believed_adjacency(graph, belief, blocked, admitted)
    core = np.flatnonzero(np.diff(adjacency.indptr))
    labels = np.arange(graph.n_nodes, dtype=np.int64) + graph.n_nodes
    split = 0
    if len(core):
        inner = adjacency[core][:, core].tocsr()
        inner.sort_indices()
        density = resolution * RING_DENSITY
        linked = linked_companies(graph, belief, blocked)
        # split before joining: what joins groups is stronger than what holds a community together
        cut, split = split_disconnected(_best_cut(inner, density), inner)
        labels[core] = join_groups(cut, core, belief, linked)
    labels = drop_bystanders(labels, belief)
    return Partition(relabel(labels[home]), "ring", float(resolution), int(seed), {}, split)


def _best_cut(adjacency: csr_array[Any], density: float) -> NDArray[np.int64]:
    """The best of :data:`TRIALS` settled cuts by the model's own quality; from :data:`LARGE` nodes on, one cut of
    :data:`LARGE_ITERATIONS` iterations.

    The seeds are fixed: a lead must not come and go with a number that nobody chose for a reason.
    """
    large = adjacency.shape[0] >= LARGE
    iterations = LARGE_ITERATIONS if large else None

    def cut(trial: int) -> NDArray[np.int64]:
        return leiden(adjacency, resolution=density, seed=trial, quality="cpm", iterations=iterations)

    best, best_quality = np.arange(adjacency.shape[0], dtype=np.int64), -np.inf
    with ThreadPoolExecutor() as pool:  # the package lets go of Python's lock, so every core makes a cut
        cuts = list(pool.map(cut, range(1 if large else TRIALS)))
    for found in cuts:
        settled = settle(adjacency, found, density)
        quality = _quality(adjacency, settled, density)
        if quality > best_quality + 1e-9:
            best, best_quality = settled, quality
    return best


def _quality(adjacency: csr_array[Any], labels: NDArray[np.int64], density: float) -> float:
    """Constant Potts model: weight inside groups minus density times the pairs inside (Traag et al. 2011)."""
    coo = adjacency.tocoo()
    inside = float(coo.data[labels[coo.row] == labels[coo.col]].sum()) / 2
    sizes = np.bincount(np.unique(labels, return_inverse=True)[1]).astype(np.float64)
    return inside - density * float((sizes * (sizes - 1) / 2).sum())


def join_groups(
    labels: NDArray[np.int64],
    core: NDArray[np.int64],
    belief: Belief,
    linked: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
) -> NDArray[np.int64]:
    """Join groups again that are parts of one large ring (S10).

    Density cuts a ring of a hundred clients into its agents' shares. Two groups are one ring if things of at least
    :data:`JOIN_FAMILIES` families, each probably a ring's and each used by three units on both sides, reach
    :data:`JOIN_SHARE` of the smaller group's debtors: one shared lawyer, phone or letter does not join twins. Groups
    whose companies are linked (RF04) are one ring, too.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_core,)
        Group of each node of ``core``.
    core : ndarray of int64, shape (n_core,)
        Node indices, ascending.
    linked : pair of ndarray of int64, optional
        Pairs of companies (node indices) that are one firm, see :func:`linked_companies`.

    Returns
    -------
    ndarray of int64, shape (n_core,)
    """
    uses = belief.uses
    place = np.full(int(max(core.max(), uses.debtor.max(initial=0))) + 1, -1, dtype=np.int64)
    place[core] = labels
    if linked is not None and len(linked[0]):
        a, b = (place[np.minimum(ends, len(place) - 1)] for ends in linked)
        both = (a >= 0) & (b >= 0)
        n = int(place.max()) + 1
        _, joined = connected_components(
            coo_array((np.ones(int(both.sum())), (a[both], b[both])), shape=(n, n)), directed=False
        )
        place[place >= 0] = joined[place[place >= 0]]
    bridging = ((belief.odds > JOIN_ODDS) & ~_licensed(belief))[uses.at] & (uses.source != uses.codes.index("kin"))
    for _ in range(JOIN_ROUNDS):
        table = pl.DataFrame(
            {
                "group": place[uses.debtor],
                "debtor": uses.debtor,
                "unit": uses.unit,
                "at": uses.at,
                "family": uses.family,
            }
        ).filter(pl.Series(bridging) & (pl.col("group") >= 0))
        size = table.group_by("group").agg(pl.col("debtor").n_unique().alias("size"))
        bridge = table.filter(pl.col("unit").n_unique().over("at", "group") >= JOIN_UNITS)
        bridge = bridge.filter(pl.col("group").n_unique().over("at") >= 2)
        ends = bridge.select("at", "family", "group").unique()
        pairs = ends.join(ends.select("at", other="group"), on="at").filter(pl.col("group") != pl.col("other"))
        reached = (
            pairs.join(bridge.select("at", "group", "debtor"), on=["at", "group"])
            .group_by("group", "other")
            .agg(pl.col("debtor").n_unique().alias("reached"), pl.col("family").n_unique().alias("families"))
            .join(size, on="group")
            .filter((pl.col("families") >= JOIN_FAMILIES) & (pl.col("reached") >= JOIN_SHARE * pl.col("size")))
            .sort(["group", "reached", "other"], descending=[False, True, False])
            .unique("group", keep="first", maintain_order=True)
        )
        if reached.is_empty():
            break
        n = int(place.max()) + 1
        a, b = reached["group"].to_numpy(), reached["other"].to_numpy()
        _, joined = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(n, n)), directed=False)
        place[place >= 0] = joined[place[place >= 0]]
    return place[core]


def linked_companies(
    graph: Graph, belief: Belief, blocked: NDArray[np.bool_] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of companies reached at one phone, each probably a ring's (RF04): first, other.

    A phone of more than :data:`COMPANIES_MOST` companies belongs to a registration service. A shared address does not
    suffice: many offices have one house number, and joining by it merged rings that were two.
    """
    links = graph.links
    likely = np.zeros(graph.n_nodes, dtype=bool)
    likely[belief.uses.things[(belief.odds > JOIN_ODDS) & ~_licensed(belief)]] = True
    fits = graph.relation_is("reached_at") & graph.is_kind("company")[links.source]
    if blocked is not None:
        fits &= ~blocked[links.target]
    table = pl.DataFrame(
        {"company": links.source[fits].astype(np.int64), "place": links.target[fits].astype(np.int64)}
    ).unique()
    table = table.filter(pl.len().over("place") <= COMPANIES_MOST)
    table = table.filter(pl.Series(likely[table["company"].to_numpy()], dtype=pl.Boolean))
    table = table.with_columns(first=pl.col("company").min().over("place")).filter(pl.col("first") != pl.col("company"))
    table = table.select("first", "company").unique().sort("first", "company")
    return table["first"].to_numpy(), table["company"].to_numpy()


def _licensed(belief: Belief) -> NDArray[np.bool_]:
    """Which things are a licensed or public body's, shape (n_things,)."""
    return np.asarray(belief.source == belief.uses.codes.index("licensed"), dtype=bool)


def _believed_adjacency(
    graph: Graph, belief: Belief, blocked: NDArray[np.bool_] | None, admitted: NDArray[np.bool_] | None
) -> csr_array[Any]:
    """Symmetric weights of the uses, the links between agencies and their staff, and the admitted guarded links.

    Shape (n_nodes, n_nodes).
    """
    uses, n = belief.uses, graph.n_nodes
    people = max(graph.counts().get("debtor", 0), _POPULATION)
    specific = _specific(uses.units, people)
    believed = BENIGN_SHARE + (1 - BENIGN_SHARE) / (1 + np.exp(-np.clip(belief.odds, -30, 30)))
    believed[_licensed(belief)] = LICENSED_SHARE  # a lawyer whom two rings share joins them as little as honest clients
    soft = np.array([WEIGHT_OF.get(code, 1.0) for code in uses.codes])
    weight = (specific * believed)[uses.at] * soft[uses.source]
    links = graph.links
    staff = graph.relation_is(*_STAFF)
    if blocked is not None:
        staff &= ~blocked[links.source] & ~blocked[links.target]
    ends = links.source[staff].astype(np.int64), links.target[staff].astype(np.int64)
    lower, upper = distinct_pairs(np.minimum(*ends), np.maximum(*ends))
    low = np.r_[np.minimum(uses.debtor, uses.thing), lower]
    high = np.r_[np.maximum(uses.debtor, uses.thing), upper]
    weights = np.r_[weight, np.full(len(lower), STAFF_WEIGHT)]
    if admitted is not None and admitted.any():
        # why: who shares a dormitory and a payee belongs together a little more than who shares the payee alone; the
        # model says nothing of guarded things, so they count as benign ones. What it knows already counts once
        near, far, holders = _admitted_pairs(graph, admitted)
        new = ~np.isin(near * n + far, low * n + high)
        low, high = np.r_[low, near[new]], np.r_[high, far[new]]
        weights = np.r_[weights, BENIGN_SHARE * _specific(holders[new], people)]
    keep = (weights > 0) & (low != high)
    half = coo_array((weights[keep], (low[keep], high[keep])), shape=(n, n)).tocsr()
    both: csr_array[Any] = (half + half.T).tocsr()
    both.sort_indices()
    return both


def _specific(users: NDArray[np.int64], people: int) -> NDArray[np.float64]:
    """How little a thing of so many users is shared: 1 for one user, 0 for all ``people``."""
    return np.asarray(np.clip(np.log((1 + people) / users) / np.log1p(people), 0.0, 1.0), dtype=np.float64)


def _admitted_pairs(graph: Graph, admitted: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """The pairs that admitted links join, events standing for their debtor: lower node, higher node, and holders.

    The holders are all neighbours that the more-shared end has by its guarded relations, admitted or not: two of ten
    who live in one dormitory do not make it theirs alone.
    """
    links, owner, n = graph.links, event_owner(graph), graph.n_nodes
    of = np.isin(links.relation, np.unique(links.relation[admitted]))
    ends = owner[links.source[of]], owner[links.target[of]]
    pairs, where = np.unique(np.minimum(*ends) * n + np.maximum(*ends), return_inverse=True)
    low, high = pairs // n, pairs % n
    degree = np.bincount(np.r_[low, high], minlength=n)
    mine = distinct(where.reshape(-1)[admitted[of]])
    return low[mine], high[mine], np.maximum(degree[low[mine]], degree[high[mine]])
