"""Rounds and figures: what is found is counted, what is not found is missed, and the mix follows the leads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from ringfinder.audit import audit_figures, run_trial
from ringfinder.audit.measure import LEADS_SCHEMA, PLANTED_SCHEMA, Trial, mix
from ringfinder.config import Config
from ringfinder.errors import ConfigError, DataError
from ringfinder.pipeline import rings_of


@pytest.fixture(scope="module")
def trial(linked) -> Trial:
    return run_trial(linked.graph, lambda g: rings_of(replace(linked, graph=g), Config()), rounds=2, rings=10, seed=1)


def planted(*rows: tuple[int, str, str, float, float]) -> pl.DataFrame:
    """Planted rings of (size, camouflage, tier, score, jaccard)."""
    made = [(0, "star", hidden, size, size, tier, score, hit, size, 1.0) for size, hidden, tier, score, hit in rows]
    return pl.DataFrame(made, schema=PLANTED_SCHEMA, orient="row")


def leads(*rows: tuple[str, float, int]) -> pl.DataFrame:
    return pl.DataFrame([(-1, *row, 0.0, 1.0) for row in rows], schema=LEADS_SCHEMA, orient="row")


#: Easy rings become leads of score 30; of the hard ones one in four does, of score 12, and one is nearly one.
MIXED = planted(
    *[(15, "easy", "strong", 30.0, 0.9)] * 4,
    (15, "hard", "strong", 12.0, 0.8), (15, "hard", "candidate", 6.0, 0.8), (15, "hard", "candidate", 1.0, 0.6),
    (15, "hard", "", 0.0, 0.0),
)  # fmt: skip


def strong_recall(weight: np.ndarray) -> float:
    return float(weight @ (MIXED["tier"] == "strong").to_numpy())


def test_the_stages_after_link_give_the_rings_of_a_run(linked, demo_result, revealed):
    again = rings_of(linked, revealed)
    assert [(r.tier, r.score, [m.id for m in r.members]) for r in again] == [
        (r.tier, r.score, [m.id for m in r.members]) for r in demo_result.run.rings
    ]


def test_the_mix_is_even_where_no_lead_is_found():
    weight = mix(MIXED, leads())
    assert weight.tolist() == pytest.approx([0.125] * 8)


def test_loud_leads_speak_for_loud_rings_and_faint_ones_for_missed_ones():
    loud = strong_recall(mix(MIXED, leads(*[("strong", 31.0, 15)] * 12)))
    faint = strong_recall(mix(MIXED, leads(*[("strong", 12.0, 15)] * 4, *[("candidate", 6.0, 15)] * 8)))
    even = strong_recall(mix(MIXED, leads()))
    assert loud > even > faint
    assert loud > 0.85
    assert faint < 0.4


def test_weights_sum_to_one():
    assert mix(MIXED, leads(("strong", 20.0, 4), ("candidate", 9.0, 300))).sum() == pytest.approx(1)


def test_equal_seeds_give_equal_trials(linked, trial):
    again = run_trial(linked.graph, lambda g: rings_of(replace(linked, graph=g), Config()), rounds=1, rings=10, seed=1)
    assert again.planted.equals(trial.planted.filter(round=0))
    assert again.leads.equals(trial.leads.filter(pl.col("round") < 1))


def test_planted_rings_are_found_by_the_detector(trial):
    figures = audit_figures(trial)
    every, strong = figures.thresholds[:2]
    assert figures.planted + figures.unseen == 20
    assert 0.5 < every.recall <= 1
    assert 0.2 < strong.recall <= every.recall
    assert strong.low <= strong.recall <= strong.high
    assert strong.precision is not None
    assert strong.precision > 0.7
    assert strong.pure > 0.7
    assert strong.leads == sum(r.tier == "strong" for r in trial.rings)
    easy = trial.planted.filter(pl.col("camouflage") == "easy")
    assert ((easy["jaccard"] >= 0.5) & (easy["tier"] == "strong")).mean() >= 0.5
    recalls = [t.recall for t in figures.thresholds]
    assert recalls == sorted(recalls, reverse=True)
    assert sum(c.yours for c in figures.cells) == pytest.approx(1)


def test_a_detector_that_finds_nothing_has_no_recall(linked):
    blind = audit_figures(run_trial(linked.graph, lambda graph: (), rounds=1, rings=5))
    assert [t.recall for t in blind.thresholds] == [0.0] * len(blind.thresholds)
    assert blind.thresholds[1].precision is None
    assert any("no strong lead" in sentence for sentence in blind.sentences)


def test_a_detector_that_shouts_has_no_precision(linked, trial):
    everybody = trial.rings[0]
    members = tuple(
        replace(everybody.members[0], kind="debtor", key=key, role="debtor")
        for key in linked.graph.nodes.filter(kind="debtor")["key"].tail(900)
    )
    shout = replace(everybody, members=members, tier="strong")
    before = iter([()])  # nothing on the data as they are, then always the same crowd
    loud = audit_figures(run_trial(linked.graph, lambda graph: next(before, (shout,)), rounds=2, rings=5))
    assert loud.thresholds[1].precision == 0
    assert loud.thresholds[1].false_leads == 1
    assert loud.thresholds[1].recall == 0


def test_a_truth_gives_the_true_figures(trial):
    strong = next(r for r in trial.rings if r.tier == "strong")
    rows = [("R", "", "debtor", m.key) for m in strong.members if m.role == "debtor"]
    rows += [("S", "", "debtor", f"nobody {i}") for i in range(5)]
    truth = pl.DataFrame(rows, schema=["ring_id", "design", "kind", "key"], orient="row")
    with_truth, without = audit_figures(trial, truth).thresholds[1], audit_figures(trial).thresholds[1]
    assert with_truth.true_recall == 0.5
    assert with_truth.true_precision == pytest.approx(1 / with_truth.leads)
    assert without.true_recall is None
    assert with_truth.recall == without.recall  # the estimate does not look at it


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"rings": -1}, {"rings": 5000}])
def test_impossible_trials_are_refused(linked, wrong):
    with pytest.raises(ConfigError):
        run_trial(linked.graph, lambda graph: (), **wrong)


def test_data_that_show_no_ring_are_refused(trial):
    with pytest.raises(DataError, match="no planted ring"):
        audit_figures(replace(trial, planted=trial.planted.clear()))
