"""The lead rule, the score, roles and the order of rings."""

from __future__ import annotations

import polars as pl
import pytest
from cases import complaints, rings_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.config import ScoreSettings
from ringfinder.model import Evidence, Row
from ringfinder.score.lead import evidence_families, lead_score, tier
from ringfinder.vocabulary import vocabulary

FAMILIES = sorted(vocabulary().families)
evidence = st.lists(
    st.builds(
        lambda family, value: Evidence("RF01", "x", family, value, "x", (Row("a", 2),)),
        st.sampled_from(["", *FAMILIES]),
        st.integers(3, 60).map(float),
    ),
    max_size=6,
)


@given(units=st.integers(1, 80), items=evidence)
def test_no_lead_breaks_the_rule(units, items):
    families = evidence_families(items, {f"debtor:{i}": i for i in range(units)}, ScoreSettings())
    if tier(units, families, ScoreSettings())[0] == "strong":
        assert units >= 3
        assert len(set(families)) >= 2
        assert any(vocabulary().families[f].hard for f in families)


@given(units=st.integers(3, 80), items=evidence, more=evidence)
def test_more_evidence_never_lowers_the_score(units, items, more):
    assert lead_score(units, [*items, *more]) >= lead_score(units, items)


@given(units=st.integers(3, 80), items=evidence)
def test_the_same_family_twice_counts_once(units, items):
    assert lead_score(units, items + items) == lead_score(units, items)


def about(family, *debtors):
    """Evidence of a family about some debtors."""
    nodes = tuple(f"debtor:{d}" for d in debtors)
    return Evidence("RF01", "x", family, float(len(debtors)), "x", (Row("a", 2),), "y", nodes)


UNITS = {f"debtor:{i}": i for i in range(10)}


def test_families_count_together_only_in_the_same_people():
    apart = [about("CONTACT", 0, 1, 2, 3), about("MONEY", 3, 4, 5, 6)]
    together = [about("CONTACT", 0, 1, 2, 3), about("MONEY", 1, 2, 3, 4)]
    assert len(evidence_families(apart, UNITS, ScoreSettings())) == 1
    assert evidence_families(together, UNITS, ScoreSettings()) == ("CONTACT", "MONEY")


def test_two_people_of_one_household_are_not_three():
    home = {**UNITS, "debtor:2": 1}
    together = [about("CONTACT", 0, 1, 2), about("MONEY", 0, 1, 2)]
    assert len(evidence_families(together, UNITS, ScoreSettings())) == 2
    assert evidence_families(together, home, ScoreSettings()) == ()


def test_soft_families_need_a_hard_one():
    assert evidence_families([about("TEXT", 0, 1, 2), about("TIME", 0, 1, 2)], UNITS, ScoreSettings()) == ()


LAW = [f"debtor C{i} represented_by law_firm 31110000MD0123454X" for i in range(6)]
FIRM = [f"debtor C{i} represented_by company 甲诚" for i in range(6)]
AGENT = [f"debtor C{i} represented_by agent 张某" for i in range(6)]


def roles(ring):
    return {m.key: m.role for m in ring.members}


def test_the_company_with_most_clients_organises():
    (ring,) = rings_of(FIRM + AGENT + complaints([f"C{i}" for i in range(6)], "+8615400000901"))
    assert roles(ring)["甲诚"] == "organiser"
    assert roles(ring)["张某"] == "agent"
    assert roles(ring)["+8615400000901"] == "shared phone"


def test_without_a_company_the_agent_organises():
    (ring,) = rings_of(AGENT)
    assert roles(ring)["张某"] == "organiser"


def test_a_law_firm_never_organises():
    (ring,) = rings_of(LAW + complaints([f"C{i}" for i in range(6)], "+8615400000901"))
    assert "organiser" not in roles(ring).values()
    assert roles(ring)["31110000MD0123454X"] == "lawful representative"


def test_debtors_have_a_role_and_no_score():
    (ring,) = rings_of(FIRM)
    debtor = next(m for m in ring.members if m.kind == "debtor")
    assert debtor.role == "debtor"
    assert not any("score" in name for name in debtor.__dataclass_fields__)


def test_own_phones_of_single_debtors_are_no_members():
    own = [f"debtor C{i} uses_phone phone +86154000001{i:02}" for i in range(6)]
    (ring,) = rings_of(FIRM + own)
    assert ring.count("phone") == 0


def test_strong_rings_come_first_then_the_higher_score():
    weak = [f"debtor W{i} represented_by company 丙" for i in range(30)]
    rings = rings_of(weak + complaints([f"C{i}" for i in range(6)], "+8615400000901"))
    assert [r.tier for r in rings] == ["strong", "candidate"]
    assert [r.rank for r in rings] == [1, 2]


