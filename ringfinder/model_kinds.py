"""The words and columns that the records share: kinds of treatment, the table of issues, shared values and inputs.

Everybody takes them from :mod:`ringfinder.model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DISCLAIMER", "ISSUE_SCHEMA", "SCHEMA_VERSION", "TREATMENTS", "Hub", "InputFile", "no_issues"]

#: What stands above every list of rings, on the screen and on the page.
DISCLAIMER = "A ring is a lead for a person to examine, never a verdict; debtors are often victims."

#: Version of ``run.json``; raised when its shape changes.
SCHEMA_VERSION = 1

#: Columns of an issue table: a row or cell that did not enter the graph, and why. ``row`` counts as a spreadsheet
#: does (the header is row 1; 0 means the whole file); ``value`` is the raw cell; ``lost`` says whether the whole row
#: was rejected (True) or only this cell (False); ``reason`` is one code of :data:`ringfinder.issues.REASONS`.
ISSUE_SCHEMA: Mapping[Any, Any] = {
    "file": pl.String,
    "row": pl.Int32,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "lost": pl.Boolean,
}


def no_issues() -> pl.DataFrame:
    """An empty issue table."""
    return pl.DataFrame(schema=ISSUE_SCHEMA)


@dataclass(frozen=True)
class InputFile:
    """A file that was read: name as given, SHA-256 of its bytes, size, encoding, table type and row counts."""

    name: str
    sha256: str
    size: int
    encoding: str
    table: str
    rows: int
    used: int
    rejected: int


#: What may be done with a shared value, the strictest first, in plain words (see :mod:`ringfinder.hubs`).
TREATMENTS = {
    "EXCLUDE": "kept from linking",
    "GUARD": "links only with a second family of evidence",
    "ALLOWLIST": "lawful representative",
    "DOWNWEIGHT": "links, each link counting little",
    "ANNOTATE": "links as usual, told only",
}


@dataclass(frozen=True)
class Hub:
    """A value that many share for honest reasons: what it is, how many it joins, how it was treated and why.

    ``treatment`` is one of :data:`TREATMENTS`. A ``public`` value, such as a service number, is nobody's own and
    never masked.
    """

    kind: str
    key: str
    label: str
    degree: int
    treatment: str
    reason: str
    public: bool = False

    @property
    def rank(self) -> tuple[bool, int, str, str]:
        """Where it stands in a list: what does not link first, then by degree."""
        return (self.treatment in ("DOWNWEIGHT", "ANNOTATE"), -self.degree, self.kind, self.key)
