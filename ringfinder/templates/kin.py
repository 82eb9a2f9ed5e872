"""Kin texts: letters that were rewritten from one source, or put together from the same rare passages.

Synonyms, another order and inserted sentences destroy near-identity, but passages remain. Two texts are kin when they
share several separate passages, in whatever order, that are rare in the whole data. "Rare" is measured: a passage that
``d`` of ``N`` texts hold weighs ``ln(N / d)``, and a pair's passages must together weigh more than chance would give
to any text among ``N`` (see :func:`_needed`). Honest texts about one topic share common phrases; these weigh little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringfinder.templates.library import phrases
from ringfinder.templates.near import bucket_pairs
from ringfinder.templates.shingles import TOKENS, Windows, texts_in_blocks, token_windows

__all__ = ["Rare", "kin_pairs", "kin_scores", "rare_passages"]

#: Share of the smaller text's weight that must be common, and how many separate passages of how many tokens.
CONTAINMENT, PASSAGES = 0.40, 3
_PASSAGE_TOKENS = 7
#: So much of the smaller text in one piece is enough: a letter inside a longer one.
_WHOLE, _WHOLE_TOKENS = 0.80, 50
#: A passage in more texts than this (or half a percent of them) is no rare one.
_MOST = 50
#: Texts that share a passage are each paired with so many neighbours.
_NEIGHBOURS = 8
_SAMPLES = 2_000_000
_PAIRS = 10_000
#: The data are a sample: a passage that all of ten texts hold may still be rare elsewhere.
_ELSEWHERE = 500


@dataclass(frozen=True, eq=False)
class Rare:
    """The rare windows of all texts.

    Attributes
    ----------
    windows : Windows
        Those that at least two and not too many texts hold, in reading order.
    weight : ndarray of float32
        ``ln(N / d)`` of each of them.
    first : ndarray of int64
        Where each text's windows begin; one entry more than texts.
    total : ndarray of float64
        Weight of all windows of each text, shared or not.
    keys : ndarray of uint64
        ``text << 31 | code`` of the windows, sorted.
    """

    windows: Windows
    weight: NDArray[np.float32]
    first: NDArray[np.int64]
    total: NDArray[np.float64]
    keys: NDArray[np.uint64]


def rare_passages(lean: Sequence[str]) -> Rare:
    """What is rare in texts that are all different from each other (one of each group of near-identical ones)."""
    number = len(lean)
    parts = []
    for start, stop in texts_in_blocks(lean):
        part = token_windows(lean[start:stop])
        parts.append(Windows(part.text + np.int32(start), part.place, part.code))
    empty = np.zeros(0, np.int32)
    parts.append(Windows(empty, empty, np.zeros(0, np.uint32)))
    windows = Windows(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("text", "place", "code")))
    common = np.unique(token_windows(phrases("common")).code)
    windows = windows.take(~np.isin(windows.code, common))
    held = _held_by(windows.code)
    weight = np.log((number + _ELSEWHERE) / held).astype(np.float32)
    total = np.bincount(windows.text, weights=weight, minlength=number).astype(np.float64)
    keep = (held >= 2) & (held <= max(_MOST, number // 200))
    windows = windows.take(keep)
    first = np.searchsorted(windows.text, np.arange(number + 1)).astype(np.int64)
    keys = np.sort((windows.text.astype(np.uint64) << np.uint64(31)) | windows.code)
    return Rare(windows, weight[keep], first, total, keys)


def kin_pairs(rare: Rare, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (i < j) that share as many (sampled) rare windows as kin texts must, each once, in order."""
    windows = rare.windows
    step = max(1, -(-len(windows.code) // _SAMPLES))
    sampled = np.flatnonzero(windows.code % step == 0)
    if not len(sampled):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    # inside a passage's texts, those that share other rare passages come side by side
    lowest = np.full(number, 2**32 - 1, dtype=np.uint32)
    np.minimum.at(lowest, windows.text[sampled], windows.code[sampled] * np.uint32(2654435761))
    text, code = windows.text[sampled].astype(np.int64), windows.code[sampled].astype(np.uint64)
    order = np.lexsort((text, lowest[text], code))
    keys = np.concatenate(bucket_pairs(text[order], code[order], _NEIGHBOURS, number))
    keys, times = np.unique(keys, return_counts=True)
    # three passages of seven tokens are six windows
    keys = keys[times >= max(2, PASSAGES * (_PASSAGE_TOKENS - TOKENS + 1) // step)]
    return keys // number, keys % number


def kin_scores(rare: Rare, i: NDArray[np.int64], j: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Weighted containment (0 to 1) of the smaller text of each pair in the other, and whether the two are kin."""
    score, kin = np.zeros(len(i), dtype=np.float64), np.zeros(len(i), dtype=bool)
    swap = rare.total[j] < rare.total[i]
    small, large = np.where(swap, j, i), np.where(swap, i, j)
    for a in range(0, len(i), _PAIRS):
        part = slice(a, a + _PAIRS)
        score[part], kin[part] = _scores(rare, small[part], large[part])
    return score, kin


def _scores(
    rare: Rare, small: NDArray[np.int64], large: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    number = rare.first[small + 1] - rare.first[small]
    pair = np.repeat(np.arange(len(small)), number)
    at = np.arange(len(pair)) - np.repeat(np.cumsum(number) - number, number) + np.repeat(rare.first[small], number)
    wanted = (large[pair].astype(np.uint64) << np.uint64(31)) | rare.windows.code[at]
    place = np.minimum(np.searchsorted(rare.keys, wanted), max(len(rare.keys) - 1, 0))
    hit = rare.keys[place] == wanted if len(rare.keys) else np.zeros(0, dtype=bool)
    pair, at = pair[hit], at[hit]
    if not len(pair):
        return np.zeros(len(small)), np.zeros(len(small), dtype=bool)
    weight, spot = rare.weight[at], rare.windows.place[at]
    breaks = np.concatenate([[True], (pair[1:] != pair[:-1]) | (spot[1:] != spot[:-1] + 1)])
    start = np.flatnonzero(breaks)
    length = np.diff(np.append(start, len(pair))) + TOKENS - 1
    # neighbouring windows overlap: a passage weighs as much as its rarest window, not as their sum
    strength = np.maximum.reduceat(weight, start)
    long = length >= _PASSAGE_TOKENS
    owner = pair[start]
    passages = np.bincount(owner[long], minlength=len(small))
    surprise = np.bincount(owner[long], weights=strength[long], minlength=len(small))
    containment = np.bincount(pair, weights=weight, minlength=len(small)) / np.maximum(rare.total[small], 1e-9)
    texts = len(rare.total)
    several = (passages >= PASSAGES) & (containment >= CONTAINMENT) & (surprise >= _needed(texts))
    tokens = np.bincount(owner[long], weights=length[long], minlength=len(small))
    whole = (containment >= _WHOLE) & (tokens >= _WHOLE_TOKENS)
    return np.minimum(containment, 1.0), several | whole


def _needed(texts: int) -> float:
    """How much a pair's passages must weigh together.

    If clauses were drawn independently, a text holding the clauses of another with frequencies p1, p2 … had the chance
    p1 * p2 * …, which is exp(-weight). Over all partners that is expected once at weight ln(N); a margin of 100 is
    added, and a factor of 100 for topics, since texts about one matter share more than independence says.
    """
    return math.log(max(texts, 1)) + 2 * math.log(100)


def _held_by(code: NDArray[np.uint32]) -> NDArray[np.int64]:
    """For each window how often its code occurs."""
    order = np.argsort(code, kind="stable")
    ordered = code[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(code) else order
    counts = np.diff(np.append(first, len(code)))
    held = np.empty(len(code), dtype=np.int64)
    held[order] = np.repeat(counts, counts)
    return held
