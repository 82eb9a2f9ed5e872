"""A candidate ring laid out for the indicators: its people, its facts with their rows, and the background.

Communities come as arrays; only those that can be a lead are laid out, so the plain Python here touches some thousands
of links, never the whole graph.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from ringfinder.config import CalendarEntry, LedgerSettings, ScoreSettings
from ringfinder.model import Row
from ringfinder.score.case_rows import Background, Clients, Complaint, Fact, Reading, Use
from ringfinder.score.norms import NO_NORMS, Norms

__all__ = ["Background", "Case", "Fact", "Reading"]

#: Relations of a debtor that tie it to no ring: whom it owes, where it lives or works, what it filed.
_NO_USE = frozenset(
    {"via", "about", "filed", "posted", "borrowed_from", "assigned_to", "works_at", "lives_at", "names_contact",
     "uses_work_phone", "uses_home_phone", "posted_from", "called", "called_at_night", "represented_until", "marked"}
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Case:
    """A candidate ring.

    Attributes
    ----------
    nodes : mapping of node index to (kind, key, label, attributes)
    debtors : tuple of int
        The ring's debtors, ascending.
    unit : mapping of debtor to unit number (households share one)
    facts : tuple of Fact
        All links that touch a debtor of the ring, one of its events or one of its resources.
    owner : mapping of complaint or mail item to its debtor
    users : mapping of node index to the number of people linked to it in the whole input
    blocked : frozenset of int
        Benign hubs among the nodes.
    strength : float, optional
        What the ring model says of the group (:mod:`ringfinder.belief.strength`); None where it says nothing.
    parts : mapping of family to strength
        How much of it each family gives.
    norms : Norms
        What is usual in the whole input.
    licensed_share : float
        Share of the debtors who are clients of a licensed or public body.
    selected : bool
        Whether the input is a selection of complainants.
    believed : frozenset of int
        Things that the model takes for a ring's more likely than not.
    calendar : tuple of CalendarEntry
        Events that the user knows of (M08).
    vouched : mapping of node index to text
        Representatives of the allow list, and who vouches for them (M06); only where the list is put to the test.
    readings : mapping of debtor to what rows say of the debtor's amounts and days
    letters : mapping of complaint to its raw text; only complaints with a template have one
    ledger : LedgerSettings
        What intermediaries ask.
    """

    nodes: Mapping[int, tuple[str, str, str, Mapping[str, Any]]]
    debtors: tuple[int, ...]
    unit: Mapping[int, int]
    facts: tuple[Fact, ...]
    owner: Mapping[int, int]
    users: Mapping[int, int]
    blocked: frozenset[int]
    background: Background
    settings: ScoreSettings
    strength: float | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    licensed_share: float = 0.0
    norms: Norms = NO_NORMS
    selected: bool = False
    believed: frozenset[int] = frozenset()
    readings: Mapping[int, tuple[Reading, ...]] = field(default_factory=dict)
    letters: Mapping[int, str] = field(default_factory=dict)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    calendar: tuple[CalendarEntry, ...] = ()
    vouched: Mapping[int, str] = field(default_factory=dict)

    def kind(self, node: int) -> str:
        """Kind code of a node."""
        return self.nodes[node][0]

    def id(self, node: int) -> str:
        """``kind:key`` of a node."""
        kind, key, _, _ = self.nodes[node]
        return f"{kind}:{key}"

    def attribute(self, node: int, name: str) -> Any:
        """An attribute of a node, or None."""
        return self.nodes[node][3].get(name)

    def units(self, debtors: set[int] | frozenset[int]) -> int:
        """How many unrelated debtors these are."""
        return len({self.unit[d] for d in debtors})

    def is_specific(self, node: int, debtors: set[int]) -> bool:
        """Whether at least half of the people who use a thing are these debtors of the ring.

        A merchant's account, a public letter or a broker's phone that many others use as well says nothing about a
        few people who happen to meet there.
        """
        return 2 * len(debtors) >= self.users.get(node, 0)

    @cached_property
    def licensed_clients(self) -> frozenset[int]:
        """Debtors represented by a law firm, or by a public or social body as its company code tells (GB 32100)."""
        found = set()
        for fact in self.of("represented_by"):
            debtor = self.debtor_of(fact.source)
            if debtor is not None and self.is_licensed(fact.target):
                found.add(debtor)
        return frozenset(found)

    def is_licensed(self, node: int) -> bool:
        """Whether an organisation is a law firm, a public institution, an association, a foundation or a union."""
        kind, key = self.nodes[node][:2]
        return kind == "law_firm" or (kind == "company" and len(key) == 18 and key[0] in "158")

    @cached_property
    def members(self) -> frozenset[int]:
        """The ring's debtors, as a set."""
        return frozenset(self.debtors)

    def debtor_of(self, node: int) -> int | None:
        """The ring's debtor that a node stands for: itself, or who filed the complaint or posted the item."""
        return self._debtors.get(node)

    @cached_property
    def _debtors(self) -> Mapping[int, int]:
        """Each debtor and event of the ring to its debtor; what belongs to nobody of the ring is left out."""
        return {d: d for d in self.debtors} | {event: d for event, d in self.owner.items() if d in self.members}

    @cached_property
    def _by_relation(self) -> Mapping[str, tuple[Fact, ...]]:
        """Relation to its facts whose ends are no benign hubs."""
        table: dict[str, list[Fact]] = defaultdict(list)
        blocked = self.blocked
        for fact in self.facts:
            if fact.target not in blocked and fact.source not in blocked:
                table[fact.relation].append(fact)
        return {relation: tuple(facts) for relation, facts in table.items()}

    def of(self, *relations: str) -> Iterator[Fact]:
        """The facts of these relations whose ends are no benign hubs."""
        return chain.from_iterable(self._by_relation.get(relation, ()) for relation in relations)

    @cached_property
    def _ends(self) -> Mapping[tuple[int, str], frozenset[int]]:
        table: dict[tuple[int, str], set[int]] = defaultdict(set)
        for fact in self.facts:
            table[fact.source, fact.relation].add(fact.target)
        return {key: frozenset(ends) for key, ends in table.items()}

    def ends(self, node: int, relation: str) -> frozenset[int]:
        """What a node is linked to by a relation, harmless hubs included."""
        return self._ends.get((node, relation), frozenset())

    @cached_property
    def own_phones(self) -> Mapping[int, frozenset[int]]:
        """Each debtor's own, record and home phones."""
        table: dict[int, set[int]] = defaultdict(set)
        for fact in self.of("uses_phone", "uses_record_phone", "uses_home_phone"):
            table[fact.source].add(fact.target)
        return {debtor: frozenset(phones) for debtor, phones in table.items()}

    @cached_property
    def calls(self) -> Mapping[int, tuple[tuple[int | None, int, Row], ...]]:
        """Each strange phone that called a debtor's own phone, or was called from it: (day, debtor, row).

        A phone of two of the ring's debtors does not tell whose call it was.
        """
        owners: dict[int, set[int]] = defaultdict(set)
        for debtor, phones in self.own_phones.items():
            if debtor in self.members:
                for phone in phones:
                    owners[phone].add(debtor)
        table: dict[int, set[tuple[int | None, int, Row]]] = defaultdict(set)
        for fact in self.of("called"):
            for own, other in ((fact.source, fact.target), (fact.target, fact.source)):
                who = owners.get(own, set())
                if len(who) == 1 and other not in self.own_phones[min(who)]:
                    table[other].add((fact.day, min(who), fact.row))
        return {phone: tuple(sorted(uses, key=_call)) for phone, uses in table.items()}

    @cached_property
    def complaint_days(self) -> tuple[tuple[int, int, Row], ...]:
        """Dated complaints of the ring's debtors: (day, debtor, row), ascending."""
        found = []
        for fact in self.of("filed"):
            if fact.source in self.members and fact.day is not None:
                found.append((fact.day, fact.source, fact.row))
        return tuple(sorted(set(found)))

    @cached_property
    def complaints(self) -> tuple[Complaint, ...]:
        """The complaints of the ring's debtors, dated or not, by row."""
        found = {Complaint(f.target, f.source, f.day, f.row) for f in self.of("filed") if f.source in self.members}
        return tuple(sorted(found, key=lambda c: (c.row, c.node)))

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """What the ring's debtors use: things and organisations, not other debtors; telling phone calls, too.

        A phone that is somebody's own is not used by those whom its owner talks to.
        """
        found = []
        for fact in self.of(*sorted(self._by_relation.keys() - _NO_USE)):
            debtor = self.debtor_of(fact.source)
            if debtor is not None and fact.target not in self.members and fact.target not in self.owner:
                found.append(Use(debtor, fact.target, fact.relation, fact.row))
        own = set().union(*self.own_phones.values()) if self.own_phones else set()
        for phone, calls in self.calls.items():
            if phone in self.believed and phone not in own:  # couriers and lenders call everybody
                found += [Use(debtor, phone, "called", row) for _, debtor, row in calls]
        return tuple(found)

    @cached_property
    def clients(self) -> Clients:
        """The ring's debtors whom every agent, agent's phone and organisation represents."""
        return self._acting("represented_by")

    @cached_property
    def clients_or_callers(self) -> Clients:
        """:attr:`clients`, and the debtors for whom a phone that is none of their own complained."""
        return self._acting("represented_by", "complained_from")

    def _acting(self, *relations: str) -> Clients:
        found: dict[int, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
        for fact in self.of(*relations):
            debtor = self.debtor_of(fact.source)
            if debtor is not None and fact.target not in self.own_phones.get(debtor, frozenset()):
                found[fact.target][debtor].add(fact.row)
        return {node: {d: frozenset(rows) for d, rows in each.items()} for node, each in found.items()}

    @cached_property
    def mandate_phones(self) -> Mapping[int, Mapping[int, int | None]]:
        """For each debtor the phones that a power of attorney names, with its first day (None: undated)."""
        reach: dict[int, set[int]] = defaultdict(set)
        for fact in self.of("reached_at"):
            reach[fact.source].add(fact.target)
        table: dict[int, dict[int, int | None]] = defaultdict(dict)
        for fact in self.of("represented_by"):
            debtor = self.debtor_of(fact.source)
            if debtor is None:
                continue
            phones = {fact.target} if self.kind(fact.target) == "phone" else set()
            if self.kind(fact.target) in ("agent", "law_firm", "person"):
                phones |= reach[fact.target]
            for phone in phones:
                known = table[debtor].get(phone, fact.day)
                days = [d for d in (known, fact.day) if d is not None]
                table[debtor][phone] = min(days) if days else None
        return table

    @cached_property
    def mandates(self) -> Mapping[tuple[int, int], tuple[tuple[int | None, int | None, Row], ...]]:
        """The powers of attorney of a debtor (first) for a phone or a representative (second).

        Each as (day of signing or None, last day or None, row). One that names an agent names his phones, too.
        """
        reach: dict[int, set[int]] = defaultdict(set)
        for fact in self.of("reached_at"):
            if self.kind(fact.source) in ("agent", "law_firm", "person"):
                reach[fact.source].add(fact.target)
        ends = {(f.source, f.target, f.row): f.day for f in self.of("represented_until")}
        table: dict[tuple[int, int], set[tuple[int | None, int | None, Row]]] = defaultdict(set)
        for fact in self.of("represented_by"):
            debtor = self.debtor_of(fact.source)
            for named in (fact.target, *sorted(reach[fact.target])):
                if debtor is not None:
                    until = ends.get((fact.source, fact.target, fact.row))
                    table[debtor, named].add((fact.day, until, fact.row))
        return {key: tuple(sorted(found, key=lambda m: (m[2], m[0] or 0, m[1] or 0))) for key, found in table.items()}

    def is_mandated(self, debtor: int, named: int, day: int | None) -> bool:
        """Whether a power of attorney in force on ``day`` names a phone or representative; undated ones do."""
        return any(
            (first is None or day is None or first <= day) and (last is None or day is None or day <= last)
            for first, last, _ in self.mandates.get((debtor, named), ())
        )


def _call(use: tuple[int | None, int, Row]) -> tuple[object, ...]:
    day, debtor, row = use
    return day is not None, day or 0, debtor, row
