"""S9 to S11: groups cut by believed links: one ring stays one, two rings that share a thing stay two."""

from __future__ import annotations

import numpy as np
import pytest
from belief_worlds import complaints, crowd, cut, each, names, weigh
from scipy.sparse import coo_array

from ringfinder.detect.ring import LARGE, _best_cut, join_groups

A, B = names("C", 12), names("D", 12)


def ring(people, number, start):
    """An agent, an agency, a payee and a calling phone of their own."""
    rows = each(people, "represented_by", f"agent 张{number}") + each(people, "represented_by", f"company 咨询{number}")
    rows += each(people, "paid", f"payee_account P{number}")
    return rows + complaints(people, f"+861540000090{number}", start)


TWO = crowd() + ring(A, 1, "2026-01-05") + ring(B, 2, "2026-04-05")


def groups(rows, **options):
    return sorted(cut(weigh(rows), **options)[0], key=sorted)


def test_two_rings_are_two():
    assert groups(TWO) == [set(A), set(B)]


LETTER, PAPER, PAYEE = "uses_template template M", "submitted document D", "paid payee_account SHARED"
LAWYER = "represented_by law_firm 31110000MD0123454X"


@pytest.mark.parametrize(
    ("size", "thing", "sharing"),
    [
        (12, LAWYER, 4),
        (25, LAWYER, 25),
        (25, LETTER, 8),
        (25, PAPER, 8),
        (50, LETTER, 50),
        (50, PAPER, 50),
        (50, PAYEE, 25),
    ],
)
def test_two_rings_that_share_one_thing_are_two(size, thing, sharing):
    """Smaller rings that share it more widely become one: density alone cannot tell them from a ring with agents."""
    one, other = names("C", size), names("D", size)
    rows = crowd(300) + ring(one, 1, "2026-01-05") + ring(other, 2, "2026-04-05")
    relation, shared = thing.split(" ", 1)
    assert groups(rows + each(one[:sharing] + other[:sharing], relation, shared)) == [set(one), set(other)]


def large(number=100, agents=5):
    people = names("C", number)
    share = number // agents
    rows = each(people, "paid", "payee_account P") + each(people, "uses_template", "template M")
    for k in range(agents):
        mine = people[k * share : (k + 1) * share]
        rows += each(mine, "represented_by", f"agent 张{k}")
        rows += complaints(mine, f"+861540000090{k}", f"2026-0{k + 1}-05")
    return people, rows


def test_a_large_ring_with_five_agents_is_one():
    people, rows = large()
    assert groups(crowd(1200) + rows) == [set(people)]


@pytest.mark.parametrize(
    ("left_out", "joined"), [("", True), ("paid", False), ("uses_template", False)], ids=["both", "letter", "payee"]
)
def test_parts_are_joined_by_things_of_two_families(left_out, joined):
    """The five agents' shares, cut apart by hand: payee and letter join them, one of the two alone does not."""
    people, rows = large()
    world = weigh(crowd(1200) + [r for r in rows if not left_out or f" {left_out} " not in r])
    core = np.unique(np.r_[world.belief.uses.debtor, world.belief.uses.things])
    part = {f"debtor:{p}": k // 20 for k, p in enumerate(people)}
    part |= {f"agent:张{k}": k for k in range(5)} | {f"phone:+861540000090{k}": k for k in range(5)}
    nodes = world.graph.nodes[core]
    labels = [part.get(f"{kind}:{key}", 0) for kind, key in zip(nodes["kind"], nodes["key"], strict=True)]
    found = join_groups(np.array(labels, dtype=np.int64), core, world.belief)
    assert len(set(found.tolist())) == (1 if joined else 5)


def test_a_blocked_thing_joins_nobody():
    world = weigh(crowd() + each(A, "represented_by", "agent 张某"), blocked=["agent:张某"])
    assert cut(world)[0] == []


def test_people_who_share_nothing_are_alone():
    assert groups(crowd()) == []


def test_the_seed_does_not_matter():
    world = weigh(TWO + each(A[:6] + B[:6], "uses_template", "template M"))
    (_, one), (_, other) = cut(world, seed=0), cut(world, seed=4711)
    assert np.array_equal(one.labels, other.labels)
    assert (one.seed, other.seed) == (0, 4711)


def test_the_order_of_rows_does_not_matter():
    rows = TWO + each(A[:6] + B[:6], "uses_template", "template M")
    one, other = cut(weigh(rows))[1], cut(weigh(rows[::-1]))[1]
    assert one.labels.tobytes() == other.labels.tobytes()


def test_every_node_has_a_label_and_a_complaint_its_debtors():
    world = weigh(TWO)
    _, found = cut(world)
    assert found.labels.shape == (world.graph.n_nodes,)
    assert found.labels[world.node("complaint:TC3")] == found.labels[world.node("debtor:C3")]


def test_a_higher_resolution_gives_no_larger_groups():
    _, rows = large()
    sizes = [max(len(g) for g in groups(crowd(300) + rows, resolution=r)) for r in (1.0, 30.0)]
    assert sizes[1] <= sizes[0]


@pytest.mark.parametrize("rows", [[], ["debtor C0 uses_phone phone +8615400000101"]])
def test_an_empty_graph_is_no_error(rows):
    assert groups(rows) == []


def test_on_a_large_graph_one_cut_finds_the_cliques_and_is_the_same_every_time():
    cliques, size = LARGE // 5 + 1, 5
    low, high = np.triu_indices(size, 1)
    first = (np.arange(cliques)[:, None] * size + low).reshape(-1)
    other = (np.arange(cliques)[:, None] * size + high).reshape(-1)
    bridge = np.arange(cliques - 1) * size
    a, b = np.r_[first, bridge], np.r_[other, bridge + size]
    weight = np.r_[np.ones(len(first)), np.full(len(bridge), 0.01)]
    half = coo_array((weight, (a, b)), shape=(cliques * size, cliques * size)).tocsr()
    adjacency = (half + half.T).tocsr()
    adjacency.sort_indices()
    labels = _best_cut(adjacency, 0.004)
    assert len(np.unique(labels)) == cliques
    assert (labels.reshape(cliques, size) == labels[::size, None]).all()
    assert np.array_equal(labels, _best_cut(adjacency, 0.004))
