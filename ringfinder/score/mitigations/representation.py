"""Lawful representation: powers of attorney in force (M01), and representatives vouched for or licensed (M06)."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Mitigation, Row
from ringfinder.score.case import Case
from ringfinder.score.mitigations.complaints import fact
from ringfinder.vocabulary import plural

__all__ = ["allow_listed", "valid_mandates"]


def valid_mandates(case: Case) -> tuple[Mitigation, ...]:
    """Powers of attorney exist (M01).

    They name the phone or the agent. One that ended before the debtor complained, was signed after it, or that the
    debtor knows nothing of is told as such and does not count.
    """
    named: dict[int, set[Row]] = defaultdict(set)
    days: dict[int, set[int]] = defaultdict(set)
    for complaint in case.complaints:
        if complaint.day is not None:
            days[complaint.debtor].add(complaint.day)
    denied = {(f.source, f.row) for f in case.of("marked") if case.nodes[f.target][1] == "poa unaware"}
    mandates = {key: found for key, found in case.mandates.items() if key[0] in case.members}
    # a representative may be named without any power of attorney; where some have a date of signing, only those count
    dated = {k: m for k, v in mandates.items() if (m := tuple(one for one in v if one[0] is not None))} or mandates
    for (debtor, representative), found in dated.items():
        rows = {row for _, _, row in found} - {row for who, row in denied if who == debtor}
        when: list[int | None] = [*sorted(days[debtor])] or [None]
        if rows and any(case.is_mandated(debtor, representative, day) for day in when):
            named[debtor] |= rows
    if not named:
        return ()
    late = {debtor for debtor, _ in dated} - named.keys()
    outside = f"; those of {plural(len(late), 'debtor')} were not in force or are denied by the debtor" if late else ""
    return (
        fact(
            "M01",
            f"powers of attorney exist for {len(named)} of {plural(len(case.debtors), 'debtor')}{outside}; "
            "representation is lawful",
            set().union(*named.values()),
        ),
    )


def allow_listed(case: Case) -> tuple[Mitigation, ...]:
    """Representative is on the allow-list, or a licensed or public body by its code (M06)."""
    clients: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    for f in case.of("represented_by"):
        debtor = case.debtor_of(f.source)
        if debtor is not None and (f.target in case.vouched or case.is_licensed(f.target)):
            clients[f.target].add(debtor)
            rows[f.target].add(f.row)
    found = []
    for node in sorted(clients):
        what = f"{{n0}} represents {len(clients[node])} of {plural(len(case.debtors), 'debtor')}"
        if node in case.vouched:
            sentence = (
                f"allow-list conflict: {what} and is on your allow list ({case.vouched[node]}); a second person must "
                "review this lead before anything is done"
            )
        else:
            sentence = f"{what} and is a licensed or public body; if its licence is in order, put it on the allow list"
        found.append(fact("M06", sentence, rows[node], (case.id(node),)))
    return tuple(found)
