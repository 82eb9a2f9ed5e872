"""What is said of a ring: reasons, counter-facts, steps, figures, texts, ties and chance, each with its source rows.

Everybody takes them from :mod:`ringfinder.model`. A ``sentence`` refers to nodes as ``{n0}``, ``{n1}`` ...: positions
in ``nodes`` (``kind:key``); the border fills in labels, masked or not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = [
    "Chance",
    "Evidence",
    "LedgerFigure",
    "Mitigation",
    "PlaybookStep",
    "Row",
    "TextMatch",
    "Tie",
    "literal",
]


@dataclass(frozen=True, order=True)
class Row:
    """A place in the input: file name and row (the header is row 1)."""

    file: str
    row: int

    def __str__(self) -> str:
        return f"{self.file}:{self.row}"


@dataclass(frozen=True)
class Evidence:
    """One reason why a ring is a lead.

    Attributes
    ----------
    signal : str
        Indicator code, ``RF01`` ... ``RF38``.
    name : str
        The indicator's name, a claim that holds.
    family : str
        Evidence family it counts for; ``""`` when dependent evidence must not count again.
    value : float
        The measured figure (unit in ``sentence``).
    sentence : str
        Plain words for people, without personal data beyond node labels (``{label}`` texts are masked at the border).
    rows : tuple[Row, ...]
        The rows it rests on, sorted.
    harmless : str
        The usual harmless explanation, printed beside it.
    nodes : tuple[str, ...]
        Keys (``kind:key``) of the nodes that it speaks about.
    """

    signal: str
    name: str
    family: str
    value: float
    sentence: str
    rows: tuple[Row, ...]
    harmless: str = ""
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mitigation:
    """One fact that speaks against a ring (``M01`` ... ``M12``), with the rows it rests on.

    ``sentence`` refers to nodes as ``{n0}``, ``{n1}`` ...: positions in ``nodes`` (``kind:key``).
    """

    code: str
    sentence: str
    rows: tuple[Row, ...] = ()
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaybookStep:
    """One dated step of one debtor: ``stage`` (overdue, contact, mandate, fee, proof, complaint, outcome ...).

    ``debtor`` is a member id (``kind:key``), or ``""`` for the ring's first step of that stage; ``date`` an ISO date.
    """

    stage: str
    debtor: str
    date: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class LedgerFigure:
    """One figure of the exposure and fee ledger, from ``low`` to ``high`` (equal where there is no range).

    ``unit`` is ``"money"`` (the input's currency), ``"complaints"``, ``"bodies"`` or ``"days"``; ``sentence`` says
    how it is made.
    """

    code: str
    sentence: str
    low: float
    high: float
    unit: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class TextMatch:
    """Two complaints side by side: their ids, excerpts, and what was found in them.

    ``shared`` and ``neutral`` are spans (start and end in ``left``, start and end in ``right``): the passages that both
    have, and those of them that are form text or a public template. ``metric`` is the rule of RF05 that they meet,
    ``value`` its figure, 0..1.
    """

    left_node: str
    right_node: str
    left: str
    right: str
    shared: tuple[tuple[int, int, int, int], ...]
    neutral: tuple[tuple[int, int, int, int], ...]
    metric: str
    value: float
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Tie:
    """A smallest set of things without which a ring falls apart: ``nodes``, and how many debtors leave (``lost``)."""

    sentence: str
    nodes: tuple[str, ...]
    lost: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Chance:
    """What chance alone would give: ``expected`` rings at least so strong in data without any, from ``low`` to ``high``
    (95 %), under shuffled dates (``dates``) and shuffled links (``links``), in ``rounds`` rounds each."""

    expected: float
    low: float
    high: float
    dates: float
    links: float
    rounds: int
    sentence: str


def literal(text: str) -> str:
    """A text of the user's, to stand in a ``sentence``: it refers to no node and holds no control or bidi character.

    >>> literal("the {n0} event")
    'the (n0) event'
    """
    shown = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    return re.sub(r"\{(n\d+)\}", r"(\1)", shown)
