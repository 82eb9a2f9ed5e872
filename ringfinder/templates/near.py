"""Pairs of near-identical texts, without comparing all pairs.

MinHash signatures (Broder 1997) are cut into bands (locality-sensitive hashing, Indyk & Motwani 1998). Inside a
bucket each text is paired with its next two neighbours and with the bucket's first text only, so that 20,000 texts in
one bucket give 60,000 pairs and not 200,000,000. Every pair is then measured by the metrics of indicator RF05.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist
from scipy.sparse import csr_array

from ringfinder.templates.shingles import CHARACTERS, character_windows, texts_in_blocks

__all__ = ["METRICS", "Measured", "Sketches", "candidate_pairs", "measure", "similarity", "sketches"]

#: RF05: near-identical from an edit ratio of 0.90, a 5-gram containment of 0.85 or a 5-gram Jaccard of 0.70.
EDIT_RATIO, CONTAINMENT, JACCARD = 0.90, 0.85, 0.70
#: Containment alone needs so many different 5-grams in the smaller text: a stock sentence is contained in many letters.
_CONTAINED = 50
#: Names of the metrics, in the order in which one is named when several hold.
METRICS = ("edit ratio", "5-gram containment", "5-gram Jaccard")
_BANDS, _ROWS = 24, 3  # a pair of Jaccard 0.5 shares a bucket with probability 0.96, one of 0.35 with 0.65
_NEIGHBOURS = 2
_AGREEMENT = 0.25  # of the 72 minima; pairs below share a bucket by chance
_PAIRS = 20_000  # measured at once


@dataclass(frozen=True, eq=False)
class Sketches:
    """Texts as sets of 5-grams: ``sets`` is a (texts, 2**31) 0/1 matrix, ``minima`` a (texts, 72) uint32 array."""

    sets: csr_array
    minima: NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Measured:
    """How alike the pairs are: one entry a pair in each float64 array, all between 0 and 1.

    ``smaller`` (int64) is the number of different 5-grams of the smaller text.
    """

    edit: NDArray[np.float64]
    containment: NDArray[np.float64]
    jaccard: NDArray[np.float64]
    smaller: NDArray[np.int64]

    @property
    def same(self) -> NDArray[np.bool_]:
        """Whether RF05 calls the pair near-identical."""
        return (self.edit >= EDIT_RATIO) | self._contained | (self.jaccard >= JACCARD)

    @property
    def _contained(self) -> NDArray[np.bool_]:
        return (self.containment >= CONTAINMENT) & (self.smaller >= _CONTAINED)

    def named(self) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
        """The metric to name (index into :data:`METRICS`: the first that holds, else the edit ratio) and its score."""
        which = np.select([self.edit >= EDIT_RATIO, self._contained, self.jaccard >= JACCARD], [0, 1, 2], 0).astype(
            np.int8
        )
        return which, np.choose(which, [self.edit, self.containment, self.jaccard])


def similarity(a: str, b: str) -> tuple[float, float, float]:
    """Edit ratio (normalised Indel similarity), 5-gram containment and 5-gram Jaccard of two stripped texts."""
    grams_a, grams_b = ({t[i : i + CHARACTERS] for i in range(max(len(t) - CHARACTERS + 1, 1))} for t in (a, b))
    both = len(grams_a & grams_b)
    return (
        float(Indel.normalized_similarity(a, b)),
        both / min(len(grams_a), len(grams_b)),
        both / len(grams_a | grams_b),
    )


def sketches(texts: Sequence[str]) -> Sketches:
    """Sets and minima of texts of at least five characters each."""
    dice = np.random.default_rng(1)
    factor = (dice.integers(0, 2**31, _BANDS * _ROWS, dtype=np.uint32) << np.uint32(1)) | np.uint32(1)
    shift = dice.integers(0, 2**32, _BANDS * _ROWS, dtype=np.uint32)
    columns, counts = [], []
    minima = np.zeros((len(texts), _BANDS * _ROWS), dtype=np.uint32)
    for start, stop in texts_in_blocks(texts):
        windows = character_windows(texts[start:stop])
        key = np.sort((windows.text.astype(np.uint64) << np.uint64(31)) | windows.code)
        key = key[np.concatenate([[True], key[1:] != key[:-1]])]  # numpy's unique hashes first, which is slower
        text, code = (key >> np.uint64(31)).astype(np.int64), (key & np.uint64(2**31 - 1)).astype(np.uint32)
        number = np.bincount(text, minlength=stop - start)
        first = np.cumsum(number) - number
        for k in range(_BANDS * _ROWS):
            mixed = code * factor[k] + shift[k]
            minima[start:stop, k] = np.minimum.reduceat(mixed ^ (mixed >> np.uint32(15)), first)
        columns.append(code.astype(np.int32))
        counts.append(number)
    indices = np.concatenate(columns) if columns else np.zeros(0, np.int32)
    pointer = np.concatenate([[0], np.cumsum(np.concatenate(counts) if counts else [])]).astype(np.int64)
    if len(indices) < 2**31:
        pointer = pointer.astype(np.int32)
    matrix = csr_array((np.ones(len(indices), np.int8), indices, pointer), shape=(len(texts), 2**31 - 1))
    return Sketches(matrix, minima)


def candidate_pairs(minima: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (i < j) that share a bucket and at least a quarter of their minima, each once, in order."""
    number = len(minima)
    found = [np.zeros(0, dtype=np.int64)]
    if number > 1:
        rows = minima.reshape(number, _BANDS, _ROWS).astype(np.uint64)
        for band in range(_BANDS):
            # beside the bucket, the next band orders it: neighbours are then the most alike
            bucket, inner = (_band_key(rows[:, b % _BANDS]) for b in (band, band + 1))
            order = np.lexsort((inner, bucket))
            sorted_bucket = bucket[order]
            found.extend(bucket_pairs(order, sorted_bucket, _NEIGHBOURS, number))
    key = np.sort(np.concatenate(found))
    key = key[np.diff(key, prepend=-1) > 0]
    i, j = key // max(number, 1), key % max(number, 1)
    agree = np.zeros(len(key), dtype=np.float64)
    for a in range(0, len(key), _PAIRS):
        part = slice(a, a + _PAIRS)
        agree[part] = (minima[i[part]] == minima[j[part]]).mean(axis=1)
    keep = agree >= _AGREEMENT
    return i[keep], j[keep]


