"""Communities that can be rings at all, found with arrays over all communities at once, and laid out as cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief import Belief, Strength
from ringfinder.config import ScoreSettings
from ringfinder.graph import NO_DATE, Graph
from ringfinder.model import Row
from ringfinder.people import distinct, distinct_pairs
from ringfinder.score.case import Background, Case, Fact
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["Basis", "Candidates", "background", "cases", "find_candidates"]

#: Strength from which on a community is listed although its debtors share nothing hard.
_TELLING = 0.2
#: Attributes of nodes that indicators and mitigating facts read.
_ATTRIBUTES = ("overdue_days", "result", "text_similarity", "block_numbers")


@dataclass(frozen=True, eq=False)
class Basis:
    """What every candidate is judged by, found once for the whole graph.

    Attributes
    ----------
    units : ndarray of int64, shape (n_nodes,)
        The unit of every node: a household is one (:func:`ringfinder.units.debtor_units`).
    owner : ndarray of int64, shape (n_nodes,)
        Whom every node stands for (:func:`ringfinder.people.event_owner`).
    blocked : ndarray of bool, shape (n_nodes,)
        Benign hubs.
    people : str
        The kind that plays the debtor's part.
    settings : ScoreSettings
        Thresholds.
    """

    units: NDArray[np.int64]
    owner: NDArray[np.int64]
    blocked: NDArray[np.bool_]
    people: str
    settings: ScoreSettings


@dataclass(frozen=True, eq=False)
class Candidates:
    """Communities worth laying out, best first.

    ``group`` has shape (n_nodes,): the candidate's number or -1; only debtors who share something inside count as its
    debtors (``debtor`` mask); ``label`` is each candidate's community. ``dropped`` counts candidates beyond the
    configured maximum, ``oversized`` communities with more debtors than a ring can have; ``structural`` says that no
    link of the input is hard evidence, so that sharing alone had to do.
    """

    group: NDArray[np.int64]
    debtor: NDArray[np.bool_]
    number: int
    label: NDArray[np.int64]
    dropped: int
    oversized: int
    structural: bool


def find_candidates(
    graph: Graph,
    labels: NDArray[np.int64],
    basis: Basis,
    strength: Strength | None = None,
    belief: Belief | None = None,
) -> Candidates:
    """Communities of at least ``min_units`` unrelated debtors who share something hard, or that the model points out.

    Parameters
    ----------
    labels : ndarray of int64, shape (n_nodes,)
        The community of every node.
    strength : Strength, optional
        What the ring model says of every community.
    belief : Belief, optional
        What it says of every shared thing: debtors who share a call centre's number by their call logs alone count,
        if the model takes it for a ring's.
    """
    owner, blocked, units = basis.owner, basis.blocked, basis.units
    words = extend(vocabulary(), [], graph.relations)
    is_person = graph.is_kind(basis.people)
    left, right = owner[graph.links.source], owner[graph.links.target]
    usable = (
        is_person[left]
        & ~is_person[right]
        & (labels[left] == labels[right])
        & ~blocked[left]
        & ~blocked[right]
        & graph.relation_is(*(r for r in graph.relations if words.relations[r].clusters == "yes"))
    )
    hard = graph.relation_is(
        *(r for r in graph.relations if (f := words.relations[r].family) and words.families[f].hard)
    )
    structural = not bool((usable & hard).any())
    if strength is None and not structural:
        usable &= hard  # without the model nothing tells a ring's text from a public one
    usable &= (np.bincount(right[usable], minlength=graph.n_nodes) > 1)[right]  # on one link: shared by nobody
    pairs = pl.DataFrame(
        {
            "debtor": left[usable],
            "resource": right[usable],
            "family": graph.links.relation[usable],
            "hard": hard[usable] | structural,
        }
    ).unique()
    if belief is not None:
        pairs = pl.concat([pairs, _believed_calls(graph, labels, belief, pairs.schema)]).unique(
            ["debtor", "resource", "family"]
        )
    pairs = pairs.with_columns(
        pl.Series("unit", units[pairs["debtor"].to_numpy()]),
        pl.Series("label", labels[pairs["debtor"].to_numpy()]),
    )
    every = np.arange(int(labels.max(initial=-1)) + 1)
    worth = pl.DataFrame({"label": every, "worth": np.zeros(len(every)) if strength is None else strength.value})
    shared = pairs.filter(pl.col("unit").n_unique().over("resource") >= 2)
    table = (
        shared.group_by("label")
        .agg(
            pl.col("unit").n_unique().alias("units"),
            pl.col("debtor").n_unique().alias("debtors"),
            pl.col("resource").n_unique().alias("resources"),
            pl.col("family").n_unique().alias("families"),
            pl.col("unit").filter("hard").n_unique().alias("hard_units"),
        )
        .join(worth, on="label", how="left")
        .filter(
            (pl.col("units") >= basis.settings.min_units)
            & ((pl.col("hard_units") >= basis.settings.min_units) | (pl.col("worth") >= _TELLING))
        )
        .sort(["worth", "families", "units", "resources", "label"], descending=[True, True, True, True, False])
    )
    fitting = table.filter(pl.col("debtors") <= basis.settings.max_debtors)
    kept = fitting.head(basis.settings.max_rings)
    number = np.full(int(labels.max()) + 1 if len(labels) else 0, -1, dtype=np.int64)
    number[kept["label"].to_numpy()] = np.arange(kept.height)
    debtor = np.zeros(graph.n_nodes, dtype=bool)
    debtor[shared["debtor"].to_numpy()] = True
    group = number[labels]
    return Candidates(
        group=group,
        debtor=debtor & (group >= 0),
        number=kept.height,
        label=kept["label"].to_numpy().astype(np.int64),
        dropped=fitting.height - kept.height,
        oversized=table.height - fitting.height,
        structural=structural,
    )


def _believed_calls(graph: Graph, labels: NDArray[np.int64], belief: Belief, schema: pl.Schema) -> pl.DataFrame:
    """Debtors and the phones of their call logs that the model takes for a ring's, within one community."""
    uses = belief.uses
    code = uses.codes.index("called")
    fits = (uses.source == code) & (belief.odds > 0)[uses.at]
    fits &= (belief.source == code)[uses.at] | belief.rates.complained[uses.debtor]
    fits &= labels[uses.debtor] == labels[uses.thing]
    number = graph.relations.index("called") if "called" in graph.relations else 0
    return pl.DataFrame(
        {
            "debtor": uses.debtor[fits],
            "resource": uses.thing[fits],
            "family": np.full(int(fits.sum()), number),
            "hard": np.ones(int(fits.sum()), dtype=bool),
        },
        schema=schema,
    )


