"""S4: bunching against a slow, plain definition with loops over pairs of complaints."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from belief_worlds import CALLER, complaints, crowd, each, names, weigh
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ringfinder.belief import BeliefSettings
from ringfinder.belief.bursts import burst_ratio

SETTINGS = BeliefSettings()


def poisson(count, mean):
    return math.exp(-mean) * mean**count / math.factorial(count)


def slow_ratio(events, season, settings):
    """B of each thing from the docstring: ``events`` are distinct (thing, unit, day)."""
    best = defaultdict(lambda: -math.inf)
    for thing, unit, day in events:
        others = [d for t, u, d in events if t == thing and u != unit]
        value = 0.0
        if others:
            m = len(others)
            c = sum(abs(d - day) <= settings.window_days for d in others)
            mu = season(day) * m
            f0 = poisson(c, mu)
            f1 = settings.burst_mix * poisson(c, mu + settings.burst_share * m) + (1 - settings.burst_mix) * f0
            value = max(-settings.burst_cap, min(settings.burst_cap, math.log(f1 / f0))) / 2
        best[thing, unit] = max(best[thing, unit], value)
    total = defaultdict(float)
    for (thing, _), value in best.items():
        total[thing] += value
    return total


class Season:
    """Rates of a test: events, and a season that the test chooses."""

    def __init__(self, events, settings, uniform):
        self.debtor = np.array([d for d, _ in events], dtype=np.int64)
        self.day = np.array([t for _, t in events], dtype=np.int64)
        self.days = [t for _, t in events]
        self.uniform, self.settings = uniform, settings

    def one(self, day):
        if self.uniform:
            return self.uniform
        near = sum(abs(d - day) <= self.settings.window_days for d in self.days)
        return max(near / len(self.days), 1e-3)

    def season(self, day, window_days):
        assert window_days == self.settings.window_days
        return np.array([self.one(int(d)) for d in day])


class Shared:
    """Uses of a test: only what bursts read."""

    def __init__(self, pairs, unit):
        self.debtor = np.array([d for d, _ in pairs], dtype=np.int64)
        self.at = np.array([t for _, t in pairs], dtype=np.int64)
        self.unit = np.array([unit[d] for d, _ in pairs], dtype=np.int64)
        self.things = np.arange(4)


@hypothesis_settings(max_examples=80, deadline=None)
@given(
    pairs=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=16).map(sorted),
    unit=st.lists(st.integers(0, 4), min_size=7, max_size=7),
    events=st.sets(st.tuples(st.integers(0, 6), st.integers(20_000, 20_045)), min_size=1, max_size=18).map(sorted),
    uniform=st.sampled_from([0.0, 0.06]),
    window=st.sampled_from([0, 3, 10]),
)
def test_bunching_is_what_loops_over_pairs_of_complaints_find(pairs, unit, events, uniform, window):
    settings = BeliefSettings(window_days=window)
    rates = Season(events, settings, uniform)
    flat = sorted({(t, unit[d], day) for d, t in pairs for who, day in events if who == d})
    expected = slow_ratio(flat, rates.one, settings)
    found = burst_ratio(Shared(pairs, unit), rates, settings)
    assert found == pytest.approx([expected[t] for t in range(4)], abs=1e-9)


def burst(rows):
    world = weigh(rows)
    return float(world.belief.burst[world.at(f"phone:{CALLER}")])


def test_nine_complaints_in_ten_days_count_two_each():
    assert burst(crowd() + complaints(names("C", 9), CALLER)) == pytest.approx(18.0)


def test_spread_complaints_speak_against_a_ring_and_bunched_ones_for_it():
    spread = burst(crowd() + complaints(names("C", 9), CALLER, "2025-07-05", 38))
    loose = burst(crowd() + complaints(names("C", 9), CALLER, "2026-01-01", 11))
    assert spread < 0
    assert spread <= loose < burst(crowd() + complaints(names("C", 9), CALLER)) == pytest.approx(18.0)


def test_one_person_who_complains_often_is_no_burst():
    rows = complaints(["C0", "C1"], CALLER, "2025-08-01", 100)
    rows += [f"debtor C0 filed complaint again{i} 2025-08-{i + 2:02}" for i in range(9)]
    assert burst(crowd() + rows) < 0


def test_a_household_that_complains_together_is_no_burst():
    homes = each(names("C", 5), "lives_at", "address 南山路1号") + complaints(["D0"], CALLER, "2026-01-20")
    # the five are one unit: D0 has no neighbour within the window and they have one other, far away
    assert burst(crowd() + homes + complaints(names("C", 5), CALLER)) < 0


def test_without_dates_bunching_says_nothing():
    rows = each(names("C", 9), "uses_template", "template M") + each(names("C", 9), "filed", "complaint T")
    world = weigh(crowd() + rows)
    assert world.belief.burst[world.at("template:M")] == 0.0


def test_in_a_news_week_the_same_burst_counts_less():
    ring = complaints(names("C", 9), CALLER)
    news = [f"debtor N{i} filed complaint TN{i} 2026-05-{i % 9 + 1:02}" for i in range(60)]
    even = [f"debtor N{i} filed complaint TN{i} 2025-{7 + i % 6:02}-{i % 27 + 1:02}" for i in range(60)]
    quiet = crowd(900, 0)
    assert burst(quiet + ring + news) < burst(quiet + ring + even) == pytest.approx(18.0)
