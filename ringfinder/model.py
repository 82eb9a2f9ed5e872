"""The records that pass between the stages: evidence, members, rings, runs, and the table of issues.

All are immutable. ``Ring`` and ``Run`` are all that reports, pages and stores ever see; the graph travels beside them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ringfinder.model_facts import (
    Chance,
    Evidence,
    LedgerFigure,
    Mitigation,
    PlaybookStep,
    Row,
    TextMatch,
    Tie,
    literal,
)
from ringfinder.model_kinds import (
    DISCLAIMER,
    ISSUE_SCHEMA,
    SCHEMA_VERSION,
    TREATMENTS,
    Hub,
    InputFile,
    no_issues,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyvis.network import Network

__all__ = [
    "DISCLAIMER",
    "ISSUE_SCHEMA",
    "SCHEMA_VERSION",
    "TREATMENTS",
    "Chance",
    "Evidence",
    "Hub",
    "InputFile",
    "LedgerFigure",
    "Member",
    "Mitigation",
    "PlaybookStep",
    "Ring",
    "RingLink",
    "Row",
    "Run",
    "TextMatch",
    "Tie",
    "literal",
    "no_issues",
]


@dataclass(frozen=True)
class Member:
    """A node of a ring with its role and why it has it (``note``).

    ``confidence`` (0..1) is for a shared thing or an organisation the share of all people linked to it who are debtors
    of the ring; for a debtor how sure it is that it belongs to the group of clients (nothing about what it did); for an
    event 1. ``core`` says whether it belongs to the core or to the fringe; ``rows`` are what the role rests on.
    """

    kind: str
    key: str
    label: str
    role: str
    confidence: float
    note: str = ""
    core: bool = True
    rows: tuple[Row, ...] = ()

    @property
    def id(self) -> str:
        """``kind:key``, unique in a run."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class RingLink:
    """A link between two members: their ids, relation, ISO date (or ``""``) and source row."""

    source: str
    target: str
    relation: str
    date: str
    row: Row


@dataclass(frozen=True)
class Ring:
    """A ring: a lead for a person to examine, never a verdict.

    ``tier`` is ``"strong"`` (the lead rule holds) or ``"candidate"`` (a cluster to observe, not a lead); ``reason``
    says why. ``parts`` holds how much each family of evidence gives to ``score``, where the ring model weighed it.
    ``name`` says what its members share relative to everybody. ``playbook``, ``ledger``, ``texts``, ``ties`` and
    ``chance``: see the records of these types.
    """

    id: str
    rank: int
    tier: str
    score: float
    families: tuple[str, ...]
    members: tuple[Member, ...]
    evidence: tuple[Evidence, ...]
    mitigations: tuple[Mitigation, ...]
    links: tuple[RingLink, ...]
    summary: str
    first_date: str = ""
    last_date: str = ""
    units: int = 0
    reason: str = ""
    parts: Mapping[str, float] = field(default_factory=dict)
    name: str = ""
    playbook: tuple[PlaybookStep, ...] = ()
    ledger: tuple[LedgerFigure, ...] = ()
    texts: tuple[TextMatch, ...] = ()
    ties: tuple[Tie, ...] = ()
    chance: Chance | None = None

    @property
    def debtors(self) -> int:
        """Number of debtors (or of whatever kind plays their part)."""
        return sum(member.role == "debtor" for member in self.members)

    @property
    def explanation(self) -> str:
        """Why the ring has its tier, and what its score is made of, in one sentence each."""
        said = f"{self.reason[:1].upper()}{self.reason[1:]}." if self.reason else ""
        parts = ", ".join(f"{family} {value:.1f}" for family, value in sorted(self.parts.items(), key=lambda p: -p[1]))
        return said + (f" The score {self.score:.1f} is made of {parts}." if parts else "")

    def of_kind(self, *kinds: str) -> tuple[Member, ...]:
        """Members of the given kinds, in member order."""
        return tuple(m for m in self.members if m.kind in kinds)

    def count(self, *kinds: str) -> int:
        """How many members are of the given kinds."""
        return len(self.of_kind(*kinds))

    def to_pyvis(self, **options: Any) -> Network:
        """A pyvis network of this ring with fixed positions, roles by colour and shape.

        See :func:`ringfinder.page.pyvis_adapter.ring_to_pyvis` for the options.
        """
        from ringfinder.page.pyvis_adapter import ring_to_pyvis

        return ring_to_pyvis(self, **options)


