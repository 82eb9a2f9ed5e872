"""What holds a ring together: one bridging thing, a pair, or nothing in particular."""

from __future__ import annotations

import networkx as nx
import pytest
from cases import cases_of, complaints, rings_of

from ringfinder.privacy import Border
from ringfinder.score.roles import ring_members
from ringfinder.score.ties import articulations, ring_ties

LEFT, RIGHT = [f"A{i}" for i in range(6)], [f"B{i}" for i in range(5)]
BRIDGE = "+8615400000999"


def pair(*bridges):
    """Two rings, each held twice over; a debtor of each uses each of the bridging phones."""
    rows = []
    for side, name in ((LEFT, "甲"), (RIGHT, "乙")):
        rows += [f"debtor {d} represented_by company {name}" for d in side]
        rows += [f"debtor {d} paid payee_account 62{name}" for d in side]
    for phone in bridges:
        rows += [f"debtor {side[0]} complained_from phone {phone}" for side in (LEFT, RIGHT)]
    return rows


def ties(rows):
    (ring,) = rings_of(rows)
    return ring.ties


def test_the_single_bridging_phone_of_two_rings_is_named():
    (tie,) = ties(pair(BRIDGE))
    assert tie.nodes == (f"phone:{BRIDGE}",)
    assert tie.lost == 5
    assert tie.sentence == "without {n0} the group falls into pieces of 6 and 5 debtors"


def test_without_the_rows_of_the_tie_the_ring_is_two():
    rows = pair(BRIDGE)
    (tie,) = ties(rows)
    assert len(tie.rows) == 2
    gone = {row.row for row in tie.rows}
    assert len(rings_of([row for n, row in enumerate(rows, start=2) if n not in gone])) == 2


def test_two_bridges_are_a_pair():
    other = "+8615400000998"
    (case,) = cases_of(pair(BRIDGE, other))
    assert ring_ties(case, ring_members(case), pairs=False) == ()
    (tie,) = ring_ties(case, ring_members(case))
    assert set(tie.nodes) == {f"phone:{BRIDGE}", f"phone:{other}"}
    assert tie.sentence.startswith("without {n0} and {n1} the group falls into pieces of 6 and 5")


def test_a_ring_that_hangs_on_one_phone_says_so():
    (tie,) = ties(complaints(LEFT, BRIDGE))
    assert tie.sentence == "without {n0} nothing ties the 6 debtors to one another"
    assert tie.lost == 5


def test_a_ring_that_is_tied_many_times_over_has_no_tie():
    rows = []
    for relation in ("represented_by company", "paid payee_account", "uses_device device", "complained_from phone"):
        rows += [f"debtor {d} {relation} X" for d in LEFT]
    assert ties(rows) == ()


def test_a_tail_of_a_third_is_told_and_a_shorter_one_is_not():
    base = [f"debtor {d} {r} X" for d in LEFT for r in ("represented_by company", "paid payee_account")]
    short = [f"debtor {d} complained_from phone {BRIDGE}" for d in ("A0", "T0", "T1")]
    (ring,) = rings_of(base + short)
    assert [t.nodes for t in ring.ties if t.lost == 2] == []
    longer = [*short, f"debtor T2 complained_from phone {BRIDGE}"]
    (ring,) = rings_of(base + longer)
    assert [t.sentence for t in ring.ties] == ["without {n0} 3 of 9 debtors are tied to the rest by nothing else"]


@pytest.mark.parametrize("key", [None, bytes(32)])
def test_the_border_fills_a_tie_in(key):
    (ring,) = rings_of(pair(BRIDGE))
    (tie,) = Border(key)._ring(ring).ties
    assert "{n0}" not in tie.sentence
    assert ("15400000999" in tie.sentence) == (key is None)


@pytest.mark.parametrize("seed", range(40))
def test_articulations_are_those_that_networkx_finds(seed):
    graph = nx.gnm_random_graph(30, 20 + seed, seed=seed)
    assert articulations({n: set(graph[n]) for n in graph}) == set(nx.articulation_points(graph))


def test_a_long_chain_is_searched_without_recursion():
    chain = nx.path_graph(5000)
    assert articulations({n: set(chain[n]) for n in chain}) == set(range(1, 4999))
