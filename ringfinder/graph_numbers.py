"""Numbers for nodes: kinds and keys of text in, places in the canonical order out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["enumerated", "node_order", "numbered"]

#: Up to so many kinds are numbered one by one, which takes a pass over all links for each.
_FEW_KINDS = 64


def numbered(names: Sequence[pl.DataFrame]) -> tuple[pl.DataFrame, list[NDArray[np.int32]]]:
    """The canonical table of the nodes that occur in frames with ``kind`` and ``key``, and their ids frame by frame.

    The keys of one kind are numbered at a time, two kinds side by side, so that few texts are in the works at once.
    """
    kinds, coded = enumerated([f.select("kind") for f in names])
    ids = [np.empty(len(kind), dtype=np.int32) for kind in coded]
    number = np.zeros(len(kinds), dtype=np.int64)
    keys = [pl.Series(dtype=pl.String)]
    step = 1 if len(kinds) <= _FEW_KINDS else len(kinds)

    def ranked(low: int) -> tuple[pl.Series, NDArray[np.integer[Any]]]:
        return _ranked([_chosen(f["key"], kind // step == low // step) for f, kind in zip(names, coded, strict=True)])

    lows = range(0, len(kinds), step)
    with ThreadPoolExecutor(max_workers=2) as pool:
        every = list(pool.map(ranked, lows))
    for low, (words, rank) in zip(lows, every, strict=True):
        here = [kind // step == low // step for kind in coded]
        if step == 1:
            number[low] = len(words)
        else:
            both = (np.concatenate(coded).astype(np.int64) << 32) | rank
            pairs, rank = np.unique(both, return_inverse=True)
            number = np.bincount(pairs >> 32, minlength=len(kinds))
            words = words.gather(pairs & 0xFFFFFFFF)
        start = sum(map(len, keys))
        keys.append(words)
        sizes = [np.count_nonzero(mask) for mask in here]
        for part, mask, found_ids in zip(ids, here, np.split(rank, np.cumsum(sizes)[:-1]), strict=True):
            part[mask] = found_ids.astype(np.int32) + start
    key = pl.concat(keys, rechunk=True).alias("key")
    kind = pl.Series("kind", kinds, dtype=pl.String).gather(np.repeat(np.arange(len(kinds)), number))
    return pl.DataFrame([kind, key]), ids


def _ranked(columns: Sequence[pl.Series]) -> tuple[pl.Series, NDArray[np.integer[Any]]]:
    """The distinct words of columns in order, and column after column each row's place among them.

    Only the distinct words are sorted, and the rows find theirs by hash: ranking the rows takes three times as long.
    """
    found = pl.concat([c.alias("key").to_frame() for c in columns])
    words = found.unique().sort("key")
    return words["key"], found.join(words.with_row_index("place"), on="key", how="left", maintain_order="left")[
        "place"
    ].to_numpy()


def enumerated(columns: Sequence[pl.DataFrame]) -> tuple[list[str], list[NDArray[np.unsignedinteger[Any]]]]:
    """The words of frames of one column in alphabetical order, and frame by frame each row's place among them.

    No column is taken out as a series of words: that would write a word that holds for a whole frame into each row.
    """
    words = pl.concat([f.select(pl.all().unique()) for f in columns]).to_series().unique().sort()
    codes = [f.select(pl.all().cast(pl.Enum(words)).to_physical()).to_series().to_numpy() for f in columns]
    return words.to_list(), codes


def _chosen(values: pl.Series, mask: NDArray[np.bool_]) -> pl.Series:
    return values if mask.all() else values.filter(pl.Series(mask))


def node_order(nodes: pl.DataFrame) -> NDArray[np.integer[Any]]:
    """Positions that sort nodes by kind and key.

    The keys of one kind are sorted at a time: a sort by two columns of text takes several times as long.
    """
    kinds, (code,) = enumerated([nodes.select("kind")])
    if len(kinds) > _FEW_KINDS:
        return nodes.select(pl.arg_sort_by("kind", "key")).to_series().to_numpy()
    where = [np.flatnonzero(code == number) for number in range(len(kinds))]
    return np.concatenate([np.empty(0, dtype=np.int64), *(at[_key_order(nodes["key"].gather(at))] for at in where)])


def _key_order(keys: pl.Series) -> NDArray[np.integer[Any]]:
    """Positions that sort distinct keys; tokens are sorted as the numbers that they are, ten times as fast."""
    if keys.str.contains(r"^[0-9a-f]{16}$").all():
        return np.argsort(keys.str.to_integer(base=16, dtype=pl.UInt64).to_numpy())
    return keys.arg_sort().to_numpy()
