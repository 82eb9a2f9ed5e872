"""Groups of complaint texts: near-identical ones, kin ones, and those that are a public text.

strip → set public texts aside → take boilerplate out → exact copies together → pairs → groups with a middle text.
What is compared is always the rest: a letter that holds a public form and a ring's own words is judged by the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.templates.boilerplate import without_boilerplate
from ringfinder.templates.kin import kin_pairs, kin_scores, rare_passages
from ringfinder.templates.library import library_of, set_aside, shipped_library
from ringfinder.templates.near import METRICS, candidate_pairs, measure, sketches
from ringfinder.templates.shingles import token_counts
from ringfinder.templates.stars import star_groups
from ringfinder.templates.strip import lean_text

__all__ = ["TemplateGroups", "template_groups"]

#: Below this many tokens a stripped text says too little ("please call me back").
_SHORTEST = 30
#: From this many tokens on, the text without its channel's learnt boilerplate stands for the whole; what is shorter is
#: compared as a whole, since a few common words left over match by chance.
_SPEAKS_ALONE = 50

Names = Sequence[str | Sequence[str] | None]


@dataclass(frozen=True, eq=False)
class TemplateGroups:
    """Which texts share a template.

    Attributes
    ----------
    texts : polars.DataFrame
        One row a text, in the order given: ``group`` (Int64, number of its near-identical group, null if none),
        ``metric`` (String, "edit ratio", "5-gram containment" or "5-gram Jaccard") and ``score`` (Float64) against
        the group's middle text, ``edit_ratio`` (Float64) against it, ``kin`` (Int64, number of its kin group),
        ``kin_score`` (Float64, weighted containment with the middle text of the kin group), ``public`` (String, name
        of the public text it uses), ``public_only`` (Boolean, whether little else is left).
    """

    texts: pl.DataFrame

    @cached_property
    def label(self) -> NDArray[np.int64]:
        """One entry a text: the number of its near-identical group, or -1."""
        return self.texts["group"].fill_null(-1).to_numpy().astype(np.int64)

    @cached_property
    def kin(self) -> NDArray[np.int64]:
        """One entry a text: the number of its kin group, or -1."""
        return self.texts["kin"].fill_null(-1).to_numpy().astype(np.int64)

    @cached_property
    def similarity(self) -> tuple[float, ...]:
        """Each near-identical group's lowest edit ratio to its middle text."""
        lowest = self.texts.drop_nulls("group").group_by("group").agg(pl.col("edit_ratio").min()).sort("group")
        return tuple(lowest["edit_ratio"].to_list())


def template_groups(
    texts: Sequence[str | None],
    names: Names | None = None,
    channels: Sequence[str | None] | None = None,
    *,
    library: Sequence[str] = (),
    kin: bool = True,
) -> TemplateGroups:
    """Group texts that were written from one template.

    Parameters
    ----------
    texts : sequence of str or None
        The complaints as written.
    names : sequence, optional
        For each text the name or names that are taken out of it: complainant, accused institution.
    channels : sequence of str or None, optional
        Through which channel each came; a channel's boilerplate is learnt from them.
    library : sequence of str, optional
        The user's own public texts, beside the shipped ones. ``{slot}`` marks what is filled in.
    kin : bool
        Whether to look for rewritten texts as well.

    Returns
    -------
    TemplateGroups
        Groups of at least two texts, numbered by size (largest first), then by their smallest text. They do not
        depend on the order of the texts.
    """
    names = [None] * len(texts) if names is None else names
    channels = [None] * len(texts) if channels is None else channels
    table = pl.DataFrame(
        {
            "text": pl.Series(texts, dtype=pl.String),
            "names": pl.Series([[n] if isinstance(n, str) else list(n or ()) for n in names], dtype=pl.List(pl.String)),
            "channel": pl.Series(channels, dtype=pl.String),
        }
    )
    distinct = table.unique().drop_nulls("text").sort("text", "channel", "names")
    lean = [lean_text(text, given) for text, given in distinct.select("text", "names").iter_rows()]
    rest, public = set_aside(lean, (*shipped_library(), *library_of(library)))
    listed, learnt = without_boilerplate(rest, distinct["channel"].to_list())
    tokens = token_counts(learnt.tolist())
    enough = tokens >= _SHORTEST
    distinct = distinct.with_columns(
        rest=pl.Series(np.where(tokens >= _SPEAKS_ALONE, learnt, listed).tolist(), dtype=pl.String),
        public=pl.Series(public, dtype=pl.String),
        enough=pl.Series(enough, dtype=pl.Boolean),
    ).with_columns(core=pl.when("enough").then(pl.col("rest").str.replace_all(r"\s", "")))
    # one lean text stands for all that differ in spaces and punctuation only
    cores = distinct.drop_nulls("core").group_by("core").agg(lean=pl.col("rest").min()).sort("core")
    found = _grouped(cores["core"].to_list(), cores["lean"].to_list(), kin=kin)
    distinct = distinct.join(cores.select("core").hstack(found), on="core", how="left")
    rows = table.join(distinct, on=["text", "names", "channel"], how="left", nulls_equal=True, maintain_order="left")
    rows = rows.with_columns(public_only=pl.col("public").is_not_null() & ~pl.col("enough"))
    rows = _numbered(rows, "near", "group")
    # a kin group whose texts are all near-identical says nothing new
    several = pl.col("near").fill_null(pl.col("own")).n_unique().over("family") > 1
    rows = _numbered(rows.with_columns(family=pl.when(several).then("family")), "family", "kin")
    alone, unrelated = pl.col("group").is_null(), pl.col("kin").is_null()
    return TemplateGroups(
        rows.select(
            "group",
            metric=pl.when(~alone).then("metric"),
            score=pl.when(~alone).then("score"),
            edit_ratio=pl.when(~alone).then("edit_ratio"),
            kin="kin",
            kin_score=pl.when(~unrelated).then("kin_score"),
            public="public",
            public_only="public_only",
        )
    )


