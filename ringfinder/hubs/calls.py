"""Numbers of call lists that reach everybody: automatic diallers, collectors' and lenders' lines, couriers.

A call log has two phones and a day. What tells such a line is whom it reached: many customers whom nothing else ties
together, or mostly numbers that are no customer's. A phone that complained, represents or is registered is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.graph import Graph
from ringfinder.hubs.strangers import OWN, SAYS_NOTHING, UNTIED, tied_by_nothing
from ringfinder.people import event_owner, people_kind
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["call_lines", "called_people", "outside_lines"]

#: Customers that a line reaches who share nothing else, from which on it is nobody's own.
MANY = 20
#: Complaints of a line's customers, against those of all, from which on it is no courier's.
OFTENER = 3.0
#: Smallest share of a line's counterparts that are customers' own numbers (domain section 6: ratio inside the data).
INSIDE = 0.5
#: Fewer counterparts say nothing about their share.
_ENOUGH = 20


def called_people(graph: Graph) -> pl.DataFrame:
    """Who talked with which line: ``thing`` (a phone) and ``person``, both Int64, distinct.

    The customer's own phone stands for him if it is nobody else's; his own phones are no lines to himself.
    """
    owner, person = event_owner(graph), graph.is_kind(people_kind(graph))
    links, own, calls = graph.links, graph.relation_is(*OWN), graph.relation_is("called")
    if not calls.any():
        return pl.DataFrame(schema={"thing": pl.Int64, "person": pl.Int64})
    has = pl.DataFrame({"phone": links.target[own], "person": owner[links.source[own]]}).cast(pl.Int64).unique()
    has = has.filter(pl.Series(person[has["person"].to_numpy()], dtype=pl.Boolean))
    alone = has.filter(pl.len().over("phone") == 1)
    ends = pl.DataFrame(
        {
            "phone": np.r_[links.source[calls], links.target[calls]],
            "thing": np.r_[links.target[calls], links.source[calls]],
        }
    ).cast(pl.Int64)
    talked = ends.unique().join(alone, on="phone").select("thing", "person").unique()
    return talked.join(has, left_on=["thing", "person"], right_on=["phone", "person"], how="anti").sort(talked.columns)


def call_lines(graph: Graph, least: int = MANY) -> Iterator[tuple[int, int, str]]:
    """Lines that at least ``least`` customers talked with whom nothing else ties together: (node, customers, why).

    A line whose customers complain :data:`OFTENER` times as often as others is left to the ring model: that is how a
    recruiter's line differs from a courier's.
    """
    other = ~graph.relation_is(*SAYS_NOTHING, "called")
    lines = _lines(graph)
    complained = np.zeros(graph.n_nodes, dtype=bool)
    complained[graph.links.source[graph.relation_is("filed")]] = True
    usual = float(complained[graph.is_kind(people_kind(graph))].mean()) if complained.any() else 0.0
    share = dict(
        lines.with_columns(complained=pl.Series(complained[lines["person"].to_numpy()]))
        .group_by("thing")
        .agg(pl.col("complained").mean())
        .iter_rows()
    )
    for node, number in tied_by_nothing(graph, lines.to_numpy(), other, least):
        if complained.any() and share[node] > OFTENER * usual:
            continue
        yield node, number, f"dialler's, collector's or service line: in the call lists of {number} customers {UNTIED}"


def outside_lines(graph: Graph) -> Iterator[tuple[int, int, str]]:
    """Lines of at least 20 counterparts of which fewer than half are customers' own numbers: (node, customers, why).

    Couriers, taxis, canteens: they hold nobody together by themselves.
    """
    links, calls = graph.links, graph.relation_is("called")
    own = np.zeros(graph.n_nodes, dtype=bool)
    own[links.target[graph.relation_is(*OWN)]] = True
    ends = pl.DataFrame(
        {
            "thing": np.r_[links.source[calls], links.target[calls]],
            "other": np.r_[links.target[calls], links.source[calls]],
        }
    ).cast(pl.Int64)
    people = _lines(graph).group_by("thing").agg(people=pl.len())
    table = (
        _owned(ends, own)
        .group_by("thing")
        .agg(all=pl.len(), inside=pl.col("own").sum())
        .filter((pl.col("all") >= _ENOUGH) & (pl.col("inside") < INSIDE * pl.col("all")))
        .join(people.filter(pl.col("people") > 1), on="thing")
        .sort("thing")
    )
    for node, every, inside, number in table.select("thing", "all", "inside", "people").iter_rows():
        yield node, number, f"courier's or other outside line: {inside} of its {every} counterparts are customers"


def _lines(graph: Graph) -> pl.DataFrame:
    """:func:`called_people` of the phones that only stand in call lists."""
    words = extend(vocabulary(), graph.nodes["kind"].unique().to_list(), graph.relations)
    busy = np.zeros(graph.n_nodes, dtype=bool)
    relations = [r for r in graph.relations if r != "called" and words.relations[r].clusters == "yes"]
    told = graph.relation_is(*relations)
    busy[graph.links.source[told]] = busy[graph.links.target[told]] = True
    talked = called_people(graph)
    return talked.filter(pl.Series(~busy[talked["thing"].to_numpy()], dtype=pl.Boolean))


def _owned(ends: pl.DataFrame, own: NDArray[np.bool_]) -> pl.DataFrame:
    """Distinct ``thing``, ``other`` with ``own``: whether the other end is a customer's own phone."""
    ends = ends.unique().sort("thing", "other")
    return ends.with_columns(own=pl.Series(own[ends["other"].to_numpy()], dtype=pl.Boolean))
