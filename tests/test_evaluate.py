"""The figures of an evaluation, against worlds small enough to be worked out by hand, and the benchmark's peers."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from ringfinder.evaluate import FOUND_SCHEMA, MEASURES, TRUTH_SCHEMA, Evaluation, evaluate, found_members
from ringfinder.model import Member, Ring, Run

TRUE = {"R1": "a1 a2 a3 a4", "R2": "b1 b2 b3 b4", "R3": "c1 c2 c3", "R4": "d1 d2"}  # R4 is too small to be judged


def truth(rings: dict[str, str] = TRUE, things: tuple[tuple[str, str, str], ...] = ()) -> pl.DataFrame:
    rows = [
        (ring, "star" if ring < "R3" else "mail", "debtor", key) for ring, keys in rings.items() for key in keys.split()
    ]
    rows += [(ring, "star", kind, key) for ring, kind, key in things]
    return pl.DataFrame(rows, schema=TRUTH_SCHEMA, orient="row")


def found(*rings: tuple[str, str], things: tuple[tuple[int, str, str], ...] = ()) -> pl.DataFrame:
    """Reported rings from the best on: (tier, debtors)."""
    rows = [(rank, tier, "debtor", key, "debtor") for rank, (tier, keys) in enumerate(rings, 1) for key in keys.split()]
    rows += [(rank, rings[rank - 1][0], kind, key, "shared") for rank, kind, key in things]
    return pl.DataFrame(rows, schema=FOUND_SCHEMA, orient="row")


REPORTED = (
    ("strong", "a1 a2 a3 a4"),
    ("candidate", "b1 b2"),
    ("strong", "x1 x2 x3"),
    ("candidate", "a1 a2 a3"),  # R1 once more: a duplicate
)


@pytest.fixture
def result() -> Evaluation:
    return evaluate(found(*REPORTED), truth())


def test_the_summary_by_hand(result: Evaluation) -> None:
    expected = {
        "rings": 3, "reported": 4, "f1": (1 + 2 / 3 + 0) / 3, "recall": 2 / 3, "ap": (1 / 1 + 2 / 2) / 3, "p10": 0.2,
        "precision": 2 / 4, "merged": 0, "split": 1, "strong": 2, "strong_hits": 1, "false_strong": 1,
        "false_reported": 1, "debtor_precision": 4 / 7, "debtor_recall": 4 / 11,
    }  # fmt: skip
    assert result.summary == pytest.approx(expected)
    assert result.summary.keys() == MEASURES.keys()


def test_by_design_and_by_ring(result: Evaluation) -> None:
    assert result.designs.to_dicts() == [
        {"design": "mail", "rings": 1, "f1": 0.0, "recall": 0.0, "split": 1},
        {"design": "star", "rings": 2, "f1": pytest.approx(5 / 6), "recall": 1.0, "split": 0},
    ]
    assert result.rings.select("ring_id", "rank", "tier").rows() == [
        ("R1", 1, "strong"),
        ("R2", 2, "candidate"),
        ("R3", 0, ""),
    ]


def test_the_order_of_the_ranking_matters() -> None:
    late = found(("strong", "x1 x2 x3"), ("strong", "a1 a2 a3 a4"), ("strong", "b1 b2 b3 b4"))
    assert evaluate(late, truth()).summary["ap"] == pytest.approx((1 / 2 + 2 / 3) / 3)


def test_two_rings_in_one_are_merged_and_only_one_is_hit() -> None:
    both = found(("strong", "a1 a2 a3 a4 b1 b2 b3 b4"))
    summary = evaluate(both, truth({"R1": TRUE["R1"], "R2": TRUE["R2"]})).summary
    assert summary["merged"] == 2
    assert summary["split"] == 0
    assert summary["f1"] == pytest.approx(2 * 4 / 12)
    assert summary["recall"] == 1.0  # J is exactly one half for both
    assert summary["ap"] == pytest.approx(0.5)


def test_the_best_match_is_by_f1_and_its_jaccard_counts() -> None:
    summary = evaluate(
        found(("strong", "a1 y1 y2 y3 y4"), ("strong", "a2 a3 a4 z1")), truth({"R1": TRUE["R1"]})
    ).summary
    assert summary["f1"] == pytest.approx(2 * 3 / 8)
    assert summary["recall"] == 1.0
    assert summary["precision"] == 0.5
    assert summary["false_strong"] == 1


def test_things_of_the_rings_that_hit() -> None:
    things = (("R1", "phone", "p1"), ("R1", "phone", "p2"), ("R2", "agent", "g1"), ("R3", "phone", "p9"))
    attached = ((1, "phone", "p1"), (1, "phone", "p8"), (1, "agent", "g7"), (1, "address", "h1"), (3, "phone", "p9"))
    table = evaluate(found(*REPORTED, things=attached), truth(things=things)).entities
    assert table.rows() == [("agent", 1, 1, 0, 0.0, 0.0), ("phone", 2, 2, 1, 0.5, 0.5)]


def test_nothing_reported_and_nothing_true() -> None:
    nothing, none = found(), truth({})
    assert set(evaluate(nothing, none).summary.values()) == {0.0}
    missed = evaluate(nothing, truth()).summary
    assert (missed["rings"], missed["split"], missed["f1"]) == (3, 3, 0)
    false = evaluate(found(*REPORTED), none).summary
    assert (false["reported"], false["false_strong"], false["false_reported"], false["ap"]) == (4, 2, 4, 0)


def test_the_order_of_rows_does_not_matter() -> None:
    rows, known = found(*REPORTED), truth()
    a, b = evaluate(rows, known), evaluate(rows.reverse(), known.sample(fraction=1, shuffle=True, seed=1))
    assert a.summary == b.summary
    assert a.rings.equals(b.rings)
    assert a.designs.equals(b.designs)


def test_members_of_a_run() -> None:
    debtors = [Member("debtor", key, key, "debtor", 1.0) for key in ("a1", "a2")]
    members = (*debtors, Member("phone", "+8615400000901", "", "ring_phone", 1.0))
    rings = (Ring("R1", 1, "strong", 2.0, (), members, (), (), (), ""),)
    table = found_members(Run(rings))
    assert dict(table.schema) == FOUND_SCHEMA
    assert table.select("rank", "key").rows() == [(1, "a1"), (1, "a2"), (1, "+8615400000901")]
    assert found_members(Run(())).is_empty()


def peers() -> ModuleType:
    """The module of the benchmark."""
    path = Path(__file__).parents[1] / "benchmarks" / "peers.py"
    spec = importlib.util.spec_from_file_location("peers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["peers"] = module  # its dataclass looks itself up
    spec.loader.exec_module(module)
    return module


def bipartite(*sizes: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """300 people with two of 2,000 things each, and blocks of so many people who all share so many things."""
    rng = np.random.default_rng(5)
    rows, columns = [np.repeat(np.arange(300), 2)], [rng.integers(1000, 3000, 600)]
    for block, (people, things) in enumerate(sizes):
        a, b = np.meshgrid(np.arange(people) + 50 * block, np.arange(things) + 5000 + 50 * block, indexing="ij")
        rows.append(a.ravel())
        columns.append(b.ravel())
    pairs = np.unique(np.stack([np.concatenate(rows), np.concatenate(columns)], axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def test_fraudar_finds_the_densest_block_first_then_the_next() -> None:
    first, second = (set(b.tolist()) for b in peers().fraudar(*bipartite((12, 6), (30, 20)), 2))
    small = set(range(12)) | set(range(5000, 5006))
    large = set(range(50, 80)) | set(range(5050, 5070))
    assert first == large
    assert second >= small
    assert len(second) < 2 * len(small)


def test_fraudar_is_not_fooled_by_popular_camouflage() -> None:
    row, column = bipartite((12, 6))
    everybody = np.arange(300)  # one thing that all people have
    found = peers().fraudar(np.r_[row, everybody], np.r_[column, np.full(300, 9000)], 1)[0]
    assert set(found.tolist()) - {9000} == set(range(12)) | set(range(5000, 5006))


def test_fraudar_ends_when_no_edge_is_left() -> None:
    blocks = peers().fraudar(np.array([0, 1]), np.array([5, 5]), 60)
    assert [b.tolist() for b in blocks] == [[0, 1, 5]]
    assert peers().fraudar(np.array([], dtype=np.int64), np.array([], dtype=np.int64), 3) == []


@pytest.mark.parametrize("method", ["Leiden", "Louvain", "label propagation", "components", "FRAUDAR"])
def test_every_peer_finds_two_separate_groups(method: str) -> None:
    module = peers()
    debtor, thing = (
        np.array(x) for x in zip(*[(d, 8 + d // 4 * 2 + t) for d in range(8) for t in (0, 1)], strict=True)
    )
    none = np.array([], dtype=np.int64)
    keys = pl.Series([*"abcdefgh"])
    graph = module.Shared(8, 12, debtor, thing, (none, none), keys, np.arange(8) < 4)
    known = truth({"R1": "a b c d", "R2": "e f g h"})
    best = module.best_figures({"raw": graph}, known, method)
    assert best["f1"] == 1.0 or method == "FRAUDAR"  # of two equally dense groups it may make one block
    assert best["f1"] >= 2 / 3
    assert best["reported"] >= 1
