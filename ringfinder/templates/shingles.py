"""Texts as arrays: hashes of runs of characters or words, in reading order and as sets, without a loop over texts.

A hash has 31 bits, so that it can be the column of a sparse matrix; two different runs of one pair of letters share
a hash about once in 100,000 pairs, which changes a score in the third digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Windows", "character_windows", "texts_in_blocks", "token_counts", "token_windows"]

#: RF05 compares runs of five characters.
CHARACTERS = 5
#: Kin texts are compared by runs of six Chinese characters, or three words of another script (a word counts twice).
TOKENS = 6
#: Characters handled at once: the temporary arrays stay near 100 MB.
_BLOCK = 2_000_000
_FIRST_CHINESE = 0x2E80  # radicals, kana, ideographs and what follows: one character is one token
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_ODD = np.uint64(0xFF51AFD7ED558CCD)


@dataclass(frozen=True, eq=False)
class Windows:
    """Runs of symbols in reading order.

    Attributes
    ----------
    text : ndarray of int32
        Index of the text.
    place : ndarray of int32
        Where in its text the run begins, in symbols.
    code : ndarray of uint32
        Hash of the run, below 2**31.
    """

    text: NDArray[np.int32]
    place: NDArray[np.int32]
    code: NDArray[np.uint32]

    def take(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Windows:
        """The windows at ``keep``, in that order."""
        return Windows(self.text[keep], self.place[keep], self.code[keep])


def texts_in_blocks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Half-open ranges of texts, each of at most about two million characters."""
    ends = np.cumsum([len(t) for t in texts], dtype=np.int64)
    start = 0
    while start < len(texts):
        before = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, before + _BLOCK, side="right")), start + 1)
        yield start, stop
        start = stop


def character_windows(texts: Sequence[str], size: int = CHARACTERS) -> Windows:
    """All runs of ``size`` characters of each text; a shorter text has none."""
    lengths = np.array([len(t) for t in texts], dtype=np.int64)
    return _windows(_codes(texts).astype(np.uint64), lengths, size)


def token_windows(lean: Sequence[str], size: int = TOKENS) -> Windows:
    """All runs of ``size`` tokens: a Chinese character is one token, a word of another script is two."""
    tokens, lengths = _tokens(lean)
    return _windows(tokens, lengths, size)


def token_counts(lean: Sequence[str]) -> NDArray[np.int64]:
    """How many tokens each text has: how much it says, whatever its script."""
    parts = [_tokens(lean[a:b])[1] for a, b in texts_in_blocks(lean)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _tokens(lean: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Token codes of all texts one after another, and how many each text has."""
    codes = _codes(lean)
    lengths = np.array([len(t) for t in lean], dtype=np.int64)
    text = np.repeat(np.arange(len(lean)), lengths)
    blank = (codes == 0x20) | (codes == 0x0A)
    text, codes, gap = text[~blank], codes[~blank].astype(np.uint64), np.cumsum(blank)[~blank]
    if not len(codes):
        return codes, np.zeros(len(lean), dtype=np.int64)
    chinese = codes >= _FIRST_CHINESE
    starts = np.ones(len(codes), dtype=bool)
    starts[1:] = chinese[1:] | chinese[:-1] | (gap[1:] != gap[:-1]) | (text[1:] != text[:-1])
    first = np.flatnonzero(starts)
    place = np.arange(len(codes)) - np.repeat(first, np.diff(np.append(first, len(codes))))
    token = np.add.reduceat(_mixed(codes + place.astype(np.uint64) * _PRIME), first)
    times = np.where(chinese[first], 1, 2)
    counts = np.bincount(text[first], weights=times, minlength=len(lean)).astype(np.int64)
    return np.repeat(token, times), counts


def _windows(symbols: NDArray[np.uint64], lengths: NDArray[np.int64], size: int) -> Windows:
    number = len(symbols) - size + 1
    if number <= 0:
        return Windows(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.uint32))
    code = np.zeros(number, dtype=np.uint64)
    for k in range(size):
        code = code * _PRIME + symbols[k : k + number]
    text = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    inside = text[:number] == text[size - 1 :]
    text = text[:number][inside]
    place = (np.flatnonzero(inside) - (np.cumsum(lengths) - lengths)[text]).astype(np.int32)
    return Windows(text, place, (_mixed(code[inside]) >> np.uint64(33)).astype(np.uint32))


def _mixed(code: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every bit of the input reaches every bit of the output (the finaliser of MurmurHash3)."""
    code = (code ^ (code >> np.uint64(33))) * _ODD
    code = (code ^ (code >> np.uint64(33))) * _PRIME
    return code ^ (code >> np.uint64(29))
