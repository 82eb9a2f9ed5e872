"""The dated steps of a ring's debtors, from falling overdue to the outcome, and whether they keep step.

A step is dated by its own row; nothing is guessed, and a missing step stays missing (domain section 1.5). Calls that
were made to provoke a collector cannot be told from others by a call list, so there is no such step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ringfinder.graph import iso_day
from ringfinder.model import Evidence, Member, PlaybookStep, Row
from ringfinder.score.case import Case
from ringfinder.vocabulary import plural

__all__ = ["STAGES", "lockstep", "playbook"]

#: The stages in the order of the playbook.
STAGES = ("advert", "overdue", "contact", "mandate", "fee", "proof", "letter", "complaint", "outcome", "lawsuit")
#: Stages of debtors whose day debtor and ring choose. An outcome's day is the lender's, a lawsuit's the court's.
_CHOSEN = ("overdue", "contact", "mandate", "fee", "proof", "letter", "complaint")
#: A new phone of record within so many days before the first complaint is a contact, whoever uses it (RF22).
_CHANGED_BEFORE = 30
#: A lag within so many days of the ring's middle lag is the same lag; so many days are a week.
_SAME_LAG, _WEEK = 3, 7
#: A course has at least so many stages: a mandate some days before a complaint is nothing special.
_STAGES_DATED = 3
#: Fewest debtors in step, their least share of all whose steps are dated, and the chance below which it is told.
_FEWEST, _SHARE, _P = 5, 0.5, 0.01
_ROUNDS, _SEED = 999, 0
#: Cells that are shuffled at once.
_CELLS = 2_000_000

_Step = tuple[str, int, int, Row]


def playbook(case: Case, members: Sequence[Member]) -> tuple[PlaybookStep, ...]:
    """The dated steps of the ring and of each of its debtors.

    A step of the ring has no debtor: it is the first of its stage. An advert that names one of its phones is a step of
    the ring alone. Of contacts only a debtor's first is a step; steps of one stage, debtor and day are one.

    Parameters
    ----------
    case : Case
    members : sequence of Member
        The ring's members: only its own phones, organisations and accounts count.

    Returns
    -------
    tuple of PlaybookStep
        The ring's steps first, in the order of :data:`STAGES`, then each debtor's by date.
    """
    steps = _steps(case, members)
    first: dict[str, int] = {}
    for stage, _, day in steps:
        first[stage] = min(day, first.get(stage, day))
    ring: dict[str, set[Row]] = defaultdict(set)
    for (stage, _, day), rows in steps.items():
        if day == first[stage]:
            ring[stage] |= rows
    for row, day in _adverts(case, members):
        ring["advert"].add(row)
        first["advert"] = day
    whole = [PlaybookStep(s, "", iso_day(first[s]), tuple(sorted(ring[s]))) for s in STAGES if s in first]
    order = sorted(steps, key=lambda s: (case.id(s[1]), s[2], STAGES.index(s[0])))
    return tuple(whole) + tuple(
        PlaybookStep(stage, case.id(debtor), iso_day(day), tuple(sorted(steps[stage, debtor, day])))
        for stage, debtor, day in order
    )


def lockstep(case: Case, members: Sequence[Member]) -> tuple[Evidence, ...]:
    """Steps in lockstep (PB01): the same steps follow each other at the same lags.

    Each debtor's first step of each stage is measured from the stage that most debtors have. A debtor with at least
    three dated stages is in step when every lag is within three days of the ring's middle lag. The steps' days are then
    shuffled among all debtors and stages of the ring, so that its period and its calendar stay as they are, 999 times;
    p is the share of shuffles, the found one included, with as many debtors in step. It depends on recruiting and adds
    no family.
    """
    stages, debtors, days, rows = _first_days(case, members)
    if len(stages) < _STAGES_DATED:
        return ()
    anchor, lags = _lags(days[None])
    follow = _in_step(lags)[0]
    number, among = int(follow.sum()), int(_told(lags)[0].sum())
    if case.units({debtors[i] for i in np.flatnonzero(follow)}) < _FEWEST or number < _SHARE * among:
        return ()
    p = _chance(days, number)
    if p >= _P:
        return ()
    middle = _median(lags)[0, 0]
    order = sorted(range(len(stages)), key=lambda k: (0.0 if k == anchor else middle[k], k))
    course = ", ".join(_said(stages[k], stages[anchor], 0.0 if k == anchor else float(middle[k])) for k in order)
    together = _busiest(days[follow, anchor])
    return (
        Evidence(
            "PB01",
            "Steps in lockstep",
            "",
            number,
            f"{number} of {plural(among, 'debtor')} with {_STAGES_DATED} or more dated stages follow one course, to "
            f"within {_SAME_LAG} days: {course}; {together} of them have the {stages[anchor]} within one week; "
            f"shuffled dates do as well with p = {p:.3f}",
            tuple(sorted({row for i in np.flatnonzero(follow) for row in rows[i]})),
            "one office's usual course for every client; a notice or a deadline that reached all of them at once",
            tuple(sorted(case.id(debtors[i]) for i in np.flatnonzero(follow))),
        ),
    )


def _said(stage: str, anchor: str, lag: float) -> str:
    if stage == anchor:
        return stage
    days = f"{abs(lag):g} {'day' if abs(lag) == 1 else 'days'}"
    return f"{stage} {days} {'before' if lag < 0 else 'after'}" if lag else f"{stage} on the day"


def _steps(case: Case, members: Sequence[Member]) -> dict[tuple[str, int, int], set[Row]]:
    """(stage, debtor, day) → rows."""
    steps: dict[tuple[str, int, int], set[Row]] = defaultdict(set)
    contacts: dict[int, dict[int, set[Row]]] = defaultdict(lambda: defaultdict(set))
    ring = {m.id for m in members}
    for stage, debtor, day, row in _dated(case, ring):
        if stage == "contact":
            contacts[debtor][day].add(row)
        else:
            steps[stage, debtor, day].add(row)
    for debtor, days in contacts.items():
        steps["contact", debtor, min(days)] |= days[min(days)]
    return steps


def _adverts(case: Case, members: Sequence[Member]) -> list[tuple[Row, int]]:
    """The earliest day on which an advert named a phone of the ring, once for each row that says so."""
    ring = {m.id for m in members}
    seen = [
        (f.row, f.day)
        for f in case.of("marked")
        if f.day is not None and case.id(f.source) in ring and case.nodes[f.target][1].startswith("advert")
    ]
    return [(row, day) for row, day in seen if day == min(d for _, d in seen)]


def _dated(case: Case, ring: set[str]) -> Iterator[_Step]:
    """Every dated step as (stage, debtor, day, row), in no order."""
    suits = [f for f in case.of("marked") if case.nodes[f.target][1] == "suit"]
    filed = {(f.row, f.day) for f in (*case.of("filed"), *suits)}
    first_complaint: dict[int, int] = {}
    for day, debtor, _ in case.complaint_days:
        first_complaint.setdefault(debtor, day)
    for debtor in case.debtors:
        for reading in case.readings.get(debtor, ()):
            if reading.what in ("overdue_since", "closed"):
                stage = "overdue" if reading.what == "overdue_since" else "outcome"
                yield stage, debtor, int(reading.value), reading.row
    for phone, calls in case.calls.items():
        if case.id(phone) in ring and phone not in case.blocked:
            yield from (("contact", debtor, day, row) for day, debtor, row in calls if day is not None)
    for fact in suits:
        if fact.source in case.members and fact.day is not None:
            yield "lawsuit", fact.source, fact.day, fact.row
    stages = {
        "represented_by": "mandate", "paid": "fee", "submitted": "proof", "posted": "letter", "filed": "complaint",
        "uses_record_phone": "contact",
    }  # fmt: skip
    for fact in case.of(*stages):
        debtor_ = case.debtor_of(fact.source)
        if debtor_ is None or fact.day is None:
            continue
        if fact.relation in ("represented_by", "paid") and case.id(fact.target) not in ring:
            continue
        if fact.relation == "represented_by" and (fact.row, fact.day) in filed:
            continue  # a representative named in a complaint or suit, dated by it: nobody knows when he was hired
        if fact.relation == "uses_record_phone" and case.id(fact.target) not in ring:
            complained = first_complaint.get(debtor_)
            if complained is None or not 0 <= complained - fact.day <= _CHANGED_BEFORE:
                continue
        yield stages[fact.relation], debtor_, fact.day, fact.row


def _first_days(
    case: Case, members: Sequence[Member]
) -> tuple[list[str], list[int], NDArray[np.float64], list[list[Row]]]:
    """Stages with enough debtors, debtors, the day of each one's first step, shape (debtors, stages), and its rows.

    Of stages on one row and day only the last counts: papers that came with a complaint were not dated by themselves.
    """
    first: dict[tuple[str, int], tuple[int, set[Row]]] = {}
    for (stage, debtor, day), rows in _steps(case, members).items():
        if stage in _CHOSEN and day < first.get((stage, debtor), (10**9, rows))[0]:
            first[stage, debtor] = (day, rows)
    held = [stage for stage in _CHOSEN if any(s == stage for s, _ in first)]
    for k, stage in enumerate(held):
        for later in held[k + 1 :]:
            for debtor in case.debtors:
                one, other = first.get((stage, debtor)), first.get((later, debtor))
                if one and other and one[0] == other[0] and one[1] & other[1]:
                    del first[stage, debtor]
    number = {s: sum(stage == s for stage, _ in first) for s in _CHOSEN}
    stages = [s for s in _CHOSEN if number[s] >= _FEWEST]
    debtors = [d for d in case.debtors if any((s, d) in first for s in stages)]
    days = np.full((len(debtors), len(stages)), np.nan)
    rows_of: list[list[Row]] = [[] for _ in debtors]
    for i, debtor in enumerate(debtors):
        for k, stage in enumerate(stages):
            if (stage, debtor) in first:
                days[i, k] = first[stage, debtor][0]
                rows_of[i] += sorted(first[stage, debtor][1])
    return stages, debtors, days, rows_of


def _lags(days: NDArray[np.float64]) -> tuple[int, NDArray[np.float64]]:
    """The stage that most debtors have (the last of several), and the lags of the others from it.

    ``days`` and the lags have shape (rounds, debtors, stages); the stage itself and what is not dated are NaN.
    """
    held = (~np.isnan(days[0])).sum(axis=0)
    anchor = int(len(held) - 1 - np.argmax(held[::-1]))
    lags = days - days[:, :, anchor : anchor + 1]
    lags[:, :, anchor] = np.nan
    return anchor, lags


def _told(lags: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which debtors have enough dated stages, shape (rounds, debtors)."""
    enough: NDArray[np.bool_] = (~np.isnan(lags)).sum(axis=2) >= _STAGES_DATED - 1
    return enough


