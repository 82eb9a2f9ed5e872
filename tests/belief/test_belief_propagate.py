"""S5 and S6: belief propagation against a dictionary implementation of the formulas in the module's docstring."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from belief_worlds import CALLER, complaints, crowd, each, names, undated, weigh
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ringfinder.belief import SOURCES, BeliefSettings
from ringfinder.belief.propagate import propagate, told
from ringfinder.belief.uses import Uses

SETTINGS = BeliefSettings()
CODES = list(SOURCES)
N_DEBTORS, N_THINGS = 7, 5


def clip(x):
    return max(-30.0, min(30.0, x))


def plain_told(odds, s):
    p = 1 / (1 + math.exp(-clip(odds)))
    a, stray = s.client_share, s.stray_share
    return math.log((a * p + stray * (1 - p)) / ((1 - a) * p + (1 - stray) * (1 - p)))


def plain_propagate(uses, unit, prior, burst, own, quiet, s):
    """``uses``: {(debtor, thing): code}. Gives lam of each thing and mu of each use."""
    family = {use: SOURCES[code].family for use, code in uses.items()}
    known = {use: SOURCES[code].complained for use, code in uses.items()}
    weight = {(i, e): 1 / sum(unit[j] == unit[i] and t == e for j, t in uses) for i, e in uses}
    users = defaultdict(list)
    for i, e in sorted(uses):
        users[e].append(i)
    mu, first, lam = dict.fromkeys(uses, 0.0), {}, {}
    for turn in range(s.rounds):
        vote, new = {}, {}
        for e, its in users.items():
            m, calm = {}, {}
            for i in its:
                heard = defaultdict(float)
                for j, t in uses:
                    if j == i and family[j, t] != family[i, e]:
                        heard[family[j, t]] = max(heard[family[j, t]], mu[j, t])
                x = own[i] + sum(min(v, s.message_cap) for v in heard.values())
                m[i] = math.exp(clip(x - (own[i] if known[i, e] else 0)))
                calm[i] = math.exp(0.0 if known[i, e] else quiet[i])
            states = []
            pens = (0.0, *s.hub_penalties)
            for k, share in enumerate((s.stray_share, *s.hub_shares)):
                terms = {i: weight[i, e] * math.log(share * m[i] + 1 - share) for i in its}
                states.append((sum(terms.values()) - pens[k] + (max(burst[e], 0.0) if k else 0.0), terms))
            terms = {i: weight[i, e] * math.log(0.1 * m[i] + 0.9 * calm[i]) for i in its}
            states.append((sum(terms.values()) - 3.0, terms))
            benign, against = max(states, key=lambda state: state[0])
            ring = {i: weight[i, e] * math.log(s.client_share * m[i] + 1 - s.client_share) for i in its}
            new[e] = prior[e] + burst[e] + sum(ring.values()) - benign
            for i in its:
                vote[i, e] = ring[i] - against[i]
        if turn == 0:
            first = dict(vote)
        else:
            voices = defaultdict(list)
            for i, e in uses:
                rivals = [(-mu[j, t], t) for j, t in uses if j == i and family[j, t] != family[i, e] and mu[j, t] > 0]
                voices[e, min(rivals)[1] if rivals else None].append(i)
            loss = defaultdict(float)
            for (e, other), its in voices.items():
                gain = {i: vote[i, e] - min(vote[i, e], first[i, e]) for i in its}
                total, worth = sum(gain.values()), max(new[other], 0.0) if other is not None else 0.0
                for i in its:
                    taken = gain[i] * (1 - min(total, worth) / total) if total > 0 else 0.0
                    vote[i, e] -= taken
                    loss[e] += taken
            new = {e: new[e] - loss[e] for e in new}
        lam = new
        mu = {(i, e): max(plain_told(lam[e] - vote[i, e], s) - plain_told(prior[e], s), 0.0) for i, e in uses}
    return lam, mu


def as_uses(uses, unit):
    pairs = sorted(uses, key=lambda use: (use[1], use[0]))
    debtor = np.array([i for i, _ in pairs], dtype=np.int64)
    thing = np.array([e + N_DEBTORS for _, e in pairs], dtype=np.int64)
    things, at = np.unique(thing, return_inverse=True)
    units = np.array([len({unit[i] for i, e in pairs if e + N_DEBTORS == t}) for t in things], dtype=np.int64)
    source = np.array([CODES.index(uses[pair]) for pair in pairs], dtype=np.uint8)
    own = np.array([unit[i] for i, _ in pairs], dtype=np.int64)
    return pairs, Uses(debtor, thing, own, source, things, at.astype(np.int64), units, np.zeros(len(things), bool))


graphs = st.dictionaries(
    st.tuples(st.integers(0, N_DEBTORS - 1), st.integers(0, N_THINGS - 1)), st.sampled_from(CODES), min_size=1
)
numbers = st.floats(-5, 5).map(lambda x: round(x, 3))


@hypothesis_settings(max_examples=80, deadline=None)
@given(
    uses=graphs,
    unit=st.lists(st.integers(0, 5), min_size=N_DEBTORS, max_size=N_DEBTORS),
    prior=st.lists(numbers, min_size=N_THINGS, max_size=N_THINGS),
    burst=st.lists(numbers, min_size=N_THINGS, max_size=N_THINGS),
    complained=st.lists(st.booleans(), min_size=N_DEBTORS, max_size=N_DEBTORS),
    rounds=st.sampled_from([1, 2, 3, 6]),
)
def test_propagation_is_what_the_docstring_says(uses, unit, prior, burst, complained, rounds):
    settings = BeliefSettings(rounds=rounds)
    # why: equal messages would make the strongest other thing a matter of rounding
    prior = [p + 0.000717 * (k + 1) for k, p in enumerate(prior)]
    own = [math.log(0.4 / 0.06) if c else math.log(0.6 / 0.94) for c in complained]
    quiet = [math.log(0.3 / 0.06) if c else math.log(0.7 / 0.94) for c in complained]
    lam, mu = plain_propagate(uses, unit, prior, burst, own, quiet, settings)
    pairs, made = as_uses(uses, unit)
    rest = np.zeros(N_THINGS)
    found = propagate(
        made,
        np.array([prior[t - N_DEBTORS] for t in made.things]),
        np.array([burst[t - N_DEBTORS] for t in made.things]),
        np.r_[own, rest],
        np.r_[quiet, rest],
        settings,
    )
    assert found.odds == pytest.approx([lam[t - N_DEBTORS] for t in made.things.tolist()], abs=1e-6)
    assert found.message == pytest.approx([mu[pair] for pair in pairs], abs=1e-6)


@given(numbers, numbers)
def test_a_surer_thing_tells_more(one, other):
    low, high = sorted((one, other))
    assert told(np.array([low]), SETTINGS)[0] <= told(np.array([high]), SETTINGS)[0]
    assert told(np.array([low]), SETTINGS)[0] == pytest.approx(plain_told(low, SETTINGS))


NINE = names("C", 9)


def test_the_example_of_the_readme_undated():
    world = weigh(crowd() + undated(NINE, CALLER))
    assert world.prior(f"phone:{CALLER}") == pytest.approx(-1.5 + 1.5 * math.log2(3))
    assert world.odds(f"phone:{CALLER}") == pytest.approx(0.9, abs=0.05)


def test_the_example_of_the_readme_in_ten_days():
    world = weigh(crowd() + complaints(NINE, CALLER))
    assert world.belief.rates.uniform == pytest.approx(0.06, abs=0.005)
    assert float(world.belief.burst[world.at(f"phone:{CALLER}")]) == pytest.approx(18.0)
    # a hub that a few clients use explains the burst as well, for 3: 0.9 + 18 - (18 - 3)
    assert world.odds(f"phone:{CALLER}") == pytest.approx(3.9, abs=0.05)


def test_what_stands_in_one_power_of_attorney_is_one_reason():
    agent = each(NINE, "represented_by", "agent 张某")
    all_of_it = (
        agent + each(NINE, "represented_by", "company 甲诚") + each(NINE, "represented_by", "phone +8615400000990")
    )
    base = crowd() + undated(NINE, CALLER)
    one, three = weigh(base + agent), weigh(base + all_of_it)
    assert one.odds(f"phone:{CALLER}") > weigh(base).odds(f"phone:{CALLER}")  # the agent does say something
    assert three.odds(f"phone:{CALLER}") == pytest.approx(one.odds(f"phone:{CALLER}"))
    for thing in ("张某", "甲诚", "+8615400000990"):
        assert three.odds(f"{'agent' if thing == '张某' else 'company' if thing == '甲诚' else 'phone'}:{thing}") == (
            pytest.approx(one.odds("agent:张某"))
        )


def test_a_thing_never_hears_its_own_family():
    agents = each(NINE, "represented_by", "agent 张某")
    alone = weigh(crowd() + agents).odds("agent:张某")
    beside = weigh(crowd() + agents + each(NINE, "represented_by", "agent 李某")).odds("agent:张某")
    assert beside == pytest.approx(alone)


def test_things_of_two_families_lend_each_other_weight():
    agents, payee = each(NINE, "represented_by", "agent 张某"), each(NINE, "paid", "payee_account P")
    apart = weigh(crowd() + agents + each(names("D", 9), "paid", "payee_account P"))
    together = weigh(crowd() + agents + payee)
    assert together.odds("payee_account:P") > apart.odds("payee_account:P")
    assert together.odds("agent:张某") > apart.odds("agent:张某")


def test_a_blocked_thing_says_nothing():
    rows = crowd() + complaints(NINE, CALLER) + each(NINE, "represented_by", "agent 张某")
    heard = weigh(rows, blocked=[f"phone:{CALLER}"])
    assert heard.at(f"phone:{CALLER}") == -1
    without = weigh(crowd() + [r for r in rows if "complained_from" not in r and r not in crowd()])
    assert heard.odds("agent:张某") == pytest.approx(without.odds("agent:张某"))


def test_members_of_a_household_add_nothing_to_a_thing():
    base = crowd() + undated(NINE, CALLER) + each(["C0"], "lives_at", "address A")
    kin = [f"debtor K{i} lives_at address A" for i in range(4)]
    one = weigh(base + kin)
    more = weigh(base + kin + undated(names("K", 4), CALLER))
    # complaints of the kin change the rate of all complaints, but a caller's users all complained anyway
    assert more.prior(f"phone:{CALLER}") == pytest.approx(one.prior(f"phone:{CALLER}"))
    assert more.odds(f"phone:{CALLER}") == pytest.approx(one.odds(f"phone:{CALLER}"))


@hypothesis_settings(max_examples=15, deadline=None)
@given(st.permutations(complaints(NINE, CALLER) + each(NINE[:5], "represented_by", "agent 张某")))
def test_the_order_of_rows_changes_nothing(rows):
    few = crowd(30, 3)
    one, other = (
        weigh(few + complaints(NINE, CALLER) + each(NINE[:5], "represented_by", "agent 张某")),
        weigh(rows + few),
    )
    assert one.belief.odds.tobytes() == other.belief.odds.tobytes()
    assert one.belief.message.tobytes() == other.belief.message.tobytes()
