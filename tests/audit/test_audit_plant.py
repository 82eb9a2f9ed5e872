"""Planting: which rings are wished, and that they fit the user's own data."""

from __future__ import annotations

from collections import Counter

import numpy as np
import polars as pl
import pytest

from ringfinder.audit.donor import CAMOUFLAGE, SIZES, Donor, Wish, make_donor, wishes
from ringfinder.audit.plant import LEAST_DEBTORS, host_of, plant
from ringfinder.errors import ConfigError, DataError
from ringfinder.graph import Graph
from ringfinder.graph_build import frames_of, graph_from_frames
from ringfinder.simulate import DESIGNS

TRIPLE = ["source_kind", "relation", "target_kind"]


@pytest.fixture(scope="module")
def donor() -> Donor:
    return make_donor((Wish("star", "easy", 15), Wish("layered", "medium", 30), Wish("mail", "hard", 15)), 5)


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def without(graph: Graph, *relations: str) -> Graph:
    """The graph without some relations, as if a table had not been exported."""
    nodes, links = frames_of(graph)
    return graph_from_frames(nodes, links.filter(~pl.col("relation").is_in(relations)))


def added(before: Graph, after: Graph) -> pl.DataFrame:
    """The links that came in."""
    old, new = frames_of(before)[1], frames_of(after)[1]
    return new.join(old, on=new.columns, how="anti", nulls_equal=True)


def test_sizes_and_camouflages_come_up_alike():
    made = wishes(30, rng(), max(SIZES))
    assert set(Counter((w.size, w.camouflage) for w in made).values()) == {2}
    for wish in made:
        low, high = DESIGNS[wish.design].size
        assert low / 2 <= wish.size <= 1.5 * high


def test_small_data_get_small_rings_only():
    assert {w.size for w in wishes(30, rng(), 15)} == {4, 8, 15}


def test_a_donor_has_the_clients_that_were_wished(donor):
    assert donor.clients.group_by("ring").len().sort("ring").rows() == [(0, 15), (1, 30), (2, 15)]


def test_camouflage_hides_traces():
    evidence = []
    for level in CAMOUFLAGE:
        links = make_donor([Wish("star", level.code, 60)], 1).links
        evidence.append(links.filter(pl.col("relation").is_in(["represented_by", "paid"])).height)
    assert evidence[0] > 1.3 * evidence[1] > 1.3 * evidence[2] > 0


@pytest.mark.parametrize("wished", [[], [Wish("star", "invisible", 8)], [Wish("moon", "easy", 8)]])
def test_rings_that_nobody_can_make_are_refused(wished):
    with pytest.raises(ConfigError):
        make_donor(wished, 1)


def test_equal_seeds_plant_equal_graphs(host, donor):
    one, two = plant(host, donor, rng()), plant(host, donor, rng())
    assert one.graph.nodes.equals(two.graph.nodes)
    assert one.graph.links.source.tolist() == two.graph.links.source.tolist()
    other = plant(host, donor, np.random.default_rng(4))
    assert set(other.truth["key"]) != set(one.truth["key"])


def test_nothing_of_the_user_is_lost(linked, host, donor):
    old, new = frames_of(linked.graph)[1], frames_of(plant(host, donor, rng()).graph)[1]
    assert old.join(new, on=old.columns, how="anti", nulls_equal=True).is_empty()


def test_only_relations_of_the_data_are_planted(linked, donor):
    poor = without(linked.graph, "paid", "represented_by", "called")
    planted = plant(host_of(poor, frozenset(), "debtor"), donor, rng())
    came = added(poor, planted.graph)
    assert came.height > 50
    assert came.join(frames_of(poor)[1], on=TRIPLE, how="anti").is_empty()
    assert "paid" not in planted.graph.relations


def test_a_device_may_hang_on_the_debtor_where_the_data_have_it_so(linked):
    nodes, links = frames_of(linked.graph)
    filed = links.filter(relation="filed").select(owner="source", source="target").unique("source", keep="first")
    device = pl.col("relation") == "uses_device"
    moved = links.filter(device).join(filed, on="source").with_columns(source="owner", source_kind=pl.lit("debtor"))
    graph = graph_from_frames(nodes, pl.concat([links.filter(~device), moved.select(links.columns)]))
    donor = make_donor([Wish("sim_swap", "easy", 30)], 2)
    came = added(graph, plant(host_of(graph, frozenset(), "debtor"), donor, rng()).graph)
    devices = came.filter(relation="uses_device")
    assert devices.height > 5
    assert set(devices["source_kind"]) == {"debtor"}


def test_clients_are_free_debtors_whom_something_ties(linked, host, donor):
    planted = plant(host, donor, rng())
    free = set(host.free["key"])
    assert set(planted.truth["key"]) <= free
    assert len(free) == linked.graph.counts()["debtor"] - 10
    came = added(linked.graph, planted.graph)
    people = set(came.filter(source_kind="debtor")["source"])
    assert set(planted.truth["key"]) <= people
    assert planted.truth.filter(ring=0).height == 15  # easy: everybody shows


def test_dates_follow_the_data(linked, host, donor):
    came = added(linked.graph, plant(host, donor, rng()).graph)
    days = came.filter(pl.col("relation") == "filed")["date"].drop_nulls().to_physical()
    assert days.len() > 10
    assert host.days[0] <= days.min() <= days.max() <= host.days[-1]


def test_data_without_dates_get_none(linked, donor):
    nodes, links = frames_of(linked.graph)
    bare = graph_from_frames(nodes, links.with_columns(date=pl.lit(None, dtype=pl.Date)))
    made = frames_of(plant(host_of(bare, frozenset(), "debtor"), donor, rng()).graph)[1]
    assert made["date"].null_count() == made.height


def test_planted_rows_stand_behind_the_users(linked, host, donor):
    before = frames_of(linked.graph)[1].group_by("file").agg(last=pl.col("row").max())
    came = added(linked.graph, plant(host, donor, rng()).graph).join(before, on="file", how="left")
    assert came["last"].null_count() == 0
    assert (came["row"] > came["last"]).all()


def test_few_debtors_are_refused(linked):
    keys = linked.graph.nodes.filter(kind="debtor")["key"]
    with pytest.raises(DataError, match="199"):
        host_of(linked.graph, frozenset(keys.tail(keys.len() - LEAST_DEBTORS + 1).to_list()), "debtor")
