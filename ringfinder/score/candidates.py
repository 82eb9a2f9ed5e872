"""Communities that can be rings at all, found with arrays over all communities at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief import Belief, Strength
from ringfinder.config import CalendarEntry, LedgerSettings, ScoreSettings
from ringfinder.graph import Graph
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["Basis", "Candidates", "find_candidates"]

#: Strength from which on a community is listed although its debtors share nothing hard.
_TELLING = 0.2


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
    calendar : tuple of CalendarEntry
        Known events (M08).
    ledger : LedgerSettings
        What intermediaries ask.
    readings : DataFrame, optional
        Amounts and days of debtors (:data:`ringfinder.link.readings.READINGS`).
    letters : DataFrame, optional
        Complaint texts as written: ``key``, ``text``.
    """

    units: NDArray[np.int64]
    owner: NDArray[np.int64]
    blocked: NDArray[np.bool_]
    people: str
    settings: ScoreSettings
    calendar: tuple[CalendarEntry, ...] = ()
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    readings: pl.DataFrame | None = None
    letters: pl.DataFrame | None = None


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