def background(graph: Graph, people: str) -> Background:
    """How many debtors and complaints there are, and on which days."""
    filed = graph.relation_is("filed")
    days = graph.links.date[filed]
    days = days[days != NO_DATE]
    values, counts = np.unique(days, return_counts=True)
    by_day = dict(zip(values.tolist(), counts.tolist(), strict=True))
    return Background(int(graph.is_kind(people).sum()), by_day, min(by_day, default=None), max(by_day, default=None))


def cases(
    graph: Graph,
    candidates: Candidates,
    basis: Basis,
    strength: Strength | None = None,
    belief: Belief | None = None,
) -> Iterator[Case]:
    """Each candidate as a :class:`Case`, in candidate order. Links are sorted by candidate once, never searched.

    ``strength`` is what the ring model says of every community, ``belief`` of every shared thing, if it does.
    """
    links, group, owner = graph.links, candidates.group, basis.owner
    first, second = group[owner[links.source]], group[owner[links.target]]
    a, b = np.flatnonzero(first >= 0), np.flatnonzero((second >= 0) & (second != first))
    index, which = np.r_[a, b], np.r_[first[a], second[b]]
    order = np.lexsort((index, which))
    index, which = index[order], which[order]
    bounds = np.searchsorted(which, np.arange(candidates.number + 1))
    member_order = np.argsort(group, kind="stable")
    member_bounds = np.searchsorted(group[member_order], np.arange(candidates.number + 1))
    season = background(graph, basis.people)
    users = _users(graph, owner, basis.people)
    likely = np.zeros(graph.n_nodes, dtype=bool)
    if belief is not None:
        likely[belief.uses.things[belief.odds > 0]] = True
        called = belief.uses.units_by_source[:, belief.uses.codes.index("called")]
        users[belief.uses.things] = np.maximum(users[belief.uses.things], called)
    columns = [c for c in _ATTRIBUTES if c in graph.nodes.columns]
    known = _known(graph, np.r_[links.source[index], links.target[index], np.flatnonzero(group >= 0)], owner, columns)
    for number in range(candidates.number):
        here = index[bounds[number] : bounds[number + 1]]
        facts = _facts(graph, here)
        inside = member_order[member_bounds[number] : member_bounds[number + 1]]
        ends = np.r_[links.source[here], links.target[here]]
        present = distinct(np.r_[ends, owner[ends], inside])
        listed = present.tolist()
        events = present[owner[present] != present]
        debtors = tuple(inside[candidates.debtor[inside]].tolist())
        yield Case(
            nodes={node: known[node] for node in listed},
            debtors=debtors,
            unit={d: int(basis.units[d]) for d in debtors},
            facts=facts,
            owner=dict(zip(events.tolist(), owner[events].tolist(), strict=True)),
            users=dict(zip(listed, users[present].tolist(), strict=True)),
            blocked=frozenset(present[basis.blocked[present]].tolist()),
            background=season,
            settings=basis.settings,
            believed=frozenset(present[likely[present]].tolist()),
            **_said(strength, int(candidates.label[number])),
        )


