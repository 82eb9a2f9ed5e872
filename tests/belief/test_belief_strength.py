"""S12: the strength of a group against a plain definition, and by hand."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from belief_worlds import CALLER, complaints, crowd, each, names, undated, weigh

from ringfinder.belief import group_strength
from ringfinder.belief.propagate import told
from ringfinder.vocabulary import vocabulary

SIX = names("C", 6)
AGENT = each(SIX, "represented_by", "agent 张某")
AGENCY = each(SIX, "represented_by", "company 甲诚商务咨询")
PAYEE = each(SIX, "paid", "payee_account P")
LETTER = each(SIX, "uses_template", "template M")
LAW = each(SIX, "represented_by", "law_firm 31110000MD0123454X")


def everything(world):
    """The C-debtors and all things are group 0, the rest none."""
    debtors = world.graph.is_kind("debtor")
    ring = np.array([k.startswith("C") for k in world.graph.nodes["key"]])
    return np.where(~debtors | ring, 0, -1).astype(np.int64)


def strength_of(rows, nodes=()):
    world = weigh(crowd() + rows, nodes)
    return world, group_strength(world.belief, everything(world), 1)


def plain_strength(world, group):
    """Family -> part, and the sum, for group 0; without the rule of soft things."""
    belief, uses = world.belief, world.belief.uses
    floor = float(told(np.array([-1.0]), belief.settings)[0])
    units = defaultdict(set)
    inside = [k for k in range(len(uses)) if group[uses.debtor[k]] == 0 == group[uses.thing[k]]]
    for k in inside:
        units[int(uses.thing[k])].add(int(uses.unit[k]))
    inside = [k for k in inside if len(units[int(uses.thing[k])]) >= 2]
    most, who, bunched = defaultdict(float), defaultdict(set), False
    for k in inside:
        at, family = int(uses.at[k]), uses.families[uses.family[k]]
        said = max(float(told(belief.odds[at : at + 1], belief.settings)[0]) - floor, 0.0)
        said = 0.0 if family == "LOCAL" else said
        key = family, int(uses.debtor[k])
        most[key] = max(most[key], said)
        if said > 0.2:
            who[family].add(int(uses.unit[k]))
        bunched |= bool(belief.burst[at] > 3 and belief.odds[at] > 0)
    people, unrelated = {int(uses.debtor[k]) for k in inside}, {int(uses.unit[k]) for k in inside}
    telling = sum(len(u) >= 3 for u in who.values()) + bunched
    factor = math.log2(1 + len(unrelated)) / len(people) * (1.0 if telling >= 2 else 0.5)
    parts = defaultdict(float)
    for (family, _), said in most.items():
        parts[family] += said * factor
    return {f: v for f, v in parts.items() if v > 0}


@pytest.mark.parametrize(
    "rows",
    [
        AGENT,
        AGENT + PAYEE,
        AGENT + AGENCY + PAYEE + complaints(SIX, CALLER),
        complaints(SIX, CALLER),
        complaints(SIX[:4], CALLER) + AGENT[2:] + PAYEE[:3],
        complaints(SIX, CALLER) + AGENT + ["debtor C0 lives_at address A", "debtor C1 lives_at address A"],
        complaints(SIX, CALLER) + each(SIX[:3], "works_at", "employer 甲厂") + AGENT,
    ],
)
def test_hard_evidence_is_what_the_docstring_says(rows):
    world, found = strength_of(rows)
    assert found.parts_of(0) == pytest.approx(plain_strength(world, everything(world)), abs=1e-4)
    assert found.value[0] == pytest.approx(found.parts.sum())


def test_one_family_by_hand():
    world, found = strength_of(AGENT)
    # prior 0 + 0.5 log2(6 / 3); all six did not complain, which speaks a little against a ring
    p = 1 / (1 + math.exp(-world.odds("agent:张某")))
    q = 1 / (1 + math.e)
    logit = [math.log((0.9 * x + 0.02 * (1 - x)) / (0.1 * x + 0.98 * (1 - x))) for x in (p, q)]
    assert found.value[0] == pytest.approx(max(logit[0] - logit[1], 0) * math.log2(7) * 0.5, abs=1e-4)


def test_agency_and_agent_are_one_reason():
    agency = each(SIX, "represented_by", "company 甲诚")
    _, one = strength_of(agency + complaints(SIX, CALLER))
    _, two = strength_of(agency + AGENT + complaints(SIX, CALLER))
    assert two.value[0] == pytest.approx(one.value[0])


def test_soft_things_alone_count_a_fifth():
    world, found = strength_of(LETTER + undated(SIX, "+8613900000009")[::2])
    hard = [f for f in found.parts_of(0) if f in vocabulary().families and vocabulary().families[f].hard]
    assert hard == []
    assert found.value[0] == pytest.approx(0.2 * sum(plain_strength(world, everything(world)).values()), abs=1e-4)
    assert found.value[0] > 0


def test_soft_things_say_no_more_than_hard_ones_allow():
    world, found = strength_of(LETTER + complaints(SIX, CALLER) + AGENT)
    plain = plain_strength(world, everything(world))
    firm = sum(v for f, v in plain.items() if f != "TEXT")
    assert found.parts_of(0)["TEXT"] == pytest.approx(min(plain["TEXT"], firm + 0.2 * plain["TEXT"]), abs=1e-4)


def test_a_licensed_clientele_counts_less():
    _world, found = strength_of(LAW + complaints(SIX, CALLER, step=40))
    assert found.licensed[0] == 1.0
    _, free = strength_of(complaints(SIX, CALLER, step=40) + AGENT)
    assert free.licensed[0] == 0.0
    assert found.value[0] < free.value[0]
    # half of the debtors are enough; what is said then counts 0.15
    rows = complaints(SIX, CALLER) + AGENT + PAYEE
    world, half = strength_of(LAW[:3] + rows)
    assert half.licensed[0] >= 0.5
    assert half.value[0] == pytest.approx(0.15 * sum(plain_strength(world, everything(world)).values()), abs=1e-4)
    assert half.value[0] > 0


def test_an_offices_clientele_is_told_by_its_landline_whatever_letter_it_shares():
    """A union's desk calls for its members, who all copy one model letter."""
    _, desk = strength_of(LETTER + complaints(SIX, "+862160000001"))
    assert desk.licensed[0] == 1.0
    _, mobile = strength_of(LETTER + complaints(SIX, CALLER))
    assert mobile.licensed[0] == 0.0
    assert desk.value[0] < mobile.value[0]


def test_colleagues_and_a_phone_are_no_case():
    _, found = strength_of(complaints(SIX, CALLER) + each(SIX, "works_at", "employer 甲厂"))
    assert found.value[0] == 0.0


def test_groups_are_judged_apart_and_things_outside_are_silent():
    rows = crowd() + complaints(SIX, CALLER) + AGENT
    world = weigh(rows)
    group = everything(world)
    group[world.node("agent:张某")] = -1
    without = group_strength(world.belief, group, 2)
    assert "REPRESENT" not in without.parts_of(0)
    assert without.value[1] == 0.0
    assert without.value[0] < group_strength(world.belief, everything(world), 1).value[0]


def test_a_selection_is_told():
    world = weigh(complaints(SIX, CALLER))
    assert group_strength(world.belief, everything(world), 1).selected
    assert not strength_of(complaints(SIX, CALLER))[1].selected


def test_an_empty_graph_has_no_strength():
    world = weigh([])
    assert group_strength(world.belief, np.empty(0, dtype=np.int64), 0).value.shape == (0,)
