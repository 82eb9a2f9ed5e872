"""The figures of an audit: by threshold, by size and camouflage, and the sentences that say how to read them."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.audit.measure import NEAR_SCORE, Trial, mix
from ringfinder.errors import DataError
from ringfinder.evaluate import HIT, evaluate, found_members
from ringfinder.model import Run
from ringfinder.vocabulary import plural

__all__ = ["Audit", "Cell", "Threshold", "audit_figures"]

#: z of a 95 % interval.
_Z = 1.96
_CUTS = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Threshold:
    """What one threshold gives.

    Attributes
    ----------
    name : str
        ``strong and to observe``, ``strong``, or ``strong, score S or more``.
    recall, low, high : float
        Share of rings like yours that pass it, with a 95 % interval.
    even : float
        The same share over all planted rings, every size and camouflage alike.
    leads : int
        Leads of your data that pass it: the review load.
    precision : float or None
        Estimated share of these that are rings; None where nothing passed.
    false_leads : float
        New false leads that planting made, per round.
    pure : float
        Mean share of the debtors in the leads of planted rings who are its clients.
    true_precision, true_recall : float or None
        By the truth that the user gave.
    """

    name: str
    recall: float
    low: float
    high: float
    even: float
    leads: int
    precision: float | None
    false_leads: float
    pure: float
    true_recall: float | None = None
    true_precision: float | None = None


@dataclass(frozen=True)
class Cell:
    """Planted rings of one size and camouflage: how many, which share of ``your`` rings is like them, and recall."""

    size: int
    camouflage: str
    planted: int
    yours: float
    recall_strong: float
    recall: float


@dataclass(frozen=True)
class Audit:
    """The result of an audit; ``sentences`` say in words what the figures rest on."""

    thresholds: tuple[Threshold, ...]
    cells: tuple[Cell, ...]
    planted: int
    unseen: int
    rounds: int
    debtors: int
    sentences: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Plain JSON types."""
        return asdict(self)


def audit_figures(trial: Trial, truth: pl.DataFrame | None = None) -> Audit:
    """The figures of a trial.

    Parameters
    ----------
    truth : DataFrame, optional
        The user's own truth (:data:`ringfinder.evaluate.TRUTH_SCHEMA`), by the keys of the graph; with it
        ``true_recall`` and ``true_precision`` are filled. The estimates never look at it.

    Raises
    ------
    DataError
        If no planted ring shows in the data: they record too little.
    """
    if trial.planted.is_empty():
        raise DataError(
            "no planted ring leaves a trace in the data",
            where="audit",
            expected="shared phones, agents, companies, payees, devices, texts or letters beside the debtors",
            do="audit more of the exports together",
        )
    planted, base = trial.planted, trial.leads.filter(pl.col("round") < 0)
    weight = mix(planted, base)
    rounds = trial.rounds
    strong = pl.concat([
        base.filter(pl.col("tier") == "strong")["score"],
        planted.filter((pl.col("tier") == "strong") & (pl.col("jaccard") >= HIT))["score"],
    ])  # fmt: skip
    cuts = sorted({float(round(q)) for c in _CUTS if (q := strong.quantile(c)) is not None})
    steps = [("strong and to observe", None), ("strong", 0.0), *((f"strong, score {c:g} or more", c) for c in cuts)]
    real = None if truth is None else _judged(trial, truth)
    thresholds = tuple(_threshold(name, cut, trial, weight, rounds, real) for name, cut in steps)
    return Audit(
        thresholds, _cells(planted, weight), planted.height, trial.unseen, rounds, trial.debtors,
        _sentences(trial, thresholds[1], rounds, given=truth is not None),
    )  # fmt: skip


