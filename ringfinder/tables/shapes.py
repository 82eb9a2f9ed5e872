"""What sampled values look like: a tie-breaker between two meanings of one header, never a reason of its own.

The patterns are simple on purpose. Whether a value is valid is decided later, when values are normalised.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SHAPES", "share_of", "vote"]

#: Shape -> pattern that a whole value must match, after NFKC and without white space.
SHAPES: dict[str, re.Pattern[str]] = {
    "phone": re.compile(
        r"(?:\+?(?:00)?86-?)?(?:1[3-9]\d{9}|(?:\(?0\d{2,3}\)?-?)?[2-9]\d{6,7}(?:[-转x]\d{1,6})?)|\+\d{8,15}"
    ),
    "id": re.compile(r"[1-9]\d{5}(?:1[89]|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dX]|[1-9]\d{14}", re.I),
    "uscc": re.compile(r"[159ANY][1-9A-Z]\d{6}[0-9A-Z]{10}", re.I),
    "date": re.compile(
        r"(?:19|20)\d{2}(?:[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{4})(?:T?\d{1,2}:\d{2}.*)?|\d{1,2}/\d{1,2}/\d{4}"
    ),
    "card": re.compile(r"(?:62|[3456])\d{14,18}"),
    "email": re.compile(r"[^@]+@[^@]+\.[^@]+"),
}

#: At least this share of the values must have a shape for it to win a vote.
SHARE_TO_WIN = 0.8

#: Fewer values than this decide nothing.
LEAST_VALUES = 3

_SAMPLE = 200


def _values(samples: Sequence[str]) -> list[str]:
    squeezed = ("".join(unicodedata.normalize("NFKC", value[:100]).split()) for value in samples[:_SAMPLE])
    return [value for value in squeezed if value]


def share_of(shape: str, samples: Sequence[str]) -> float:
    """Share of the non-empty samples that have ``shape`` (0.0 when there are none).

    Raises
    ------
    KeyError
        If ``shape`` is not in :data:`SHAPES`.
    """
    pattern, values = SHAPES[shape], _values(samples)
    return sum(pattern.fullmatch(value) is not None for value in values) / len(values) if values else 0.0


def vote(shapes: Sequence[str | None], samples: Sequence[str]) -> int | None:
    """Which of the candidates' shapes the samples have, if they clearly have that one and no other.

    Parameters
    ----------
    shapes : Sequence[str | None]
        Shape of each candidate, None for plain text.
    samples : Sequence[str]
        Values of the column.

    Returns
    -------
    int | None
        Index of the winner, or None when the samples do not decide (too few, mixed, or equal shapes).
    """
    if len(_values(samples)) < LEAST_VALUES:
        return None
    winners = [i for i, shape in enumerate(shapes) if shape and share_of(shape, samples) >= SHARE_TO_WIN]
    return winners[0] if len(winners) == 1 else None
