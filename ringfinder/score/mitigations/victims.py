"""Debtors who may be the ring's victims: they said that they were cheated or threatened, or they paid fees (M05)."""

from __future__ import annotations

import re
from collections import defaultdict

from ringfinder.model import Mitigation, Row
from ringfinder.score.case import Case
from ringfinder.score.mitigations.complaints import fact, is_lender_payee
from ringfinder.vocabulary import plural

__all__ = ["possible_victims"]

_POLICE = re.compile(r"(?i)公安|派出所|报警|报案|经侦|\b110\b|police")


def possible_victims(case: Case) -> tuple[Mitigation, ...]:
    """Debtors may be victims (M05)."""
    police = {f.source: f.row for f in case.of("via") if _POLICE.search(case.nodes[f.target][2])}
    told = [c for c in case.complaints if c.node in police or case.attribute(c.node, "says_cheated")]
    found = []
    if told:
        found.append(
            fact(
                "M05",
                f"{plural(len({c.debtor for c in told}), 'debtor')} reported an intermediary who cheated or threatened "
                "them, or went to the police; treat them as possible victims",
                {c.row for c in told} | {police[c.node] for c in told if c.node in police},
            )
        )
    is_lender = is_lender_payee(case)
    payers: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    for f in case.of("paid"):
        if f.source in case.members and not is_lender(f.target):
            payers[f.target].add(f.source)
            rows[f.target].add(f.row)
    fees = [
        a
        for a in payers
        if case.units(payers[a]) >= 2 or (case.attribute(a, "paid_for_service") or 0) > 0 or a in case.believed
    ]
    if fees:
        paid = set().union(*(payers[a] for a in fees))
        accounts = plural(len(fees), "account that is no lender's", "accounts that are no lender's")
        found.append(
            fact(
                "M05",
                f"{plural(len(paid), 'debtor')} paid what may be fees to {accounts}; treat them as possible victims",
                set().union(*(rows[a] for a in fees)),
            )
        )
    return tuple(found)