def _judged(trial: Trial, truth: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The true rings with tier, score and jaccard of their best match; the leads with tier, score and ``true``, the
    share of their debtors who are in a true ring."""
    scores = {ring.rank: ring.score for ring in trial.rings}
    rings = evaluate(found_members(Run(trial.rings)), truth).rings
    rings = rings.with_columns(score=pl.col("rank").replace_strict(scores, default=0.0, return_dtype=pl.Float64))
    known = set(truth.filter(pl.col("kind") == "debtor")["key"])
    rows = []
    for ring in trial.rings:
        debtors = [m.key in known for m in ring.members if m.role == "debtor"]
        rows.append((ring.tier, ring.score, sum(debtors) / max(len(debtors), 1)))
    return rings, pl.DataFrame(rows, schema={"tier": pl.String, "score": pl.Float64, "true": pl.Float64}, orient="row")


def _passes(cut: float | None) -> pl.Expr:
    return pl.lit(True) if cut is None else (pl.col("tier") == "strong") & (pl.col("score") >= cut)


def _threshold(
    name: str, cut: float | None, trial: Trial, weight: NDArray[np.float64], rounds: int,
    real: tuple[pl.DataFrame, pl.DataFrame] | None,
) -> Threshold:  # fmt: skip
    planted = trial.planted.with_columns(hit=_passes(cut) & (pl.col("jaccard") >= HIT))
    hit = planted["hit"].to_numpy().astype(float)
    recall = min(float(weight @ hit), 1.0)
    low, high = _interval(recall, 1.0 / float((weight**2).sum()))
    passing = trial.leads.filter(_passes(cut))
    new = passing.filter((pl.col("round") >= 0) & (pl.col("before") < HIT))
    # a cluster to observe without a client of a planted ring was there before, too
    new = new.filter((pl.col("planted") > 0) | (pl.col("tier") == "strong"))
    right = new.filter(pl.col("planted") >= HIT).height
    named = {}
    if real is not None:
        rings, leads = real
        found = rings.select(_passes(cut) & (pl.col("jaccard") >= HIT)).to_series()
        true = leads.filter(_passes(cut))["true"] >= HIT
        named = {"true_recall": _share(found), "true_precision": _share(true)}
    return Threshold(
        name=name,
        recall=recall, low=low, high=high,
        even=float(hit.mean()),
        leads=passing.filter(pl.col("round") < 0).height,
        precision=right / new.height if new.height and cut is not None else None,
        false_leads=(new.height - right) / rounds,
        pure=float(np.mean(planted.filter("hit")["pure"].to_numpy())) if hit.any() else 0.0,
        **named,
    )  # fmt: skip


def _share(values: pl.Series) -> float | None:
    return float(values.to_numpy().mean()) if len(values) else None


def _interval(share: float, trials: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share that so many independent trials gave."""
    if trials <= 0:
        return 0.0, 1.0
    centre = (share + _Z**2 / (2 * trials)) / (1 + _Z**2 / trials)
    half = _Z / (1 + _Z**2 / trials) * math.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def _cells(planted: pl.DataFrame, weight: NDArray[np.float64]) -> tuple[Cell, ...]:
    hit = pl.col("jaccard") >= HIT
    table = planted.with_columns(weight=pl.Series(weight)).group_by("size", "camouflage").agg(
        pl.len(), pl.col("weight").sum(), (hit & (pl.col("tier") == "strong")).mean().alias("strong"),
        hit.mean().alias("any"),
    ).sort("size", pl.col("camouflage").replace_strict({"easy": 0, "medium": 1, "hard": 2}))  # fmt: skip
    return tuple(Cell(*row) for row in table.iter_rows())


def _sentences(trial: Trial, strong: Threshold, rounds: int, *, given: bool) -> tuple[str, ...]:
    """What the figures rest on, in plain words."""
    near = trial.leads.filter(
        (pl.col("round") < 0) & (pl.col("tier") == "candidate") & (pl.col("score") >= NEAR_SCORE)
    ).height
    said = [
        f"{plural(trial.planted.height, 'ring')} planted in {plural(rounds, 'round')} among {trial.debtors:,} debtors"
        + (f", and {trial.unseen} more that data like these do not show in three debtors" if trial.unseen else ""),
        f"recall: of rings like yours, {strong.recall:.0%} would become strong leads (95 % interval {strong.low:.0%} "
        f"to {strong.high:.0%}); 'like yours' weights the planted rings until the found ones look like your "
        f"{plural(strong.leads, 'strong lead')} and {plural(near, 'near lead')} (to observe, score {NEAR_SCORE:g} or "
        "more)",
        "the interval covers the chance of planting, not that your rings may work in ways that none of the planted "
        "ones does",
    ]
    if strong.precision is not None:
        said.append(
            f"precision: {strong.precision:.0%} of the strong leads that planting made are mostly clients of planted "
            "rings; that your own leads are as often right is an assumption, which only judging them can check"
            + ("" if given else " (--truth)")
        )
    if not strong.leads:
        said.append(
            "without planting there is no strong lead, so nothing tells what your rings are like: recall is that of "
            "all kinds, sizes and camouflages alike"
        )
    return tuple(said)