def _grouped(core: list[str], lean: list[str], *, kin: bool) -> pl.DataFrame:
    """For each distinct text its groups' middle texts and the scores against them, exact copies not yet counted."""
    number = len(core)
    every = np.arange(number)
    near = every.copy()
    metric, score, edit = np.zeros(number, np.int8), np.ones(number), np.ones(number)
    if number > 1:
        sketch = sketches(core)
        i, j = candidate_pairs(sketch.minima)
        same = measure(core, sketch.sets, i, j).same
        middle = star_groups(number, i[same], j[same], lambda hub, other: measure(core, sketch.sets, hub, other).same)
        inside = np.flatnonzero((middle >= 0) & (middle != every))
        near = np.where(middle >= 0, middle, every)
        against = measure(core, sketch.sets, near[inside], inside)
        metric[inside], score[inside] = against.named()
        edit[inside] = against.edit
        del sketch
    family, kin_score = _families(lean, near) if kin else (np.full(number, -1), np.zeros(number))
    names = pl.Series(METRICS, dtype=pl.String)
    return pl.DataFrame(
        {
            "own": every,
            "near": near,
            "metric": names.gather(metric.astype(np.int64)),
            "score": score,
            "edit_ratio": edit,
            "family": pl.Series(family, dtype=pl.Int64).replace(-1, None),
            "kin_score": kin_score,
        }
    )


def _families(lean: list[str], near: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Kin groups over one text of each near-identical group; its other texts belong to the same kin group."""
    kept = np.unique(near)
    rare = rare_passages([lean[k] for k in kept])
    i, j = kin_pairs(rare, len(kept))
    confirmed = kin_scores(rare, i, j)[1]
    middle = star_groups(len(kept), i[confirmed], j[confirmed], lambda hub, other: kin_scores(rare, hub, other)[1])
    inside = np.flatnonzero((middle >= 0) & (middle != np.arange(len(kept))))
    score = np.ones(len(kept))
    score[inside] = kin_scores(rare, middle[inside], inside)[0]
    position = np.searchsorted(kept, near)
    family = np.where(middle >= 0, kept[np.maximum(middle, 0)], -1)
    return family[position], score[position]


def _numbered(rows: pl.DataFrame, middle: str, name: str) -> pl.DataFrame:
    """``rows`` with the group's number in ``name``: the largest is 0, equal ones by their smallest text."""
    order = (
        rows.drop_nulls(middle)
        .group_by(middle)
        .agg(size=pl.len(), smallest=pl.col("core").min())
        .filter(pl.col("size") > 1)
        .sort(["size", "smallest"], descending=[True, False])
        .select(middle, pl.int_range(pl.len(), dtype=pl.Int64).alias(name))
    )
    return rows.join(order, on=middle, how="left", maintain_order="left")
