"""One thing under several keys: which keys are joined, which pairs are left to the user, and why.

Shared by :mod:`ringfinder.link.same_people` and :mod:`ringfinder.link.same_companies`. Proposals are edges between
keys; :func:`settle` accepts them unless a whole group of joined keys would break a limit (two identity numbers, two
codes): then none of the group's proposals holds, whatever the order of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.errors import ConfigError

__all__ = [
    "APART",
    "DECIDED",
    "DECISIONS",
    "EDGES",
    "MERGED",
    "PAIRS",
    "SAME_DEFAULTS",
    "SameSettings",
    "canonical",
    "components",
    "decided",
    "explained",
    "pairs_frame",
    "settle",
    "witnesses",
]

MERGED, APART, DECIDED = "merged", "kept apart: decide", "kept apart: decided"

#: One line a pair of keys; ``why`` is a reason code, a colon and a sentence without any value of the input. ``file``
#: and ``row`` are the first place of ``right``, ``left_file`` and ``left_row`` that of ``left``.
DECISIONS = pl.Schema(
    {
        "kind": pl.String,
        "left": pl.String,
        "right": pl.String,
        "why": pl.String,
        "decision": pl.String,
        "file": pl.String,
        "row": pl.Int32,
        "left_file": pl.String,
        "left_row": pl.Int32,
    }
)
#: Two keys and the reason code for which they may be one.
EDGES = pl.Schema({"left": pl.String, "right": pl.String, "reason": pl.String})
#: Two keys of one kind that the user has decided about.
PAIRS = pl.Schema({"left": pl.String, "right": pl.String})

#: Reason code -> sentence. None of them quotes a value, so that the table may leave a masked run.
_SENTENCES = {
    "decided": "the configuration says so",
    "same_identity_number": "both carry the same valid identity number",
    "same_identity_number_15": "both carry the same identity number; one is written in its old form of 15 digits",
    "two_numbers_one_identity": "two customer numbers with one valid identity number: one person with two accounts",
    "same_account_and_name": "the same card or account and the same name",
    "same_name_and_phone": "the same name and own phone, and nobody else has both",
    "many_names": "the identity number stands beside too many names: an error in the data",
    "different_names": "the same identity number beside clearly different names",
    "no_check_digit": "the same paper without a check digit, and the names do not confirm it",
    "several_identity_numbers": "one of them carries more than one identity number",
    "several_lenders": "customers of different lenders",
    "several_people": "the same name and phone or account, but more than one person may be meant",
    "caller_phone": "the same name and caller's phone; a caller's phone may be anybody's",
    "same_name": "the same name but for its spelling, and nothing speaks against it",
    "only_code_of_name": "the name belongs to one company code only",
    "organisation_code": "the organisation code is part of the company code",
    "near_name_and_phone": "nearly the same name, and the same phone",
    "near_name_and_representative": "nearly the same name, and the same legal representative",
    "several_codes": "the name belongs to several company codes",
    "several_regions": "the same name in different provinces",
    "near_name": "nearly the same name, and too little else agrees",
}


@dataclass(frozen=True)
class SameSettings:
    """When two keys may be one person or company.

    Attributes
    ----------
    names_per_id : int
        An identity number (or account) on more different names than this is an error in the data and joins nobody.
    names_per_phone : int
        A phone on this many different names is a placeholder or a hub and joins no name with its namesake.
    across_lenders : bool
        Whether one identity number may join customers of different lenders.
    name_ratio : float
        From this similarity on (0 to 1; insertions and deletions) two company names are nearly the same.
    companies_per_phone : int
        A phone of more companies than this is a registration service's and confirms no name.
    """

    names_per_id: int = 3
    names_per_phone: int = 10
    across_lenders: bool = True
    name_ratio: float = 0.9
    companies_per_phone: int = 3


#: The settings when nobody gave any.
SAME_DEFAULTS = SameSettings()


def pairs_frame(pairs: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """The user's pairs as a frame of :data:`PAIRS`, each with its smaller key on the left."""
    rows = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    return pl.DataFrame(rows, schema=PAIRS, orient="row")


def components(edges: pl.DataFrame) -> pl.DataFrame:
    """The connected component of every key in ``edges``: ``key``, ``group`` (Int64)."""
    keys = pl.concat([edges["left"], edges["right"].alias("left")]).unique().sort()
    codes = keys.rename("key").to_frame().with_row_index("node")
    ends = [
        edges.select(key=c).join(codes, on="key", how="left", maintain_order="left")["node"].to_numpy()
        for c in ("left", "right")
    ]
    n = len(keys)
    joined = coo_array((np.ones(edges.height, dtype=np.int8), (ends[0], ends[1])), shape=(n, n))
    _, labels = connected_components(joined, directed=False)
    return codes.select("key", pl.Series("group", labels.astype(np.int64)))


