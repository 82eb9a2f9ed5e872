"""Exports that an office damaged: what still links is right, and what is lost is told with its place.

A wrong link is one that the clean exports do not give, by source, relation and target. Two kinds of damage differ:
what programs do shows in the cell (``MACHINES``), while a mistyped or cut value may be another valid one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from damage import (
    CONFIG,
    KINDS,
    MACHINES,
    clean_tables,
    damaged,
    linked,
    links_of,
    same_names,
    write_tables,
)
from typer.testing import CliRunner

from ringfinder.cli import app
from ringfinder.errors import DataError
from ringfinder.issues import REASONS, count_reasons
from ringfinder.link import Linked
from ringfinder.normalise import NORMALISERS, NULL_WORDS, linkable, normalise_cell, normalise_column
from ringfinder.pipeline import find_rings, write_run
from ringfinder.read import read_tables
from ringfinder.simulate import World, WorldSettings, simulate

SHARE = 0.10
SEEDS = (7, 8)
_LINK = ["source", "relation", "target"]
#: File and relation -> the column that the link's target comes from.
_TARGETS = {
    ("客户.csv", "uses_phone"): "手机号",
    ("客户.csv", "uses_record_phone"): "预留手机号",
    ("客户.csv", "uses_home_phone"): "家庭电话",
    ("客户.csv", "uses_work_phone"): "单位电话",
    ("客户.csv", "lives_at"): "家庭住址",
    ("客户.csv", "works_at"): "单位名称",
    ("客户.csv", "assigned_to"): "委外机构",
    ("投诉.csv", "complained_from"): "来电号码",
    ("投诉.csv", "via"): "投诉渠道",
    ("投诉.csv", "about"): "投诉对象",
    ("投诉.csv", "uses_device"): "设备号",
    ("机构.tsv", "reached_at"): "注册电话",
    ("机构.tsv", "registered_at"): "注册地址",
    ("邮寄.csv", "sent_by"): "寄件人电话",
    ("邮寄.csv", "posted_from"): "寄件地址",
    ("付款.csv", "paid"): "收款账号",
    ("变更.csv", "uses_record_phone"): "新预留手机号",
    ("通话.csv.gz", "called"): "被叫号码",
}
#: File -> the columns that say whose row it is.
_KEYS = {"通话.csv.gz": ("主叫号码",), "机构.tsv": ("统一社会信用代码", "企业名称")}
_RULES = {
    "客户号": "text", "投诉编号": "text", "运单号": "text", "证件号码": "identity", "统一社会信用代码": "company_code",
    "手机号": "phone", "预留手机号": "phone", "单位电话": "phone", "家庭电话": "phone", "来电号码": "phone",
    "受托人电话": "phone", "注册电话": "phone", "寄件人电话": "phone", "主叫号码": "phone", "被叫号码": "phone",
    "新预留手机号": "phone", "收款账号": "account", "家庭住址": "address", "注册地址": "address", "寄件地址": "address",
    "单位名称": "employer", "设备号": "text", "投诉日期": "date", "签署日期": "date", "变更日期": "date",
    "逾期天数": "money", "逾期金额": "money",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One world, clean and damaged; ``wrong`` are the links that only the damaged exports give."""

    world: World
    folder: Path
    ledger: pl.DataFrame
    clean: Linked
    found: Linked
    links: pl.DataFrame
    wrong: pl.DataFrame

    @property
    def precision(self) -> float:
        return 1 - self.wrong.height / self.links.height

    def known(self) -> pl.DataFrame:
        """The links between two nodes that the clean exports have, too: only these tie what is there to others."""
        names = pl.concat([links_of(self.clean)[end] for end in ("source", "target")]).unique().implode()
        return self.links.filter(pl.col("source").is_in(names) & pl.col("target").is_in(names))


def make(folder: Path, seed: int, kinds: tuple[str, ...]) -> Case:
    world = simulate(WorldSettings(customers=1500, rings=12, seed=seed))
    clean = linked(write_tables(clean_tables(world), folder / "clean"))
    tables, ledger = damaged(world, SHARE, seed, kinds)
    found = linked(write_tables(tables, folder / "damaged"))
    before = links_of(clean)
    links = same_names(world, before, links_of(found))
    wrong = links.join(before, on=_LINK, how="anti")
    return Case(world, folder, ledger, clean, found, links, wrong)


@pytest.fixture(scope="module", params=SEEDS)
def case(request, tmp_path_factory):
    return make(tmp_path_factory.mktemp("office"), request.param, tuple(KINDS))


