"""Family ORG: companies that belong together."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.signals.represent import company_ties
from ringfinder.vocabulary import plural

__all__ = ["linked_companies"]

_WORDS = {"phone": "phone", "address": "address", "person": "legal representative", "agent": "agent"}


def linked_companies(case: Case) -> tuple[Evidence, ...]:
    """Linked companies (RF04).

    At least two companies, each with at least one client in the ring, that share a registered phone or address, a legal
    representative or an agent. A company without clients counts, too, when what it shares is a phone that debtors of
    the ring are called from or represented by: the next shell is often registered before it is used.
    """
    clients: set[int] = set()
    for fact in case.of("represented_by", "paid"):
        if case.debtor_of(fact.source) is not None and case.kind(fact.target) == "company":
            clients.add(fact.target)
    users: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    working = {f.target for f in case.of("complained_from", "represented_by") if case.debtor_of(f.source) is not None}
    for company, shared, row in company_ties(case):
        if company in clients or (case.kind(shared) == "phone" and shared in working):
            users[shared].add(company)
            rows[shared].add(row)
    found = []
    for shared in sorted(users):
        companies = sorted(users[shared])
        if len(companies) < 2 or not clients.intersection(companies):
            continue
        names = ", ".join(f"{{n{i + 1}}}" for i in range(len(companies)))
        which = f"{plural(len(companies), 'company', 'companies')} ({names})"
        held = len(clients.intersection(companies))
        found.append(
            Evidence(
                "RF04",
                "Linked companies",
                "ORG",
                len(companies),
                f"{which}, {held} with clients in this group, share the "
                f"{_WORDS.get(case.kind(shared), case.kind(shared))} {{n0}}",
                tuple(sorted(rows[shared])),
                "an incubator address, a company-registration service, a franchise",
                (case.id(shared), *(case.id(c) for c in companies)),
            )
        )
    return tuple(found)