def settle(
    held: pl.DataFrame, proposed: pl.DataFrame, limits: Sequence[pl.DataFrame], different: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Which proposals hold.

    Parameters
    ----------
    held, proposed : DataFrame
        :data:`EDGES` that hold already, and those to be judged.
    limits : sequence of DataFrame
        ``key``, ``value``: a group whose keys have more than one value takes none of its proposals.
    different : DataFrame
        :data:`PAIRS` that must not come into one group.

    Returns
    -------
    tuple of DataFrame
        The accepted and the refused proposals.
    """
    if proposed.is_empty():
        return proposed, proposed
    groups = components(pl.concat([held, proposed]))
    bad = [
        groups.join(limit.select("key", "value").drop_nulls().unique(), on="key")
        .group_by("group")
        .agg(pl.col("value").n_unique())
        .filter(pl.col("value") > 1)["group"]
        for limit in limits
    ]
    ends = different.join(groups, left_on="left", right_on="key").join(groups, left_on="right", right_on="key")
    bad.append(ends.filter(pl.col("group") == pl.col("group_right"))["group"])
    refused = groups.filter(pl.col("group").is_in(pl.concat(bad).unique().implode())).select("key")
    return proposed.join(refused, left_on="left", right_on="key", how="anti"), proposed.join(
        refused, left_on="left", right_on="key", how="semi"
    )


def canonical(edges: pl.DataFrame, rank: pl.DataFrame) -> pl.DataFrame:
    """The key that stands for each joined key: ``key``, ``to``; keys that stand for themselves are left out.

    Parameters
    ----------
    rank : DataFrame
        ``key``, ``rank``: of a group the key of the lowest rank is taken, of several the smallest.
    """
    if edges.is_empty():
        return edges.select(key="left", to="right")
    best = rank.group_by("key").agg(pl.col("rank").min())
    groups = components(edges).join(best, on="key", how="left").with_columns(pl.col("rank").fill_null(99))
    heads = groups.sort("rank", "key").unique("group", keep="first", maintain_order=True)
    named = groups.join(heads.select("group", to="key"), on="group")
    return named.filter(pl.col("key") != pl.col("to")).select("key", "to").sort("key")


def explained(
    kind: str, accepted: pl.DataFrame, refused: pl.DataFrame, different: pl.DataFrame, first: pl.DataFrame
) -> pl.DataFrame:
    """The pairs as a frame of :data:`DECISIONS`, sorted.

    Parameters
    ----------
    first : DataFrame
        ``key``, ``file``, ``row``: the first place of each key.
    """
    told = pl.concat(
        [
            accepted.with_columns(pl.lit(MERGED).alias("decision")),
            refused.with_columns(pl.lit(APART).alias("decision")),
        ]
    ).with_columns(pl.min_horizontal("left", "right").alias("a"), pl.max_horizontal("left", "right").alias("b"))
    said = different.with_columns(pl.lit(True).alias("said"))
    told = told.join(said, left_on=["a", "b"], right_on=["left", "right"], how="left")
    sentence = pl.col("reason") + ": " + pl.col("reason").replace_strict(_SENTENCES, return_dtype=pl.String)
    told = told.with_columns(
        pl.when("said").then(pl.lit(DECIDED)).otherwise("decision").alias("decision"), sentence.alias("why")
    ).unique(["left", "right", "why", "decision"])
    told = told.join(first, left_on="right", right_on="key", how="left")
    told = told.join(first.rename({"file": "left_file", "row": "left_row"}), left_on="left", right_on="key", how="left")
    return told.select(pl.lit(kind).alias("kind"), *list(DECISIONS)[1:]).sort(list(DECISIONS)).cast(DECISIONS)


def witnesses(places: pl.DataFrame) -> pl.DataFrame:
    """The first place of every key: ``key``, ``file``, ``row`` of the smallest (file, row)."""
    return places.group_by("key").agg(
        pl.col("file").sort_by("file", "row").first(), pl.col("row").sort_by("file", "row").first()
    )


def decided(
    kind: str, same: pl.DataFrame, different: pl.DataFrame, known: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The user's pairs whose keys are among ``known``: :data:`EDGES` that hold, and :data:`PAIRS` that must not.

    Raises
    ------
    ConfigError
        If pairs that are named as the same join a pair that is named as different.
    """
    here = pl.col("left").is_in(known.implode()) & pl.col("right").is_in(known.implode())
    edges = same.filter(here).with_columns(pl.lit("decided").alias("reason"))
    apart = different.filter(here)
    if not settle(edges.clear(), edges, [], apart)[1].is_empty():
        raise ConfigError(
            f"two keys of kind {kind} are named as the same and as different",
            where="[[same]] and [[different]]",
            expected="every pair in one of the lists, and no pair of the second joined by the first",
            do="remove one of the entries",
        )
    return edges, apart
