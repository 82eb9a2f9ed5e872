"""What the lender or its collectors did: rules of collection that were broken (M03), complaints upheld (M04)."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Mitigation, Row
from ringfinder.score.case import Case
from ringfinder.score.case_rows import Complaint
from ringfinder.score.mitigations.complaints import fact, is_upheld
from ringfinder.vocabulary import plural

__all__ = ["broken_rules", "upheld"]

#: The mark of a debtor's phone that a public number called at night (:func:`ringfinder.link.people.link_calls`).
_HOTLINE = "hotline_at_night"
#: Calls of these phones are the ring's own, not a collector's.
_OURS = ("represented_by", "complained_from", "reached_at")


def broken_rules(case: Case) -> tuple[Mitigation, ...]:
    """Rules of collection may have been broken (M03).

    Calls to debtors between 22:00 and 08:00, and more than ``calls_a_day`` of one phone on a day (GB/T 45251-2025), by
    phones that are not the ring's; complaints about calls at night or to others that were upheld (card rules, art. 68).
    """
    found = []
    owner = {phone: debtor for debtor, phones in sorted(case.own_phones.items()) for phone in sorted(phones)}
    ours = {f.target for f in case.of(*_OURS)} | owner.keys()
    night = [f for f in case.of("called_at_night") if f.target in owner and f.source not in ours]
    called = [(f.target, f.row) for f in night]
    called += [
        (f.source, f.row) for f in case.of("marked") if case.nodes[f.target][1] == _HOTLINE and f.source in owner
    ]
    called = [(phone, row) for phone, row in called if owner[phone] in case.members]
    check = "; check whether the callers are the lender's or its collectors'"
    if called:
        debtors = {owner[phone] for phone, _ in called}
        found.append(
            fact(
                "M03",
                f"{plural(len({row for _, row in called}), 'call')} to {plural(len(debtors), 'debtor')} between 22:00 "
                f"and 08:00{check}",
                (row for _, row in called),
            )
        )
    by_day: dict[tuple[int, int, int], set[Row]] = defaultdict(set)
    for f in case.of("called"):
        if f.day is not None and f.source not in ours and owner.get(f.target) in case.members:
            by_day[f.source, f.target, f.day].add(f.row)
    many = {key: rows for key, rows in by_day.items() if len(rows) > case.settings.calls_a_day}
    if many:
        debtors = {owner[target] for _, target, _ in many}
        found.append(
            fact(
                "M03",
                f"{plural(len(debtors), 'debtor was', 'debtors were')} called more than {case.settings.calls_a_day} "
                f"times by one phone on {plural(len({day for _, _, day in many}), 'day')}{check}",
                set().union(*many.values()),
            )
        )
    proved = [c for c in _upheld(case) if case.attribute(c.node, "says_breach")]
    if proved:
        found.append(
            fact(
                "M03",
                f"{plural(len({c.node for c in proved}), 'complaint')} about calls at night or to others "
                f"{'was' if len({c.node for c in proved}) == 1 else 'were'} upheld",
                (c.row for c in proved),
            )
        )
    return tuple(found)


def upheld(case: Case) -> tuple[Mitigation, ...]:
    """Complaints were upheld, or the lender put something right (M04)."""
    found = _upheld(case)
    if not found:
        return ()
    number = len({c.node for c in found})
    return (fact("M04", f"{plural(number, 'complaint was', 'complaints were')} upheld", (c.row for c in found)),)


def _upheld(case: Case) -> list[Complaint]:
    return [c for c in case.complaints if is_upheld(str(case.attribute(c.node, "result") or ""))]
