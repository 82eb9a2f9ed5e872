"""Causes outside the ring: a known event (M08), a public template (M09), and the evidence that they neutralise."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from ringfinder.config import CalendarEntry
from ringfinder.model import Evidence, Mitigation, literal
from ringfinder.score.case import Case
from ringfinder.score.case_rows import Complaint
from ringfinder.score.mitigations.complaints import fact
from ringfinder.vocabulary import plural

__all__ = ["known_event", "neutralised", "public_template"]

_EPOCH = dt.date(1970, 1, 1)


def known_event(case: Case) -> tuple[Mitigation, ...]:
    """Complaints in the days of a known event (M08)."""
    found = []
    every = case.complaints
    for entry in case.calendar:
        inside = [c for c in every if _concerns(case, entry, c)]
        if inside:
            found.append(
                fact(
                    "M08",
                    f"{len({c.node for c in inside})} of {plural(len({c.node for c in every}), 'complaint')} "
                    f"{'falls' if len({c.node for c in inside}) == 1 else 'fall'} into {_title(entry)}",
                    (c.row for c in inside),
                )
            )
    return tuple(found)


def public_template(case: Case) -> tuple[Mitigation, ...]:
    """Text equals a public template (M09)."""
    using: dict[str, list[Complaint]] = defaultdict(list)
    for complaint in case.complaints:
        name = case.attribute(complaint.node, "public_text")
        if name:
            using[str(name)].append(complaint)
    return tuple(
        fact(
            "M09",
            f"{plural(len({c.node for c in found}), 'complaint uses', 'complaints use')} the public template {name}",
            (c.row for c in found),
        )
        for name, found in sorted(using.items())
    )


def neutralised(case: Case, evidence: Evidence) -> Evidence:
    """The evidence without its family where a public template (TEXT) or a known event (TIME) explains it.

    A text counts while enough unrelated debtors wrote more than the public template; a burst while enough complained
    outside the days of known events. The sentence says what was found.
    """
    rows = set(evidence.rows)
    texts = {f.source for f in case.of("uses_template") if f.row in rows}
    about = [c for c in case.complaints if c.row in rows or c.node in texts]
    if evidence.family == "TEXT":
        left = {c.debtor for c in about if not case.attribute(c.node, "public_only")}
        if about and case.units(left) < case.settings.template_min:
            return replace(evidence, family="", sentence=f"{evidence.sentence}; a public template explains it (M09)")
    if evidence.family == "TIME" and case.calendar:
        known = [e for e in case.calendar if any(_concerns(case, e, c) for c in about)]
        left = {c.debtor for c in about if not any(_concerns(case, e, c) for e in known)}
        if known and case.units(left) < case.settings.burst_min:
            told = " and ".join(_title(e) for e in known)
            return replace(evidence, family="", sentence=f"{evidence.sentence}; {told} explains it (M08)")
    return evidence


def _title(entry: CalendarEntry) -> str:
    source = f", {literal(entry.source)}" if entry.source else ""
    return f"“{literal(entry.name)}” ({entry.first} to {entry.last}{source})"


def _concerns(case: Case, entry: CalendarEntry, complaint: Complaint) -> bool:
    """Whether a complaint falls into the event's days and its debtor is one of those whom it concerns."""
    if complaint.day is None or entry.first is None or entry.last is None:
        return False
    if not (entry.first - _EPOCH).days <= complaint.day <= (entry.last - _EPOCH).days:
        return False
    lenders = {case.nodes[n][2] for n in _ends(case, complaint, ("about", "borrowed_from"))}
    if entry.lender and entry.lender not in lenders:
        return False
    homes = {case.nodes[n][2] for n in _ends(case, complaint, ("lives_at",))}
    return not entry.region or any(home.startswith(entry.region) for home in homes)


def _ends(case: Case, complaint: Complaint, relations: tuple[str, ...]) -> set[int]:
    return {end for node in (complaint.node, complaint.debtor) for r in relations for end in case.ends(node, r)}
