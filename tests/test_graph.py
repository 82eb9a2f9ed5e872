"""The graph and the one place that makes it: canonical whatever the input order, and right by NetworkX."""

from __future__ import annotations

from datetime import date

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.errors import DataError
from ringfinder.graph import NO_DATE, Graph
from ringfinder.graph_build import graph_from_frames

quick = settings(max_examples=40, deadline=None)

KINDS = ["debtor", "phone", "agent", "club"]
RELATIONS = ["uses_phone", "related_to", "knows"]

link_rows = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from("abcdé中"),
        st.sampled_from(KINDS),
        st.sampled_from("abcdé中"),
        st.sampled_from(RELATIONS),
        st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        st.sampled_from(["a.csv", "b.csv", ""]),
        st.integers(0, 2**31 - 1),
        st.sampled_from([0.5, 1.0, 3.0]),
    ),
    max_size=30,
)

SCHEMA = {
    "source_kind": pl.String,
    "source": pl.String,
    "target_kind": pl.String,
    "target": pl.String,
    "relation": pl.String,
    "date": pl.Date,
    "file": pl.String,
    "row": pl.Int32,
    "weight": pl.Float32,
}


def links_frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def simple(*pairs: tuple[str, str]) -> Graph:
    rows = [("debtor", a, "phone", b, "uses_phone", None, "f.csv", i + 2, 1.0) for i, (a, b) in enumerate(pairs)]
    return graph_from_frames(None, links_frame(rows))


def same(one: Graph, other: Graph) -> bool:
    columns = all(
        np.array_equal(getattr(one.links, c), getattr(other.links, c)) for c in one.links.__dataclass_fields__
    )
    tables = one.nodes.equals(other.nodes) and one.nodes.schema == other.nodes.schema
    return columns and tables and (one.relations, one.files) == (other.relations, other.files)


def as_networkx(graph: Graph) -> nx.MultiGraph:
    oracle = nx.MultiGraph()
    oracle.add_nodes_from(range(graph.n_nodes))
    links = graph.links
    for s, t, w in zip(links.source.tolist(), links.target.tolist(), links.weight.tolist(), strict=True):
        oracle.add_edge(s, t, weight=w)
    return oracle


@quick
@given(link_rows, st.randoms(use_true_random=False))
def test_row_order_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert same(graph_from_frames(None, links_frame(rows)), graph_from_frames(None, links_frame(shuffled)))


@quick
@given(link_rows)
def test_every_row_is_a_link_and_every_end_a_node(rows):
    graph = graph_from_frames(None, links_frame(rows))
    ids = list(zip(graph.nodes["kind"], graph.nodes["key"], strict=True))
    assert ids == sorted({(r[0], r[1]) for r in rows} | {(r[2], r[3]) for r in rows})
    assert graph.relations == tuple(sorted({r[4] for r in rows}))
    epoch = date(1970, 1, 1)
    links = graph.links
    got = sorted(
        (*ids[s], *ids[t], graph.relations[r], int(d), graph.files[f], int(row), float(w))
        for s, t, r, d, f, row, w in zip(
            links.source,
            links.target,
            links.relation,
            links.date,
            links.file,
            links.row,
            links.weight,
            strict=True,
        )
    )
    assert got == sorted(
        (*r[:5], int(NO_DATE) if r[5] is None else (r[5] - epoch).days, r[6], r[7], r[8]) for r in rows
    )


@quick
@given(link_rows)
def test_links_are_sorted(rows):
    links = graph_from_frames(None, links_frame(rows)).links
    order = list(zip(links.source, links.target, links.relation, links.date, links.file, links.row, strict=True))
    assert order == sorted(order)


@quick
@given(link_rows)
def test_adjacency_is_networkx_s(rows):
    graph = graph_from_frames(None, links_frame(rows))
    oracle = as_networkx(graph)
    oracle.remove_edges_from(list(nx.selfloop_edges(oracle, keys=True)))
    expected = nx.to_numpy_array(oracle, nodelist=range(graph.n_nodes)) if graph.n_nodes else np.zeros((0, 0))
    assert np.array_equal(graph.adjacency().toarray(), expected)


@quick
@given(link_rows.filter(bool), st.integers(0, 3), st.data())
def test_neighbourhood_is_networkx_s_ego_graph(rows, hops, data):
    graph = graph_from_frames(None, links_frame(rows))
    node = data.draw(st.integers(0, graph.n_nodes - 1))
    ego = nx.ego_graph(as_networkx(graph), node, radius=hops)
    part = graph.neighbourhood(node, hops)
    assert part.nodes.equals(graph.nodes[sorted(ego)])
    assert part.n_links == ego.number_of_edges()


