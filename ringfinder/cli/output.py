"""Printing: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import re
import shlex
import sys
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ringfinder.cli.options import Format

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "StageLines",
    "clean",
    "command",
    "looks_like_identifier",
    "masked_numbers",
    "print_json",
    "print_quality",
    "print_table",
    "quality_records",
    "say",
    "stray_notes",
    "without_records",
]

#: A run of digits of the length of a phone, identity number or account, with the usual signs between them.
_IDENTIFIER = re.compile(r"\d(?:[\s\-+()./]?\d){6,}")

#: Most cells with stray bytes that are told one by one.
_MOST_STRAYS = 20


def say(text: str) -> None:
    """A line for people, on stderr."""
    from rich.console import Console

    Console(stderr=True, highlight=False, emoji=False).print(clean(text), markup=False, soft_wrap=True)


def command(*arguments: object) -> str:
    """A command of ringfinder as people can paste it into a shell."""
    return shlex.join(["ringfinder", *map(str, arguments)])


def looks_like_identifier(text: str) -> bool:
    """Whether a text holds at least seven digits in a row, as phones, identity numbers and accounts do."""
    return bool(_IDENTIFIER.search(text))


def masked_numbers(text: str) -> str:
    """``text`` with every number that may be an identifier masked."""
    from ringfinder.privacy.mask import mask_number

    return _IDENTIFIER.sub(lambda m: mask_number(m.group()), text)


def without_records(text: str, headers: Sequence[str]) -> str:
    """``text`` that quotes headers, as it may be shown: without the identifiers that stand where a header should.

    If one header looks like an identifier, all may be a record of a file without a header, and are masked, names
    included; else only long numbers are.
    """
    from ringfinder.privacy.border import outer_header  # the rule of masked runs

    if any(map(looks_like_identifier, headers)):
        for header in sorted(set(headers), key=len, reverse=True):
            if header.strip():
                text = text.replace(header, outer_header({"table": "unknown", "header": header}))
    return masked_numbers(text)


def clean(text: str) -> str:
    """``text`` with control characters shown as JSON escapes, so that data cannot drive the terminal (ESC, bidi marks).

    Line feeds, tabs and spaces of any width stay. A JSON document stays the same document.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _harmless(c) else json.dumps(c)[1:-1] for c in text)


def _harmless(char: str) -> bool:
    return char in "\n\t" or char.isprintable() or unicodedata.category(char) == "Zs"


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]], form: Format, title: str = "") -> None:
    """Print a table on stdout as text, JSON (a list of objects) or CSV (guarded, no BOM)."""
    if form is Format.json:
        records = [dict(zip(header, row, strict=True)) for row in rows]
        print_json(records)
        return
    if form is Format.csv:
        from ringfinder.report import csv_text

        text = csv_text(header, rows).removeprefix("\ufeff").replace("\r\n", "\n")
        sys.stdout.write(clean(text))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", header_style="bold", box=_box())
    for name in header:
        numeric = bool(rows) and all(isinstance(r[list(header).index(name)], int | float) for r in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(_text(cell))) for cell in row))
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = max(console.width, 150)
    with console.capture() as printed:  # written by us: rich would end the program when the reader has gone
        console.print(table)
    sys.stdout.write(printed.get())


def print_quality(quality: pl.DataFrame) -> None:
    """Print how usable each identifier column is: counts and shares by quality, then cause and cure of what is lost.

    Parameters
    ----------
    quality : DataFrame
        :data:`ringfinder.link.quality.QUALITY_SCHEMA`.
    """
    from ringfinder.issues import REASONS
    from ringfinder.link.quality import unfit_notes
    from ringfinder.normalise import LINKING, QUALITIES

    rows, lost = [], []
    for number, one in enumerate(quality.iter_rows(named=True)):
        fit = "no" if unfit_notes(quality[number]) else "yes"
        counts = [_share(one[q], one["cells"]) for q in QUALITIES]
        column = masked_numbers(one["column"])  # a file without a header has data there
        rows.append((one["file"], column, one["rule"], one["cells"], *counts, fit))
        lost += [
            (one["file"], column, q, _share(one[q], one["cells"]), *REASONS[q])
            for q in QUALITIES
            if one[q] and q not in LINKING
        ]
    print_table(
        ("file", "column", "rule", "cells", *QUALITIES, "fit for linking"),
        rows,
        Format.table,
        "Identifiers: cells by quality",
    )
    if lost:
        print_table(
            ("file", "column", "quality", "cells", "cause", "cure"),
            lost,
            Format.table,
            "Identifiers that cannot link: cause and cure",
        )


def quality_records(quality: pl.DataFrame) -> list[dict[str, Any]]:
    """The table of :func:`print_quality` for machines: counts by quality, and ``fit_for_linking`` of each column."""
    from ringfinder.link.quality import unfit_notes

    return [
        {**one, "column": masked_numbers(one["column"]), "fit_for_linking": not unfit_notes(quality[number])}
        for number, one in enumerate(quality.iter_rows(named=True))
    ]


def stray_notes(issues: pl.DataFrame) -> list[str]:
    """A sentence for each cell with a byte that does not fit its file's encoding (the first twenty), with its place.

    Parameters
    ----------
    issues : DataFrame
        :data:`ringfinder.model.ISSUE_SCHEMA`; ``column`` of a ``stray_byte`` ends with line and byte offset.
    """
    cell = ["file", "row", "column"]
    found = issues.filter(issues["reason"] == "stray_byte").unique(cell).sort(cell)
    notes = [
        f"{r['file']}, row {r['row']}: {masked_numbers(r['column'])} holds a byte that does not fit the encoding; "
        "it does not link"
        for r in found.head(_MOST_STRAYS).iter_rows(named=True)
    ]
    more = found.height - len(notes)
    return notes + ([f"{more:,} more cells hold such bytes"] if more > 0 else [])


def _share(number: int, cells: int) -> str:
    return f"{number:,} ({number / max(cells, 1):.0%})" if number else "0"


def print_json(data: object) -> None:
    """Print a JSON document on stdout."""
    sys.stdout.write(clean(json.dumps(data, ensure_ascii=False, indent=1, default=str)) + "\n")


def _box() -> Any:
    from rich import box

    return box.SIMPLE_HEAD


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


class StageLines:
    """Says a line for every stage, with a spinner on a terminal. Has the shape of ``pipeline.Progress``."""

    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(stderr=True, highlight=False)
        self._status: Any = None

    def begin(self, stage: str) -> None:
        """A stage begins."""
        if self._console.is_terminal:
            self._status = self._console.status(f"{stage} ...")
            self._status.start()

    def end(self, stage: str, facts: dict[str, Any]) -> None:
        """A stage ended."""
        self.stop()
        seconds = facts["seconds"]
        words = ", ".join(f"{v:,} {k}" for k, v in facts.items() if k not in ("stage", "seconds"))
        self._console.print(f"{stage:<10} {words:<60} {seconds:>7.2f} s", markup=False, soft_wrap=True)

    def stop(self) -> None:
        """Take the spinner away."""
        if self._status is not None:
            self._status.stop()
            self._status = None