def bucket_pairs(
    order: NDArray[np.int64], bucket: NDArray[np.uint64], neighbours: int, number: int
) -> list[NDArray[np.int64]]:
    """Pairs inside runs of equal ``bucket``: each entry with its next ``neighbours`` and with the run's first.

    ``order`` holds the texts, sorted by bucket; a pair is coded ``smaller * number + larger``. Pairs of a text with
    itself are left out.
    """
    found = []
    first = np.flatnonzero(np.concatenate([[True], bucket[1:] != bucket[:-1]])) if len(bucket) else bucket.astype(int)
    head = np.repeat(first, np.diff(np.append(first, len(bucket))))
    lone = np.arange(len(bucket))
    ends = [(lone[:-d], lone[d:]) for d in range(1, min(neighbours, len(bucket) - 1) + 1)]
    for a, b in [*ends, (head, lone)]:
        same = bucket[a] == bucket[b]
        low, high = np.minimum(order[a[same]], order[b[same]]), np.maximum(order[a[same]], order[b[same]])
        found.append(low[low != high].astype(np.int64) * number + high[low != high])
    return found


def measure(texts: Sequence[str], sets: csr_array, i: NDArray[np.int64], j: NDArray[np.int64]) -> Measured:
    """RF05's three metrics of the pairs ``(i, j)`` of stripped texts."""
    size = np.diff(sets.indptr).astype(np.int64)
    both = np.zeros(len(i), dtype=np.int64)
    edit = np.zeros(len(i), dtype=np.float64)
    words = np.array(texts, dtype=object)
    for a in range(0, len(i), _PAIRS):
        part = slice(a, a + _PAIRS)
        # the entries of the product are counted; a sum over 2**31 columns would build a vector of that length
        both[part] = np.diff(sets[i[part]].multiply(sets[j[part]]).tocsr().indptr)
        edit[part] = cpdist(
            words[i[part]], words[j[part]], scorer=Indel.normalized_similarity, dtype=np.float64, workers=-1
        )
    smaller = np.minimum(size[i], size[j])
    return Measured(edit, both / smaller, both / (size[i] + size[j] - both), smaller)


def _band_key(rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    key = rows[:, 0].copy()
    for k in range(1, rows.shape[1]):
        key = key * np.uint64(0x9E3779B97F4A7C15) + rows[:, k]
    return key
