"""The graph for NetworkX, pandas, GraphML and GEXF: nothing is lost, hostile text does no harm."""

from __future__ import annotations

from datetime import date

import networkx as nx
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.errors import DataError, OutputError
from ringfinder.graph import Graph
from ringfinder.graph_build import LINK_COLUMNS, graph_from_frames

quick = settings(max_examples=40, deadline=None)

HOSTILE = "<b>&\"'\x00\x0b\x1b]]>\ufffe \r\n\t😀中"


def links_frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=LINK_COLUMNS, orient="row")


def same(one: Graph, other: Graph) -> bool:
    columns = all(
        np.array_equal(getattr(one.links, c), getattr(other.links, c)) for c in one.links.__dataclass_fields__
    )
    tables = one.nodes.equals(other.nodes) and one.nodes.schema == other.nodes.schema
    return columns and tables and (one.relations, one.files) == (other.relations, other.files)


def example() -> Graph:
    nodes = pl.DataFrame(
        {
            "kind": ["debtor", "phone"],
            "key": ["d1", "p1"],
            "label": ["Dora", None],
            "since": [date(2020, 2, 29), None],
            "age": pl.Series([41, None], dtype=pl.UInt8),
            "listed": [None, True],
        }
    )
    links = [
        ("debtor", "d1", "phone", "p1", "uses_phone", date(2024, 5, 1), "a.csv", 2, 1.0),
        ("debtor", "d1", "phone", "p1", "uses_phone", None, "b.csv", 9, 2.5),
        ("debtor", "d2", "phone", "p1", "uses_record_phone", date(1969, 7, 20), "a.csv", 3, 1.0),
    ]
    return graph_from_frames(nodes, links_frame(links))


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
kinds = st.sampled_from(["debtor", "phone", "odd kind"])
graphs = st.builds(
    lambda nodes, links: graph_from_frames(
        pl.DataFrame(
            nodes,
            schema={
                "kind": pl.String,
                "key": pl.String,
                "label": pl.String,
                "n": pl.Int64,
                "note": pl.String,
            },
            orient="row",
        ),
        links_frame(links),
    ),
    st.lists(
        st.tuples(kinds, texts, st.none() | texts, st.none() | st.integers(-(2**63), 2**63 - 1), texts),
        max_size=6,
    ),
    st.lists(
        st.tuples(
            kinds,
            texts,
            kinds,
            texts,
            texts,
            st.none() | st.dates(),
            texts,
            st.integers(0, 2**31 - 1),
            st.floats(0.0625, 1e6, width=32),
        ),
        max_size=8,
    ),
)


def test_networkx_carries_everything():
    result = example().to_networkx()
    assert isinstance(result, nx.MultiGraph)
    assert dict(result.nodes(data=True)) == {
        "debtor:d1": {
            "kind": "debtor",
            "key": "d1",
            "label": "Dora",
            "since": date(2020, 2, 29),
            "age": 41,
        },
        "debtor:d2": {"kind": "debtor", "key": "d2", "label": "d2"},
        "phone:p1": {"kind": "phone", "key": "p1", "label": "p1", "listed": True},
    }
    edges = [(u, v, d) for u, v, d in result.edges(data=True)]
    assert edges[0][2] == {"relation": "uses_phone", "file": "b.csv", "row": 9, "weight": 2.5}
    assert edges[1][2]["date"] == "2024-05-01"
    assert edges[2] == (
        "debtor:d2",
        "phone:p1",
        {"relation": "uses_record_phone", "date": "1969-07-20", "file": "a.csv", "row": 3, "weight": 1.0},
    )


def test_networkx_of_a_neighbourhood():
    graph = example()
    assert set(graph.to_networkx(graph.find("debtor", "d2"), hops=1)) == {"debtor:d2", "phone:p1"}


def test_pandas_frames():
    nodes, links = example().to_pandas()
    assert nodes["id"].tolist() == ["debtor:d1", "debtor:d2", "phone:p1"]
    assert list(links) == ["source", "target", "relation", "date", "file", "row", "weight"]
    assert links["date"].isna().tolist() == [True, False, False]
    assert links["date"][1] == pd.Timestamp("2024-05-01")
    assert links["source"].tolist() == [0, 0, 1]


def test_pandas_there_and_back_keeps_every_type():
    graph = example()
    assert same(graph, Graph.from_pandas(*graph.to_pandas()))


@quick
@given(graphs)
def test_pandas_there_and_back_is_the_identity(graph):
    assert same(graph, Graph.from_pandas(*graph.to_pandas()))


def test_from_pandas_takes_nodes_in_any_order():
    graph = example()
    nodes, links = graph.to_pandas()
    turned = nodes.iloc[::-1]
    links["source"], links["target"] = len(nodes) - 1 - links["source"], len(nodes) - 1 - links["target"]
    assert same(graph, Graph.from_pandas(turned, links.sample(frac=1, random_state=0)))


