"""How well a run's rings match known ones: the usual figures of ring detection, for the whole, by design and by kind.

A true ring R is the set of its customers; a reported ring C is the set of its debtors. For every R the best C is the
one of the largest F1 = 2 |R and C| / (|R| + |C|); J = |R and C| / |R or C| is the Jaccard index of that same pair. All
figures are shares from 0 to 1 unless they are counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from ringfinder.model import Run

__all__ = ["FOUND_SCHEMA", "HIT", "LEAST", "MEASURES", "TRUTH_SCHEMA", "Evaluation", "evaluate", "found_members"]

#: True rings that are left with fewer customers are not judged: nobody could see them.
LEAST = 3
#: A reported ring hits a true one from this Jaccard index on.
HIT = 0.5

#: Columns of a truth: ring, its design ("" if unknown), and one of its customers (kind ``debtor``) or things.
TRUTH_SCHEMA: dict[str, Any] = {"ring_id": pl.String, "design": pl.String, "kind": pl.String, "key": pl.String}
#: Columns of the reported members: rank of the ring (from 1), tier, and the member.
FOUND_SCHEMA: dict[str, Any] = {"rank": pl.Int64, "tier": pl.String, "kind": pl.String, "key": pl.String,
                                "role": pl.String}  # fmt: skip

#: What the figures of :attr:`Evaluation.summary` mean.
MEASURES = {
    "rings": "true rings with at least 3 customers",
    "reported": "reported rings",
    "f1": "mean over true rings of the best F1 of any reported ring",
    "recall": "share of true rings whose best match has J >= 0.5",
    "ap": "average precision of the ranking: hits so far / position, over all hits, / true rings",
    "p10": "hits among the first ten reported rings / 10",
    "precision": "hits / reported rings; fragments and duplicates count as wrong",
    "merged": "true rings of which half sit in a reported ring that holds half of another true ring, too",
    "split": "true rings of which no reported ring holds half",
    "strong": "rings of the strong tier",
    "strong_hits": "strong rings with J >= 0.5 to a true ring",
    "false_strong": "strong rings of which fewer than half of the debtors belong to any true ring",
    "false_reported": "the same of all reported rings",
    "debtor_precision": "debtors in strong rings who belong to a true ring / debtors in strong rings",
    "debtor_recall": "customers of true rings who are in a strong ring / customers of true rings",
}


@dataclass(frozen=True)
class Evaluation:
    """The figures of one run.

    Attributes
    ----------
    summary : dict of str to float
        By the names of :data:`MEASURES`.
    designs : polars.DataFrame
        design, rings, f1, recall, split: the same for the true rings of each design.
    entities : polars.DataFrame
        kind, true, attached, right, precision, recall: things attached to the rings that hit, against the things of
        the true rings that they hit. Only kinds that the truth names.
    rings : polars.DataFrame
        ring_id, design, customers, rank, tier, f1, jaccard: every true ring with its best match (rank 0: none).
    """

    summary: dict[str, float]
    designs: pl.DataFrame
    entities: pl.DataFrame
    rings: pl.DataFrame


def found_members(run: Run) -> pl.DataFrame:
    """The members of a run's rings as :data:`FOUND_SCHEMA`, best ring first."""
    rows = [(ring.rank, ring.tier, m.kind, m.key, m.role) for ring in run.rings for m in ring.members]
    return pl.DataFrame(rows, schema=FOUND_SCHEMA, orient="row").sort("rank")


def evaluate(found: pl.DataFrame, truth: pl.DataFrame) -> Evaluation:
    """Compare reported rings with true ones.

    Parameters
    ----------
    found : polars.DataFrame
        Reported members, as :func:`found_members` gives them. Ranks need not be consecutive.
    truth : polars.DataFrame
        Columns of :data:`TRUTH_SCHEMA`; keys written as in ``found``. Customers with no link that was reported can be
        left out before: a ring is judged by the customers that the truth names.

    Returns
    -------
    Evaluation
        With zeros where there is nothing to divide by.
    """
    customers = truth.filter(pl.col("kind") == "debtor").select("ring_id", "design", "key").unique()
    big = customers.group_by("ring_id").agg(pl.col("design").min(), pl.len().alias("customers"))
    big = big.filter(pl.col("customers") >= LEAST).sort("ring_id")
    debtors = found.filter(pl.col("role") == "debtor").select("rank", "tier", "key").unique()
    pairs = _pairs(customers.join(big, on="ring_id", how="semi"), debtors, big)
    rings = _best(pairs, big)
    hits = _walk(pairs)
    tiers = found.select("rank", "tier").unique().sort("rank")
    summary = {
        "rings": float(big.height),
        "reported": float(tiers.height),
        "f1": _mean(rings["f1"]),
        "recall": _mean(rings["jaccard"] >= HIT),
        **_ranking(hits, tiers, big.height),
        **_overlaps(pairs, big.height),
        **_tier(pairs, debtors, customers, tiers, big),
    }
    designs = rings.group_by("design").agg(
        pl.len().alias("rings"),
        pl.col("f1").mean(),
        (pl.col("jaccard") >= HIT).mean().alias("recall"),
        pl.col("ring_id").is_in(_held(pairs).implode()).not_().sum().alias("split"),
    )
    return Evaluation(summary, designs.sort("design"), _entities(hits, found, truth), rings)