@pytest.fixture(scope="module", params=SEEDS)
def machines(request, tmp_path_factory):
    return make(tmp_path_factory.mktemp("machines"), request.param, MACHINES)


# ---- what still links is right ----
def test_the_damage_is_one_filled_cell_in_ten_of_every_kind(case):
    filled = sum(c != "" for table in clean_tables(case.world).values() for cells in table.values() for c in cells)
    assert 0.09 < case.ledger.height / filled < 0.11
    assert set(case.ledger["kind"]) == set(KINDS)
    assert case.ledger.group_by("kind").len()["len"].min() > 10


def test_nine_links_in_ten_survive(case):
    # both ends of a link must be whole, and half of the damage can be undone
    assert case.links.height > 0.9 * links_of(case.clean).height
    assert case.found.graph.n_links < case.clean.graph.n_links


def test_damage_by_programs_makes_no_wrong_links(machines):
    assert machines.precision > 0.99, machines.wrong


def test_links_between_known_things_are_right_whatever_was_damaged(case):
    known = case.known()
    wrong = known.join(links_of(case.clean), on=_LINK, how="anti")
    assert known.height > 0.85 * links_of(case.clean).height
    assert 1 - wrong.height / known.height > 0.99, wrong


def test_mistyped_values_make_lonely_nodes_and_tie_nobody_together(case):
    # A customer number has no check digit, nor has a phone: mistyped ones make wrong links, but to things of their own.
    assert case.precision > 0.94, case.wrong
    names = pl.concat([links_of(case.clean)[end] for end in ("source", "target")]).unique().implode()
    new = case.wrong.filter(~pl.col("target").is_in(names), ~pl.col("relation").is_in(["via", "about", "assigned_to"]))
    meeting = new.filter(pl.col("source").n_unique().over("target") > 1)
    assert meeting.height < 0.003 * case.links.height, meeting


def test_repairable_damage_changes_nothing(tmp_path):
    kinds = tuple(k for k, kind in KINDS.items() if kind.repairable)
    world = simulate(WorldSettings(customers=600, rings=5, seed=3))
    clean = linked(write_tables(clean_tables(world), tmp_path / "clean"))
    tables, ledger = damaged(world, 0.3, 3, kinds)
    found = linked(write_tables(tables, tmp_path / "damaged"))
    assert set(ledger["kind"]) == set(kinds)
    assert links_of(found).equals(links_of(clean))
    assert found.graph.nodes.drop("text").equals(clean.graph.nodes.drop("text"))
    assert found.issues.drop("value").equals(clean.issues.drop("value"))


# ---- what is lost is told ----
def test_rows_read_are_rows_used_plus_rows_rejected(case):
    heights = {i.name: i.rows for i in case.clean.inputs}
    for file in case.found.inputs:
        assert file.rows == heights[file.name] == file.used + file.rejected
        lost = case.found.issues.filter(pl.col("lost"), pl.col("file") == file.name)
        assert lost["row"].n_unique() == file.rejected
    assert set(case.found.issues["reason"]) <= set(REASONS)


def test_every_damaged_cell_whose_link_is_gone_is_told_with_file_row_and_column(case):
    lost = links_of(case.clean).join(case.links, on=["file", "row", "relation"], how="anti")
    blank = case.ledger.filter(pl.col("dirty").str.strip_chars().str.to_lowercase().is_in(list(NULL_WORDS)))
    place = ["file", "row", "column"]
    told = set(pl.concat([case.found.issues.select(place), blank.select(place)]).iter_rows())
    checked, untold = 0, []
    for file, row, relation in lost.select("file", "row", "relation").unique().iter_rows():
        column = _TARGETS.get((file, relation))
        if column:
            checked += 1
            if not any((file, row, c) in told for c in (column, *_KEYS.get(file, ("客户号",)))):
                untold.append((file, row, column))
    assert checked > 300
    assert untold == []


def test_every_damaged_cell_that_its_rule_refuses_is_told_with_its_reason(case):
    reasons = {}
    for file, row, column, reason in case.found.issues.select("file", "row", "column", "reason").iter_rows():
        reasons.setdefault((file, row, column), set()).add(reason)
    checked = 0
    for file, row, column, dirty in case.ledger.select("file", "row", "column", "dirty").iter_rows():
        if column not in _RULES:
            continue
        qualities = {v.quality for v in normalise_cell(_RULES[column], dirty)}
        for bad in qualities & {"masked", "damaged", "placeholder", "invalid"}:
            assert bad in reasons[file, row, column], (file, row, column, dirty)
            checked += 1
    assert checked > 500


