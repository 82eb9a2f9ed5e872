"""Common causes: colleagues after a lay-off, or a village with one scribe, come to share phones and letters honestly.

A thing is *local* if at least half of the units that use it, and three of them, are colleagues of two others (one
employer) or neighbours of two others (one village or community) among its users. Recruiters find clients by adverts,
hence scattered; what colleagues or neighbours share needs no recruiter. (Domain section 6: union, village
committee, employer; modes GUARD and M08.)
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.graph import Graph
from ringfinder.people import people_kind

__all__ = ["mark_local"]

#: An address up to its village, community or farm brigade.
_VILLAGE = r"^(.*?(?:村|社区|屯|大队))"
_LEAST = 3
#: A family without a known home has at most so many members.
_FAMILY, _NAMELESS_FAMILY = 6, 4


def mark_local(graph: Graph, uses: pl.DataFrame, things: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which things are local.

    Parameters
    ----------
    uses : DataFrame
        ``debtor``, ``thing`` (node indices), ``unit``.
    things : ndarray of int64, shape (n_things,)
        Ascending node indices.

    Returns
    -------
    ndarray of bool, shape (n_things,)
    """
    local = np.zeros(len(things), dtype=bool)
    if uses.is_empty():
        return local
    tied = []
    for place in (_employer(graph), _village(graph), _family(graph, uses)):
        if place.is_empty():
            continue
        keys = [c for c in ("debtor", "thing") if c in place.columns]
        together = uses.join(place, on=keys, how="inner")
        least = pl.lit(_LEAST) if "least" not in together.columns else pl.col("least")
        tied.append(together.filter(pl.col("unit").n_unique().over("thing", "place") >= least).select("thing", "unit"))
    if not tied:
        return local
    number = pl.concat(tied).group_by("thing").agg(pl.col("unit").n_unique().alias("tied"))
    table = uses.group_by("thing").agg(pl.col("unit").n_unique().alias("units")).join(number, on="thing", how="inner")
    found = table.filter(2 * pl.col("tied") >= pl.col("units"))["thing"].to_numpy()
    local[np.searchsorted(things, np.sort(found))] = True
    return local


def _employer(graph: Graph) -> pl.DataFrame:
    """``debtor``, ``place``: the employers of each debtor."""
    links = graph.links
    works = graph.relation_is("works_at") & graph.is_kind(people_kind(graph))[links.source]
    return pl.DataFrame(
        {"debtor": links.source[works].astype(np.int64), "place": links.target[works].astype(np.int64)}
    ).unique()


def _village(graph: Graph) -> pl.DataFrame:
    """``debtor``, ``place``: the village of each debtor's home address, where it names one."""
    links = graph.links
    lives = graph.relation_is("lives_at") & graph.is_kind(people_kind(graph))[links.source]
    address = graph.nodes["key"].gather(links.target[lives].astype(np.int64))
    table = pl.DataFrame({"debtor": links.source[lives].astype(np.int64), "place": address})
    return table.with_columns(pl.col("place").str.extract(_VILLAGE, 1)).drop_nulls().unique()


def _family(graph: Graph, uses: pl.DataFrame) -> pl.DataFrame:
    """``debtor``, ``thing``, ``place`` (surname), ``least``: kin whom no address tells.

    Where an export gives no home at all, a small thing whose users share a surname is taken for a family's: two of
    three strangers share one in about one case of eight (some 4 % of Chinese bear each of the commonest surnames).
    Where it gives no names either, three or four users may always be a family.
    """
    people = graph.is_kind(people_kind(graph))
    homes = graph.relation_is("lives_at", "uses_home_phone") & people[graph.links.source]
    if homes.any():
        return pl.DataFrame(schema={"debtor": pl.Int64, "place": pl.String})
    users = uses.with_columns(n=pl.col("unit").n_unique().over("thing"))
    who = users["debtor"].unique().sort()
    names = graph.nodes.select("key", "label")[who]
    name = names["label"].str.strip_chars()
    named = (names["label"] != names["key"]).fill_null(False)
    latin = name.str.contains(r"^[A-Za-z]")
    surname = pl.select(
        pl.when(named & latin).then(name.str.extract(r"(\S+)$", 1)).when(named).then(name.str.slice(0, 1))
    ).to_series()
    most = pl.DataFrame({"debtor": who, "place": surname, "named": named})
    small = users.join(most, on="debtor").filter(
        pl.col("n") <= pl.when(pl.col("named")).then(_FAMILY).otherwise(_NAMELESS_FAMILY)
    )
    found = small.select("debtor", pl.col("place").fill_null("?"), least=pl.lit(2, dtype=pl.Int64), thing="thing")
    return found.unique()
