"""Powers of attorney that are thin, that there are two of, or whose principal is nobody's customer."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.signals.clients import evidence, marks, widest
from ringfinder.score.signals.represent import company_groups
from ringfinder.vocabulary import plural

__all__ = ["duplicate_representation", "represented_outsider", "thin_mandate"]

#: Marks of a power of attorney, and how they are told.
_FAULTS = {
    "open-ended": "open-ended",
    "no reference": "without a reference",
    "no original": "without an original",
    "unaware": "unknown to the client when called back",
    "place": "signed at one place",
    "signature": "with one image as signature",
}


def thin_mandate(case: Case) -> tuple[Evidence, ...]:
    """Thin or open-ended power of attorney (RF11).

    Several kinds of faults in the powers of attorney for one representative. An original and a signature by hand may be
    asked for; a fault alone makes no ring, so it adds no family.
    """
    faults: dict[str, dict[tuple[int, Row], None]] = defaultdict(dict)
    for debtor, fault, _, row in marks(case, "poa"):
        faults[fault][debtor, row] = None
    if len(faults) < case.settings.mandate_faults:
        return ()
    found = []
    clients = case.clients
    for hub in widest(clients):
        here = {(d, row) for d, rows in clients[hub].items() for row in rows}
        seen: dict[str, set[tuple[int, Row]]] = {}
        for fault, places in faults.items():
            kind = fault.split(" ")[0] if fault.split(" ")[0] in ("place", "signature") else fault
            hit = here & places.keys()
            if kind in ("place", "signature") and case.units({d for d, _ in hit}) < case.settings.min_units:
                continue
            if hit and kind in _FAULTS:
                seen.setdefault(kind, set()).update(hit)
        debtors = {d for hit in seen.values() for d, _ in hit}
        if len(seen) < case.settings.mandate_faults or case.units(debtors) < case.settings.min_units:
            continue
        parts = [f"{len({d for d, _ in seen[k]})} {told}" for k, told in _FAULTS.items() if k in seen]
        found.append(
            evidence(
                case,
                ("RF11", "Thin power of attorney", ""),
                f"of the powers of attorney of {plural(len(clients[hub]), 'client')} for {{n0}}, "
                f"{', '.join(parts[:-1])} and {parts[-1]}",
                debtors,
                {row for hit in seen.values() for _, row in hit},
                "a lawyer's own form, a scan in place of the original, a desk that does not note the reference",
                things=(hub,),
            )
        )
    return tuple(found)


def duplicate_representation(case: Case) -> tuple[Evidence, ...]:
    """Duplicate representation (RF32): one debtor, two organisations at once that share nothing."""
    group = {c: i for i, companies in enumerate(company_groups(case)) for c in companies}
    terms: dict[int, dict[int, list[tuple[float, float, Row]]]] = defaultdict(lambda: defaultdict(list))
    for (debtor, other), mandates in case.mandates.items():
        if debtor in case.members and case.kind(other) in ("company", "law_firm"):
            for first, last, row in mandates:
                start = float("-inf") if first is None else first
                end = float("inf") if first is None else first + case.settings.duplicate_days
                terms[debtor][other].append((start, end if last is None else last, row))
    twice, rows, firms = set(), set(), set()
    for debtor, by_firm in terms.items():
        for one in by_firm:
            for two in by_firm:
                if one >= two or group.get(one, -one - 1) == group.get(two, -two - 1):
                    continue
                for a in by_firm[one]:
                    for b in by_firm[two]:
                        if a[0] <= b[1] and b[0] <= a[1] and a[2] != b[2]:
                            twice.add(debtor)
                            rows |= {a[2], b[2]}
                            firms |= {one, two}
    if not twice:
        return ()
    verb = "is" if len(twice) == 1 else "are"
    return (
        evidence(
            case,
            ("RF32", "Duplicate representation", ""),
            f"{plural(len(twice), 'debtor')} {verb} represented by two organisations at once that share nothing",
            twice,
            rows,
            "a change of adviser, a lawyer beside a consumer association",
            value=len(twice),
        ),
    )


def represented_outsider(case: Case) -> tuple[Evidence, ...]:
    """Represented non-customer (RF33).

    Clients of one representative who have no account: they stand in no table of customers although most debtors do, or
    all their accounts are with other lenders than the one they complain about.
    """
    outside = _outsiders(case)
    if not outside:
        return ()
    clients = case.clients
    found = []
    for hub in widest({h: each.keys() & outside.keys() for h, each in clients.items()}):
        debtors = clients[hub].keys() & outside.keys()
        units = case.units(debtors)
        if units >= case.settings.outsiders_min:
            found.append(
                evidence(
                    case,
                    ("RF33", "Represented non-customer", ""),
                    f"{plural(units, 'unrelated client')} of {{n0}} have no account with the lender that they complain "
                    "about, as far as the tables of customers show",
                    debtors,
                    {row for d in debtors for row in clients[hub][d] | outside[d]},
                    "a wrong customer number, merged banks, an export of some customers only",
                    things=(hub,),
                )
            )
    return tuple(found)


def _outsiders(case: Case) -> dict[int, set[Row]]:
    """Debtors without an account, and the rows of what they complain about."""
    about: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    borrowed: dict[int, set[int]] = defaultdict(set)
    for fact in case.of("about"):
        debtor = case.debtor_of(fact.source)
        if debtor is not None and fact.target in case.norms.lenders:
            about[debtor].add(fact.target)
            rows[debtor].add(fact.row)
    for fact in case.of("borrowed_from"):
        borrowed[fact.source].add(fact.target)
    listed = 0 < case.norms.listed >= case.settings.customer_share
    found = {}
    for debtor in case.debtors:
        stranger = listed and case.attribute(debtor, "customer") is None
        elsewhere = borrowed[debtor] and about[debtor] - borrowed[debtor]
        if stranger or elsewhere:
            found[debtor] = rows[debtor]
    return found
