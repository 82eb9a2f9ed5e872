"""Family REPRESENT: agents and agencies with many clients. Representation is lawful; it never makes a lead alone."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.signals.windows import busiest_window, day_text
from ringfinder.vocabulary import plural

__all__ = ["company_groups", "company_ties", "multi_client_agency", "shared_agent"]


def shared_agent(case: Case) -> tuple[Evidence, ...]:
    """Shared agent phone or person (RF02)."""
    uses: dict[int, list[tuple[int | None, int, Row]]] = defaultdict(list)
    for fact in case.of("represented_by"):
        debtor = case.debtor_of(fact.source)
        if debtor is not None and case.kind(fact.target) in ("agent", "phone", "person"):
            uses[fact.target].append((fact.day, debtor, fact.row))
    found = []
    for agent in sorted(uses):
        window = busiest_window(case, uses[agent], case.settings.agent_days)
        debtors = {debtor for _, debtor, _ in window}
        units = case.units(debtors)
        if units < case.settings.agent_min:
            continue
        days = [d for d, _, _ in window if d is not None]
        when = day_text(min(days), max(days)) if days else ""
        what = "agent's phone" if case.kind(agent) == "phone" else "agent"
        found.append(
            Evidence(
                "RF02",
                "Shared agent",
                "REPRESENT",
                units,
                f"{plural(units, 'unrelated debtor')} are represented by the {what} {{n0}} {when}".strip(),
                tuple(sorted({row for _, _, row in window})),
                "a law firm, a social worker, a court-appointed guardian",
                (case.id(agent), *sorted(case.id(d) for d in debtors)),
            )
        )
    return tuple(found)


def multi_client_agency(case: Case) -> tuple[Evidence, ...]:
    """Multi-client agency (RF03). Companies that are linked (RF04) count as one agency."""
    clients: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("represented_by"):
        debtor = case.debtor_of(fact.source)
        if debtor is not None and case.kind(fact.target) == "company":
            clients[fact.target].add(debtor)
            rows[fact.target].add(fact.row)
    found = []
    for group in company_groups(case):
        served = [c for c in group if c in clients]
        debtors = set().union(*(clients[c] for c in served)) if served else set()
        units = case.units(debtors)
        if units < case.settings.agency_min:
            continue
        names = " and ".join(f"{{n{i}}}" for i in range(len(served)))
        verb = "represents" if len(served) == 1 else "together represent"
        found.append(
            Evidence(
                "RF03",
                "Multi-client agency",
                "REPRESENT",
                units,
                f"{names} {verb} {plural(units, 'unrelated debtor')}",
                tuple(sorted(set().union(*(rows[c] for c in served)))),
                "a licensed firm, a consumer association",
                tuple(case.id(c) for c in served) + tuple(sorted(case.id(d) for d in debtors)),
            )
        )
    return tuple(found)


def company_groups(case: Case) -> list[list[int]]:
    """Companies of the ring, those that share a phone, an address, an agent or an owner taken together."""
    companies = sorted(n for n in case.nodes if case.kind(n) == "company" and n not in case.blocked)
    parent = {c: c for c in companies}

    def find(c: int) -> int:
        while parent[c] != c:
            c = parent[c]
        return c

    first: dict[int, int] = {}
    for company, shared, _ in company_ties(case):
        if shared in first:
            a, b = sorted((find(first[shared]), find(company)))
            parent[b] = a
        else:
            first[shared] = company
    groups: dict[int, list[int]] = defaultdict(list)
    for c in companies:
        groups[find(c)].append(c)
    return [groups[c] for c in sorted(groups)]


def company_ties(case: Case) -> list[tuple[int, int, Row]]:
    """What companies of the ring have: (company, phone / address / person / agent, row), sorted."""
    found = set()
    for fact in case.of("reached_at", "registered_at"):
        if case.kind(fact.source) == "company":
            found.add((fact.source, fact.target, fact.row))
    for fact in case.of("works_for", "legal_rep_of", "controls"):
        if case.kind(fact.target) == "company":
            found.add((fact.target, fact.source, fact.row))
    return sorted(found)
