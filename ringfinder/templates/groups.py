"""Groups of near-identical complaint texts, found without comparing all pairs.

Texts are stripped (:mod:`ringfinder.templates.strip`), exact copies are taken together, and the distinct rest is
compared by MinHash with locality-sensitive hashing (Broder 1997; Indyk & Motwani 1998; the ``datasketch`` library),
each candidate pair being confirmed by the metrics of indicator RF05.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from ringfinder.templates.strip import strip_text

__all__ = ["TemplateGroups", "similarity", "template_groups"]

#: RF05: two texts are near-identical from an edit ratio of 0.90, a 5-gram containment of 0.85 or a Jaccard of 0.70.
EDIT_RATIO, CONTAINMENT, JACCARD = 0.90, 0.85, 0.70
#: Below this many characters a stripped text says too little ("please call me back").
_SHORTEST = 20
_GRAM = 5
_PERMUTATIONS = 64
_BANDS = (16, 4)  # 16 bands of 4 rows: a pair of Jaccard 0.6 is met with probability 0.89


@dataclass(frozen=True, eq=False)
class TemplateGroups:
    """Which texts share a template.

    ``label`` has one entry per text: the group's number, or -1. ``similarity`` gives each group's lowest confirmed
    edit ratio to its first text.
    """

    label: NDArray[np.int64]
    similarity: tuple[float, ...]


def similarity(a: str, b: str) -> tuple[float, float, float]:
    """Edit ratio (normalised Indel similarity), 5-gram containment and 5-gram Jaccard of two stripped texts."""
    grams_a, grams_b = _grams(a), _grams(b)
    both = len(grams_a & grams_b)
    smaller, union = min(len(grams_a), len(grams_b)), len(grams_a | grams_b)
    return (
        float(Indel.normalized_similarity(a, b)),
        both / smaller if smaller else 0.0,
        both / union if union else 0.0,
    )


def template_groups(texts: list[str | None], names: list[str | None]) -> TemplateGroups:
    """Group near-identical texts.

    Parameters
    ----------
    texts, names : list of str or None
        The complaint texts and, for each, the complainant's name, which is taken out of it.

    Returns
    -------
    TemplateGroups
        Groups of at least two texts, numbered by size (largest first), then by their first stripped text.
    """
    table = pl.DataFrame({"text": texts, "name": names}, schema={"text": pl.String, "name": pl.String})
    distinct = table.unique().drop_nulls("text").sort("text", "name")
    distinct = distinct.with_columns(
        pl.Series(
            "stripped",
            [strip_text(t, (n,) if n else ()) for t, n in distinct.iter_rows()],
            dtype=pl.String,
        )
    )
    stripped = table.join(distinct, on=["text", "name"], how="left", nulls_equal=True, maintain_order="left")[
        "stripped"
    ]
    known = sorted({s for s in distinct["stripped"] if len(s) >= _SHORTEST})
    root = _near_duplicates(known)
    group_of = {s: int(r) for s, r in zip(known, root, strict=True)}
    raw = np.array([group_of.get(s, -1) if s is not None else -1 for s in stripped], dtype=np.int64)
    return _numbered(raw, known, root)


def _numbered(raw: NDArray[np.int64], known: list[str], root: NDArray[np.int64]) -> TemplateGroups:
    roots, counts = np.unique(raw[raw >= 0], return_counts=True)
    order = [r for _, r in sorted((-int(c), int(r)) for r, c in zip(roots, counts, strict=True) if c > 1)]
    number = {r: i for i, r in enumerate(order)}
    label = np.array([number.get(int(r), -1) for r in raw], dtype=np.int64)
    lowest = dict.fromkeys(order, 1.0)
    for text, r in zip(known, root, strict=True):
        if int(r) in lowest:
            lowest[int(r)] = min(lowest[int(r)], similarity(known[int(r)], text)[0])
    return TemplateGroups(label, tuple(lowest[r] for r in order))


def _near_duplicates(texts: list[str]) -> NDArray[np.int64]:
    """For each text the smallest index of its group (single linkage over confirmed pairs)."""
    from datasketch import MinHash, MinHashLSH

    parent = list(range(len(texts)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    index = MinHashLSH(num_perm=_PERMUTATIONS, params=_BANDS)
    for i, text in enumerate(texts):
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch([g.encode() for g in sorted(_grams(text))])
        for j in sorted(index.query(sketch)):
            if find(i) == find(j):
                continue
            edit, contained, jaccard = similarity(texts[j], text)
            if edit >= EDIT_RATIO or contained >= CONTAINMENT or jaccard >= JACCARD:
                a, b = sorted((find(i), find(j)))
                parent[b] = a
        index.insert(i, sketch)
    return np.array([find(i) for i in range(len(texts))], dtype=np.int64)


def _grams(text: str) -> set[str]:
    return {text[i : i + _GRAM] for i in range(max(len(text) - _GRAM + 1, 1))}
