"""Whatever is generated: the independence rules and what neutralises a family hold (domain page 3.1)."""

from __future__ import annotations

import datetime as dt

from cases import rings_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.vocabulary import vocabulary

DEBTORS = [f"C{i}" for i in range(7)]
PHONES = ["+8615400000901", "+8615400000902"]
#: Links of every family, the debtor's end left open; complaints come with their own.
LINKS = (
    *(f"debtor {{}} represented_by phone {p}" for p in PHONES),
    "debtor {} represented_by agent 张某",
    "debtor {} represented_by company 甲诚",
    "debtor {} represented_by law_firm 31110000MD0123454X",
    "debtor {} uses_phone phone +8615400000903",
    "debtor {} paid payee_account 6222",
    "debtor {} uses_device device D",
    "debtor {} submitted document 证明",
    "debtor {} lives_at address 1路1号",
    "debtor {} lives_at address 2路2号",
    "complaint T{} uses_template template V",
    *(f"complaint T{{}} complained_from phone {p}" for p in PHONES),
)
HOMES = frozenset(link for link in LINKS if "lives_at" in link)
START = dt.date(2026, 5, 1)
days = st.integers(-60, 60).map(lambda n: (START + dt.timedelta(days=n)).isoformat())
links = st.builds(
    lambda link, who, day: f"{link.format(who)} {day}", st.sampled_from(LINKS), st.sampled_from(DEBTORS), days
)
worlds = st.lists(links, min_size=6, max_size=60).map(
    lambda rows: (
        [f"debtor {c} filed complaint T{c} {START + dt.timedelta(days=i)}" for i, c in enumerate(DEBTORS)] + rows
    )
)


def homes(rows):
    """Debtor -> the debtors of the household, computed by hand: whoever is joined by addresses."""
    at = {}
    for row in rows:
        parts = row.split(" ")
        if parts[2] == "lives_at":
            at.setdefault(parts[4], set()).add(parts[1])
    groups = {c: frozenset([c]) for c in DEBTORS}
    for people in [p for p in at.values() if len(p) <= 6] * 2:
        joined = frozenset().union(*(groups[c] for c in people))
        groups.update(dict.fromkeys(joined, joined))
    # a phone that two alone give as their own is a family's
    own = {row.split(" ")[1] for row in rows if " uses_phone " in row}
    if len(own) == 2:
        joined = frozenset().union(*(groups[c] for c in own))
        groups.update(dict.fromkeys(joined, joined))
    return groups


@settings(max_examples=100)
@given(worlds)
def test_no_lead_breaks_the_rule_whatever_is_generated(rows):
    home = homes(rows)
    known = vocabulary().families
    for ring in rings_of(rows):
        if ring.tier != "strong":
            continue
        debtors = {m.key for m in ring.members if m.role == "debtor"}
        assert len({home[c] for c in debtors}) >= 3
        counted = {e.family for e in ring.evidence if e.family}
        assert set(ring.families) <= counted
        assert len(ring.families) >= 2
        assert any(known[f].hard for f in ring.families)


@settings(max_examples=40)
@given(worlds, st.sampled_from(["form", "letter"]))
def test_a_public_template_adds_no_text_whatever_is_generated(rows, name):
    rows = [*rows, *(f"complaint T{c} uses_template template V" for c in DEBTORS)]
    assert not rings_of(rows) or any(e.signal == "RF05" for r in rings_of(rows) for e in r.evidence)
    public = [{"kind": "complaint", "key": f"T{c}", "public_text": name, "public_only": True} for c in DEBTORS]
    for ring in rings_of(rows, public):
        assert "TEXT" not in {e.family for e in ring.evidence}
        assert "TEXT" not in ring.families


#: One calling phone, and mandates that name it: (days from signing to the complaint, days from it to the end).
mandates = st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=4, max_size=6)


def called(terms):
    """Debtors who complained from one phone that a power of attorney of theirs names, signed and ended as told."""
    rows = []
    for i, (before, after) in enumerate(terms):
        day = START + dt.timedelta(days=i)
        who = DEBTORS[i]
        signed, end = day - dt.timedelta(days=before), day + dt.timedelta(days=after)
        rows += [
            f"debtor {who} filed complaint T{who} {day} + complaint T{who} complained_from phone {PHONES[0]} {day}",
            f"debtor {who} represented_by phone {PHONES[0]} {signed} + "
            f"debtor {who} represented_until phone {PHONES[0]} {end}",
        ]
    return rows


@given(mandates)
def test_a_caller_counts_as_represented_only_while_the_mandates_are_in_force(terms):
    (ring,) = rings_of(called(terms))
    (caller,) = [e for e in ring.evidence if e.signal == "RF01"]
    invalid = sum(before < 0 or after < 0 for before, after in terms)
    assert caller.family == ("CONTACT" if invalid >= 2 else "REPRESENT")
    if invalid == 0:
        assert "CONTACT" not in ring.families
        assert any(m.code == "M01" for m in ring.mitigations)
    if invalid == len(terms):
        assert not any(m.code == "M01" for m in ring.mitigations)


def test_the_last_day_counts_and_the_day_after_does_not():
    for after, family in ((0, "REPRESENT"), (-1, "CONTACT")):
        (ring,) = rings_of(called([(3, after)] * 4))
        assert [e.family for e in ring.evidence if e.signal == "RF01"] == [family]
