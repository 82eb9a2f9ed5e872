"""Rounds of planting and looking, and what they say: recall, precision and review load by threshold.

The planted rings come in every size and camouflage alike; the user's rings do not. So the planted ones are weighted
until those that were found look like the leads and near leads that the data show without any planting (:func:`mix`):
many near leads beside few leads speak for rings that hide well, and so for others that are missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.audit.donor import SIZES, make_donor, wishes
from ringfinder.audit.plant import host_of, plant
from ringfinder.errors import ConfigError
from ringfinder.evaluate import HIT, LEAST, evaluate, found_members
from ringfinder.graph import Graph
from ringfinder.model import Ring, Run
from ringfinder.people import people_kind

__all__ = ["LEADS_SCHEMA", "PLANTED_SCHEMA", "Trial", "mix", "run_trial"]

#: At most this share of the debtors who are in no lead becomes clients, so that the background stays what it is.
MOST_PLANTED = 0.06
#: Leads that the even mix of sizes and camouflages counts for against the leads that were found.
PRIOR_LEADS = 2.0
#: From this score on a cluster to observe is a near lead.
NEAR_SCORE = 5.0
#: Near leads that are no rings, before any is looked at. These three were chosen on synthetic lenders
#: (benchmarks/audit.py).
PRIOR_HARMLESS = 1.0
#: How unlike two leads may be and still speak for each other: in doublings of debtors, and of score.
_ALIKE = (0.5, 0.3)
_STEPS = 300
_STRONG = pl.col("tier") == "strong"
_NEARLY = (pl.col("tier") == "candidate") & (pl.col("score") >= NEAR_SCORE)

#: One row a planted ring that at least three debtors show: what it was, and its best match as
#: :func:`ringfinder.evaluate.evaluate` chooses it. ``pure`` is the share of the match's debtors who are its clients.
PLANTED_SCHEMA: dict[str, type[pl.DataType]] = {
    "round": pl.Int64, "design": pl.String, "camouflage": pl.String, "size": pl.Int64, "debtors": pl.Int64,
    "tier": pl.String, "score": pl.Float64, "jaccard": pl.Float64, "lead_debtors": pl.Int64, "pure": pl.Float64,
}  # fmt: skip
#: One row a reported ring; round -1 is the data as they are. ``planted`` and ``before`` are the shares of its debtors
#: who are clients of planted rings, and who were in a strong lead before.
LEADS_SCHEMA: dict[str, type[pl.DataType]] = {
    "round": pl.Int64, "tier": pl.String, "score": pl.Float64, "debtors": pl.Int64, "planted": pl.Float64,
    "before": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Trial:
    """What the rounds gave.

    ``planted`` (:data:`PLANTED_SCHEMA`), ``leads`` (:data:`LEADS_SCHEMA`), ``unseen``: planted rings that fewer than
    three debtors show in data like these, ``rounds``, ``rings``: what is found without planting, ``debtors``.
    """

    planted: pl.DataFrame
    leads: pl.DataFrame
    unseen: int
    rounds: int
    rings: tuple[Ring, ...]
    debtors: int


def run_trial(
    graph: Graph,
    look: Callable[[Graph], tuple[Ring, ...]],
    *,
    seed: int = 0,
    rings: int = 0,
    rounds: int = 4,
    told: Callable[[str], None] = lambda text: None,
) -> Trial:
    """Plant rings in ``graph``, look for them, and again in other places.

    Parameters
    ----------
    graph : Graph
        The user's, after stage *link*.
    look : callable
        Finds the rings of a graph, best first, with the graph's own keys.
    seed : int
        Equal seeds give equal trials.
    rings : int
        Planted rings in each round; 0 for as many as the data bear, at most 24.
    rounds : int
        How often.
    told : callable
        Told a sentence before each round.

    Raises
    ------
    ConfigError
        If ``rounds`` or ``rings`` is out of range, or the data bear no such number of rings.
    DataError
        If the data are too small.
    """
    if rounds < 1 or rings < 0:
        raise ConfigError("nothing to plant", where="audit", expected="1 round or more, 0 rings or more")
    told("looking at the data as they are")
    before = look(graph)
    strong = frozenset(m.key for r in before if r.tier == "strong" for m in r.members if m.role == "debtor")
    host = host_of(graph, strong, people_kind(graph))
    largest, count = _room(host.free.height, rings)
    planted, leads, unseen = [], [_leads(before, -1, frozenset(), strong)], 0
    for number in range(rounds):
        told(f"round {number + 1} of {rounds}: planting {count} rings and looking for them")
        rng = np.random.default_rng([seed, number])
        donor = make_donor(wishes(count, rng, largest), int(rng.integers(2**31)))
        filled = plant(host, donor, rng)
        found = look(filled.graph)
        facts = [(i, w.design, w.camouflage, w.size) for i, w in enumerate(donor.wishes)]
        planted.append(_matched(found, filled.truth, facts, number))
        unseen += count - planted[-1].height
        leads.append(_leads(found, number, frozenset(filled.truth["key"]), strong))
    return Trial(pl.concat(planted), pl.concat(leads), unseen, rounds, before, host.free.height + len(strong))


def _room(free: int, rings: int) -> tuple[int, int]:
    """The largest size to plant, and how many rings a round."""
    room = MOST_PLANTED * free
    largest = max(size for size in SIZES if size <= max(room / 4, SIZES[0]))
    mean = float(np.mean([size for size in SIZES if size <= largest]))
    bearable = max(1, int(room / mean))
    if rings > 4 * bearable:
        raise ConfigError(
            f"{rings} rings a round are too many for {free:,} debtors",
            where="audit --rings",
            expected=f"at most {4 * bearable}",
            do="plant fewer and ask for more rounds (--rounds)",
        )
    return largest, rings or min(24, bearable)


def _leads(found: Sequence[Ring], number: int, clients: frozenset[str], strong: frozenset[str]) -> pl.DataFrame:
    rows = []
    for ring in found:
        debtors = {m.key for m in ring.members if m.role == "debtor"}
        count = max(len(debtors), 1)
        shares = len(debtors & clients) / count, len(debtors & strong) / count
        rows.append((number, ring.tier, ring.score, len(debtors), *shares))
    return pl.DataFrame(rows, schema=LEADS_SCHEMA, orient="row")


def _matched(
    found: tuple[Ring, ...], truth: pl.DataFrame, facts: Sequence[tuple[int, str, str, int]], number: int
) -> pl.DataFrame:
    known = truth.select(
        ring_id=pl.col("ring").cast(pl.String), design=pl.lit(""), kind=pl.lit("debtor"), key=pl.col("key")
    )
    judged = evaluate(found_members(Run(found)), known).rings.filter(pl.col("customers") >= LEAST)
    clients = {i: set(group["key"]) for (i,), group in truth.group_by("ring")}
    by_rank = {ring.rank: ring for ring in found}
    rows = []
    for ring_id, _, customers, rank, tier, _, jaccard in judged.iter_rows():
        place, lead = int(ring_id), by_rank.get(rank)
        debtors = {m.key for m in lead.members if m.role == "debtor"} if lead else set()
        pure = len(debtors & clients[place]) / max(len(debtors), 1)
        score = lead.score if lead else 0.0
        rows.append((number, *facts[place][1:], customers, tier, score, jaccard, len(debtors), pure))
    return pl.DataFrame(rows, schema=PLANTED_SCHEMA, orient="row").sort("size", "camouflage", "design", "debtors")


def mix(planted: pl.DataFrame, leads: pl.DataFrame) -> NDArray[np.float64]:
    """How much each planted ring counts, so that the found ones look like what is there without any planting.

    Rings of one size and camouflage (a cell) count alike; the share of a cell is the share of its size times that of
    its camouflage. Expectation and maximisation of these shares, each step of which

    - deals every strong lead, and every *near lead* (to observe, score :data:`NEAR_SCORE` or more), to the cells whose
      found rings have about its debtors and score; a near lead may be no ring at all, the likelier the worse the rings
      that the strong leads tell of explain it,
    - adds the rings of each cell that show as neither, as the planting says how many these are, and
    - adds :data:`PRIOR_LEADS` rings of an even mix, which is all there is where the data show no lead.

    Parameters
    ----------
    planted : DataFrame
        :data:`PLANTED_SCHEMA`, not empty.
    leads : DataFrame
        What is found without planting: ``tier``, ``debtors`` and ``score``.

    Returns
    -------
    ndarray of float64, shape (n_planted,)
        Summing to 1.
    """
    size, hidden = (planted[c].rank("dense").to_numpy().astype(np.int64) - 1 for c in ("size", "camouflage"))
    levels = int(hidden.max()) + 1
    cells = (int(size.max()) + 1) * levels
    cell = size * levels + hidden
    count = np.bincount(cell, minlength=cells)
    hit = pl.col("jaccard") >= HIT
    even = share = np.full(cells, 1.0 / cells)
    shown = np.zeros(cells)
    parts, others = [], []
    for passes, near in ((_STRONG, 0.0), (_NEARLY, 1.0)):
        mine = planted.select(hit & passes).to_series().to_numpy()
        rate = (np.bincount(cell, mine, cells) + 0.1) / (count + 0.5)
        some, found = leads.filter(passes), planted.filter(pl.Series(mine))
        shown = shown + rate
        parts.append(rate * np.maximum(_likeness(some, found, cell[mine], cells), 1e-3))
        # what is no ring may look like any near lead
        pooled = _likeness(some, found, np.zeros(found.height, dtype=np.int64), 1)[:, 0]
        others.append(near * np.maximum(pooled, 1e-3))
    fit, other = np.concatenate(parts), np.concatenate(others)
    shown = np.minimum(shown, 1.0)
    rings, harmless = len(fit) / float(share @ shown), float((other > 0).sum()) / 2
    for _ in range(_STEPS if len(fit) else 0):
        belongs = fit * share * rings
        whole = belongs.sum(axis=1) + harmless * other
        belongs /= whole[:, None]
        harmless = float((harmless * other / whole).sum()) + PRIOR_HARMLESS
        missed = belongs.sum() / float(share @ shown) * share * (1 - shown)
        rings = float(belongs.sum() + missed.sum())
        table = (belongs.sum(axis=0) + missed + PRIOR_LEADS * even).reshape(-1, levels)
        share = np.outer(table.sum(axis=1), table.sum(axis=0)).ravel() / table.sum() ** 2
    weight = share[cell] / count[cell]
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def _likeness(leads: pl.DataFrame, found: pl.DataFrame, cell: NDArray[np.int64], cells: int) -> NDArray[np.float64]:
    """Density of each lead among the found rings of each cell, shape (n_leads, n_cells)."""

    def place(frame: pl.DataFrame, debtors: str) -> NDArray[np.float64]:
        both = np.stack([frame[debtors].to_numpy().astype(float), frame["score"].to_numpy().astype(float)], axis=1)
        return np.asarray(np.log2(np.maximum(both, 1.0)) / _ALIKE, dtype=np.float64)

    gap = place(leads, "debtors")[:, None, :] - place(found, "lead_debtors")[None, :, :]
    near = np.exp(-0.5 * np.minimum((gap**2).sum(axis=2), 50.0))
    inside = np.zeros((len(cell), cells))
    inside[np.arange(len(cell)), cell] = 1.0
    return np.asarray(near @ inside / np.maximum(inside.sum(axis=0), 1.0), dtype=np.float64)
