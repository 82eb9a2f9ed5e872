"""A ring at work as records: companies, agents, papers, devices, and every trace that it leaves in the tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from ringfinder.simulate.designs import Design
from ringfinder.simulate.letters import Template

__all__ = ["Agent", "Firm", "Letter", "Paper", "Ring"]


@dataclass
class Firm:
    """A company: name, credit code, legal representative, registered phone."""

    name: str
    code: str
    rep: str
    phone: str


@dataclass
class Agent:
    """Somebody who serves clients, with throw-away phones beside the own one."""

    name: str
    phone: str
    firm: Firm | None
    burners: list[str]


@dataclass
class Letter:
    """A template and the name by which a comparison of texts would know it."""

    name: str
    template: Template


@dataclass
class Paper:
    """A forged paper that is used again: number, type, issuer."""

    number: str
    kind: str
    issuer: str

    @property
    def text(self) -> str:
        """The paper as a desk notes it beside a complaint."""
        return f"{self.kind}({self.issuer}{self.number})"


@dataclass
class Ring:
    """A ring: its people, numbers, texts and days of attack (days since the first day of the period)."""

    name: str
    design: Design
    members: list[int]
    firms: list[Firm]
    agents: list[Agent]
    payees: list[tuple[str, str]]  # holder, account
    letters: list[Letter]
    papers: list[Paper]
    devices: list[str]
    numbers: list[str]  # that become phones of record
    bursts: list[float]
    turn: float  # day on which a rotating ring changes companies
    sender: tuple[str, str, str]  # name, phone, address
    lawyer: Agent | None = None
    marks: list[tuple[str, str, str, str]] = field(default_factory=list)  # kind, key, role, table

    def note(self, kind: str, key: str, role: str, table: str) -> None:
        """Remember that an instrument of the ring shows in a table."""
        self.marks.append((kind, key, role, table))
