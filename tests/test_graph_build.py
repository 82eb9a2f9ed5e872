"""Many frames and many kinds: the graph is the same however its rows come, and smaller while it is made."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from ringfinder.graph import Graph
from ringfinder.graph_build import LINK_COLUMNS, graph_from_frames, reordered


def links_frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=LINK_COLUMNS, orient="row")


def _words(graph: Graph) -> list[tuple[str, str, str, int]]:
    """Ends as ``kind:key``, relation and row of every link."""
    names = [f"{kind}:{key}" for kind, key in graph.nodes.select("kind", "key").iter_rows()]
    links = graph.links
    columns = zip(links.source, links.target, links.relation, links.row, strict=True)
    return [(names[s], names[t], graph.relations[r], int(row)) for s, t, r, row in columns]


@pytest.mark.parametrize("kinds", [1, 7, 64, 65, 300])
def test_kinds_are_numbered_alike_however_many_there_are(kinds):
    rng = np.random.default_rng(kinds)
    n = 2_000
    kind, key = rng.integers(0, kinds, (2, n)), rng.integers(0, 50, (2, n))
    # Keys such as k9 and k10, and kinds such as a9 and a10, sort as text, not as numbers.
    table = links_frame(
        [
            (f"a{kind[0, i]}", f"k{key[0, i]}", f"a{kind[1, i]}", f"k{key[1, i]}", f"r{i % 3}", None, "f", i, 1.0)
            for i in range(n)
        ]
    )
    nodes = pl.DataFrame({"kind": ["a0", "a0"], "key": ["only here", "k1"], "seen": [2, 3]})
    graph = graph_from_frames(nodes, table)
    pairs = {(f"a{k}", f"k{v}") for k, v in zip(kind.ravel(), key.ravel(), strict=True)} | {("a0", "only here")}
    pairs |= {("a0", "k1")}
    assert graph.nodes.select("kind", "key").rows() == sorted(pairs)
    seen = graph.nodes.filter(pl.col("seen").is_not_null()).select("kind", "key", "label", "seen").rows()
    assert seen == [("a0", "k1", "k1", 3), ("a0", "only here", "only here", 2)]
    expected = [(f"a{kind[0, i]}:k{key[0, i]}", f"a{kind[1, i]}:k{key[1, i]}", f"r{i % 3}", i) for i in range(n)]
    assert sorted(_words(graph)) == sorted(expected)
    ends = [(s, t) for s, t in zip(graph.links.source.tolist(), graph.links.target.tolist(), strict=True)]
    assert ends == sorted(ends)


def test_frames_that_are_given_apart_make_the_graph_of_all_their_rows():
    rows = [
        (
            "debtor",
            f"C{i % 40}",
            ("phone", "agent")[i % 2],
            f"{i % 23}",
            f"r{i % 3}",
            date(2026, 1, 1 + i % 9),
            "f",
            i,
            1.0,
        )
        for i in range(200)
    ]
    links = links_frame(rows)
    nodes = pl.DataFrame({"kind": "debtor", "key": [f"C{i % 30}" for i in range(60)], "days": range(60)})
    more = pl.DataFrame({"kind": ["debtor", "phone"], "key": ["C3", "7"], "label": ["甲", None], "source": ["x", "y"]})
    # A frame may hold one word as a constant, which is kept once and not once for each row.
    phones = links.filter(target_kind="phone").with_columns(target_kind=pl.lit("phone"))
    apart = graph_from_frames([more, nodes], [phones, links.filter(target_kind="agent"), links.clear()])
    whole = graph_from_frames(pl.concat([nodes, more], how="diagonal_relaxed"), links)
    assert apart.nodes.select(sorted(apart.nodes.columns)).equals(whole.nodes.select(sorted(whole.nodes.columns)))
    assert (apart.relations, apart.files) == (whole.relations, whole.files)
    for name in ("source", "target", "relation", "date", "file", "row", "weight"):
        assert (getattr(apart.links, name) == getattr(whole.links, name)).all(), name


def test_links_between_the_same_two_nodes_are_in_order_down_to_the_weight():
    rows = [
        (
            "debtor",
            "C1",
            "phone",
            "1",
            f"r{i % 2}",
            (None, date(2026, 1, 1))[i // 2 % 2],
            f"f{i // 4 % 2}",
            i // 8 % 3,
            1 + i % 5,
        )
        for i in range(240)
    ]
    graph = graph_from_frames(None, links_frame([*rows, ("debtor", "C0", "phone", "2", "r0", None, "f0", 1, 1.0)]))
    columns = [
        getattr(graph.links, c).tolist() for c in ("source", "target", "relation", "date", "file", "row", "weight")
    ]
    found = list(zip(*columns, strict=True))
    assert len(found) == 241
    assert found == sorted(found)


def test_an_attribute_takes_its_smallest_value_whatever_its_type():
    nodes = pl.DataFrame(
        {
            "kind": "debtor",
            "key": "C1",
            "amount": [float("nan"), 2.5, None],
            "known": [True, False, None],
            "seen": [None, date(2026, 1, 2), date(2026, 1, 1)],
            "list": [[2], [1, 5], None],
        }
    )
    graph = graph_from_frames(nodes, links_frame([]))
    assert graph.nodes.drop("kind", "key", "label").rows() == [(2.5, False, date(2026, 1, 1), [1, 5])]


_TOKENS = ["ffffffffffffffff", "8000000000000000", "0000000000000001", "00000000000000a0", "7fffffffffffffff"]


@pytest.mark.parametrize("more", [[], ["FFFFFFFFFFFFFFFF"], ["+00000000000000f"], ["g"], ["", "00"]])
@pytest.mark.parametrize("kinds", [1, 3, 70])
def test_a_graph_with_other_keys_is_in_order_again(kinds, more):
    keys = [*_TOKENS, *more]
    old = graph_from_frames(
        None,
        links_frame(
            [
                (f"a{k}", f"n{i}", f"a{(k + 1) % kinds}", f"n{(i + 1) % len(keys)}", "r", None, "f", i, 1.0)
                for k in range(kinds)
                for i in range(len(keys))
            ]
        ),
    )
    renamed = old.nodes.with_columns(key=pl.col("key").replace({f"n{i}": key for i, key in enumerate(keys)}))
    graph = reordered(Graph(renamed, old.links, old.relations, old.files))
    pairs = graph.nodes.select("kind", "key").rows()
    assert pairs == sorted(pairs)
    new_name = {f"n{i}": key for i, key in enumerate(keys)}

    def renamed_end(name: str) -> str:
        kind, _, key = name.partition(":")
        return f"{kind}:{new_name[key]}"

    expected = sorted((renamed_end(s), renamed_end(t), r, row) for s, t, r, row in _words(old))
    assert sorted(_words(graph)) == expected
    ends = list(zip(graph.links.source.tolist(), graph.links.target.tolist(), strict=True))
    assert ends == sorted(ends)


def test_nodes_of_a_kind_are_told_whatever_their_order():
    nodes = pl.DataFrame({"kind": ["b", "a", "b"], "key": ["1", "2", "3"], "label": ["", "", ""]})
    links = graph_from_frames(None, links_frame([])).links
    graph = Graph(nodes, links, ("r",), ())
    assert graph.is_kind("b", "c").tolist() == [True, False, True]
    assert graph.is_kind().tolist() == [False, False, False]
    assert graph.counts() == {"a": 1, "b": 2}
    assert graph.subgraph([1]).counts() == {"a": 1}
