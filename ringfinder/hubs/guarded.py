"""Things that a list guards: they hold people together only where a second family of evidence does.

The vocabulary guards whole relations (:mod:`ringfinder.guard` decides there link by link). A list guards one thing
whatever its relation, so the thing as a whole links or does not.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.graph import Graph
from ringfinder.hubs.calls import called_people
from ringfinder.people import event_owner, people_kind
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["unconfirmed"]

#: A thing with more users than this confirms nothing: nearly everybody of a large export would share it.
_MOST_USERS = 200


def unconfirmed(graph: Graph, things: NDArray[np.int64], blocked: NDArray[np.bool_], cap: int) -> NDArray[np.int64]:
    """Which of the ``things`` must not link: more than ``cap`` people have them, or no two share something else.

    Who talked with a line has it, too. Something else is another thing that is not ``blocked`` and none of ``things``,
    under a relation that clusters without reservation and is of another family of evidence than those by which people
    have the guarded thing.

    Parameters
    ----------
    things : ndarray of int64
        Nodes, none twice.
    blocked : ndarray of bool, shape (n_nodes,)
        Nodes that are no evidence.
    cap : int
        Most people; below 2 nothing is ever confirmed.
    """
    words = extend(vocabulary(), graph.nodes["kind"].unique().to_list(), graph.relations)
    owner, person = event_owner(graph), graph.is_kind(people_kind(graph))
    links, guarded = graph.links, np.zeros(graph.n_nodes, dtype=bool)
    guarded[things] = True
    who, what = owner[links.source], owner[links.target]
    use = person[who] & ~person[what]
    family = pl.Series([words.relations[r].family for r in graph.relations], dtype=pl.String)
    plain = np.array([words.relations[r].clusters == "yes" for r in graph.relations], dtype=bool)
    table = (
        pl.DataFrame({"who": who, "what": what})
        .cast(pl.Int64)
        .with_columns(
            family=family.gather(links.relation),
            plain=pl.Series(plain[links.relation]),
            guarded=pl.Series(guarded[what]),
        )
    )
    table = table.filter(pl.Series(use))
    talked = called_people(graph).filter(pl.col("thing").is_in(things)).cast({"person": pl.Int64, "thing": pl.Int64})
    mine = pl.concat(
        [
            table.filter("guarded").select("who", "family", thing="what"),
            talked.select(who="person", family=pl.lit("CONTACT"), thing="thing"),
        ]
    )
    few = mine.group_by("thing").agg(people=pl.col("who").n_unique()).filter(pl.col("people").is_between(2, cap))
    users = mine.select("thing", "who").unique().join(few, on="thing", how="semi")
    other = table.filter(
        "plain", ~pl.col("guarded"), pl.col("family") != "", pl.Series(~blocked[table["what"].to_numpy()])
    )
    common = (
        users.join(other.select("who", "what", "family").unique(), on="who")
        .join(mine.select("thing", "family").unique(), on=["thing", "family"], how="anti")
        .group_by("thing", "what")
        .agg(pl.col("who").n_unique().alias("people"))
        .filter(pl.col("people") > 1)
    )
    crowd = other.group_by("what").agg(pl.col("who").n_unique().alias("all")).filter(pl.col("all") <= _MOST_USERS)
    confirmed = common.join(crowd, on="what", how="semi")["thing"].unique().to_numpy()
    return np.setdiff1d(things, confirmed)
