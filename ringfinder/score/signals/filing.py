"""How complaints follow one another: again and again, in turns, to several lenders."""

from __future__ import annotations

from collections import defaultdict

from ringfinder.model import Evidence, Row
from ringfinder.score.case import Case
from ringfinder.score.signals.clients import evidence, widest
from ringfinder.score.signals.windows import Window, busiest_window, day_text
from ringfinder.vocabulary import plural

__all__ = ["campaign", "repeat_filing", "several_lenders"]


def _ends(case: Case, relation: str) -> dict[int, int]:
    """What each complaint is ``about``, or which channel it came ``via``; the first of several."""
    found: dict[int, int] = {}
    for fact in case.of(relation):
        found[fact.source] = min(fact.target, found.get(fact.source, fact.target))
    return found


def repeat_filing(case: Case) -> tuple[Evidence, ...]:
    """Repeat filing (RF08): one debtor complains about one lender and issue by one channel again and again."""
    about, via = _ends(case, "about"), _ends(case, "via")
    filed: dict[tuple[object, ...], set[tuple[int, int, Row]]] = defaultdict(set)
    for fact in case.of("filed"):
        if fact.source in case.members and fact.day is not None:
            issue = case.attribute(fact.target, "category") or ""
            key = (fact.source, about.get(fact.target, -1), via.get(fact.target, -1), issue)
            filed[key].add((fact.day, fact.target, fact.row))
    again: dict[int, int] = {}
    rows: set[Row] = set()
    results = 0
    for (debtor, *_), complaints in filed.items():
        runs = _run(sorted(complaints), case.settings.repeat_days)
        if len(runs) >= case.settings.repeat_min and isinstance(debtor, int):
            again[debtor] = max(again.get(debtor, 0), len(runs))
            rows |= {row for _, _, row in runs}
            results += sum(case.attribute(c, "result") is not None for _, c, _ in runs)
    if not again:
        return ()
    verb = "complains" if len(again) == 1 else "complain"
    return (
        evidence(
            case,
            ("RF08", "Repeat filing", ""),
            f"{plural(len(again), 'debtor')} {verb} up to {max(again.values())} times within "
            f"{plural(case.settings.repeat_days, 'day')} about one lender and issue by one channel; "
            f"{results} of these complaints have a noted result",
            again,
            rows,
            "a complaint that was not or badly answered",
            value=len(again),
        ),
    )


def _run(complaints: list[tuple[int, int, Row]], days: int) -> list[tuple[int, int, Row]]:
    """The most complaints (each once) within ``days`` days, the earliest of equals."""
    once = {complaint: (day, complaint, row) for day, complaint, row in reversed(complaints)}
    items, start = sorted(once.values()), 0
    best: list[tuple[int, int, Row]] = []
    for end in range(len(items)):
        while items[start][0] <= items[end][0] - days:
            start += 1
        if end + 1 - start > len(best):
            best = items[start : end + 1]
    return best


def campaign(case: Case) -> tuple[Evidence, ...]:
    """Campaign on one lender (RF16).

    Two bursts about one lender by different clients of one representative or caller within months. A burst of their own
    counts as TIME by RF07; so it adds no family.
    """
    if len(case.debtors) < 2 * case.settings.burst_min:
        return ()  # two bursts of different people
    about = _ends(case, "about")
    clients = case.clients_or_callers
    days: dict[int, Window] = defaultdict(list)
    for fact in case.of("filed"):
        if fact.source in case.members and fact.day is not None:
            days[about.get(fact.target, -1)].append((fact.day, fact.source, fact.row))
    found = []
    for hub in widest(clients):
        for lender in sorted(days):
            if lender in case.members or (lender < 0 and len(days) > 1):
                continue  # no lender named: one lender's own export, or nothing to tell by
            first = _burst(case, [u for u in days[lender] if u[1] in clients[hub]])
            if not first:
                continue
            span = range(min(_days(first)), max(_days(first)) + 1)
            others = clients[hub].keys() - {u[1] for u in first}
            second = _burst(case, [u for u in days[lender] if u[1] in others and u[0] not in span])
            if not second:
                continue
            both = sorted((min(_days(b)), max(_days(b))) for b in (first, second))
            if both[1][0] - both[0][0] > case.settings.campaign_days:
                continue
            debtors = {u[1] for u in (*first, *second)}
            whom = " about {n1}" if lender >= 0 else ""
            found.append(
                evidence(
                    case,
                    ("RF16", "Campaign on one lender", ""),
                    f"{plural(case.units(debtors), 'unrelated client')} of {{n0}} complained{whom} in two bursts of "
                    f"different people: {day_text(*both[0])}, and {day_text(*both[1])}",
                    debtors,
                    {u[2] for u in (*first, *second)},
                    "a fault of that lender that came twice",
                    things=(hub, lender) if lender >= 0 else (hub,),
                )
            )
    return tuple(found)


def _burst(case: Case, uses: Window) -> Window:
    """The busiest window if it holds enough debtors for a burst, else nothing."""
    window = busiest_window(case, uses, case.settings.burst_days)
    return window if case.units({u[1] for u in window}) >= case.settings.burst_min else []


def _days(window: Window) -> list[int]:
    return [day for day, _, _ in window if day is not None]


def several_lenders(case: Case) -> tuple[Evidence, ...]:
    """Several lenders at once (RF10), only where data of several lenders is lawfully pooled."""
    if not case.settings.pooled:
        return ()
    days = {f.target: f.day for f in case.of("filed") if f.source in case.members}
    told: dict[int, set[tuple[int, int, Row]]] = defaultdict(set)
    for fact in case.of("about"):
        debtor, day = case.debtor_of(fact.source), days.get(fact.source, fact.day)
        if debtor is not None and day is not None:
            told[debtor].add((day, fact.target, fact.row))
    many: dict[int, int] = {}
    rows: dict[int, set[Row]] = {}
    for debtor, uses in told.items():
        for day, _, _ in sorted(uses):
            within = {u for u in uses if day <= u[0] < day + case.settings.lenders_days}
            lenders = len({lender for _, lender, _ in within})
            if lenders >= case.settings.lenders_min and lenders > many.get(debtor, 0):
                many[debtor] = lenders
                rows[debtor] = {row for _, _, row in within}
    if not many:
        return ()
    verb = "complains" if len(many) == 1 else "complain"
    return (
        evidence(
            case,
            ("RF10", "Several lenders at once", ""),
            f"{plural(len(many), 'debtor')} {verb} about up to {max(many.values())} lenders within "
            f"{plural(case.settings.lenders_days, 'day')}",
            many,
            {row for each in rows.values() for row in each},
            "a person with many debts naturally writes to each lender",
            value=len(many),
        ),
    )
