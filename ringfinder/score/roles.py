"""Who plays which part in a ring, and why. Debtors are clients and often victims; they get no score.

Every member says in plain words what its role rests on (``note``), and which source rows say so (``rows``).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ringfinder.model import Member
from ringfinder.score.belonging import belonging
from ringfinder.score.mitigations.complaints import is_upheld
from ringfinder.score.parts import numbers_of_blocks, said_of, why_debtor
from ringfinder.score.signals.represent import company_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringfinder.model import Evidence, Row
    from ringfinder.score.case import Case
    from ringfinder.score.case_rows import Use

__all__ = ["ROLES", "ring_members"]

_ROLE_OF_KIND = {
    "agent": "agent",
    "company": "company",
    "phone": "shared phone",
    "number_block": "shared number block",
    "payee_account": "shared payee",
    "document": "shared document",
    "template": "shared template",
    "device": "shared device",
    "complaint": "complaint",
    "mail_item": "mail item",
    "debtor": "debtor",
}
#: Every role, in the order in which members are listed; the page draws each (:mod:`ringfinder.page.styles`).
ROLES = (
    "organiser",
    "agent",
    "insider",
    "company",
    "front company",
    "lawful representative",
    "shared phone",
    "shared number block",
    "shared payee",
    "shared device",
    "shared document",
    "shared template",
    "other",
    "debtor",
    "mail item",
    "complaint",
)
_ORGANISATIONS = ("company", "agent", "law_firm", "person")


def ring_members(case: Case, evidence: Sequence[Evidence] = ()) -> tuple[Member, ...]:
    """The members of a ring with role, reason and confidence, organisers first.

    Debtors are those with a hard link inside. A resource is a member when two unrelated debtors use it; an organisation
    when a debtor is its client or it belongs to one that is; a phone also when it is an organisation's, or one of the
    numbers of a block. ``evidence`` tells whether there is a burst (RF07).
    """
    uses = case.uses
    users: dict[int, set[int]] = defaultdict(set)
    for use in uses:
        users[use.thing].add(use.debtor)
    resources, organisations = _chosen(case, users)
    batch = numbers_of_blocks(case, resources)
    chosen = (resources | organisations | batch.keys()) - case.blocked - case.members
    lawful = _lawful(case, chosen)
    organiser, reason = _organiser(case, users, lawful, any(e.signal == "RF07" for e in evidence))
    linked = {c for group in company_groups(case) if len(group) > 1 for c in group}
    sure = belonging(case, chosen)
    core = {d for d, how in sure.items() if how.core}
    ties = _by_thing(uses)
    members = []
    for node in chosen:
        role = _role(case, node, lawful, linked)
        note, rows = said_of(case, node, ties.get(node, ()), role)
        if node == organiser:
            role, note = "organiser", f"{reason}; {note}"
        elif node in batch and node not in resources:
            role, note, rows = "shared number block", "one of the consecutive numbers of a block", batch[node]
        members.append(
            Member(
                *case.nodes[node][:3],
                role=role,
                confidence=_share_inside(case, node, users.get(node, set())),
                note=note,
                core=node in organisations or case.units(users.get(node, set()) & core) >= 2,
                rows=tuple(sorted(rows)),
            )
        )
    complained = {debtor for _, debtor, _ in case.complaint_days} | {
        f.source for f in case.of("filed") if f.source in case.members
    }
    mandated = {d for f in case.of("represented_by") if (d := case.debtor_of(f.source)) is not None}
    mine: dict[int, list[Use]] = defaultdict(list)
    for use in uses:
        mine[use.debtor].append(use)
    for debtor in case.debtors:
        how = sure[debtor]
        note = why_debtor(how)
        if debtor in mandated - complained:
            note = f"client by power of attorney only, no complaint; {note}"
        rows = {use.row for use in mine[debtor] if use.thing in how.things}
        members.append(
            Member(*case.nodes[debtor][:3], "debtor", how.confidence, note, core=how.core, rows=tuple(sorted(rows)))
        )
    events: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("filed", "posted"):
        events[fact.target].add(fact.row)
    members += [
        Member(
            *case.nodes[event][:3],
            _ROLE_OF_KIND[case.kind(event)],
            1.0,
            core=debtor in core,
            rows=tuple(sorted(events[event])),
        )
        for event, debtor in case.owner.items()
        if debtor in case.members and case.kind(event) in ("complaint", "mail_item")
    ]
    return tuple(sorted(members, key=lambda m: (ROLES.index(m.role), m.kind, m.key)))


def _chosen(case: Case, users: dict[int, set[int]]) -> tuple[set[int], set[int]]:
    """Resources that unrelated debtors share, and organisations that debtors are clients of or that belong to those."""
    resources = {n for n, debtors in users.items() if case.units(debtors) >= 2}
    organisations = {n for n in users if case.kind(n) in _ORGANISATIONS}
    own = set().union(*case.own_phones.values()) if case.own_phones else set()
    for fact in case.of("works_for", "controls", "legal_rep_of"):
        if fact.target in organisations:
            organisations.add(fact.source)
        elif fact.source in organisations and case.kind(fact.source) == "agent" and case.kind(fact.target) == "company":
            organisations.add(fact.target)
    for fact in case.of("reached_at"):
        if fact.target in resources and case.kind(fact.source) in _ORGANISATIONS:
            organisations.add(fact.source)  # registered at a phone that the ring's debtors share
        if fact.source in organisations and (fact.target not in own or fact.target in resources):
            resources.add(fact.target)
    reached = [f for f in case.of("reached_at") if case.kind(f.source) == "company"]
    registered = {f.target for f in reached if f.source in organisations}
    # companies without clients at the phone of one that has them
    organisations.update(f.source for f in reached if f.target in registered)
    return resources, organisations


def _by_thing(uses: tuple[Use, ...]) -> dict[int, list[Use]]:
    table: dict[int, list[Use]] = defaultdict(list)
    for use in uses:
        table[use.thing].append(use)
    return table


def _lawful(case: Case, chosen: set[int]) -> set[int]:
    """Licensed and public bodies, and the people who work for such, or for firms of the allow-list, only."""
    found = {n for n in case.nodes if case.is_licensed(n)} | case.vouched.keys()
    firms: dict[int, set[bool]] = defaultdict(set)
    for fact in case.facts:  # blocked ones, too: a firm of the allow-list is one
        if fact.relation == "works_for" and fact.source in chosen:
            firms[fact.source].add(fact.target in found or fact.target in case.blocked)
    return found | {person for person, kinds in firms.items() if kinds == {True}}


def _role(case: Case, node: int, lawful: set[int], linked: set[int]) -> str:
    kind = case.kind(node)
    if node in lawful:
        return "lawful representative"
    if kind == "company" and node in linked:
        return "front company"
    if kind in ("agent", "person") and any(
        f.source == node and (f.relation == "formerly_employed" or case.kind(f.target) == "collection_agency")
        for f in case.of("formerly_employed", "works_for")
    ):
        return "insider"
    return _ROLE_OF_KIND.get(kind, "other")


def _organiser(case: Case, users: dict[int, set[int]], lawful: set[int], burst: bool) -> tuple[int, str]:
    """Who has most clients: a company, alone or with those linked to it, else an agent; never a lawful representative,
    nor one whose complaints were mostly upheld and came in no burst. Its node (-1: nobody) and why."""

    clients = {node: set(debtors) for node, debtors in users.items()}
    for fact in case.of("works_for"):  # an agent's clients are his company's, too
        clients.setdefault(fact.target, set()).update(users.get(fact.source, ()))

    def fits(node: int) -> bool:
        return node not in lawful and node not in case.blocked and (burst or not _mostly_upheld(case, clients[node]))

    groups = []
    for group in company_groups(case):
        served = [c for c in group if clients.get(c) and fits(c)]
        if served:
            groups.append((case.units(set().union(*(clients[c] for c in served))), served, len(group)))
    number, served, size = max(groups, key=lambda g: g[0], default=(0, [], 0))
    if number >= case.settings.min_units:
        first = max(served, key=lambda c: (case.units(clients[c]), -c))
        with_whom = f" with {size - 1} linked to it" if size > 1 else ""
        return first, f"most clients in the group ({number} unrelated debtors{with_whom})"
    agents = [(case.units(users[n]), -n) for n in users if case.kind(n) == "agent" and fits(n)]
    number, node = max(agents, default=(0, 1))
    if number < case.settings.min_units:
        return -1, ""
    return -node, f"most clients in the group ({number} unrelated debtors)"


def _mostly_upheld(case: Case, clients: set[int]) -> bool:
    """Whether two complaints or more of these clients were upheld, and they are half of those with a result."""
    results = {f.target: str(case.attribute(f.target, "result") or "") for f in case.of("filed") if f.source in clients}
    told = [text for text in results.values() if text]
    upheld = sum(is_upheld(text) for text in told)
    return upheld >= 2 and 2 * upheld >= len(told)


def _share_inside(case: Case, node: int, debtors: set[int]) -> float:
    """Share of all people linked to a resource, in the whole input, who are debtors of the ring."""
    total = max(case.users.get(node, 0), len(debtors))
    return round(len(debtors) / total, 3) if total else 1.0
