"""Who plays which part in a ring, and why. Debtors are clients and often victims; they get no score."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ringfinder.model import Member
from ringfinder.score.signals.represent import company_groups

if TYPE_CHECKING:
    from ringfinder.score.case import Case

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
    "company",
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


def ring_members(case: Case) -> tuple[Member, ...]:
    """The members of a ring with role, reason and confidence, organisers first.

    Debtors are those with a hard link inside. A resource is a member when two unrelated debtors use it; an organisation
    when a debtor is its client or it belongs to one that is; a phone also when it is an organisation's.
    """
    users = _users(case)
    resources = {n for n, debtors in users.items() if case.units(debtors) >= 2}
    organisations = {n for n in users if case.kind(n) in _ORGANISATIONS}
    own = set().union(*case.own_phones.values()) if case.own_phones else set()
    for fact in case.of("works_for", "controls", "legal_rep_of"):
        if fact.target in organisations:
            organisations.add(fact.source)
        elif fact.source in organisations and case.kind(fact.source) == "agent":
            organisations.add(fact.target)
    for fact in case.of("reached_at"):
        if fact.target in resources and case.kind(fact.source) in _ORGANISATIONS:
            organisations.add(fact.source)  # registered at a phone that the ring's debtors share
        if fact.source in organisations and (fact.target not in own or fact.target in resources):
            resources.add(fact.target)
    organisers = _organisers(case, users)
    chosen = (resources | organisations) - case.blocked - case.members
    members = [
        Member(
            *case.nodes[node][:3],
            role="organiser" if node in organisers else _role(case, node),
            confidence=_share_inside(case, node, users.get(node, set())),
            note=organisers.get(node, ""),
        )
        for node in chosen
    ]
    complained = {debtor for _, debtor, _ in case.complaint_days} | {
        f.source for f in case.of("filed") if f.source in case.members
    }
    mandated = {d for f in case.of("represented_by") if (d := case.debtor_of(f.source)) is not None}
    ties = _ties(case, chosen)
    for debtor in case.debtors:
        note = "client by power of attorney only, no complaint" if debtor in mandated - complained else ""
        inside, total = ties.get(debtor, (1, 1))
        members.append(Member(*case.nodes[debtor][:3], role="debtor", confidence=round(inside / total, 3), note=note))
    members += [
        Member(*case.nodes[event][:3], role=_ROLE_OF_KIND[case.kind(event)], confidence=1.0)
        for event, debtor in case.owner.items()
        if debtor in case.members and case.kind(event) in ("complaint", "mail_item")
    ]
    return tuple(sorted(members, key=lambda m: (ROLES.index(m.role), m.kind, m.key)))


def _role(case: Case, node: int) -> str:
    return "lawful representative" if case.is_licensed(node) else _ROLE_OF_KIND.get(case.kind(node), "other")


def _users(case: Case) -> dict[int, set[int]]:
    """The ring's debtors of every resource and organisation that they are linked to."""
    users: dict[int, set[int]] = defaultdict(set)
    relations = {f.relation for f in case.facts} - {
        "via", "about", "filed", "posted", "borrowed_from", "assigned_to", "works_at", "lives_at",
        "uses_work_phone", "uses_home_phone", "posted_from", "called",
    }  # fmt: skip
    for fact in case.of(*sorted(relations)):
        debtor = case.debtor_of(fact.source)
        if debtor is not None and fact.target not in case.members and fact.target not in case.owner:
            users[fact.target].add(debtor)
    for phone, calls in case.calls.items():
        if phone in case.believed:  # couriers and lenders call everybody
            users[phone].update(debtor for _, debtor, _ in calls)
    return users


def _organisers(case: Case, users: dict[int, set[int]]) -> dict[int, str]:
    """The linked companies with most clients, else the agent with most; law firms never. Node → reason."""
    best: tuple[int, list[int]] = (0, [])
    for group in company_groups(case):
        clients = set().union(*(users.get(c, set()) for c in group))
        if case.units(clients) > best[0]:
            best = (case.units(clients), [c for c in group if users.get(c)])
    if best[0] < case.settings.min_units:
        agents = [(case.units(users[n]), -n) for n in users if case.kind(n) == "agent" and n not in case.blocked]
        if not agents or max(agents)[0] < case.settings.min_units:
            return {}
        number, node = max(agents)
        best = (number, [-node])
    reason = f"most clients in the group ({best[0]} unrelated debtors)"
    return dict.fromkeys(best[1], reason)


def _share_inside(case: Case, node: int, debtors: set[int]) -> float:
    """Share of all people linked to a resource, in the whole input, who are debtors of the ring."""
    total = max(case.users.get(node, 0), len(debtors))
    return round(len(debtors) / total, 3) if total else 1.0


def _ties(case: Case, chosen: set[int]) -> dict[int, tuple[int, int]]:
    """For each debtor: how many of its shared resources are members of the ring, and how many it has."""
    shared: dict[int, set[int]] = defaultdict(set)
    for fact in case.of("uses_phone", "uses_record_phone", "complained_from", "uses_block", "represented_by", "paid",
                        "uses_device", "submitted", "sent_by", "uses_template", "related_to"):  # fmt: skip
        debtor = case.debtor_of(fact.source)
        if debtor is not None:
            shared[debtor].add(fact.target)
    own = case.own_phones
    result = {}
    for debtor, targets in shared.items():
        relevant = {t for t in targets if t in chosen or t not in own.get(debtor, frozenset())}
        if relevant:
            result[debtor] = (len(relevant & chosen), len(relevant))
    return result
