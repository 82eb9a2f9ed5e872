"""Second-hand numbers: given up by one person and handed out to another by the operator months later.

Two people who had one number one after the other share nothing. Only a number counts whose every earlier user is known
to have given it up: a later day, and before the next user, brings another own number of his. Two days on which a number
was seen are no end of its use, so a ring's phone that comes and goes is not taken for one.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ringfinder.graph import NO_DATE, Graph
from ringfinder.hubs.strangers import OWN
from ringfinder.people import event_owner, people_kind

__all__ = ["GAP_DAYS", "recycled_numbers"]

#: Days that an operator keeps a number back at least before it hands it out again.
GAP_DAYS = 90


def recycled_numbers(graph: Graph) -> Iterator[tuple[int, int, str]]:
    """Numbers that people had one after the other: (node, number of people, why).

    All links of the number must be dated, the people's names must differ, and between the day on which a user took
    another number and the first day of the next user at least :data:`GAP_DAYS` days must lie.
    """
    links, owner = graph.links, event_owner(graph)
    mask = graph.relation_is(*OWN, "complained_from") & graph.is_kind(people_kind(graph))[owner[links.source]]
    uses = pl.DataFrame(
        {
            "phone": links.target[mask],
            "person": owner[links.source[mask]],
            "day": links.date[mask],
            "own": graph.relation_is(*OWN)[mask],
        }
    ).cast({"phone": pl.Int64, "person": pl.Int64, "day": pl.Int64})
    undated = pl.col("day") == int(NO_DATE)
    several = uses.filter(pl.col("person").n_unique().over("phone") > 1, ~undated.any().over("phone"))
    if several.is_empty():
        return
    others = graph.links.target[~graph.relation_is(*OWN, "complained_from")]
    several = several.filter(~pl.col("phone").is_in(pl.Series(others).cast(pl.Int64).unique().implode()))
    spells = several.group_by("phone", "person").agg(first=pl.col("day").min(), last=pl.col("day").max())
    spells = spells.sort("phone", "first", "person")
    spells = spells.with_columns(
        next=pl.col("first").shift(-1).over("phone"), name=graph.nodes["label"].gather(spells["person"])
    )
    left = (
        uses.filter("own", ~undated)
        .select("person", other="phone", left="day")
        .join(spells, on="person")
        .filter((pl.col("other") != pl.col("phone")) & (pl.col("left") > pl.col("last")))
        .group_by("phone", "person")
        .agg(pl.col("left").min())
    )
    spells = spells.join(left, on=["phone", "person"], how="left", maintain_order="left")
    ended = (pl.col("next") - pl.col("left") >= GAP_DAYS).fill_null(False) | pl.col("next").is_null()
    names = pl.col("name").n_unique() == pl.len()
    found = spells.group_by("phone").agg(
        people=pl.len(), ended=ended.all() & names & pl.col("name").is_not_null().all()
    )
    for node, people in found.filter("ended").sort("phone").select("phone", "people").iter_rows():
        yield node, people, f"second-hand number: {people} people had it one after the other, {GAP_DAYS} days apart"
