"""Own numbers that follow one another among people of one employer or address: a family's or a company's plan."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ringfinder.graph import Graph
from ringfinder.hubs.strangers import OWN
from ringfinder.people import distinct_pairs

__all__ = ["consecutive_numbers"]

#: Numbers that differ by no more than this follow one another.
STEP = 3
_PLACES = ("lives_at", "works_at")


def consecutive_numbers(graph: Graph) -> Iterator[tuple[int, int, str]]:
    """Homes and employers some of whose people have own numbers that differ by at most :data:`STEP`.

    Returns
    -------
    iterator of (node, number of people, why)
        ``node`` is the address or the employer. Two numbers of one person count for nothing.
    """
    own = _pairs(graph, OWN, "person", "phone")
    places = _pairs(graph, _PLACES, "person", "place")
    phones = (
        own.select("phone", graph.nodes["key"].gather(own["phone"]).alias("key"))
        .unique("phone")
        .filter(pl.col("key").str.contains(r"^\+[0-9]{8,15}$"))
        .select("phone", pl.col("key").str.slice(1).cast(pl.Int64).alias("number"))
        .sort("number")
    )
    node, number = phones["phone"].to_numpy(), phones["number"].to_numpy()
    # the numbers are distinct, so at most STEP of them follow one within STEP
    near = [(i, i + k) for k in range(1, STEP + 1) for i in [np.flatnonzero(number[k:] - number[:-k] <= STEP)]]
    left = np.concatenate([node[i] for i, _ in near])
    right = np.concatenate([node[j] for _, j in near])
    at = own.join(places, on="person").unique()
    meets = (
        pl.DataFrame({"phone": left, "next": right}, schema={"phone": pl.Int64, "next": pl.Int64})
        .join(at, on="phone")
        .join(at.rename({"phone": "next", "person": "other"}), on=["next", "place"])
        .filter(pl.col("person") != pl.col("other"))
    )
    people = pl.concat([meets.select("place", "person"), meets.select("place", pl.col("other").alias("person"))])
    counted = people.unique().group_by("place").len("people").sort("place")
    for place, count in counted.iter_rows():
        what = "employer" if graph.nodes["kind"][place] == "employer" else "home address"
        yield place, count, f"consecutive numbers of one {what}: {count} people"


def _pairs(graph: Graph, relations: tuple[str, ...], source: str, target: str) -> pl.DataFrame:
    """Distinct ends of the links under these relations, sorted, as Int64 columns of these names."""
    mask = graph.relation_is(*relations)
    first, second = distinct_pairs(graph.links.source[mask], graph.links.target[mask])
    return pl.DataFrame({source: first, target: second})