def _pairs(customers: pl.DataFrame, debtors: pl.DataFrame, big: pl.DataFrame) -> pl.DataFrame:
    """All pairs of a true and a reported ring that share a customer, with how well they match."""
    sizes = debtors.group_by("rank").agg(pl.len().alias("size"))
    both = customers.join(debtors, on="key").group_by("ring_id", "rank", "tier").agg(pl.len().alias("both"))
    table = both.join(big.select("ring_id", "customers"), on="ring_id").join(sizes, on="rank")
    either = pl.col("customers") + pl.col("size") - pl.col("both")
    f1 = 2 * pl.col("both") / (pl.col("customers") + pl.col("size"))
    return table.with_columns(f1.alias("f1"), (pl.col("both") / either).alias("jaccard")).sort("rank", "ring_id")


def _best(pairs: pl.DataFrame, big: pl.DataFrame) -> pl.DataFrame:
    """Every true ring with its best match; among equals the one ranked first."""
    best = pairs.sort("f1", "rank", descending=[True, False]).unique("ring_id", keep="first", maintain_order=True)
    best = best.select("ring_id", "rank", "tier", "f1", "jaccard")
    return big.join(best, on="ring_id", how="left").with_columns(
        pl.col("rank").fill_null(0),
        pl.col("tier").fill_null(""),
        pl.col("f1").fill_null(0.0),
        pl.col("jaccard").fill_null(0.0),
    ).select("ring_id", "design", "customers", "rank", "tier", "f1", "jaccard").sort("ring_id")  # fmt: skip


def _walk(pairs: pl.DataFrame) -> dict[int, str]:
    """Walk down the ranking: rank -> the true ring that it hits, each true ring once."""
    hits: dict[int, str] = {}
    taken: set[str] = set()
    near = pairs.filter(pl.col("jaccard") >= HIT).sort("rank", "jaccard", "ring_id", descending=[False, True, False])
    for rank, ring in near.select("rank", "ring_id").iter_rows():
        if rank not in hits and ring not in taken:
            hits[rank] = ring
            taken.add(ring)
    return hits


def _ranking(hits: dict[int, str], tiers: pl.DataFrame, rings: int) -> dict[str, float]:
    places = {rank: place for place, rank in enumerate(tiers["rank"].to_list(), start=1)}
    positions = sorted(places[rank] for rank in hits)
    total = sum(number / place for number, place in enumerate(positions, start=1))
    return {
        "ap": total / rings if rings else 0.0,
        "p10": sum(place <= 10 for place in positions) / 10,
        "precision": len(hits) / tiers.height if tiers.height else 0.0,
    }


def _held(pairs: pl.DataFrame) -> pl.Series:
    """True rings of which one reported ring holds at least half."""
    return pairs.filter(2 * pl.col("both") >= pl.col("customers"))["ring_id"].unique()


def _overlaps(pairs: pl.DataFrame, rings: int) -> dict[str, float]:
    half = pairs.filter(2 * pl.col("both") >= pl.col("customers"))
    crowded = half.filter(pl.len().over("rank") > 1)
    return {"merged": float(crowded["ring_id"].n_unique()), "split": float(rings - len(_held(pairs)))}


def _tier(
    pairs: pl.DataFrame, debtors: pl.DataFrame, customers: pl.DataFrame, tiers: pl.DataFrame, big: pl.DataFrame
) -> dict[str, float]:
    """The strong tier, and which reported rings are false."""
    mine = debtors.with_columns(pl.col("key").is_in(customers["key"].unique().implode()).alias("true"))
    share = tiers.join(mine.group_by("rank").agg(pl.col("true").mean()), on="rank", how="left")
    wrong = share.filter(pl.col("true").fill_null(0.0) < HIT)
    strong = mine.filter(pl.col("tier") == "strong").unique("key")
    near = pairs.filter((pl.col("jaccard") >= HIT) & (pl.col("tier") == "strong"))
    judged = customers.join(big, on="ring_id", how="semi")["key"].unique()
    return {
        "strong": float((tiers["tier"] == "strong").sum()),
        "strong_hits": float(near["rank"].n_unique()),
        "false_strong": float((wrong["tier"] == "strong").sum()),
        "false_reported": float(wrong.height),
        "debtor_precision": _mean(strong["true"]),
        "debtor_recall": _mean(judged.is_in(strong["key"].implode())),
    }


def _entities(hits: dict[int, str], found: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Things attached to the hitting rings against the things of the rings that they hit, by kind."""
    named = truth.filter(pl.col("kind") != "debtor").select("ring_id", "kind", "key").unique()
    match = pl.DataFrame(
        {"rank": list(hits), "ring_id": list(hits.values())}, schema={"rank": pl.Int64, "ring_id": pl.String}
    )
    true = named.join(match, on="ring_id")
    kinds = named["kind"].unique()
    attached = found.filter(pl.col("role") != "debtor", pl.col("kind").is_in(kinds.implode()))
    attached = attached.join(match, on="rank").select("ring_id", "kind", "key").unique()
    right = attached.join(true, on=["ring_id", "kind", "key"], how="semi")

    def counted(frame: pl.DataFrame, name: str) -> pl.DataFrame:
        return frame.group_by("kind").agg(pl.len().alias(name))

    table = kinds.to_frame().join(counted(true, "true"), on="kind", how="left")
    table = table.join(counted(attached, "attached"), on="kind", how="left")
    table = table.join(counted(right, "right"), on="kind", how="left").fill_null(0)

    def share(whole: str) -> pl.Expr:
        return pl.when(pl.col(whole) > 0).then(pl.col("right") / pl.col(whole)).otherwise(0.0)

    return table.with_columns(share("attached").alias("precision"), share("true").alias("recall")).sort("kind")


def _mean(values: pl.Series) -> float:
    mean = values.cast(pl.Float64).mean()
    return float(mean) if isinstance(mean, float) else 0.0
