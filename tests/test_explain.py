"""What is known about a node, and the shortest chain of evidence between two; NetworkX is the oracle."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_people import graph_of

from ringfinder.explain import evidence_path, find_nodes, node_facts
from ringfinder.graph import Graph
from ringfinder.graph_build import graph_from_frames
from ringfinder.model import Hub, Member, Ring, Row, Run

THROUGH = ("channel", "lender", "collection_agency", "employer")
KINDS = ("debtor", "phone", "company", *THROUGH)


@st.composite
def graphs(draw) -> Graph:
    node = st.tuples(st.sampled_from(KINDS), st.integers(0, 4)).map(lambda pair: f"{pair[0]}:n{pair[1]}")
    rows = draw(st.lists(st.tuples(node, st.sampled_from(["r", "s"]), node), min_size=1, max_size=40))
    return graph_of(*rows)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.data())
def test_a_path_is_as_short_as_networkx_finds_it_and_made_of_rows(graph, data):
    start, end = (data.draw(st.integers(0, graph.n_nodes - 1)) for _ in range(2))
    kinds = graph.nodes["kind"].to_list()
    open_nodes = {n for n in range(graph.n_nodes) if kinds[n] not in THROUGH} | {start, end}
    oracle = nx.Graph()
    oracle.add_nodes_from(open_nodes)
    ends = zip(graph.links.source.tolist(), graph.links.target.tolist(), strict=True)
    oracle.add_edges_from((a, b) for a, b in ends if a in open_nodes and b in open_nodes)
    steps = evidence_path(graph, start, end)
    assert steps == evidence_path(graph, start, end)
    if start == end or not nx.has_path(oracle, start, end):
        assert steps == ()
        return
    assert len(steps) == nx.shortest_path_length(oracle, start, end)
    names = [f"{k} {label}" for k, label in graph.nodes.select("kind", "label").iter_rows()]
    assert (steps[0].source, steps[-1].target) == (names[start], names[end])
    rows = {
        (graph.relations[r], row, frozenset((names[a], names[b])))
        for a, b, r, row in zip(
            graph.links.source.tolist(), graph.links.target.tolist(), graph.links.relation.tolist(),
            graph.links.row.tolist(), strict=True,
        )
    }  # fmt: skip
    for before, after in pairwise(steps):
        assert before.target == after.source
        assert not before.target.startswith(THROUGH)
    assert all((s.relation, s.row.row, frozenset((s.source, s.target))) in rows for s in steps)


@pytest.mark.parametrize("kind", THROUGH)
def test_what_joins_everybody_is_not_passed_but_may_be_an_end(kind):
    graph = graph_of(("debtor:a", "r", f"{kind}:q"), ("debtor:b", "r", f"{kind}:q"))
    a, b, hub = graph.find("debtor", "a"), graph.find("debtor", "b"), graph.find(kind, "q")
    assert evidence_path(graph, a, b) == ()
    assert len(evidence_path(graph, a, hub)) == len(evidence_path(graph, hub, b)) == 1


def test_avoided_nodes_are_not_passed_but_may_be_ends():
    graph = graph_of(("debtor:a", "r", "phone:1"), ("debtor:b", "r", "phone:1"))
    avoid = graph.is_kind("phone")
    assert len(evidence_path(graph, 0, 1)) == 2
    assert evidence_path(graph, 0, 1, avoid=avoid) == ()
    assert len(evidence_path(graph, 0, 2, avoid=avoid)) == 1
    assert avoid.tolist() == [False, False, True]


@pytest.mark.parametrize("rows", [1, 127, 128, 256, 512])
def test_any_number_of_rows_about_one_pair_is_one_step(rows):
    graph = graph_of(*[("debtor:a", "r", "phone:1")] * rows)
    assert len(evidence_path(graph, 0, 1)) == 1


def test_a_step_tells_relation_date_and_row():
    links = pl.DataFrame(
        {
            "source_kind": "debtor", "source": ["a", "b"], "target_kind": "phone", "target": "1",
            "relation": "uses_phone", "date": pl.Series(["2026-05-06", None]).str.to_date(),
            "file": "f.csv", "row": [7, 9],
        }
    )  # fmt: skip
    first, second = evidence_path(graph_from_frames(None, links), 0, 1)
    assert (first.source, first.relation, first.target) == ("debtor a", "uses_phone", "phone 1")
    assert (first.date, first.row) == ("2026-05-06", Row("f.csv", 7))
    assert (second.source, second.target, second.date, second.row) == ("phone 1", "debtor b", "", Row("f.csv", 9))


# ---- one node ----
def run_of(*hubs: Hub) -> Run:
    def ring(name: str, *keys: str) -> Ring:
        members = tuple(Member("debtor", key, key, "debtor", 1.0) for key in keys)
        return Ring(name, 1, "strong", 1.0, (), members, (), (), (), "")

    return Run(rings=(ring("R1", "a", "b"), ring("R2", "b"), ring("R3", "a")), hubs=hubs)


def test_everything_about_a_node():
    graph = graph_of(
        ("debtor:a", "uses_phone", "phone:1"),
        ("debtor:b", "uses_phone", "phone:1"),
        ("debtor:a", "knows", "debtor:b"),
        ("debtor:a", "knows", "debtor:a"),
    )
    nodes = graph.nodes.with_columns(overdue_days=pl.Series([50.0, None, None]))
    graph = Graph(nodes, graph.links, graph.relations, graph.files)
    facts = node_facts(graph, run_of(Hub("phone", "1", "1", 2, "EXCLUDE", "a hub")), graph.find("debtor", "a"))
    assert (facts.kind, facts.key, facts.label, facts.hub) == ("debtor", "a", "a", "")
    assert facts.attributes == {"overdue_days": 50.0}
    assert facts.rings == ("R1", "R3")
    assert [(n.relation, n.outgoing, n.kind, n.key, n.row.row) for n in facts.neighbours] == [
        ("knows", True, "debtor", "a", 5),
        ("knows", True, "debtor", "b", 4),
        ("uses_phone", True, "phone", "1", 2),
    ]
    phone = node_facts(graph, run_of(Hub("phone", "1", "1", 2, "EXCLUDE", "a hub")), graph.find("phone", "1"))
    assert phone.hub == "EXCLUDE: a hub"
    assert [n.outgoing for n in phone.neighbours] == [False, False]
    assert phone.rings == ()
    assert phone.attributes == {}


@settings(max_examples=50, deadline=None)
@given(graphs(), st.data())
def test_a_node_has_as_many_neighbour_rows_as_links_touch_it(graph, data):
    node = data.draw(st.integers(0, graph.n_nodes - 1))
    touching = np.count_nonzero((graph.links.source == node) | (graph.links.target == node))
    assert len(node_facts(graph, Run(()), node).neighbours) == touching


# ---- finding nodes ----
def test_nodes_are_found_by_key_label_kind_and_key_or_by_the_keys_of_a_rule():
    graph = graph_of(("debtor:a", "r", "phone:1"), ("agent:a", "r", "phone:1"), ("debtor:t:1", "r", "phone:1"))
    labels = graph.nodes.with_columns(label=pl.Series(["agent name", "甲一", "t:1", "1"]))
    graph = Graph(labels, graph.links, graph.relations, graph.files)
    ids = [f"{k}:{key}" for k, key in graph.nodes.select("kind", "key").iter_rows()]

    def found(text: str, wanted: list[tuple[str, str]] = []) -> list[str]:  # noqa: B006
        return [ids[n] for n in find_nodes(graph, wanted, text)]

    assert found("a") == ["agent:a", "debtor:a"]
    assert found("debtor:a") == ["debtor:a"]
    assert found("debtor:t:1") == ["debtor:t:1"]
    assert found("甲一") == ["debtor:a"]
    assert found("nobody") == []
    assert found("nobody", [("phone", "1"), ("phone", "1"), ("phone", "9")]) == ["phone:1"]