@quick
@given(link_rows, st.data())
def test_subgraph_is_networkx_s(rows, data):
    graph = graph_from_frames(None, links_frame(rows))
    chosen = data.draw(st.sets(st.integers(0, graph.n_nodes - 1))) if graph.n_nodes else set()
    part = graph.subgraph(sorted(chosen))
    expected = nx.relabel_nodes(as_networkx(graph).subgraph(chosen), {n: i for i, n in enumerate(sorted(chosen))})
    assert nx.utils.edges_equal(
        [tuple(sorted(e)) for e in as_networkx(part).edges()], [tuple(sorted(e)) for e in expected.edges()]
    )


def test_nodes_are_merged_independently_of_row_order():
    nodes = pl.DataFrame(
        {
            "kind": ["debtor", "debtor", "debtor", "phone"],
            "key": ["d", "d", "e", "p"],
            "label": [None, "Dora", "", None],
            "city": ["Wuhan", None, None, None],
            "age": [None, 41, 7, None],
        }
    )
    links = links_frame([("debtor", "d", "phone", "q", "uses_phone", None, "f", 2, 1.0)])
    graph = graph_from_frames(nodes, links)
    assert same(graph, graph_from_frames(nodes.reverse(), links))
    assert graph.nodes.rows() == [
        ("debtor", "d", "Dora", "Wuhan", 41),
        ("debtor", "e", "e", None, 7),
        ("phone", "p", "p", None, None),
        ("phone", "q", "q", None, None),
    ]


def test_masks_counts_and_find():
    graph = simple(("a", "1"), ("b", "1"), ("b", "2"))
    assert graph.counts() == {"debtor": 2, "phone": 2}
    assert graph.is_kind("phone").tolist() == [False, False, True, True]
    assert graph.relation_is("uses_phone", "filed").all()
    assert not graph.relation_is("filed").any()
    assert graph.find("phone", "1") == 2
    with pytest.raises(KeyError):
        graph.find("phone", "3")
    assert graph.adjacency(np.array([True, False, False])).nnz == 2
    assert repr(graph) == "<Graph: 4 nodes (2 debtor, 2 phone), 3 links>"


def test_link_columns_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        simple(("a", "1")).links.source[0] = 1


def test_the_empty_graph():
    graph = graph_from_frames(None, links_frame([]))
    assert (graph.n_nodes, graph.n_links, graph.relations, graph.files) == (0, 0, (), ())


GOOD = links_frame([("debtor", "a", "phone", "b", "uses_phone", None, "f", 2, 1.0)])


@pytest.mark.parametrize(
    ("links", "text"),
    [
        (GOOD.drop("relation"), "missing column relation"),
        (GOOD.with_columns(colour=pl.lit("red")), "unknown column colour"),
        (GOOD.with_columns(source=pl.lit("")), "column source: empty in 1 rows"),
        (GOOD.with_columns(target_kind=pl.lit(None, pl.String)), "column target_kind: empty"),
        (GOOD.with_columns(source_kind=pl.lit("a:b")), "the kind 'a:b'"),
        (GOOD.with_columns(weight=pl.lit(0.0)), "the weight 0"),
        (GOOD.with_columns(weight=pl.lit(float("nan"))), "the weight nan"),
        (GOOD.with_columns(row=pl.lit("two")), "column row: a column of type String"),
        (GOOD.with_columns(row=pl.lit(2**40)), "column row: a column of type Int64"),
        (GOOD.with_columns(file=pl.lit(None, pl.String)), "a link without a file"),
        (
            pl.concat([GOOD.with_columns(relation=pl.lit(f"r{i}")) for i in range(257)]),
            "257 different values",
        ),
    ],
)
def test_bad_links_are_refused_in_clear_words(links, text):
    with pytest.raises(DataError, match=text):
        graph_from_frames(None, links)


def test_bad_nodes_are_refused_in_clear_words():
    with pytest.raises(DataError, match="missing column key"):
        graph_from_frames(pl.DataFrame({"kind": ["debtor"]}), GOOD)
    with pytest.raises(DataError, match="column key: empty"):
        graph_from_frames(pl.DataFrame({"kind": ["debtor"], "key": [""]}), GOOD)
