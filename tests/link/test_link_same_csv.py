"""The table of decisions in a run folder, and a real set whose answers are known."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import combinations
from pathlib import Path

import polars as pl
import pytest
from link_case import nodes, table
from test_link_same_people import A, chosen

from ringfinder.config import Config
from ringfinder.pipeline import find_rings, write_run

SENZING = Path(__file__).parents[2] / "examples" / "senzing"
FILES = {
    "客户.csv": f"客户号,姓名,身份证号,手机号\nC001,甲一,{A},15400000101\nC002,乙二,{A},15400000102\n",
    "投诉.csv": "投诉编号,投诉人,来电号码,代理机构\nT1,甲一,15400000101,北京市正安律师事务所\n"
    "T2,乙二,15400000102,北京正安律师事务所\n",
}


def records(tmp_path, config):
    (tmp_path / "in").mkdir()
    for name, text in FILES.items():
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    result = find_rings([tmp_path / "in"], config)
    data = (write_run(tmp_path / "run", result) / "same.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfkind,left,right,why,decision,file,row,left_file,left_row\r\n")
    return result, list(csv.DictReader(data.decode("utf-8-sig").splitlines()))


def test_a_revealed_run_shows_the_keys(tmp_path, revealed):
    _, rows = records(tmp_path, revealed)
    assert {(r["kind"], r["left"], r["right"], r["decision"]) for r in rows} == {
        ("debtor", "C001", "C002", "kept apart: decide"),
        ("debtor", "C001", "甲一 +8615400000101", "merged"),
        ("debtor", "C002", "乙二 +8615400000102", "merged"),
        ("law_firm", "北京市正安律师事务所", "北京正安律师事务所", "merged"),
    }
    (pair,) = [r for r in rows if r["right"] == "C002"]
    assert pair["why"] == "different_names: the same identity number beside clearly different names"
    assert (pair["file"], pair["row"], pair["left_file"], pair["left_row"]) == ("客户.csv", "3", "客户.csv", "2")


def test_a_masked_run_shows_the_tokens_of_its_graph_and_no_value(tmp_path):
    result, rows = records(tmp_path, Config())
    assert len(rows) == 4
    shown = (tmp_path / "run" / "same.csv").read_text(encoding="utf-8")
    assert not [s for s in ("C001", "C002", "甲一", "乙二", A, "15400000101", "正安") if s in shown]
    graph = set(result.graph.nodes["key"])
    (pair,) = [r for r in rows if r["decision"] != "merged"]
    assert {pair["left"], pair["right"]} <= graph
    firm = [r for r in rows if r["kind"] == "law_firm"]
    assert len({firm[0]["left"], firm[0]["right"]} & graph) == 1


def test_a_run_that_joins_nothing_has_an_empty_table(tmp_path, revealed):
    (tmp_path / "客户.csv").write_text("客户号,姓名\nC1,甲一\n", encoding="utf-8")
    folder = write_run(tmp_path / "run", find_rings([tmp_path / "客户.csv"], revealed))
    assert (folder / "same.csv").read_text(encoding="utf-8-sig").count("\n") == 1


# ---- the Senzing truth set: exact identity numbers are right, the shared office address is a trap ----
NUMBERS = ("ssn", "driver_licence", "passport", "national_id")


def senzing():
    """One customer table for each kind of identity number; the number carries its kind, as it does in life."""
    links = pl.read_csv(SENZING / "links.csv", infer_schema=False)
    parts = links.filter(pl.col("kind").is_in(NUMBERS)).partition_by("kind", maintain_order=True)
    return [
        table(
            f"customers_{part['kind'][0]}.csv",
            {"customer_id": part["record_id"], "id_number": part["kind"] + " " + part["identifier"]},
        )
        for part in parts
    ]


def right_of(groups: list[set[str]]) -> tuple[int, int]:
    """Pairs of records inside the groups, and how many of them are one entity."""
    truth = dict(pl.read_csv(SENZING / "truth.csv", infer_schema=False).iter_rows())
    pairs = [pair for group in groups for pair in combinations(sorted(group), 2)]
    return len(pairs), sum(truth[a] == truth[b] for a, b in pairs)


def together(pairs: list[tuple[str, str]]) -> list[set[str]]:
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [g for g in groups if g & set(pair)]
        groups = [g for g in groups if g not in touched] + [set(pair).union(*touched)]
    return groups


@pytest.fixture(scope="module")
def proposed():
    return chosen(senzing(), "US")


def test_exact_identity_numbers_of_the_senzing_set_are_all_right(proposed):
    found = proposed.decisions.select("left", "right").rows()
    pairs, right = right_of(together(found))
    assert (pairs, right) == (pairs, pairs)
    assert pairs >= 20


def test_numbers_without_a_check_digit_and_a_name_are_proposed_and_not_joined(proposed):
    assert Counter(proposed.decisions["decision"]) == {"kept apart: decide": proposed.decisions.height}


def test_the_proposed_pairs_can_be_taken_over(proposed):
    pairs = proposed.decisions.select("left", "right").rows()
    joined = chosen(senzing(), "US", same=pairs)
    before, after = (len(nodes(f.graph, "debtor")) for f in (proposed, joined))
    assert before - after == sum(len(g) - 1 for g in together(pairs)) > 0
