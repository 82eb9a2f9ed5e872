"""S3: how often and when people complain anyway; and what a selection cannot tell."""

from __future__ import annotations

import math

import numpy as np
import pytest
from belief_worlds import CALLER, complaints, crowd, names, undated, weigh
from cases import graph_of

from ringfinder.belief import BeliefSettings
from ringfinder.belief.rates import find_rates

SETTINGS = BeliefSettings()


def rates_of(rows, settings=SETTINGS):
    return find_rates(graph_of(rows), settings)


def test_a_full_export_tells_its_rate():
    rates = rates_of(crowd(200, 10))
    assert rates.complaint_rate == 0.05
    assert not rates.selected


@pytest.mark.parametrize(("complaining", "rate"), [(1, 0.005), (2, 0.005), (10, 0.01)])
def test_the_rate_has_a_floor(complaining, rate):
    assert rates_of(crowd(1000, complaining)).complaint_rate == rate


def test_complaint_and_silence_are_log_ratios():
    rates = rates_of(crowd(200, 10))
    graph = graph_of(crowd(200, 10))
    place = {k: i for i, k in enumerate(graph.nodes["key"])}
    own, quiet = rates.own_evidence(SETTINGS), rates.licensed_evidence(SETTINGS)
    assert own[place["B0"]] == pytest.approx(math.log(0.4 / 0.05))
    assert own[place["B100"]] == pytest.approx(math.log(0.6 / 0.95))
    assert quiet[place["B0"]] == pytest.approx(math.log(0.3 / 0.05))
    assert quiet[place["B100"]] == pytest.approx(math.log(0.7 / 0.95))


@pytest.mark.parametrize(
    ("people", "complaining", "selected"), [(14, 7, True), (10, 3, False), (10, 4, True), (20, 0, True)]
)
def test_a_selection_takes_its_rate_from_the_settings(people, complaining, selected):
    rates = rates_of(crowd(people, complaining))
    assert rates.selected == selected
    if selected:
        assert rates.complaint_rate == SETTINGS.complaint_rate
        assert not rates.own_evidence(SETTINGS).any()
        assert not rates.licensed_evidence(SETTINGS).any()


def test_few_complaints_have_an_even_season():
    rates = rates_of(crowd(200, 49))
    assert rates.uniform == pytest.approx(21 / 365)
    assert rates.season(np.array([0, 20_000]), 10).tolist() == [rates.uniform] * 2


def test_many_complaints_tell_their_season_to_the_day():
    rates = rates_of(crowd(200, 50))
    assert rates.uniform == 0.0
    days = rates.days.tolist()
    asked = np.array([days[0], days[20], days[-1], days[-1] + 400])
    plain = [max(sum(abs(d - int(t)) <= 10 for d in days) / 50, 1e-3) for t in asked]
    assert rates.season(asked, 10) == pytest.approx(plain)


def test_an_undated_complaint_is_a_complaint_without_a_day():
    rates = rates_of(crowd(200, 0) + undated(names("C", 5), CALLER))
    assert rates.complained.sum() == 5
    assert len(rates.days) == 0


def test_a_link_table_may_give_the_day_with_the_calling_phone():
    rates = rates_of(crowd(200, 0) + [f"debtor B{i} complained_from phone {CALLER} 2026-05-0{i + 1}" for i in range(5)])
    assert rates.complained.sum() == 5
    assert len(rates.days) == 5


def test_the_run_says_what_it_took():
    notes = weigh(complaints(names("C", 9), CALLER)).belief.notes
    assert len(notes) == 2
    assert notes[0].startswith("9 of 9 debtors complained: the input is a selection")
    assert "0.06" in notes[0]
    assert notes[1].startswith("only 9 dated complaints: their season is taken as even over 365 days")
    assert weigh(crowd(400, 60) + complaints(names("C", 9), CALLER)).belief.notes == ()


def test_in_a_selection_bunching_counts_half():
    full, part = (
        weigh(rows + complaints(names("C", 9), CALLER)) for rows in (crowd(), ["debtor B0 lives_at address 别处1号"])
    )
    place = f"phone:{CALLER}"
    assert full.belief.burst[full.at(place)] == pytest.approx(18.0)
    assert part.belief.burst[part.at(place)] == pytest.approx(18.0 * SETTINGS.selected_burst)
