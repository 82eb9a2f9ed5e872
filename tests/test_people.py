"""Who the people of a graph are, and which nodes only stand for one of them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ringfinder.graph import Graph
from ringfinder.graph_build import graph_from_frames
from ringfinder.people import distinct, distinct_pairs, event_owner, people_kind


def graph_of(*rows: tuple[str, str, str]) -> Graph:
    ends = [(*a.split(":", 1), *b.split(":", 1), relation) for a, relation, b in rows]
    names = ["source_kind", "source", "target_kind", "target", "relation"]
    frame = pl.DataFrame(ends, schema=dict.fromkeys(names, pl.String), orient="row")
    extra = {"date": pl.lit(None, pl.Date), "file": pl.lit("f"), "row": pl.int_range(2, pl.len() + 2, dtype=pl.Int32)}
    return graph_from_frames(None, frame.with_columns(**extra))


def owners(graph: Graph) -> dict[str, str]:
    ids = [f"{kind}:{key}" for kind, key in graph.nodes.select("kind", "key").iter_rows()]
    return {ids[node]: ids[owner] for node, owner in enumerate(event_owner(graph)) if owner != node}


def test_debtors_come_before_persons_and_these_before_the_commonest_source():
    assert (
        people_kind(graph_of(("debtor:a", "r", "x:1"), ("person:a", "r", "x:1"), ("person:b", "r", "x:1"))) == "debtor"
    )
    assert people_kind(graph_of(("club:a", "r", "x:1"), ("club:b", "r", "x:1"), ("person:b", "r", "x:1"))) == "person"
    assert people_kind(graph_of(("club:a", "r", "x:1"), ("club:b", "r", "x:1"), ("ant:b", "r", "x:1"))) == "club"


def test_equally_common_sources_are_settled_by_name():
    assert people_kind(graph_of(("club:a", "r", "x:1"), ("ant:b", "r", "x:1"))) == "ant"


def test_a_graph_without_links_has_debtors_by_convention():
    assert people_kind(graph_of()) == "debtor"
    assert event_owner(graph_of()).tolist() == []


def test_complaints_and_mail_stand_for_who_filed_or_posted_them():
    graph = graph_of(
        ("debtor:a", "filed", "complaint:1"),
        ("debtor:a", "filed", "complaint:1"),  # a second row says the same
        ("debtor:b", "posted", "mail_item:1"),
        ("complaint:1", "complained_from", "phone:1"),
    )
    assert owners(graph) == {"complaint:1": "debtor:a", "mail_item:1": "debtor:b"}


def test_an_event_of_two_people_stands_for_neither():
    assert owners(graph_of(("debtor:a", "filed", "complaint:1"), ("debtor:b", "filed", "complaint:1"))) == {}


def test_only_filing_and_posting_give_an_owner_and_only_to_events():
    rows = (
        ("debtor:a", "about", "complaint:1"),
        ("debtor:a", "filed", "document:1"),
        ("complaint:2", "posted", "mail_item:1"),
        ("complaint:3", "complained_from", "phone:1"),
    )
    assert owners(graph_of(*rows)) == {}


def test_what_is_found_for_one_graph_is_not_told_of_another_and_cannot_be_changed():
    filed = graph_of(("debtor:a", "filed", "complaint:1"))
    by_two = graph_of(("debtor:a", "filed", "complaint:1"), ("debtor:b", "filed", "complaint:1"))
    for _ in range(2):
        assert owners(filed) == {"complaint:1": "debtor:a"}
        assert owners(by_two) == {}
    with pytest.raises(ValueError, match="read-only"):
        event_owner(filed)[0] = 7


@pytest.mark.parametrize("number", [0, 1, 5000])
def test_distinct_pairs_are_those_of_numpy(number):
    rng = np.random.default_rng(number)
    first = rng.integers(0, 40, number).astype(np.int32)
    second = np.where(rng.random(number) < 0.1, 2**31 - 1, rng.integers(0, 40, number)).astype(np.int32)
    before = first.copy(), second.copy()
    expected = np.unique(np.stack([first, second], axis=1), axis=0)
    found = distinct_pairs(first, second)
    assert np.array_equal(np.stack(found, axis=1), expected)
    assert np.array_equal(first, before[0])
    assert np.array_equal(second, before[1])


@pytest.mark.parametrize("numbers", [[], [7], [3, 3, 3], [2, -1, 2, 0, -1]])
def test_distinct_numbers_are_those_of_numpy(numbers):
    given = np.array(numbers, dtype=np.int64)
    assert distinct(given).tolist() == np.unique(given).tolist()
    assert given.tolist() == numbers
