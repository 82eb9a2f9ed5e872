"""What a channel puts around every complaint is learnt from the data and taken out before texts are compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ringfinder.templates.library import phrases

__all__ = ["without_boilerplate"]

#: A clause is frequent in a channel from this many texts and this share of its different texts.
_TEXTS, _SHARE = 30, 0.02
#: It stands among the first or last clauses in this share of its texts …
_FIRST, _LAST, _AT_EDGE = 3, 4, 0.80
#: … and what usually comes with it (in this share of its texts) leaves this much of a text to the writer's own words:
#: a template shared as a whole is no boilerplate.
_WITH, _OWN_WORDS = 0.50, 0.50


def without_boilerplate(
    lean: Sequence[str], channel: Sequence[str | None]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Lean texts without the clauses that belong to their channel.

    A clause goes when it is in the shipped list (``phrases.toml``), or when in its channel it begins or ends many
    complaints whose other words differ. A ring's letter has frequent clauses, too, but those come all together; so a
    clause stays when those that come with it make up most of the text.

    Parameters
    ----------
    lean : sequence of str
        Texts as :func:`~ringfinder.templates.strip.lean_text` gives them.
    channel : sequence of str or None
        Through which channel each came.

    Returns
    -------
    tuple of two ndarrays of str
        The texts without the listed clauses, and those without the listed and the learnt ones.
    """
    table = pl.DataFrame({"lean": lean, "channel": channel}, schema={"lean": pl.String, "channel": pl.String})
    table = table.with_columns(pl.col("channel").fill_null(""))
    texts = table.unique().sort("channel", "lean").with_row_index("text")
    clauses = (
        texts.with_columns(clause=pl.col("lean").str.split("\n"))
        .explode("clause")
        .with_columns(
            size=pl.col("clause").str.len_chars(),
            place=pl.int_range(pl.len()).over("text"),
            number=pl.len().over("text"),
        )
    )
    listed = pl.Series(phrases("boilerplate"), dtype=pl.String)
    clauses = clauses.with_columns(goes=pl.col("clause").is_in(listed.implode()))
    clauses = clauses.join(_learnt(clauses), on=["channel", "clause"], how="left", maintain_order="left")
    for name, goes in {"listed": pl.col("goes"), "both": pl.col("goes") | pl.col("learnt").is_not_null()}.items():
        kept = clauses.filter(~goes).group_by("text").agg(pl.col("clause").sort_by("place").str.join("\n").alias(name))
        texts = texts.join(kept, on="text", how="left").with_columns(pl.col(name).fill_null(""))
    rest = table.join(texts, on=["lean", "channel"], how="left", maintain_order="left")
    return rest["listed"].to_numpy(), rest["both"].to_numpy()


def _learnt(clauses: pl.DataFrame) -> pl.DataFrame:
    """The boilerplate clauses of each channel: ``channel``, ``clause``, ``learnt`` (true)."""
    open_clauses = clauses.filter(~pl.col("goes"))
    total = open_clauses.group_by("channel").agg(texts=pl.col("text").n_unique())
    edge = (pl.col("place") < _FIRST) | (pl.col("place") >= pl.col("number") - _LAST)
    frequent = (
        open_clauses.group_by("channel", "clause")
        .agg(users=pl.col("text").n_unique(), at_edge=edge.mean())
        .join(total, on="channel")
        .filter((pl.col("users") >= _TEXTS) & (pl.col("users") >= _SHARE * pl.col("texts")))
        .sort("channel", "clause")
        .with_row_index("frequent")
    )
    marked = open_clauses.join(frequent.select("channel", "clause", "frequent"), on=["channel", "clause"])
    words = open_clauses.group_by("text").agg(words=pl.col("size").sum())
    own = (
        _beside(marked, frequent.height)
        .join(words, on="text")
        .group_by("frequent")
        .agg(own=(1 - pl.col("beside") / pl.col("words").clip(1)).median())
    )
    return (
        frequent.join(own, on="frequent")
        .filter((pl.col("at_edge") >= _AT_EDGE) & (pl.col("own") >= _OWN_WORDS))
        .select("channel", "clause", learnt=pl.lit(True))
    )


def _beside(marked: pl.DataFrame, number: int) -> pl.DataFrame:
    """For each text and frequent clause in it: how many characters belong to the clauses that usually come with it."""
    once = marked.group_by("text", "frequent").agg(pl.col("size").sum()).sort("text", "frequent")
    text, clause = once["text"].to_numpy().astype(np.int64), once["frequent"].to_numpy().astype(np.int64)
    rows = int(text.max()) + 1 if len(text) else 0
    has = csr_array((np.ones(len(text), np.int64), (text, clause)), shape=(rows, number))
    size = csr_array((once["size"].to_numpy().astype(np.float64), (text, clause)), shape=(rows, number))
    both = (has.T @ has).tocoo()
    usual = both.data >= _WITH * has.sum(axis=0)[both.row]  # the column's clause is in most texts of the row's
    comes_with = csr_array((np.ones(int(usual.sum())), (both.col[usual], both.row[usual])), shape=(number, number))
    beside = (size @ comes_with).multiply(has).tocoo()
    return pl.DataFrame(
        {
            "text": pl.Series(beside.row, dtype=pl.UInt32),
            "frequent": pl.Series(beside.col, dtype=pl.UInt32),
            "beside": pl.Series(beside.data, dtype=pl.Float64),
        }
    )
