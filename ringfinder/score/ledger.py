"""What is at stake in a ring, what it costs the desks, and what its intermediaries may earn: figures with their rows.

Sums of fewer than five debtors are told as a range of round figures, in every run: such a sum says too much of each of
them (domain P23). What is reckoned from such a sum is reckoned from the range.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ringfinder.model import LedgerFigure, Member, Row
from ringfinder.score.case import Case, Reading
from ringfinder.vocabulary import plural

__all__ = ["FEW", "ledger"]

#: Sums of fewer debtors than this are told as a range.
FEW = 5

_Sum = tuple[float, float, int, set[Row]]


def ledger(case: Case, members: Sequence[Member]) -> tuple[LedgerFigure, ...]:
    """The figures of the exposure and fee ledger. What no row states is left out.

    Parameters
    ----------
    case : Case
    members : sequence of Member
        The ring's members: only payments to its own accounts are fees.

    Returns
    -------
    tuple of LedgerFigure
        ``balance`` (overdue sums, each debtor once), ``relief`` (sums that complaints dispute), ``complaints``,
        ``bodies``, ``days`` (load), ``fees_paid`` (payments into the ring's accounts), ``income_percent``,
        ``income_flat``, ``income_others`` (what ``[ledger]`` makes of them).
    """
    balance = _each_once(case, "overdue_amount")
    relief = _each_once(case, "disputed")
    found = []
    if balance:
        found.append(_money("balance", f"overdue sums of {_of(balance[2], case)}, each debtor once", balance))
    if relief:
        found.append(_money("relief", f"sums that complaints of {_of(relief[2], case)} dispute", relief))
    found += _load(case)
    found += _fees_paid(case, members)
    return (*found, *_income(case, members, balance, relief))


def _each_once(case: Case, what: str) -> _Sum | None:
    """The sum over the ring's debtors, least and greatest, how many have one, and the rows.

    Several rows may tell one debt twice (a customer list and a case list) or two debts: the least is the debtor's
    smallest figure, the greatest the largest.
    """
    figures: dict[int, list[Reading]] = {}
    for debtor in case.debtors:
        own = [r for r in case.readings.get(debtor, ()) if r.what == what and r.value > 0]
        if own:
            figures[debtor] = own
    if not figures:
        return None
    low = math.fsum(min(r.value for r in own) for own in figures.values())
    high = math.fsum(max(r.value for r in own) for own in figures.values())
    return (*_told(low, high, len(figures)), len(figures), {r.row for own in figures.values() for r in own})


def _load(case: Case) -> list[LedgerFigure]:
    """How many complaints, to how many bodies, over how many days."""
    complaints = [f for f in case.of("filed") if f.source in case.members]
    if not complaints:
        return []
    rows = tuple(sorted({f.row for f in complaints}))
    number = len({f.target for f in complaints})
    debtors = len({f.source for f in complaints})
    found = [
        LedgerFigure(
            "complaints",
            f"{plural(number, 'complaint')} of {plural(debtors, 'debtor')} to be handled",
            number,
            number,
            "complaints",
            rows,
        )
    ]
    events = {f.target for f in complaints}
    via = [f for f in case.facts if f.relation == "via" and f.source in events]
    if via:
        bodies = len({f.target for f in via})
        found.append(
            LedgerFigure(
                "bodies",
                f"{plural(bodies, 'body', 'bodies')} or desks that they came through",
                bodies,
                bodies,
                "bodies",
                tuple(sorted({f.row for f in via})),
            )
        )
    days = {f.row: f.day for f in complaints if f.day is not None}
    if days:
        span = max(days.values()) - min(days.values()) + 1
        sentence = f"{plural(span, 'day')} from the first complaint to the last"
        found.append(LedgerFigure("days", sentence, span, span, "days", tuple(sorted(days))))
    return found


def _fees_paid(case: Case, members: Sequence[Member]) -> list[LedgerFigure]:
    """What rows show that the ring's debtors paid into its accounts."""
    ring = _nodes(case, members)
    paid: dict[int, set[Row]] = defaultdict(set)
    for fact in case.of("paid"):
        if fact.source in case.members and fact.target in ring:
            paid[fact.source].add(fact.row)
    seen = {(d, r) for d, rows in paid.items() for r in case.readings.get(d, ()) if r.what == "paid" and r.row in rows}
    if not seen:
        return []
    total = math.fsum(r.value for _, r in sorted(seen))
    number = len({d for d, _ in seen})
    low, high = _told(total, total, number)
    rows = tuple(sorted({r.row for _, r in seen}))
    shown = set(rows)
    accounts = {f.target for f in case.of("paid") if f.row in shown} & ring
    sentence = (
        f"{plural(len(seen), 'payment')} of {plural(number, 'debtor')} into {plural(len(accounts), 'account')} of the "
        f"ring{_spread(low, high)}"
    )
    return [LedgerFigure("fees_paid", sentence, low, high, "money", rows)]


def _nodes(case: Case, members: Sequence[Member]) -> set[int]:
    """The nodes of the members."""
    ids = {m.id for m in members}
    return {node for node in case.nodes if case.id(node) in ids}


def _income(case: Case, members: Sequence[Member], balance: _Sum | None, relief: _Sum | None) -> Iterable[LedgerFigure]:
    """What intermediaries would earn if every debtor of the ring paid what is usually asked (F30 to F32)."""
    rules = case.ledger
    ties = _ties(case, members)
    number = len(ties)
    everybody = {row for rows in ties.values() for row in rows}
    if balance:
        yield _figure(
            "income_percent",
            f"{_share(rules.percent_low)} to {_share(rules.percent_high)} of the overdue sums, as is usually asked",
            rules.percent_low * balance[0],
            rules.percent_high * balance[1],
            balance[3],
        )
    if number:
        low, high, rows, more = rules.flat_low * number, rules.flat_high * number, everybody, ""
        if relief:
            low, high = low + rules.waiver_low * relief[0], high + rules.waiver_high * relief[1]
            rows = rows | relief[3]
            more = (
                f" and {_share(rules.waiver_low)} to {_share(rules.waiver_high)} of the sums that complaints dispute, "
                "were all of them waived"
            )
        yield _figure(
            "income_flat",
            f"{rules.flat_low:,.0f} to {rules.flat_high:,.0f} in advance from each of {plural(number, 'debtor')}{more}",
            low,
            high,
            rows,
        )
    if number and balance:
        ends = sorted((rules.least_percent * balance[0], rules.most_flat * number))
        yield _figure(
            "income_others",
            f"the widest range that is asked: {_share(rules.least_percent)} of the overdue sums, or "
            f"{rules.most_flat:,.0f} from each of {plural(number, 'debtor')}",
            ends[0],
            ends[1],
            everybody | balance[3],
        )


def _ties(case: Case, members: Sequence[Member]) -> Mapping[int, set[Row]]:
    """The rows that tie each debtor to the ring's things, organisations and complaints."""
    inside = _nodes(case, members)
    rows: dict[int, set[Row]] = defaultdict(set)
    for fact in case.facts:
        debtor = case.debtor_of(fact.source)
        if debtor is not None and fact.target in inside and fact.source not in case.blocked:
            rows[debtor].add(fact.row)
    for phone, calls in case.calls.items():
        if phone in inside:
            for _, debtor, row in calls:
                rows[debtor].add(row)
    return rows


def _money(code: str, sentence: str, total: _Sum) -> LedgerFigure:
    low, high, _, rows = total
    return LedgerFigure(code, sentence + _spread(low, high), low, high, "money", tuple(sorted(rows)))


def _figure(code: str, sentence: str, low: float, high: float, rows: set[Row]) -> LedgerFigure:
    return LedgerFigure(code, sentence, round(low, 2), round(high, 2), "money", tuple(sorted(rows)))


def _told(low: float, high: float, debtors: int) -> tuple[float, float]:
    """The sum to the cent, or the round figures around it where it is of few debtors."""
    if debtors >= FEW or high <= 0:
        return round(low, 2), round(high, 2)
    step = 10.0 ** math.floor(math.log10(high))
    top = (math.floor(high / step) + 1) * step
    return math.floor(low / step) * step, top


def _spread(low: float, high: float) -> str:
    return " (a range: they are few, or their rows differ)" if low < high else ""


def _of(number: int, case: Case) -> str:
    every = len(case.debtors)
    return plural(number, "debtor") if number == every else f"{number} of {plural(every, 'debtor')}"


def _share(value: float) -> str:
    return f"{100 * value:g} %"