def _said(strength: Strength | None, label: int) -> dict[str, Any]:
    """What the ring model says of a community, as fields of a :class:`Case`."""
    if strength is None:
        return {}
    return {
        "strength": float(strength.value[label]),
        "parts": strength.parts_of(label),
        "licensed_share": float(strength.licensed[label]),
        "selected": strength.selected,
    }


def _known(
    graph: Graph, nodes: NDArray[np.integer[Any]], owner: NDArray[np.int64], columns: list[str]
) -> dict[int, tuple[str, str, str, dict[str, Any]]]:
    """Kind, key, label and attributes of these nodes and their owners, as a :class:`Case` has them, read in one go."""
    wanted = np.zeros(graph.n_nodes, dtype=bool)
    wanted[nodes] = True
    wanted[owner[nodes]] = True
    rows = graph.nodes.select("kind", "key", "label", *columns).filter(pl.Series(wanted)).iter_rows()
    return {
        node: (kind, key, label, {c: v for c, v in zip(columns, values, strict=True) if v is not None})
        for node, (kind, key, label, *values) in zip(np.flatnonzero(wanted).tolist(), rows, strict=True)
    }


def _users(graph: Graph, owner: NDArray[np.int64], people: str) -> NDArray[np.int64]:
    """How many different people each node is linked to in the whole graph, shape (n_nodes,)."""
    is_person = graph.is_kind(people)
    left, right = owner[graph.links.source], owner[graph.links.target]
    person = is_person[left] & ~is_person[right]
    thing, _ = distinct_pairs(right[person], left[person])
    return np.bincount(thing, minlength=graph.n_nodes)


def _facts(graph: Graph, index: NDArray[np.int64]) -> tuple[Fact, ...]:
    links = graph.links
    columns = (
        links.source[index].tolist(),
        links.target[index].tolist(),
        links.relation[index].tolist(),
        links.date[index].tolist(),
        links.file[index].tolist(),
        links.row[index].tolist(),
    )
    return tuple(
        Fact(s, t, graph.relations[r], None if d == NO_DATE else d, Row(graph.files[f], n))
        for s, t, r, d, f, n in zip(*columns, strict=True)
    )
