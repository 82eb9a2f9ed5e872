"""Long tables (one row a link, the kind of link in words) and wide ones (one row a customer, all kinds beside)."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from pathlib import Path

import polars as pl
import pytest

from ringfinder.config import Config
from ringfinder.config_file import parse_config
from ringfinder.errors import ConfigError, DataError
from ringfinder.graph import NO_DATE
from ringfinder.issues import REASONS
from ringfinder.link import Linked, link_tables
from ringfinder.mapped import map_tables, narrow_tables
from ringfinder.pipeline import find_rings
from ringfinder.read import find_inputs, read_tables
from ringfinder.tables import TableOverride, long_parts, starter_config
from ringfinder.tables.long_words import TABLE_ORDER, long_words, word_meaning
from ringfinder.tables.synonyms import table_types
from ringfinder.vocabulary import vocabulary

HEAD = "客户号,关联类型,关联值,日期"
ROWS = [
    ["C1", "手机号", "13912345601", "2024-01-02"],
    ["C2", "手机号", "13912345602", "2024-01-02"],
    ["C1", "工作单位", "甲厂", "2024-01-02"],
    ["C1", "投诉来电号码", "13800138111", "2025-01-02"],
    ["C2", "投诉来电号码", "13800138111", "2025-01-03"],
    ["C1", "受托人电话", "13700137001", "2025-01-01"],
    ["C1", "收款账号", "6217001234567890128", "2025-01-05"],
    ["C1", "寄件人电话", "13700137001", "2025-02-01"],
    ["C1", "寄件地址", "甲市乙区丙路1号101室", "2025-02-01"],
    ["C1", "通话对端号码", "13700137001", "2025-01-06"],
    ["C3", "通话对端号码", "13700137001", "2025-01-06"],
    ["C2", "材料出具单位", "某市医院", "2025-01-07"],
    ["C2", "变更后预留号", "13700137002", "2025-01-08"],
    ["C1", "紧急联系人电话", "13600136000", "2025-01-08"],
    ["C1", "星座", "白羊", "2025-01-08"],
    ["C2", "", "白羊", "2025-01-08"],
]


def _read(folder: Path, text: str, config: Config | None = None, name: str = "links.csv") -> tuple[Linked, list[str]]:
    """What a file gives, and its narrow tables as ``type: column=field ...``."""
    (folder / name).write_text(text, encoding="utf-8")
    config = config or Config()
    tables = narrow_tables(read_tables(find_inputs([folder / name]), config.read, lambda _: None), config)
    mappings = map_tables(tables, config)
    linked = link_tables(list(zip(tables, mappings, strict=True)), kinds={}, relations={})
    shown = [f"{m.table}: " + " ".join(f"{c.header}={c.field}" for c in m.columns if c.field) for m in mappings]
    return linked, shown


def _csv(rows: list[list[str]], head: str = HEAD) -> str:
    return "\n".join([head, *(",".join(row) for row in rows)]) + "\n"


def _links(linked: Linked) -> set[tuple[str, str, str, str | None]]:
    """Every link as (source, relation, target, date)."""
    nodes, links = linked.graph.nodes, linked.graph.links
    keys = (nodes["kind"] + ":" + nodes["key"]).to_list()
    days = [None if day == NO_DATE else str(dt.date(1970, 1, 1) + dt.timedelta(days=int(day))) for day in links.date]
    return {
        (keys[s], linked.graph.relations[r], keys[t], d)
        for s, r, t, d in zip(links.source, links.relation, links.target, days, strict=True)
    }


def test_every_word_becomes_the_link_that_it_names(tmp_path: Path) -> None:
    linked, _ = _read(tmp_path, _csv(ROWS))
    found = {(s, r, t) for s, r, t, _ in _links(linked)}
    assert ("debtor:C1", "uses_phone", "phone:+8613912345601") in found
    assert ("debtor:C1", "works_at", "employer:甲厂") in found
    assert ("debtor:C1", "represented_by", "phone:+8613700137001") in found
    assert ("debtor:C1", "paid", "payee_account:6217001234567890128") in found
    assert ("debtor:C2", "uses_record_phone", "phone:+8613700137002") in found
    assert ("phone:+8613912345601", "called", "phone:+8613700137001") in found
    complaints = {(r, t) for s, r, t in found if s.startswith("complaint:")}
    assert ("complained_from", "phone:+8613800138111") in complaints
    letters = {s: {r for a, r, _ in found if a == s} for s, _, _ in found if s.startswith("mail_item:")}
    assert list(letters.values()) == [{"sent_by", "posted_from"}]  # phone and address of one letter
    assert any(r == "submitted" for _, r, _ in found)
    dated = {(r, d) for _, r, _, d in _links(linked)}
    assert {("complained_from", "2025-01-03"), ("paid", "2025-01-05"), ("called", "2025-01-06")} <= dated


def test_what_does_not_link_is_counted(tmp_path: Path) -> None:
    linked, _ = _read(tmp_path, _csv(ROWS))
    (one,) = linked.inputs
    assert (one.table, one.rows, one.used + one.rejected) == ("long", len(ROWS), len(ROWS))
    lost = {(row, reason) for row, reason in linked.issues.filter("lost").select("row", "reason").iter_rows()}
    # C3 has no phone of its own, so nobody can be said to have talked; the header is row 1
    assert lost == {(12, "no_link"), (15, "type_left_out"), (16, "unknown_type"), (17, "unknown_type")}
    assert one.rejected == 4
    assert not linked.graph.nodes["key"].str.contains("13600136000").any()


def test_receipts_name_the_file_the_row_and_the_type(tmp_path: Path) -> None:
    linked, shown = _read(tmp_path, _csv(ROWS))
    links = linked.graph.links
    payment = list(links.relation).index(linked.graph.relations.index("paid"))
    assert (linked.graph.files[links.file[payment]], links.row[payment]) == ("links.csv", 8)
    assert "complaints: 客户号=customer_id 关联值 [投诉来电号码]=caller_phone 日期=complaint_date" in shown
    assert any(line.startswith("calls:") and "关联值 [customer's own phone]=from_phone" in line for line in shown)


def test_unknown_words_are_listed_with_their_number() -> None:
    rows = [*ROWS, ["C1", "13912345678", "x", ""]]
    cells = pl.DataFrame(rows, schema=HEAD.split(","), orient="row")
    parts = long_parts("a.csv", cells, pl.Series(range(2, len(rows) + 2), dtype=pl.Int32))
    assert parts is not None
    told = {c.header: c.reason for c in parts.tables[0].mapping.columns if c.field is None}
    assert told["关联值 [星座]"].endswith("rows left out: 1")
    assert "left out on purpose" in told["关联值 [紧急联系人电话]"]
    assert not any("13912345678" in header for header in told)  # a value in the wrong column is no header
    assert sum(t.cells.height for t in parts.tables) + parts.issues.height == len(rows)


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path) -> None:
    mixed = [row for row in ROWS if row[1] not in ("投诉来电号码",)]  # a complaint without a number goes by its row
    first, _ = _read(tmp_path, _csv(mixed))
    random.Random(1).shuffle(mixed)
    second, _ = _read(tmp_path, _csv(mixed))
    assert _links(first) == _links(second)
    assert first.inputs[0].used == second.inputs[0].used


def test_english_words_and_our_own_relations(tmp_path: Path) -> None:
    rows = [
        ["C1", "own_phone", "13912345601"],
        ["C1", "caller", "13800138111"],
        ["C2", "complained_from", "13800138111"],
        ["C1", "agent_phone", "13700137001"],
        ["C2", "represented_by", "13700137001"],
        ["C1", "payee_account", "6217001234567890128"],
        ["C1", "device", "DEV-0001"],
        ["C1", "uses_template", "T1"],
        ["C2", "uses_template", "T1"],
    ]
    linked, shown = _read(tmp_path, _csv(rows, "customer_id,link_type,value"))
    found = {(s, r, t) for s, r, t, _ in _links(linked)}
    assert ("debtor:C2", "represented_by", "phone:+8613700137001") in found
    assert ("debtor:C1", "uses_device", "device:DEV-0001") in found
    assert ("debtor:C1", "uses_template", "template:T1") in found
    assert len([line for line in shown if line.startswith("complaints")]) == 2
    assert linked.inputs[0].rejected == 0


def test_a_cell_may_hold_word_and_value(tmp_path: Path) -> None:
    rows = [["C1", "phone:13912345601"], ["C2", "caller：13800138111"], ["C1", "caller: 13800138111"]]
    linked, shown = _read(tmp_path, _csv(rows, "客户号,标识"))
    assert sorted(shown) == [
        "complaints: 客户号=customer_id 标识 [caller]=caller_phone",
        "customers: 客户号=customer_id 标识 [phone]=mobile",
    ]
    assert linked.inputs[0].rejected == 0


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        # channels of complaints, one of which is also a word of ours; the content is a narrative
        ("客户号,类型,内容,日期", [["C1", "来电", "你们的催收打扰了我的家人，要求停止并道歉", "2025-01-02"]] * 9),
        ("客户号,类型,内容,日期", [["C1", "投诉", "要求停止催收", "2025-01-02"], ["C2", "咨询", "还款", "2025-01-02"]]),
        ("客户号,关系,值", [["C1", "配偶", "13912345601"], ["C2", "父亲", "13912345602"]]),
        ("类型,关联值", [["手机号", "13912345601"], ["投诉来电号码", "13912345602"]]),
        ("客户号,类型,值", [["C1", f"词{n}", "13912345601"] for n in range(300)]),
        (
            "source_kind,source,target_kind,target,relation",
            [["debtor", "C1", "phone", "13912345601", "uses_phone"]],
        ),
    ],
)
def test_other_tables_are_left_alone(head: str, rows: list[list[str]]) -> None:
    cells = pl.DataFrame(rows, schema=head.split(","), orient="row")
    assert long_parts("a.csv", cells, pl.Series(range(2, len(rows) + 2), dtype=pl.Int32)) is None


def test_an_entry_decides(tmp_path: Path) -> None:
    rows = [["C1", "甲", "13912345601"], ["C2", "乙", "13800138111"], ["C2", "丙", "x"]]
    toml = (
        '[[tables]]\nfile = "links.csv"\ntype = "long"\nignore = ["丙"]\n[tables.columns]\n'
        'customer_id = "谁"\ntype = "何"\nvalue = "什么"\nmobile = "甲"\nagent_phone = ["什么 [乙]"]\n'
    )
    config = parse_config(tomllib.loads(toml))
    linked, shown = _read(tmp_path, _csv(rows, "谁,何,什么"), config)
    assert "powers_of_attorney: 谁=customer_id 什么 [乙]=agent_phone" in shown
    assert linked.issues.filter("lost")["reason"].to_list() == ["type_left_out"]

    cells = pl.DataFrame(ROWS, schema=HEAD.split(","), orient="row")
    numbers = pl.Series(range(2, len(ROWS) + 2), dtype=pl.Int32)
    assert long_parts("a.csv", cells, numbers, TableOverride(type="customers")) is None
    assert long_parts("a.csv", cells, numbers, TableOverride(source="客户号", target="关联值")) is None
    assert long_parts("a.csv", cells, numbers, TableOverride(delimiter=",")) is not None
    with pytest.raises(ConfigError, match="lacks a column"):
        long_parts("a.csv", cells.drop("关联类型"), numbers, TableOverride(type="long"))
    with pytest.raises(ConfigError, match="no narrow table has"):
        long_parts("a.csv", cells, numbers, TableOverride(type="long", columns={"nonsense": "星座"}))


def test_the_starter_file_gives_the_same_tables_back(tmp_path: Path) -> None:
    for text in (_csv(ROWS), _csv([["C1", "phone:13912345601"], ["C2", "caller:13800138111"]], "客户号,标识"), WIDE):
        (tmp_path / "links.csv").write_text(text, encoding="utf-8")
        plain = narrow_tables(read_tables(find_inputs([tmp_path / "links.csv"]), Config().read), Config())
        mappings = map_tables(plain, Config())
        toml = starter_config(mappings)
        assert len(tomllib.loads(toml)["tables"]) == 1
        config = parse_config(tomllib.loads(toml))
        again = map_tables(
            narrow_tables(read_tables(find_inputs([tmp_path / "links.csv"]), config.read), config), config
        )
        fields = [[(m.table, c.header, c.field) for c in m.columns if c.field] for m in mappings]
        assert fields == [[(m.table, c.header, c.field) for c in m.columns if c.field] for m in again]


WIDE = (
    "客户号,手机号,家庭住址,投诉来电号码,受托人电话,代理机构,收款账号,设备号\n"
    "C1,13912345601,甲市乙区丙路1号101室,13800138111,13700137001,甲诚商务咨询有限公司,6217001234567890128,DEV1\n"
    "C2,13912345602,甲市乙区丙路2号101室,13800138111,13700137001,甲诚商务咨询有限公司,6217001234567890128,DEV1\n"
    "C3,13912345603,甲市乙区丙路3号101室,,,,,\n"
)


def test_a_wide_table_loses_no_column(tmp_path: Path) -> None:
    linked, _ = _read(tmp_path, WIDE)
    relations = {r for _, r, _, _ in _links(linked)}
    assert {"uses_phone", "lives_at", "complained_from", "represented_by", "paid", "uses_device"} <= relations
    (one,) = linked.inputs
    assert (one.rows, one.used, one.rejected) == (3, 3, 0)
    paid = {(s, t) for s, r, t, _ in _links(linked) if r == "paid"}
    assert {s for s, _ in paid} == {"debtor:C1", "debtor:C2"}


def test_a_wide_table_without_customers_counts_its_rows_once(tmp_path: Path) -> None:
    linked, _ = _read(tmp_path, WIDE + ",13912345604,,13800138111,,,6217001234567890128,DEV2\n")
    (one,) = linked.inputs
    assert (one.rows, one.used, one.rejected) == (4, 3, 1)
    assert linked.issues.filter("lost")["row"].to_list() == [5]


def test_a_table_of_several_rows_a_customer_is_not_wide(tmp_path: Path) -> None:
    linked, shown = _read(tmp_path, WIDE + WIDE.split("\n", 1)[1])
    assert [line.partition(":")[0] for line in shown] == ["powers_of_attorney"]
    assert linked.inputs[0].rows == 6


def test_a_call_goes_from_the_mobile_before_the_phone_of_record(tmp_path: Path) -> None:
    rows = [
        ["C1", "预留手机号", "13912345600", ""],
        ["C1", "手机号", "13912345602", ""],
        ["C1", "手机号", "139****5601", ""],
        ["C1", "手机号", "13912345601", ""],
        ["C1", "通话对端号码", "13700137001", "2025-01-06"],
    ]
    linked, _ = _read(tmp_path, _csv(rows))
    calls = {s for s, r, _, _ in _links(linked) if r == "called"}
    assert calls == {"phone:+8613912345601"}


def test_a_long_table_alone_gives_a_masked_run(tmp_path: Path) -> None:
    rows = [[f"C{n}", kind, value, f"2025-01-0{n}"] for n in range(1, 7) for kind, value in _ring(n)]
    (tmp_path / "a.csv").write_text(_csv(rows), encoding="utf-8")
    result = find_rings([tmp_path / "a.csv"])
    assert [(i.name, i.rows, i.rejected) for i in result.run.inputs] == [("a.csv", len(rows), 0)]
    assert result.run.rings[0].tier == "strong"
    assert not result.graph.nodes["key"].str.contains("13800138111").any()


def _ring(n: int) -> list[tuple[str, str]]:
    return [
        ("手机号", f"1391234560{n}"),
        ("投诉来电号码", "13800138111"),
        ("受托人电话", "13700137001"),
        ("收款账号", "6217001234567890128"),
    ]


def test_the_words_name_fields_that_there_are() -> None:
    words = long_words()
    places = [*words["words"], *(p for value in words["relations"].values() for p in value.split(" or "))]
    for place in places:
        table, _, field = place.partition(".")
        if table == "links":
            kind, _, relation = field.partition(".")
            assert ("debtor", kind) in vocabulary().relations[relation].ends, place
        else:
            assert table in TABLE_ORDER, place
            assert field in table_types()[table].fields, place
    for role in ("date", "amount", "label", "complaint_id", "event"):
        for table, field in words[role].items():
            assert table == "links" or field in table_types()[table].fields, (role, table)
    assert {"unknown_type", "type_left_out"} <= set(REASONS)
    assert word_meaning("号码", ["13912345601"] * 5).field == "mobile"
    assert word_meaning("号码").field == "unknown_type"


@pytest.mark.parametrize(("entry", "reason"), [("", "unknown_type"), ('ignore = ["甲", "乙"]\n', "type_left_out")])
def test_no_row_of_a_long_table_is_lost_silently_when_none_of_its_words_is_loaded(tmp_path, entry, reason) -> None:
    (tmp_path / "a.csv").write_text(f"{HEAD}\nC1,甲,13912345601,\nC2,乙,13912345602,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("客户号,手机号\nC1,13912345601\nC2,13912345602\n", encoding="utf-8")
    config = parse_config(tomllib.loads(f'[[tables]]\nfile = "a.csv"\ntype = "long"\n{entry}'))
    run = find_rings([tmp_path], config).run
    assert {i.name: (i.rows, i.used, i.rejected) for i in run.inputs} == {"a.csv": (2, 0, 2), "b.csv": (2, 2, 0)}
    assert run.issues == {reason: 2}
    with pytest.raises(DataError, match="type column"):
        find_rings([tmp_path / "a.csv"], config)