def _in_step(lags: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which debtors keep step, shape (rounds, debtors)."""
    with np.errstate(invalid="ignore"):
        near = np.abs(lags - _median(lags)) <= _SAME_LAG
    return _told(lags) & (near | np.isnan(lags)).all(axis=2)


def _median(lags: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median over the debtors, NaN where a stage has no lag; shape (rounds, 1, stages)."""
    ordered = np.sort(lags, axis=1)  # NaN last
    count = (~np.isnan(lags)).sum(axis=1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0), axis=1)
    high = np.take_along_axis(ordered, np.minimum(count // 2, lags.shape[1] - 1), axis=1)
    return np.where(count > 0, (low + high) / 2, np.nan)


def _chance(days: NDArray[np.float64], found: int) -> float:
    """P-value of so many debtors in step under shuffled days (seeded; the found one counts as one of the shuffles)."""
    rng = np.random.default_rng(_SEED)
    held = ~np.isnan(days)
    pool = days[held]
    at_once = max(_CELLS // days.size, 1)
    hits = 0
    for start in range(0, _ROUNDS, at_once):
        rounds = min(at_once, _ROUNDS - start)
        shuffled = np.full((rounds, *days.shape), np.nan)
        shuffled[:, held] = rng.permuted(np.tile(pool, (rounds, 1)), axis=1)
        hits += int((_in_step(_lags(shuffled)[1]).sum(axis=1) >= found).sum())
    return (1 + hits) / (_ROUNDS + 1)


def _busiest(days: NDArray[np.float64]) -> int:
    """Most days that fall within one week."""
    ordered = np.sort(days[~np.isnan(days)])
    return int((np.searchsorted(ordered, ordered + _WEEK) - np.arange(len(ordered))).max(initial=0))
