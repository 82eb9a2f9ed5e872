"""Bystanders leave a firm group, and only those who show nothing but one doubtful tie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from belief_worlds import CALLER, complaints, crowd, each, names, own_phones, rank, weigh

from ringfinder.detect.bystanders import DOUBTFUL, drop_bystanders

RING, OTHERS = names("C", 12), names("X", 6)


def left(odds, *, others=4, complaining=(), more=()):
    """Who leaves a group of twelve clients and some who share a payee of these log-odds with them."""
    people = OTHERS[:others]
    rows = crowd() + complaints(RING, CALLER) + each(RING + people, "paid", "payee_account P")
    rows += [f"debtor {d} filed complaint T{d} 2026-08-01" for d in complaining]
    world = weigh(rows + list(more))
    values = np.full(len(world.belief.odds), 9.0)
    values[world.at("payee_account:P")] = odds
    belief = replace(world.belief, odds=values)
    labels = np.arange(world.graph.n_nodes)
    inside = [world.node(f"debtor:{d}") for d in RING + people]
    labels[[*inside, world.node("payee_account:P"), world.node(f"phone:{CALLER}")]] = labels[inside[0]]
    out = drop_bystanders(labels, belief)
    assert len(np.unique(out[out != labels])) == int((out != labels).sum())  # each alone
    keys = world.graph.nodes["key"]
    return {keys[int(i)] for i in np.flatnonzero(out != labels)}


@pytest.mark.parametrize(
    ("odds", "options", "expected"),
    [
        (DOUBTFUL - 0.01, {}, set(OTHERS[:4])),
        (DOUBTFUL, {}, set()),  # the thing alone is sure
        (DOUBTFUL - 0.01, {"complaining": OTHERS[:1]}, set(OTHERS[1:4])),
        (DOUBTFUL - 0.01, {"others": 5}, set()),  # twelve are not three times five: all of it is doubtful
    ],
)
def test_who_has_one_doubtful_tie_and_never_complained_leaves_a_firm_group(odds, options, expected):
    assert left(odds, **options) == expected


def test_nobody_leaves_where_nothing_is_shared():
    world = weigh(crowd())
    labels = np.arange(world.graph.n_nodes)
    assert drop_bystanders(labels, world.belief) is labels


def test_a_ring_known_from_call_lists_alone_has_its_debtors():
    """Nothing but one phone's calls ties them, each shortly before the debtor's complaint."""
    own = own_phones(RING, "132000")
    rows = [f"debtor {d} filed complaint T{d} 2026-05-{i + 3:02}" for i, d in enumerate(RING)]
    rows += [f"phone {CALLER} called phone +86132000{i:05} 2026-05-01" for i in range(12)]
    found = rank(weigh(crowd() + own + rows))
    ring = found[0]
    assert {m.key for m in ring.members if m.role == "debtor"} >= set(RING[:8])
    assert CALLER in {m.key for m in ring.members if m.role == "shared phone"}
    assert "RF25" in {e.signal for e in ring.evidence}