def test_the_best_candidates_are_kept_and_the_rest_is_counted():
    rows = [f"debtor C{g}{i} represented_by company 公司{g}" for g in range(5) for i in range(3 + g)]
    assert len(rings_of(rows, settings=ScoreSettings(max_rings=2))) == 2


def test_a_graph_without_debtors_takes_the_persons_for_them():
    rows = [f"person P{i} uses_device device D" for i in range(4)]
    (ring,) = rings_of(rows)
    assert (ring.debtors, ring.units) == (4, 4)


def f1(found, true):
    return max((2 * len(found_ & true) / (len(found_) + len(true)) for found_ in found), default=0.0)


@pytest.mark.parametrize("strong_only", [False, True])
def test_the_planted_rings_of_the_demo_are_found(demo_world, demo_result, strong_only):
    truth = demo_world.truth.filter(pl.col("kind") == "debtor")
    true = [set(g["key"]) for _, g in truth.group_by("ring_id")]
    rings = [r for r in demo_result.run.rings if r.tier == "strong" or not strong_only]
    found = [{m.key for m in r.members if m.role == "debtor"} for r in rings]
    scores = [f1(found, t) for t in true]
    assert sum(scores) / len(scores) >= 0.85
    assert min(scores) >= 0.5


def test_the_top_of_the_demo_is_true(demo_world, demo_result):
    truth = demo_world.truth.filter(pl.col("kind") == "debtor")
    true = [set(g["key"]) for _, g in truth.group_by("ring_id")]
    for ring in demo_result.run.rings[:8]:
        assert f1([{m.key for m in ring.members if m.role == "debtor"}], set()) == 0.0
        assert max(f1([{m.key for m in ring.members if m.role == "debtor"}], t) for t in true) >= 0.6


@settings(max_examples=20, deadline=None)
@given(st.permutations(FIRM + AGENT + complaints([f"C{i}" for i in range(6)], "+8615400000901")))
def test_the_order_of_rows_changes_no_ring(rows):
    (one,) = rings_of(FIRM + AGENT + complaints([f"C{i}" for i in range(6)], "+8615400000901"))
    (other,) = rings_of(rows)
    assert [(m.key, m.role, m.confidence) for m in one.members] == [
        (m.key, m.role, m.confidence) for m in other.members
    ]
    assert one.score == other.score
    assert one.summary == other.summary


TWO_HARD, THREE = ("CONTACT", "REPRESENT"), ("CONTACT", "REPRESENT", "MONEY")
LEAST = ScoreSettings().strength_min


@pytest.mark.parametrize(
    ("families", "strength", "licensed", "selected", "level"),
    [
        (TWO_HARD, LEAST, 0.0, False, "strong"),
        (TWO_HARD, LEAST - 0.01, 0.0, False, "candidate"),
        (TWO_HARD, LEAST * 10, 0.39, False, "strong"),
        (TWO_HARD, LEAST * 10, 0.4, False, "candidate"),  # a licensed body's clientele needs three families
        (THREE, LEAST * 1.5, 0.4, False, "strong"),
        (THREE, LEAST * 1.49, 0.4, False, "candidate"),
        (("CONTACT", "TIME"), LEAST * 10, 0.0, False, "strong"),
        (("CONTACT", "TIME"), LEAST * 10, 0.0, True, "candidate"),  # TIME is no second family in a selection
        (("CONTACT", "TIME", "MONEY"), LEAST * 1.5, 0.0, True, "strong"),
        (TWO_HARD, LEAST * 1.49, 0.0, True, "candidate"),
        (TWO_HARD, LEAST * 1.5, 0.0, True, "strong"),
        (("TIME", "TEXT"), LEAST * 10, 0.0, False, "candidate"),
        (TWO_HARD, None, 0.0, False, "strong"),  # the model is silent: the lead rule decides
    ],
)
def test_what_a_lead_needs_of_the_model(families, strength, licensed, selected, level):
    found, reason = tier(6, families, ScoreSettings(), strength, licensed, selected)
    assert found == level
    assert reason.startswith("a lead: " if level == "strong" else "to observe: ")


def test_the_least_strength_can_be_set():
    assert tier(6, TWO_HARD, ScoreSettings(strength_min=20.0), 19.0)[0] == "candidate"
    assert tier(6, TWO_HARD, ScoreSettings(strength_min=1.0), 1.0)[0] == "strong"


def test_every_ring_of_the_demo_says_why_and_its_parts_add_up(demo_result):
    rings = demo_result.run.rings
    assert {r.tier for r in rings} == {"strong", "candidate"}
    for ring in rings:
        assert ring.reason
        assert sum(ring.parts.values()) == pytest.approx(ring.score, abs=0.001)
        assert all(not hasattr(m, "score") for m in ring.members)
