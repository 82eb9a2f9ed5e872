"""Family TIME: complaints that come together, and debtors who are met at the same stage."""

from __future__ import annotations

from scipy.special import pdtrc

from ringfinder.model import Evidence
from ringfinder.score.case import Case
from ringfinder.score.signals.windows import busiest_window, day_text
from ringfinder.vocabulary import plural

__all__ = ["burst", "onset_window"]

#: From so many complaints outside the ring on, the input's own rate and season can be told from chance.
_ENOUGH = 50


def burst(case: Case) -> tuple[Evidence, ...]:
    """Burst of complaints (RF07).

    p = P(Poisson(base x days) >= k) for the k unrelated debtors of the busiest window and the days that they span. The
    base is the rate that as many debtors bring by themselves, never less than the configured floor, and is raised in
    weeks in which everybody complains more.
    """
    uses = [(day, debtor, row) for day, debtor, row in case.complaint_days]
    window = [u for u in busiest_window(case, uses, case.settings.burst_days) if u[0] is not None]
    debtors = {debtor for _, debtor, _ in window}
    units = case.units(debtors)
    if units < case.settings.burst_min:
        return ()
    days = [day for day, _, _ in window if day is not None]
    first, last = min(days), max(days)
    span = last - first + 1
    rate = _base_rate(case, first, last)
    p = float(pdtrc(units - 1, rate * span))
    if p >= case.settings.burst_p:
        return ()
    return (
        Evidence(
            "RF07",
            "Burst of complaints",
            "TIME",
            units,
            f"{plural(units, 'unrelated debtor')} complained within {plural(span, 'day')} "
            f"({day_text(first, last)}); chance of that at {rate:.3f} complaints a day: {p:.1e}",
            tuple(sorted({row for _, _, row in window})),
            "a real incident: a system outage, a fee change, a collector's misconduct, a media story",
            tuple(sorted(case.id(d) for d in debtors)),
        ),
    )


def _base_rate(case: Case, first: int, last: int) -> float:
    """Complaints a day that a group of this size would bring anyway, in that season."""
    background, ring = case.background, len(case.complaint_days)
    others = background.complaints - ring
    rate = case.settings.base_complaints_per_day
    if others < _ENOUGH or background.debtors <= len(case.debtors):
        return rate
    per_debtor = others / (background.debtors - len(case.debtors)) / background.days
    own: dict[int, int] = {}
    for day, _, _ in case.complaint_days:
        own[day] = own.get(day, 0) + 1
    seen = sum(background.complaints_by_day.get(d, 0) - own.get(d, 0) for d in range(first, last + 1))
    expected = others * (last - first + 1) / background.days
    season = max(seen / expected, 1.0) if expected >= 1 else 1.0
    return max(rate, per_debtor * len(case.debtors)) * season


def onset_window(case: Case) -> tuple[Evidence, ...]:
    """Onset window (RF09): most of the group is met between 45 and 90 days overdue.

    Dependent on recruiting, so it is told but adds no family of its own.
    """
    settings = case.settings
    known = {d: case.attribute(d, "overdue_days") for d in case.debtors}
    known = {d: days for d, days in known.items() if days is not None}
    inside = {d for d, days in known.items() if settings.onset_from <= days <= settings.onset_to}
    if len(known) < settings.onset_min or len(inside) < settings.onset_share * len(known):
        return ()
    rows = {
        f.row
        for f in case.facts
        if f.source in inside and f.relation in ("uses_phone", "uses_record_phone", "lives_at")
    }
    return (
        Evidence(
            "RF09",
            "Onset window",
            "",
            len(inside) / len(known),
            f"{len(inside)} of {plural(len(known), 'debtor')} are {settings.onset_from} to {settings.onset_to} days "
            "overdue",
            tuple(sorted(rows)),
            "debtors naturally complain when collection starts",
            tuple(sorted(case.id(d) for d in inside)),
        ),
    )