def test_from_pandas_takes_a_bare_link_table():
    links = pd.DataFrame(
        {
            "source_kind": ["debtor", "phone", "club"],
            "source": ["d1", "p1", "c"],
            "target_kind": ["phone", "agent", "club"],
            "target": ["p1", "a", "c2"],
            "date": ["2024-05-01", "", None],
        }
    )
    graph = Graph.from_pandas(None, links)
    edges = {(u, v): d for u, v, d in graph.to_networkx().edges(data=True)}
    assert edges["debtor:d1", "phone:p1"]["relation"] == "uses_phone"
    assert edges["debtor:d1", "phone:p1"]["date"] == "2024-05-01"
    assert edges["club:c", "club:c2"] == {"relation": "related_to", "file": "", "row": 0, "weight": 1.0}
    phone, agent = graph.find("phone", "p1"), graph.find("agent", "a")
    named = {(int(s), int(t)) for s, t in zip(graph.links.source, graph.links.target, strict=True)}
    assert (agent, phone) in named, "reached_at runs from the agent to the phone: the ends are swapped"


def bare(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"source_kind": ["a"], "source": ["b"], "target_kind": ["c"], "target": ["d"], **columns})


@pytest.mark.parametrize(
    ("nodes", "links", "text"),
    [
        (None, pd.DataFrame({"source": [0]}), "missing column target"),
        (None, bare(colour=["red"]), "unknown column colour"),
        (None, bare().drop(columns="target"), "missing column target"),
        (None, pd.DataFrame({"source": [0], "target": [1]}), "nodes table: source and target are positions"),
        (pd.DataFrame({"kind": ["a"]}), pd.DataFrame({"source": [0], "target": [0]}), "kind and key"),
        (
            pd.DataFrame({"kind": ["a"], "key": ["b"]}),
            pd.DataFrame({"source": [0], "target": [1]}),
            "no node 1",
        ),
        (
            pd.DataFrame({"kind": ["a"], "key": ["b"]}),
            pd.DataFrame({"source": [-1], "target": [0]}),
            "no node -1",
        ),
        (
            pd.DataFrame({"kind": ["a"], "key": ["b"]}),
            pd.DataFrame({"source": ["x"], "target": [0]}),
            "String",
        ),
        (None, bare(date=["yesterday"]), "column date"),
        (None, bare(weight=["heavy"]), "column weight"),
        (None, pd.concat([bare(), bare()], axis="columns"), "occurs more than once"),
        (None, pd.concat([bare(), bare(source=[1])]), "links table"),
    ],
)
def test_bad_frames_are_refused_in_clear_words(nodes, links, text):
    with pytest.raises(DataError, match=text):
        Graph.from_pandas(nodes, links)


READERS = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}


def write(graph: Graph, path) -> None:
    {"graphml": graph.write_graphml, "gexf": graph.write_gexf}[path.name.split(".")[1]](path)


@pytest.mark.parametrize("suffix", ["graphml", "gexf", "graphml.gz"])
def test_files_open_again_in_networkx(tmp_path, suffix):
    graph = example()
    path = tmp_path / f"g.{suffix}"
    write(graph, path)
    again = READERS[suffix.split(".")[0]](path)
    assert sorted(again.nodes) == sorted(graph.to_networkx().nodes)
    assert again.nodes["debtor:d1"]["label"] == "Dora"
    assert again.nodes["debtor:d1"]["since"] == "2020-02-29"
    assert again.nodes["debtor:d1"]["age"] == 41
    assert sorted(d["row"] for _, _, d in again.edges(data=True)) == [2, 3, 9]
    assert sorted(d["weight"] for _, _, d in again.edges(data=True)) == [1.0, 1.0, 2.5]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_hostile_text_survives(tmp_path, suffix):
    rows = [
        ("debtor", HOSTILE, "phone", "p\x01", "uses_phone", None, HOSTILE, 2, 1.0),
        ("debtor", HOSTILE, "phone", "p\x02", "uses_phone", None, HOSTILE, 3, 1.0),
    ]
    nodes = pl.DataFrame({"kind": ["phone"], "key": ["p\x01"], "viz": ["v"], "start": ["s"], "id": ["x"]})
    write(graph_from_frames(nodes, links_frame(rows)), tmp_path / f"g.{suffix}")
    again = READERS[suffix](tmp_path / f"g.{suffix}")
    clean = "<b>&\"'\ufffd\ufffd\ufffd]]>\ufffd \n\t😀中"
    assert sorted(again.nodes) == [f"debtor:{clean}", "phone:p\ufffd", "phone:p\ufffd (2)"]
    assert {d["file"] for _, _, d in again.edges(data=True)} == {clean}
    assert again.nodes[f"debtor:{clean}"]["label"] == clean


@quick
@given(graph=graphs)
def test_any_graph_can_be_written_and_read(tmp_path_factory, graph):
    folder = tmp_path_factory.mktemp("graphs")
    for suffix, read in READERS.items():
        write(graph, folder / f"g.{suffix}")
        again = read(folder / f"g.{suffix}")
        assert (again.number_of_nodes(), again.number_of_edges()) == (graph.n_nodes, graph.n_links)


def test_a_file_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match="No such file"):
        example().write_graphml(tmp_path / "nowhere" / "g.graphml")
    (tmp_path / "g.gexf").mkdir()
    with pytest.raises(OutputError):
        example().write_gexf(tmp_path / "g.gexf")
    assert [p.name for p in tmp_path.iterdir()] == ["g.gexf"]
