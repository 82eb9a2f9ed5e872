"""The program that opens one workbook in a process of its own: the workbook on standard input, its cells on output.

A damaged workbook can make the engine ask for any amount of memory, or stop the process it runs in. Both are
harmless here: the process has limits, and nothing depends on it. It is started by its path, so that it loads the engine
and nothing of ours.

python workbook_child.py MEMORY OUTPUT    (the most bytes that it may take, and that it may write)

Output is lines of JSON: ``{"sheet": name, "width": cells}`` before each sheet, then lists of rows from the first row
on, each row without the empty cells at its end, then ``[]``; or ``{"error": what}`` where it ends early. The exit
status is 0, :data:`DAMAGED`, :data:`NO_MEMORY` or :data:`TOO_LONG`.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

__all__ = ["DAMAGED", "NO_MEMORY", "TOO_LONG", "as_text", "main", "pages"]

DAMAGED = 3
NO_MEMORY = 4
TOO_LONG = 5

_ROWS = 1000


def as_text(value: object) -> str | None:
    """A cell as text: whole numbers as digits, dates in ISO form; None if it is empty."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def pages(rows: Iterable[Iterable[object]]) -> Iterator[list[list[str | None]]]:
    """The rows as text, without the empty cells at their ends, a thousand at a time."""
    stream = map(_row, rows)
    while page := list(islice(stream, _ROWS)):
        yield page


def _row(values: Iterable[object]) -> list[str | None]:
    row = [as_text(v) for v in values]
    while row and row[-1] is None:
        row.pop()
    return row


def _limit(memory: int) -> None:
    """Take at most so many bytes of memory from here on, where the system can see to it, and leave no core file."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, wanted in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS knows the limit by name only
            continue


def _write(out: IO[bytes], what: Any) -> int:
    return out.write(json.dumps(what, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def main(memory: int, most: int, data: IO[bytes], out: IO[bytes]) -> int:
    """Write the sheets of the workbook to ``out``, ``most`` bytes of them; the exit status."""
    from python_calamine import CalamineWorkbook

    _limit(memory)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data.read()))
        for title in book.sheet_names:
            sheet = book.get_sheet_by_name(title)
            width = sheet.end[1] - sheet.start[1] + 1 if sheet.start and sheet.end else 0
            most -= _write(out, {"sheet": title, "width": width})
            for page in pages(sheet.iter_rows() if width else ()):
                most -= _write(out, page)
                if most < 0:
                    return TOO_LONG
            _write(out, [])
    except MemoryError:
        return NO_MEMORY
    except BaseException as error:  # the engine's panics are not Exceptions
        text = next(iter(str(error).splitlines()), "") or type(error).__name__
        _write(out, {"error": text})
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.stdin.buffer, sys.stdout.buffer))
