"""The detectors: the laws that each of them keeps, with NetworkX as oracle."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.detect import DETECTORS, detect, leiden, louvain
from ringfinder.errors import ConfigError
from ringfinder.graph import Graph
from ringfinder.graph_build import graph_from_frames

quick = settings(max_examples=40, deadline=None)

METHODS = sorted(DETECTORS)


def graph_of(pairs: list[tuple[int, int]], *, alone: int = 0) -> Graph:
    """Debtors a-b linked by a relation of their own; ``alone`` more debtors without a link."""
    links = pl.DataFrame(
        {
            "source_kind": "debtor",
            "source": [f"{a:04}" for a, _ in pairs],
            "target_kind": "debtor",
            "target": [f"{b:04}" for _, b in pairs],
            "relation": "related_to",
            "date": None,
            "file": "f.csv",
            "row": range(2, 2 + len(pairs)),
        },
        schema_overrides={"source": pl.String, "target": pl.String},
    )
    nodes = pl.DataFrame({"kind": ["debtor"] * alone, "key": [f"z{i}" for i in range(alone)]})
    return graph_from_frames(nodes.cast(pl.String), links)


def matrix(graph: nx.Graph):
    return nx.to_scipy_sparse_array(graph, nodelist=sorted(graph), dtype=float, format="csr")


def sets(labels) -> list[set[int]]:
    return [set(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)]


pairs = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=45)


@pytest.mark.parametrize("method", METHODS)
@quick
@given(pairs=pairs, alone=st.integers(0, 3), seed=st.integers(0, 3), random=st.randoms(use_true_random=False))
def test_the_laws_of_a_detector(method, pairs, alone, seed, random):
    graph = graph_of(pairs, alone=alone)
    found = detect(graph, method, seed=seed)
    labels = found.labels
    assert labels.shape == (graph.n_nodes,), "one label for each node"
    assert labels.dtype == np.int64
    sizes = np.bincount(labels)
    assert (sizes > 0).all(), "labels are 0..k-1"
    assert (np.diff(sizes) <= 0).all(), "largest first"
    first = [int(np.argmax(labels == label)) for label in range(len(sizes))]
    assert list(zip(-sizes, first, strict=True)) == sorted(zip(-sizes, first, strict=True)), "ties by first member"
    assert np.array_equal(labels, detect(graph, method, seed=seed).labels), "same seed, same result"
    oracle = nx.from_scipy_sparse_array(graph.adjacency())
    for community in sets(labels):
        assert nx.is_connected(oracle.subgraph(community)), "every community hangs together"
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert np.array_equal(labels, detect(graph_of(shuffled, alone=alone), method, seed=seed).labels), "row order"


@quick
@given(pairs=pairs, alone=st.integers(0, 3))
def test_components_are_networkx_s(pairs, alone):
    graph = graph_of(pairs, alone=alone)
    oracle = nx.from_scipy_sparse_array(graph.adjacency())
    expected = sorted(map(sorted, nx.connected_components(oracle)))
    assert sorted(map(sorted, sets(detect(graph, "components").labels))) == expected


FAMOUS = {
    "karate": nx.karate_club_graph(),
    "miserables": nx.convert_node_labels_to_integers(nx.les_miserables_graph()),
    **{f"planted{s}": nx.planted_partition_graph(8, 20, 0.3, 0.03, seed=s) for s in range(4)},
    **{f"random{s}": nx.gnm_random_graph(60, 130, seed=s) for s in range(4)},
}


@pytest.mark.parametrize("resolution", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("name", sorted(FAMOUS))
def test_modularity_is_as_good_as_networkx_s_louvain(name, resolution):
    graph = FAMOUS[name]

    def quality(communities):
        return nx.community.modularity(graph, communities, resolution=resolution)

    target = quality(nx.community.louvain_communities(graph, seed=0, resolution=resolution))
    assert quality(sets(leiden(matrix(graph), resolution=resolution, seed=0))) >= 0.99 * target
    if name.startswith("random"):
        return  # nothing to find there: python-louvain's single runs differ by 3 %
    best = max(quality(sets(louvain(matrix(graph), resolution=resolution, seed=s))) for s in range(5))
    assert best >= 0.99 * target


@pytest.mark.parametrize("method", METHODS)
def test_clear_communities_are_found(method):
    """Eight rings of 15 with one link between neighbouring rings; components see one."""
    graph = nx.connected_caveman_graph(8, 15)
    labels = DETECTORS[method](matrix(graph), resolution=1.0, seed=0)
    expected = [set(range(120))] if method == "components" else [set(range(i, i + 15)) for i in range(0, 120, 15)]
    assert sorted(map(sorted, sets(labels))) == sorted(map(sorted, expected))


def test_higher_resolution_means_more_communities():
    graph = FAMOUS["planted0"]
    for method in (leiden, louvain):
        numbers = [len(np.unique(method(matrix(graph), resolution=r, seed=0))) for r in (0.3, 1.0, 5.0)]
        assert numbers == sorted(set(numbers))


def test_the_constant_potts_model_parts_two_cliques_and_needs_density():
    graph = graph_of([(a, b) for a in range(10) for b in range(a)] + [(0, 10), (10, 11)])
    found = detect(graph, "leiden", quality="cpm", resolution=0.5)
    assert found.sizes().tolist() == [10, 2]
    assert found.parameters == {"quality": "cpm"}


def test_label_propagation_does_not_swing_on_a_star_of_stars():
    graph = nx.balanced_tree(6, 3)
    for seed in range(5):
        labels = DETECTORS["label_propagation"](matrix(graph), resolution=1.0, seed=seed)
        assert 1 < len(np.unique(labels)) < graph.number_of_nodes() / 3


@pytest.mark.parametrize("method", METHODS)
def test_graphs_without_links(method):
    assert detect(graph_of([]), method).labels.tolist() == []
    assert detect(graph_of([(1, 1)], alone=2), method).labels.tolist() == [0, 1, 2]


def test_a_mask_and_weights_of_one_s_own():
    graph = graph_of([(0, 1), (1, 2), (2, 3)])
    assert detect(graph, "components", mask=np.array([True, False, True])).labels.tolist() == [0, 0, 1, 1]
    assert detect(graph, "leiden", weights=np.array([9.0, 0.1, 9.0])).labels.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"method": "astrology"}, "unknown detector 'astrology'. Expected one of ring, leiden, louvain"),
        ({"quality": "beauty"}, "unknown quality 'beauty'"),
        ({"colour": 1}, "unknown option 'colour' of the detector leiden. Expected one of quality"),
        ({"method": "louvain", "quality": "cpm"}, "Expected no options"),
        ({"resolution": 0}, "the resolution 0"),
        ({"resolution": float("nan")}, "the resolution nan"),
        ({"seed": -1}, "the seed -1"),
    ],
)
def test_wrong_settings_are_refused_in_clear_words(options, text):
    with pytest.raises(ConfigError, match=text):
        detect(graph_of([(0, 1)]), **options)
