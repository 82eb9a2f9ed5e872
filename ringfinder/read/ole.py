"""Whether the container of an .xls workbook holds together: a damaged one can send the engine round in a circle.

The layout is that of Microsoft's [MS-CFB]: sectors of 512 or 4096 bytes, chained by a table (FAT) that stands in
sectors itself; a directory of streams; and a stream of sectors of 64 bytes with a table of their own for short streams.
A chain *ends* if following it from its first sector comes to a sector that the table does not have.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

__all__ = ["MAGIC", "damage"]

#: What every such file begins with.
MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER = 512
_REGULAR = 0xFFFFFFFA
_END = 0xFFFFFFFE
_ENTRY = 128
_SHORT = 4096
_LIVE = (1, 2, 5)

_Numbers = npt.NDArray[np.int64]


def damage(data: bytes) -> str:
    """What is wrong with a container that starts with :data:`MAGIC`; ``""`` if nothing is that could do harm."""
    shift = int.from_bytes(data[30:32], "little")
    if len(data) < _HEADER or shift not in (9, 12):
        return "its header is cut short or wrong"
    size = 1 << shift
    total = max(0, -(-len(data) // size) - 1)
    header = _numbers(data[:_HEADER])
    directories, tables, start, short_start, shorts, more_start, more = map(int, header[[10, 11, 12, 15, 16, 17, 18]])
    if max(directories, tables, shorts, more) > total:
        return "its header tells of more sectors than there are"
    fat = _table(data, header[19:], more_start, size, total)
    if fat is None:
        return "the list of its tables goes round in a circle"
    ends = _ends(fat)
    if not ends(np.array([start, short_start])).all():
        return "a chain of its sectors goes round in a circle"
    entries = np.frombuffer(_stream(data, fat, start, size), np.uint8)
    entries = entries[: len(entries) // _ENTRY * _ENTRY].reshape(-1, _ENTRY)
    if not len(entries):
        return "it has no directory"
    live = entries[np.isin(entries[:, 66], _LIVE)]
    starts, lengths = (_numbers(live[:, a : a + 4].tobytes()) for a in (116, 120))
    high = _numbers(live[:, 124:128].tobytes())
    if (lengths > len(data)).any() or (size > _HEADER and high.any()):
        return "a stream claims to be longer than the file"
    short = (lengths < _SHORT) & (live[:, 66] == 2)
    short_fat = _numbers(_stream(data, fat, short_start, size))
    if not (_ends(short_fat)(starts[short & (lengths > 0)]).all() and ends(starts[~short & (lengths > 0)]).all()):
        return "a chain of its sectors goes round in a circle"
    return ""


def _numbers(data: bytes) -> _Numbers:
    """Whole numbers of four bytes each; a rest is left out."""
    return np.frombuffer(data[: len(data) // 4 * 4], "<u4").astype(np.int64)


def _sector(data: bytes, number: int, size: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size]


def _table(data: bytes, first: _Numbers, more: int, size: int, total: int) -> _Numbers | None:
    """The table of chains: for each sector the next. None if the list of the table's sectors has no end."""
    parts = [first]
    while more < _REGULAR:
        if len(parts) > total:
            return None
        numbers = _numbers(_sector(data, more, size))
        more = int(numbers[-1]) if len(numbers) else _END
        parts.append(numbers[:-1])
    sectors = np.concatenate(parts)
    sectors = sectors[sectors < _REGULAR]
    if len(sectors) > total:
        return None
    return np.concatenate([_numbers(_sector(data, int(n), size)) for n in sectors] or [first[:0]])


def _ends(table: _Numbers) -> Callable[[_Numbers], npt.NDArray[np.bool_]]:
    """What tells of the first sectors of chains (int64 array) whether each chain ends (bool array).

    Following the table doubles the steps each time, so that a file of a million sectors takes twenty rounds.
    """
    last = len(table)
    after = np.append(np.where(table < last, table, last), last)
    for _ in range(last.bit_length()):
        after = after[after]
    return lambda starts: after[np.minimum(starts, last)] == last


def _stream(data: bytes, table: _Numbers, start: int, size: int) -> bytes:
    """The bytes of a chain that ends."""
    parts: list[bytes] = []
    while start < len(table):
        parts.append(_sector(data, start, size))
        start = int(table[start])
    return b"".join(parts)
