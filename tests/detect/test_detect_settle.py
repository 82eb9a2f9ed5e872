"""Settling a partition and the projection that communities are found on."""

from __future__ import annotations

import datetime as dt

import networkx as nx
import numpy as np
import pytest
from cases import complaints, graph_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from ringfinder.detect import detect_communities
from ringfinder.detect.project import project_events
from ringfinder.detect.settle import contracted, settle


def quality(adjacency, labels, density):
    """The constant Potts model by its definition, pair by pair."""
    dense = adjacency.toarray()
    n = len(labels)
    return sum(dense[i, j] - density for i in range(n) for j in range(i) if labels[i] == labels[j])


@st.composite
def partitions(draw):
    n = draw(st.integers(2, 14))
    seed = draw(st.integers(0, 10_000))
    graph = nx.gnp_random_graph(n, draw(st.floats(0.05, 0.7)), seed=seed)
    rng = np.random.default_rng(seed)
    adjacency = csr_array(nx.to_scipy_sparse_array(graph, dtype=float))
    return adjacency, rng.integers(0, n, n), draw(st.sampled_from([0.05, 0.2, 0.5]))


@settings(max_examples=150, deadline=None)
@given(partitions())
def test_settling_never_lowers_the_quality(case):
    adjacency, labels, density = case
    assert quality(adjacency, settle(adjacency, labels, density), density) >= quality(adjacency, labels, density) - 1e-6


@settings(max_examples=80, deadline=None)
@given(partitions())
def test_a_settled_partition_stays(case):
    adjacency, labels, density = case
    once = settle(adjacency, labels, density)
    again = settle(adjacency, once, density)
    assert quality(adjacency, again, density) == pytest.approx(quality(adjacency, once, density))


def test_a_debtor_tied_to_two_groups_lands_in_the_same_one_from_either_side():
    graph = nx.Graph([(0, 1), (1, 2), (0, 2), (4, 5), (5, 6), (4, 6), (3, 2), (3, 4)])
    adjacency = csr_array(nx.to_scipy_sparse_array(graph, nodelist=range(7), dtype=float))
    left = settle(adjacency, np.array([0, 0, 0, 0, 1, 1, 1]), 0.1)
    right = settle(adjacency, np.array([0, 0, 0, 1, 1, 1, 1]), 0.1)
    assert [list(left == left[i]) for i in range(7)] == [list(right == right[i]) for i in range(7)]


def test_contracting_adds_up():
    adjacency = csr_array(np.array([[0, 1, 2], [1, 0, 4], [2, 4, 0]], dtype=float))
    weights, sizes = contracted(adjacency, np.array([0, 0, 1]))
    assert sizes.tolist() == [2, 1]
    assert weights.toarray().tolist() == [[0, 6], [6, 0]]


def test_complaints_and_letters_share_their_debtors_community():
    rows = [*complaints(["C1", "C2", "C3"], "+8615400000901"), "debtor C1 posted mail_item M1"]
    graph = graph_of(rows)
    labels = detect_communities(graph).labels
    home = labels[graph.find("debtor", "C1")]
    assert labels[graph.find("complaint", "TC1")] == home
    assert labels[graph.find("mail_item", "M1")] == home
    assert labels[graph.find("debtor", "C3")] == home


def test_blocked_hubs_hold_nothing_together():
    graph = graph_of(complaints(["C1", "C2", "C3"], "+8615400000901"))
    blocked = graph.is_kind("phone")
    labels = detect_communities(graph, blocked=blocked).labels
    debtors = [labels[graph.find("debtor", f"C{i}")] for i in (1, 2, 3)]
    assert len(set(debtors)) == 3


def test_saying_a_link_twice_changes_nothing():
    rows = complaints([f"C{i}" for i in range(8)], "+8615400000901")
    once, twice = graph_of(rows), graph_of(rows + rows)
    assert project_events(once)[0].n_links == project_events(twice)[0].n_links
    assert detect_communities(once).labels.tolist() == detect_communities(twice).labels.tolist()


@pytest.mark.parametrize("method", ["leiden", "louvain", "label_propagation", "components"])
def test_every_community_of_the_demo_is_connected(method, demo_result):
    graph = demo_result.graph
    labels = detect_communities(graph, method).labels
    projected, _ = project_events(graph)
    links = projected.links
    whole = nx.Graph()
    whole.add_nodes_from(range(graph.n_nodes))
    same = labels[links.source] == labels[links.target]
    whole.add_edges_from(zip(links.source[same].tolist(), links.target[same].tolist(), strict=True))
    parts = {}
    for part in nx.connected_components(whole):
        linked = [n for n in part if whole.degree(n)]
        if linked:
            label = labels[linked[0]]
            assert label not in parts, "a community in two pieces"
            parts[label] = part


def test_the_seed_changes_no_community_of_two_clear_rings():
    rows = complaints([f"A{i}" for i in range(12)], "+8615400000901")
    rows += complaints([f"B{i}" for i in range(12)], "+8615400000902")
    rows += [f"debtor A{i} represented_by agent 甲" for i in range(12)]
    rows += [f"debtor B{i} represented_by agent 乙" for i in range(12)]
    graph = graph_of(rows)
    assert len({tuple(detect_communities(graph, seed=s).labels.tolist()) for s in range(10)}) == 1


def test_dates_are_read_as_written():
    graph = graph_of(["debtor A filed complaint T 2026-05-01"])
    assert graph.links.date.tolist() == [(dt.date(2026, 5, 1) - dt.date(1970, 1, 1)).days]
