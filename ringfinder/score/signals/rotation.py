"""Companies and phones that replace one another."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from itertools import pairwise

from ringfinder.graph import iso_day
from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.signals.clients import evidence
from ringfinder.score.signals.represent import company_ties
from ringfinder.vocabulary import plural

__all__ = ["company_rotation", "phone_rotation"]

_STOPPED = re.compile(r"(?i)注销|吊销|停业|清算|dissolved|closed|struck|inactive")
_WORDS = {"phone": "phone", "person": "legal representative", "agent": "agent"}


def company_rotation(case: Case) -> tuple[Evidence, ...]:
    """Company rotation (RF20).

    A young company with the phone, representative or agent of an older one that stopped taking clients, or that stands
    ready beside it without clients yet. It rests on the tie of RF04 and is of the same family, so it never adds one.
    """
    taken, rows = _client_days(case)
    working = {f.target for f in case.of("complained_from", "represented_by") if case.debtor_of(f.source) is not None}
    days = [day for each in taken.values() for day in each] + [day for day, _, _ in case.complaint_days]
    if not days:
        return ()
    ties: dict[int, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    for company, shared, row in company_ties(case):
        known = company in rows or (case.kind(shared) == "phone" and shared in working)
        if case.kind(shared) in _WORDS and known:
            ties[shared][company].add(row)
    found, told = [], set()
    for shared in sorted(ties):
        started = {c: _start(case, c, taken) for c in ties[shared]}
        order = sorted((day, c) for c, day in started.items() if day is not None)
        for (_, old), (since, new) in pairwise(order):
            young = max(days) - since <= case.settings.rotation_days
            if (old, new) in told or not young or old not in rows or not _took_over(case, old, new, taken):
                continue
            told.add((old, new))
            followed = "stopped" if taken.get(new) else "is still at work"
            used = f"took its first client on {iso_day(min(taken[new]))}" if taken.get(new) else "has no clients yet"
            found.append(
                evidence(
                    case,
                    ("RF20", "Company rotation", "ORG"),
                    f"the company {{n2}} (since {iso_day(since)}) shares the {_WORDS[case.kind(shared)]} {{n0}} with "
                    f"{{n1}}, whose last client came on {iso_day(max(taken[old]))} and which {followed}; {{n2}} {used}",
                    (),
                    ties[shared][old] | ties[shared][new] | rows[old] | rows.get(new, set()),
                    "a normal restart, a franchise, a second branch",
                    things=(shared, old, new),
                    value=2,
                )
            )
    return tuple(found)


def _client_days(case: Case) -> tuple[dict[int, set[int]], dict[int, set[Row]]]:
    """Days on which each company took clients of the ring, and the rows of all its clients."""
    taken: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("represented_by"):
        if case.debtor_of(fact.source) is not None and case.kind(fact.target) == "company":
            rows[fact.target].add(fact.row)
            if fact.day is not None:
                taken[fact.target].add(fact.day)
    return taken, rows


def _start(case: Case, company: int, taken: dict[int, set[int]]) -> int | None:
    """The day of registration, else of the first client."""
    said = case.attribute(company, "registered_on")
    if said:
        return (dt.date.fromisoformat(said) - dt.date(1970, 1, 1)).days
    return min(taken[company]) if taken.get(company) else None


def _took_over(case: Case, old: int, new: int, taken: dict[int, set[int]]) -> bool:
    """Whether the old company had clients, and the new one took its first when these had stopped, or has none yet."""
    if not taken.get(old):
        return False
    if taken.get(new):
        return min(taken[new]) > max(taken[old])
    return not _STOPPED.search(str(case.attribute(new, "status") or ""))


def phone_rotation(case: Case) -> tuple[Evidence, ...]:
    """Phone rotation (RF21).

    A phone that represented or complained for debtors is followed by another one that at least half of them go on with.
    It shows one hand behind two numbers; the numbers themselves are counted by RF01 and RF02.
    """
    uses: dict[int, dict[int, set[tuple[int, Row]]]] = defaultdict(lambda: defaultdict(set))
    for fact in case.of("represented_by", "complained_from"):
        debtor = case.debtor_of(fact.source)
        if debtor is None or fact.day is None or case.kind(fact.target) != "phone":
            continue
        if fact.target not in case.own_phones.get(debtor, frozenset()):
            uses[fact.target][debtor].add((fact.day, fact.row))
    span = {p: _span(clients) for p, clients in uses.items()}
    found = []
    for old in sorted(uses):
        for new in sorted(uses):
            if old == new or span[new][0] <= span[old][1]:
                continue
            carried = uses[old].keys() & uses[new].keys()
            enough = len(carried) >= case.settings.carry_share * len(uses[old])
            if not enough or case.units(carried) < case.settings.min_units:
                continue
            found.append(
                evidence(
                    case,
                    ("RF21", "Phone rotation", ""),
                    f"the phone {{n0}}, used until {iso_day(span[old][1])}, is followed from {iso_day(span[new][0])} "
                    f"by {{n1}}: {len(carried)} of its {plural(len(uses[old]), 'client')} went on with the new one",
                    carried,
                    {row for phone in (old, new) for d in carried for _, row in uses[phone][d]},
                    "the agent changed the operator; a recycled number brings the history of its old user",
                    things=(old, new),
                )
            )
    return tuple(found)


def _span(clients: dict[int, set[tuple[int, Row]]]) -> tuple[int, int]:
    days = [day for uses in clients.values() for day, _ in uses]
    return min(days), max(days)
