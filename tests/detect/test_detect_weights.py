"""Which links may cluster, and how hubs are weighed down."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ringfinder.detect import clustering_links, specificity, weighted_adjacency
from ringfinder.detect.weights import POPULATION
from ringfinder.graph import Graph
from ringfinder.graph_build import graph_from_frames


def graph_of(*rows: tuple[str, str, str, float]) -> Graph:
    """Links written as ("debtor:a", "uses_phone", "phone:1", weight)."""
    ends = [(*a.split(":"), *b.split(":"), relation, weight) for a, relation, b, weight in rows]
    names = ["source_kind", "source", "target_kind", "target", "relation", "weight"]
    frame = pl.DataFrame(ends, schema=names, orient="row")
    extra = {"date": pl.lit(None, pl.Date), "file": pl.lit("f"), "row": pl.int_range(2, pl.len() + 2)}
    return graph_from_frames(None, frame.with_columns(**extra))


def relations(graph: Graph, mask) -> set[str]:
    return {graph.relations[code] for code in graph.links.relation[mask]}


def test_the_vocabulary_says_which_links_may_cluster():
    graph = graph_of(
        ("debtor:a", "uses_phone", "phone:1", 1),
        ("debtor:a", "uses_home_phone", "phone:1", 1),
        ("debtor:a", "borrowed_from", "lender:x", 1),
        ("debtor:a", "related_to", "lender:x", 1),
        ("debtor:a", "dances_with", "club:x", 1),
    )
    assert relations(graph, clustering_links(graph)) == {"uses_phone", "dances_with"}


def test_specificity_is_the_documented_formula():
    rows = [(f"debtor:{i:04}", "uses_phone", "phone:hub", 1.0) for i in range(2000)]
    graph = graph_of(*rows, ("debtor:x", "uses_phone", "phone:own", 1.0), ("debtor:y", "uses_phone", "phone:z", 2.0))
    weight = specificity(graph, clustering_links(graph))
    hub = graph.links.target == graph.find("phone", "hub")
    assert weight[hub] == pytest.approx(np.log(2003 / 2000) / np.log(2003))
    assert sorted(weight[~hub]) == pytest.approx([1.0, 2.0])
    assert (weight > 0).all()


def test_the_more_shared_end_counts_and_only_distinct_neighbours_do():
    graph = graph_of(
        ("debtor:a", "uses_phone", "phone:1", 1),
        ("debtor:a", "uses_record_phone", "phone:1", 1),
        ("debtor:b", "uses_phone", "phone:1", 1),
    )
    weight = specificity(graph, np.ones(3, dtype=bool))
    assert weight == pytest.approx(np.log((1 + POPULATION) / 2) / np.log(1 + POPULATION))


def test_links_outside_the_mask_do_not_make_a_hub():
    graph = graph_of(
        *((f"debtor:{i}", "uses_home_phone", "phone:1", 1) for i in range(9)),
        ("debtor:0", "uses_phone", "phone:1", 1),
    )
    mask = clustering_links(graph)
    assert specificity(graph, mask)[mask] == pytest.approx(1.0)


def test_adjacency_is_exactly_symmetric_without_loops():
    rng = np.random.default_rng(0)
    ends, weight = rng.integers(0, 9, (300, 2)).tolist(), (rng.random(300) + 0.1).tolist()
    rows = [(f"debtor:{a}", "related_to", f"debtor:{b}", w) for (a, b), w in zip(ends, weight, strict=True)]
    graph = graph_of(*rows)
    weights = rng.random(graph.n_links)
    adjacency = weighted_adjacency(graph, np.ones(graph.n_links, dtype=bool), weights).toarray()
    assert np.array_equal(adjacency, adjacency.T)
    assert not adjacency.diagonal().any()
    loops = graph.links.source == graph.links.target
    assert adjacency.sum() == pytest.approx(2 * weights[~loops].sum())
