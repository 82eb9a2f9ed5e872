"""S12: how strong the case against a group is, from what its shared things say of its debtors.

For a group let s_i be the sum, over the families, of the most that one of its things says of debtor i. Its strength is
the mean of s_i times log2(1 + units): per debtor, so that a large harmless clientele of which little is said does not
outweigh a small ring, and growing slowly with the number of unrelated debtors. Things speak by how likely they are a
ring's now, from odds of e^-1 on; what a common cause explains says nothing; soft things (texts, papers) say as much
as the hard ones at most, and a fifth of themselves beyond that; one family alone, and the clientele of a licensed
body, count less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief.propagate import told
from ringfinder.vocabulary import vocabulary

if TYPE_CHECKING:
    from ringfinder.belief import Belief

__all__ = ["CLIENTELE", "Strength", "group_strength"]

#: A message that says something.
_SAID = 0.2
#: Soft things (texts, papers) say as much as the hard ones at most, and this share of themselves beyond that.
_SOFT = 0.2
#: What one family alone says, without a second one or a burst, counts this much: some unknown honest cause is likelier.
_ALONE = 0.5
#: From this share of an institution on, a group is its clientele.
CLIENTELE = 0.4
#: Sources that are an institution's: a licensed body, an office's landline.
_INSTITUTION = ("licensed", "desk")
#: The clientele of an institution counts this much.
_CLIENTELE = 0.15
#: Unrelated debtors who must share things of a family for it to count.
_LEAST = 3
#: Log-odds at which a thing begins to speak against a group, and at which bunching counts as a family of its own.
_SILENT, _BURST = -1.0, 3.0


@dataclass(frozen=True, eq=False)
class Strength:
    """Figures of every group.

    Attributes
    ----------
    value : ndarray of float64, shape (n_groups,)
        Strength (log-odds times log2 of a count; comparable within a run and between runs, no probability).
    parts : ndarray of float64, shape (n_groups, n_families)
        What each family gives to it; the rows add up to ``value``.
    families : tuple[str, ...]
        Names of the columns.
    licensed : ndarray of float64, shape (n_groups,)
        How much of it is a licensed or public body's clientele, 0 to 1.
    selected : bool
        Whether the input is a selection of complainants.
    """

    value: NDArray[np.float64]
    parts: NDArray[np.float64]
    families: tuple[str, ...]
    licensed: NDArray[np.float64]
    selected: bool

    def parts_of(self, number: int) -> dict[str, float]:
        """The families that give something to a group's strength, and how much."""
        return {f: round(float(v), 4) for f, v in zip(self.families, self.parts[number], strict=True) if v > 0}


def group_strength(belief: Belief, group: NDArray[np.int64], number: int) -> Strength:
    """The strength of each group.

    Parameters
    ----------
    group : ndarray of int64, shape (n_nodes,)
        Group of each node, or -1.
    number : int
        How many groups there are.
    """
    uses = belief.uses
    out = Strength(
        np.zeros(number), np.zeros((number, len(uses.families))), uses.families, np.zeros(number), belief.rates.selected
    )
    table = _inside(belief, group)
    if table.is_empty():
        return out
    size = (
        table.group_by("group")
        .agg(
            pl.col("debtor").n_unique().alias("debtors"),
            pl.col("unit").n_unique().alias("units"),
            pl.col("burst").any(),
        )
        .join(_families(table), on="group", how="left")
    )
    out.licensed[:] = _licensed_share(belief, table, number)
    families = pl.col("families").fill_null(0) + pl.col("burst").cast(pl.Int64)
    clientele = pl.Series(out.licensed[size["group"].to_numpy()] >= CLIENTELE)
    size = size.with_columns(
        factor=(1 + pl.col("units")).log(2)
        / pl.col("debtors")
        * pl.when(families >= 2).then(1.0).otherwise(_ALONE)
        * pl.when(clientele).then(_CLIENTELE).otherwise(1.0)
    )
    parts = (
        table.group_by("group", "debtor", "family")
        .agg(pl.col("said").max())
        .sort("group", "family", "debtor")
        .group_by("group", "family", maintain_order=True)
        .agg(pl.col("said").sum())
        .join(size, on="group", how="inner", maintain_order="left")
    )
    value = (parts["said"] * parts["factor"]).round(6).to_numpy()
    out.parts[parts["group"].to_numpy(), parts["family"].to_numpy()] = value
    hard = np.array([_is_hard(f) for f in uses.families])
    firm, soft = out.parts[:, hard].sum(axis=1), out.parts[:, ~hard].sum(axis=1)
    allowed = np.minimum(soft, firm + _SOFT * soft)
    scale = np.where(soft > 0, allowed / np.maximum(soft, 1e-9), 1.0)
    out.parts[:, ~hard] *= scale[:, None]  # a letter that many use says no more than what ties its users otherwise
    out.value[:] = out.parts.sum(axis=1)
    return out


def _licensed_share(belief: Belief, table: pl.DataFrame, number: int) -> NDArray[np.float64]:
    """How much of each group is a licensed body's clientele: the share of its debtors who are clients, or of what
    hard things say that an institution's things say, whichever is more; shape (n_groups,)."""
    people = table.select("group", "debtor").unique()
    clients = belief.bodies.clients[people["debtor"].to_numpy()].astype(np.float64)
    group = people["group"].to_numpy()
    every = np.maximum(np.bincount(group, minlength=number), 1)
    by_clients = np.bincount(group, clients, minlength=number) / every
    said, where = table["said"].to_numpy(), table["group"].to_numpy()
    hard = np.array([_is_hard(f) for f in belief.uses.families])
    said = said * hard[table["family"].to_numpy()]  # letters travel: whose the calls and mandates are is what counts
    total = np.bincount(where, said, minlength=number)
    theirs = np.bincount(where, said * table["licensed"].to_numpy(), minlength=number)
    return np.maximum(by_clients, theirs / np.maximum(total, 1e-9))


def _families(table: pl.DataFrame) -> pl.DataFrame:
    """How many families say something of at least three units of each group: ``group``, ``families``."""
    return (
        table.filter(pl.col("said") > _SAID)
        .group_by("group", "family")
        .agg(pl.col("unit").n_unique().alias("units"))
        .filter(pl.col("units") >= _LEAST)
        .group_by("group")
        .agg(pl.len().cast(pl.Int64).alias("families"))
    )


def _is_hard(family: str) -> bool:
    known = vocabulary().families
    return family in known and known[family].hard


def _inside(belief: Belief, group: NDArray[np.int64]) -> pl.DataFrame:
    """The uses within one group, of things that at least two of its units share."""
    uses = belief.uses
    inside = (group[uses.debtor] >= 0) & (group[uses.debtor] == group[uses.thing])
    # absolute, not over its own prior: a thing that has become less improbable says nothing against anybody yet
    floor = told(np.full(1, _SILENT), belief.settings)
    said = np.maximum(told(belief.odds, belief.settings) - floor, 0.0)[uses.at]
    said[uses.family == uses.families.index("LOCAL")] = 0.0  # a common cause explains it
    return pl.DataFrame(
        {
            "group": group[uses.debtor][inside],
            "debtor": uses.debtor[inside],
            "thing": uses.thing[inside],
            "unit": uses.unit[inside],
            "family": uses.family[inside],
            "said": said[inside],
            "licensed": np.isin(belief.source, [uses.codes.index(c) for c in _INSTITUTION])[uses.at][inside],
            "burst": (belief.burst[uses.at][inside] > _BURST) & (belief.odds[uses.at][inside] > 0),
        }
    ).filter(pl.col("unit").n_unique().over("group", "thing") >= 2)
