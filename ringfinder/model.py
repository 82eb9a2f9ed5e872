"""The records that pass between the stages: evidence, members, rings, runs, and the table of issues.

All are immutable. ``Ring`` and ``Run`` are all that reports, pages and stores ever see; the graph travels beside them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

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
    "Evidence",
    "Hub",
    "InputFile",
    "Member",
    "Mitigation",
    "Ring",
    "RingLink",
    "Row",
    "Run",
    "no_issues",
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
    """One fact that speaks against a ring (``M01`` ... ``M12``), with the rows it rests on."""

    code: str
    sentence: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Member:
    """A node of a ring with its role and why it has it (``note``).

    ``confidence`` (0..1) is for a shared thing or an organisation the share of all people linked to it who are debtors
    of the ring; for a debtor the share of the things it shares that are members; for an event 1.
    """

    kind: str
    key: str
    label: str
    role: str
    confidence: float
    note: str = ""

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
    nodes, links and seconds of each stage; ``created`` and the seconds are the only clock fields.
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
        return Run(**fields)


def _json(value: Any) -> str:
    # every record is a plain dataclass, so its attributes are its fields; this keeps the encoder in C
    return json.dumps(value, ensure_ascii=False, default=vars)


def _rows(data: list[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(**r) for r in data)


def _ring(data: Mapping[str, Any]) -> Ring:
    fields = dict(data)
    fields["families"] = tuple(data["families"])
    fields["members"] = tuple(Member(**m) for m in data["members"])
    fields["evidence"] = tuple(
        Evidence(**{**e, "rows": _rows(e["rows"]), "nodes": tuple(e["nodes"])}) for e in data["evidence"]
    )
    fields["mitigations"] = tuple(Mitigation(**{**m, "rows": _rows(m["rows"])}) for m in data["mitigations"])
    fields["links"] = tuple(RingLink(**{**e, "row": Row(**e["row"])}) for e in data["links"])
    return Ring(**fields)