def test_the_table_of_qualities_counts_the_loss_of_every_column(case):
    before = {(f, c): row for f, c, *row in case.clean.quality.drop("rule").iter_rows()}
    hit = {(f, c): n for f, c, n in case.ledger.group_by("file", "column").len().iter_rows()}
    after = {(f, c): row for f, c, *row in case.found.quality.drop("rule").iter_rows()}
    assert after.keys() == before.keys()
    for key, (cells, valid, plausible, *bad) in after.items():
        assert cells == before[key][0] == valid + plausible + sum(bad)
        gone = sum(before[key][1:3]) - valid - plausible
        assert 0 <= gone <= hit.get(key, 0), key
    totals = case.found.quality.select("masked", "damaged", "placeholder", "invalid").sum().row(0)
    assert min(totals) > 10


def test_bytes_that_fit_no_encoding_link_nothing_and_are_told(case):
    hit = case.ledger.filter(pl.col("kind") == "byte")
    told = case.found.issues.filter(pl.col("reason") == "bad_byte").select("file", "row", "column")
    assert hit.join(told, on=["file", "row", "column"], how="anti").is_empty()
    assert not [key for key in case.found.graph.nodes["key"] if "\ufffd" in key]


@pytest.mark.parametrize("rule", sorted(set(NORMALISERS) - {"money", "date"}))
def test_no_rule_links_a_value_of_which_a_character_is_gone(rule):
    texts = [
        "15\ufffd00000901", "0755\ufffd1867949", "11010519491231\ufffd02X", "91110101MA00TE5T2\ufffd", "张\ufffd",
        "甲\ufffd商务咨询公司", "A市百合路1\ufffd号", "6222021234567890\ufffd28", "\ufffd", "C001\ufffd", "wx\ufffdpay",
    ]  # fmt: skip
    found = normalise_column(rule, pl.Series(texts)).filter(linkable())
    assert found.is_empty(), found


def test_a_bad_byte_stops_the_run_unless_the_encoding_is_named(case):
    with pytest.raises(DataError, match="does not fit utf-8") as error:
        list(read_tables([case.folder / "damaged"]))
    assert "line" in error.value.what
    assert "--encoding utf-8" in error.value.do


# ---- the report ----
@pytest.fixture(scope="module")
def result(case):
    return find_rings([case.folder / "damaged"], CONFIG)


def test_the_run_folder_tells_what_was_lost(result, case, tmp_path):
    run = result.run
    assert run.issues == count_reasons(case.found.issues)
    assert {"masked", "damaged", "placeholder", "invalid", "bad_byte", "missing_key"} <= run.issues.keys()
    assert sum(i.rejected for i in run.inputs) == case.found.issues.filter("lost").n_unique(["file", "row"])
    write_run(tmp_path / "run", result)
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    for reason, number in run.issues.items():
        assert f"<td>{reason.replace('_', ' ')}</td><td>{number:,}</td>" in page
    listed = pl.read_csv(tmp_path / "run" / "rejected.csv", infer_schema=False)
    assert listed.height == sum(run.issues.values())


def test_strong_leads_are_planted_rings(result, case):
    truth = case.world.truth.filter(pl.col("kind") == "debtor").select("ring_id", "key")
    strong = [r for r in result.run.rings if r.tier == "strong"]
    debtors = [[m.key for m in ring.members if m.kind == "debtor"] for ring in strong]
    inside = [truth.filter(pl.col("key").is_in(keys)) for keys in debtors]
    for ring, mine in zip(strong, inside, strict=True):
        assert mine.group_by("ring_id").len()["len"].max() >= 3, ring.summary
    assert sum(m.height for m in inside) > 0.6 * sum(map(len, debtors))
    assert pl.concat(inside)["ring_id"].n_unique() >= 9  # of twelve


def test_check_shows_the_loss_on_the_command_line(case):
    done = CliRunner().invoke(app, ["check", str(case.folder / "damaged"), "--encoding", "utf-8"])
    assert done.exit_code == 1, done.stderr
    for reason in ("masked", "damaged", "placeholder", "invalid", "bad_byte", "missing_key"):
        number = case.found.issues.filter(pl.col("reason") == reason).height
        assert any(line.split()[:2] == [reason, f"{number:,}"] for line in done.stdout.splitlines()), reason