@dataclass(frozen=True)
class Run:
    """Everything a run found and how: inputs, configuration, counts, hubs, rings and notes. JSON both ways.

    ``degrees`` says of each kind of thing how many people share one (:func:`ringfinder.hubs.degrees.degree_rows`).
    ``issues`` counts rejected rows and cells by reason; the table itself is written beside it. ``stages`` holds rows,
    nodes, links and seconds of each stage; ``created`` and the seconds are the only clock fields. ``common_causes`` are
    groups that one event explains (M08), which are no rings; ``chance`` says how many rings of each score chance gives.
    """

    rings: tuple[Ring, ...]
    inputs: tuple[InputFile, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    detector: str = ""
    seed: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    issues: Mapping[str, int] = field(default_factory=dict)
    hubs: tuple[Hub, ...] = ()
    degrees: tuple[Mapping[str, Any], ...] = ()
    representatives: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mapping: tuple[Mapping[str, Any], ...] = ()
    stages: tuple[Mapping[str, Any], ...] = ()
    common_causes: tuple[Mitigation, ...] = ()
    chance: Mapping[str, Any] = field(default_factory=dict)
    revealed: bool = False
    created: str = ""
    schema: int = SCHEMA_VERSION

    def ring(self, ring_id: str) -> Ring:
        """The ring with this id (``R1``) or rank (``1``).

        Raises
        ------
        KeyError
            If there is none.
        """
        for ring in self.rings:
            if ring_id.upper() == ring.id.upper() or ring_id == str(ring.rank):
                return ring
        raise KeyError(ring_id)

    def to_dict(self) -> dict[str, Any]:
        """The run as plain JSON types."""
        return asdict(self)

    def to_json(self) -> str:
        """The run as a JSON document: a line for each field, and within lists a line for each ring, hub or input."""
        parts = []
        for name, value in vars(self).items():
            if isinstance(value, tuple) and value:
                lines = ",\n".join(_json(item) for item in value)
                parts.append(f"{_json(name)}: [\n{lines}\n]")
            else:
                parts.append(f"{_json(name)}: {_json(value)}")
        return "{\n" + ",\n".join(parts) + "\n}\n"

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Run:
        """The inverse of :meth:`to_dict`.

        Raises
        ------
        ValueError
            If the schema version is not one that this release reads.
        """
        if data.get("schema") != SCHEMA_VERSION:
            raise ValueError(f"run.json has schema version {data.get('schema')!r}; this release reads {SCHEMA_VERSION}")
        fields = dict(data)
        fields["rings"] = tuple(_ring(r) for r in data["rings"])
        fields["inputs"] = tuple(InputFile(**i) for i in data["inputs"])
        fields["hubs"] = tuple(Hub(**h) for h in data["hubs"])
        for name in ("representatives", "notes", "mapping", "stages"):
            fields[name] = tuple(data[name])
        fields["degrees"] = tuple(data.get("degrees", ()))  # runs of before have none
        fields["common_causes"] = tuple(_mitigation(m) for m in data.get("common_causes", ()))
        return Run(**fields)


def _json(value: Any) -> str:
    # every record is a plain dataclass, so its attributes are its fields; this keeps the encoder in C
    return json.dumps(value, ensure_ascii=False, default=vars)


def _rows(data: list[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(**r) for r in data)


def _ring(data: Mapping[str, Any]) -> Ring:
    fields = dict(data)
    fields["families"] = tuple(data["families"])
    fields["members"] = tuple(Member(**{**m, "rows": _rows(m.get("rows", []))}) for m in data["members"])
    fields["evidence"] = tuple(
        Evidence(**{**e, "rows": _rows(e["rows"]), "nodes": tuple(e["nodes"])}) for e in data["evidence"]
    )
    fields["mitigations"] = tuple(_mitigation(m) for m in data["mitigations"])
    fields["links"] = tuple(RingLink(**{**e, "row": Row(**e["row"])}) for e in data["links"])
    for name, record in (("playbook", PlaybookStep), ("ledger", LedgerFigure)):
        fields[name] = tuple(record(**{**r, "rows": _rows(r["rows"])}) for r in data.get(name, ()))
    fields["ties"] = tuple(
        Tie(**{**t, "rows": _rows(t["rows"]), "nodes": tuple(t["nodes"])}) for t in data.get("ties", ())
    )
    fields["texts"] = tuple(_text_match(t) for t in data.get("texts", ()))
    fields["chance"] = Chance(**data["chance"]) if data.get("chance") else None
    return Ring(**fields)


def _mitigation(data: Mapping[str, Any]) -> Mitigation:
    return Mitigation(**{**data, "rows": _rows(data["rows"]), "nodes": tuple(data.get("nodes", ()))})


def _text_match(data: Mapping[str, Any]) -> TextMatch:
    spans = {name: tuple(tuple(span) for span in data[name]) for name in ("shared", "neutral")}
    return TextMatch(**{**data, **spans, "rows": _rows(data["rows"])})
