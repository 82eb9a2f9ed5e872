"""Candidates → ranked rings: evidence, mitigating facts, roles, tier, score and summary of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from ringfinder.graph import iso_day
from ringfinder.model import Evidence, Member, Ring, RingLink
from ringfinder.score.case import Case
from ringfinder.score.lead import evidence_families, lead_score, tier
from ringfinder.score.ledger import ledger
from ringfinder.score.mitigations import mitigations
from ringfinder.score.mitigations.causes import neutralised
from ringfinder.score.naming import ring_name
from ringfinder.score.playbook import lockstep, playbook
from ringfinder.score.roles import ring_members
from ringfinder.score.signals import SIGNALS
from ringfinder.score.texts import text_matches
from ringfinder.score.ties import ring_ties
from ringfinder.vocabulary import plural

__all__ = ["rank_rings", "ranked"]

#: Relations whose dates tell when a ring was at work (a company's registration does not).
_DATED = frozenset({"filed", "represented_by", "complained_from", "paid", "posted", "sent_by", "uses_template"})


def rank_rings(cases: Iterable[Case]) -> tuple[Ring, ...]:
    """Score every case and rank the rings: strong first, then by score, size, recency and smallest member."""
    found = ((case, _ring(case)) for case in cases)
    # the clientele of a representative on the allow list is told only where it is a lead
    return ranked(ring for case, ring in found if ring.tier == "strong" or not case.vouched)


def ranked(rings: Iterable[Ring]) -> tuple[Ring, ...]:
    """Rings in their order, numbered anew."""
    rings = sorted(rings, key=_order)
    return tuple(replace(ring, id=f"R{i}", rank=i) for i, ring in enumerate(rings, start=1))


def _order(ring: Ring) -> tuple[object, ...]:
    smallest = min(m.key for m in ring.members if m.role == "debtor")
    return (ring.tier != "strong", -ring.score, -ring.units, _reversed(ring.last_date), smallest)


def _reversed(date: str) -> int:
    return -dt.date.fromisoformat(date).toordinal() if date else 0


def _ring(case: Case) -> Ring:
    evidence = tuple(neutralised(case, e) for code in SIGNALS for e in SIGNALS[code](case))
    members = ring_members(case, evidence)
    evidence += lockstep(case, members)
    units = case.units(case.members)
    families = evidence_families(evidence, {case.id(d): u for d, u in case.unit.items()}, case.settings, case.strength)
    level, reason = tier(units, families, case.settings, case.strength, case.licensed_share, case.selected)
    links = _links(case, members)
    dates = sorted(link.date for link in links if link.date and link.relation in _DATED)
    return Ring(
        id="",
        rank=0,
        tier=level,
        score=lead_score(units, evidence) if case.strength is None else round(case.strength, 4),
        reason=reason + ("; it conflicts with your allow list: a second person must review it" * bool(case.vouched)),
        parts=case.parts,
        families=families,
        members=members,
        evidence=_sorted(evidence),
        mitigations=mitigations(case),
        links=links,
        summary=_summary(case, members, evidence, units),
        first_date=dates[0] if dates else "",
        last_date=dates[-1] if dates else "",
        units=units,
        name=ring_name(case, members),
        playbook=playbook(case, members),
        ledger=ledger(case, members),
        texts=text_matches(case),
        ties=ring_ties(case, members, pairs=level == "strong"),
    )


def _sorted(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(sorted(evidence, key=lambda e: (e.signal, -e.value, e.nodes)))


def _links(case: Case, members: tuple[Member, ...]) -> tuple[RingLink, ...]:
    """The links between members."""
    inside = {m.id for m in members}
    ids = {node: case.id(node) for node in case.nodes}
    found = {
        RingLink(ids[f.source], ids[f.target], f.relation, iso_day(f.day), f.row)
        for f in case.facts
        if ids[f.source] in inside and ids[f.target] in inside
    }
    return tuple(sorted(found, key=lambda e: (e.source, e.target, e.relation, e.date, e.row)))


def _summary(case: Case, members: tuple[Member, ...], evidence: tuple[Evidence, ...], units: int) -> str:
    """One sentence: how many debtors, through whom, sharing what, when."""
    debtors = len(case.debtors)
    text = plural(debtors, "debtor")
    if units < debtors:
        text += f" ({units} unrelated)"
    parts = []
    for kinds, one, many in (
        (("company", "law_firm"), "organisation", "organisations"),
        (("agent",), "agent", "agents"),
        (("phone",), "phone", "phones"),
        (("number_block",), "number block", "number blocks"),
        (("payee_account",), "payee account", "payee accounts"),
        (("device",), "device", "devices"),
        (("document",), "document", "documents"),
        (("template",), "text template", "text templates"),
    ):
        number = sum(m.kind in kinds for m in members)
        if number:
            parts.append(plural(number, one, many))
    if parts:
        text += " share " + (", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0])
    bursts = [e for e in evidence if e.signal == "RF07"]
    if bursts:
        text += f"; {int(bursts[0].value)} of them complained in a burst"
    companies = [m.label for m in members if m.kind == "company"][:2]
    if companies:
        text = f"{' / '.join(companies)}: {text}"
    return text
