"""Invented identifiers with valid check digits: phones, resident ids, company codes, card numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Phones", "card_numbers", "company_code", "distinct", "landline", "resident_ids"]

Ints = NDArray[np.int64]
Objects = NDArray[np.object_]

SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
AREAS = ("110101", "310101", "330102", "350102", "370102", "420102", "430102", "440106", "440305", "510104")
PREFIXES = ("154", "138", "139", "186")  # 154 is not allocated to anyone
PREFIX_SHARES = (0.85, 0.06, 0.05, 0.04)
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_FIRST_BIRTH = np.datetime64("1800-01-01")
_BIRTHS = 36_524  # days from 1800 to 1899


def distinct(rng: np.random.Generator, high: int, count: int) -> Ints:
    """Draw `count` different integers below `high`, in random order."""
    found = np.unique(rng.integers(0, high, count + count // 8 + 64))
    while len(found) < count:
        found = np.unique(np.concatenate([found, rng.integers(0, high, count)]))
    return rng.permutation(found)[:count]


def digits(numbers: Ints, width: int) -> Ints:
    """Split numbers into their decimal digits, one row each, zeros in front."""
    return numbers[:, None] // 10 ** np.arange(width - 1, -1, -1, dtype=np.int64) % 10


def _plain(numbers: Ints) -> NDArray[np.bool_]:
    """Tell which eight-digit subscriber parts look like no placeholder."""
    cells = digits(numbers, 8)
    step = np.diff(cells, axis=1)
    bad = np.zeros(len(numbers), dtype=bool)
    for way, length in ((0, 3), (1, 4), (-1, 4)):  # runs of one digit, rising and falling runs
        same = (step == way).astype(np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(same, length, axis=1)
        bad |= (windows.sum(axis=2) == length).any(axis=1)
    bad |= (cells[:, 2:] == cells[:, :-2]).all(axis=1) | (cells[:, 4:] == cells[:, :4]).all(axis=1)
    bad |= (cells[:, 3:] == cells[:, :-3]).all(axis=1)
    return ~bad


class Phones:
    """A pool of different mobile numbers, each handed out once."""

    def __init__(self, rng: np.random.Generator, size: int) -> None:
        drawn = distinct(rng, 10**8, size + size // 6 + 100)
        drawn = drawn[_plain(drawn)]
        prefixes = rng.choice(np.array(PREFIXES), len(drawn), p=PREFIX_SHARES)
        self._numbers = [f"{p}{n:08d}" for p, n in zip(prefixes.tolist(), drawn.tolist(), strict=True)]

    def take(self, count: int) -> list[str]:
        """Hand out `count` numbers that nobody had before."""
        if count > len(self._numbers):
            raise ValueError("the pool of phone numbers is used up")
        cut = len(self._numbers) - count
        taken, self._numbers = self._numbers[cut:], self._numbers[:cut]
        return taken

    def one(self) -> str:
        """Hand out one number."""
        return self._numbers.pop()


def landline(rng: np.random.Generator) -> str:
    """Invent a landline with its area code, such as 0755-26123456."""
    area = ("0755", "010", "021", "020", "0571", "0591")[int(rng.integers(6))]
    while True:
        number = int(rng.integers(20_000_000, 89_999_999))
        if _plain(np.array([number], dtype=np.int64))[0]:
            return f"{area}-{number}"


def resident_ids(rng: np.random.Generator, count: int) -> Objects:
    """Invent different resident numbers with birth dates of 1800-1899 (GB 11643, MOD 11-2)."""
    drawn = distinct(rng, len(AREAS) * _BIRTHS * 999, count)
    sequence = drawn % 999 + 1
    birth = _FIRST_BIRTH + (drawn // 999 % _BIRTHS).astype("timedelta64[D]")
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    month = birth.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (birth - birth.astype("datetime64[M]")).astype(np.int64) + 1
    area = np.array(AREAS).astype(np.int64)[drawn // (999 * _BIRTHS)]
    stem = ((area * 10_000 + year) * 100 + month) * 100 + day
    stem = stem * 1000 + sequence
    check = digits(stem, 17) @ _ID_WEIGHTS % 11
    marks = np.array(list("10X98765432"), dtype=object)[check]
    return np.array([f"{s}{m}" for s, m in zip(stem.tolist(), marks.tolist(), strict=True)], dtype=object)


def card_numbers(rng: np.random.Generator, count: int) -> list[str]:
    """Invent different 16-digit card numbers that begin with 62 (Luhn)."""
    body = digits(distinct(rng, 10**11, count) * 9 + 1, 13)
    body = np.concatenate([np.tile([6, 2], (count, 1)), body], axis=1)
    doubled = body.copy()
    doubled[:, ::2] *= 2
    doubled = np.where(doubled > 9, doubled - 9, doubled)
    check = (10 - doubled.sum(axis=1) % 10) % 10
    cells = np.concatenate([body, check[:, None]], axis=1).astype(np.uint8) + ord("0")
    return [row.tobytes().decode("ascii") for row in cells.astype(np.uint8)]


def company_code(rng: np.random.Generator, kind: str = "91") -> str:
    """Invent a unified social credit code (GB 32100) with both check characters; `kind` is its first two."""
    area = AREAS[int(rng.integers(len(AREAS)))]
    organisation = "MA" + "".join(SYMBOLS[i] for i in rng.integers(0, len(SYMBOLS), 6).tolist())
    values = [int(c, 36) for c in organisation]
    rest = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    body = kind + area + organisation + {10: "X", 11: "0"}.get(rest, str(rest))
    total = sum(SYMBOLS.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + SYMBOLS[(31 - total % 31) % 31]
