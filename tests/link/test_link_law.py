"""The law of the stage: rows read = used + rejected, each rejected row has a reason; and order does not matter."""

from __future__ import annotations

import random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from link_case import counts, dated, link, linked, table
from scenarios import CUSTOMERS, ORGANISATIONS, POWERS, complaints

from ringfinder.errors import DataError
from ringfinder.issues import REASONS

HEADERS = {
    "客户.csv": ("客户号", "姓名", "身份证号", "手机号", "单位电话", "家庭住址", "逾期天数"),
    "投诉.csv": ("投诉编号", "客户号", "投诉人", "投诉日期", "来电号码", "投诉内容"),
    "委托.csv": ("委托书编号", "客户号", "委托人", "受托人", "受托人电话", "代理机构", "统一社会信用代码", "签署日期"),
    "机构.csv": ("企业名称", "统一社会信用代码", "法定代表人", "注册电话", "注册地址", "成立日期"),
    "邮寄.csv": ("运单号", "客户号", "寄件人电话", "寄件地址", "寄件时间"),
    "付款.csv": ("客户号", "收款人", "收款账号", "付款日期"),
    "话单.csv": ("主叫号码", "被叫号码", "通话时间"),
    "links.csv": ("source_kind", "source", "target_kind", "target", "relation", "date", "weight"),
    "天气.csv": ("气温", "湿度"),
}
CELLS = st.sampled_from(
    [
        None, "", " ", "无", "C1", "C2", "甲一", "王某", "15400000101", "154****0101", "1.54E+10", "95588",
        "4008208888", "13800138000", "15400000101、15400000102", "0755-26000000转301", "2026-05-03", "2026/13/45", "50",
        "03/05/2021", "11010519491231002X", "110105194912310000", "91110101MA00TE5T21", "甲诚商务咨询", "某公司",
        "正安律师事务所", "A市1路1号", "A市", "#N/A", "6222020000000000011", "debtor", "phone", "deb:tor",
        "filed", "inf", "-1", "=1+1",
        "序号", "\ufeff", "x" * 3000,
    ]
)  # fmt: skip


@st.composite
def damaged_tables(draw):
    files = draw(st.lists(st.sampled_from(sorted(HEADERS)), min_size=1, max_size=3, unique=True))
    raws = []
    for file in sorted(files):
        height = draw(st.integers(0, 6))
        rows = [[draw(CELLS) for _ in HEADERS[file]] for _ in range(height)]
        raws.append(table(file, {h: [row[i] for row in rows] for i, h in enumerate(HEADERS[file])}))
    return raws


@settings(max_examples=60, deadline=None)
@given(damaged_tables())
def test_rows_read_are_rows_used_plus_rows_rejected_and_each_has_a_reason(raws):
    try:
        found = link(raws)
    except DataError as error:
        assert "no row of the input gave a link" in error.what  # noqa: PT017
        return
    assert set(found.issues["reason"]) <= set(REASONS)
    for raw, file in zip(raws, sorted(found.inputs, key=lambda i: i.name), strict=True):
        assert file.name == raw.file
        assert file.rows == raw.cells.height == file.used + file.rejected
        mine = found.issues.filter(pl.col("file") == raw.file)
        assert mine.filter("lost")["row"].n_unique() == file.rejected
        linking = set(found.graph.links.row[found.graph.links.file == _code(found, raw.file)].tolist())
        assert linking.isdisjoint(mine.filter("lost")["row"].to_list())


def _code(found, file: str) -> int:
    return found.graph.files.index(file) if file in found.graph.files else 2**15


EXTRA = {
    "邮寄.csv": "运单号,客户号,寄件人电话,寄件地址,寄件时间\nE1,C001,15400000901,A市1路1号,2026-05-03\n"
    "E2,C002,15400000901,,\n",
    "付款.csv": "客户号,收款人,收款账号,付款日期\nC001,王五,wxpay_1,2026-05-03\nC002,王六,wxpay_1,\n",
    "links.csv": "source_kind,source,target_kind,target,relation\n"
    "phone,15400000101,debtor,C001,\ndevice,d,debtor,C002,\n"
    "debtor,C003,phone,95588,\nclub,x,debtor,C1,dances\n",
}


def _snapshot(found):
    attributes = found.graph.nodes.select(sorted(found.graph.nodes.columns)).rows()
    told = sorted(found.issues.drop("row").rows())
    return attributes, dated(found.graph), told, sorted(found.excluded.rows()), sorted(counts(found)), found.notes


def test_the_order_of_rows_and_of_files_does_not_matter(tmp_path):
    files = {"客户.csv": CUSTOMERS, "投诉.csv": complaints(), "委托.csv": POWERS, "机构.csv": ORGANISATIONS, **EXTRA}
    (tmp_path / "0").mkdir()
    wanted = _snapshot(linked(tmp_path / "0", files))
    for seed in (1, 2, 3):
        dice = random.Random(seed)
        mixed = {}
        for name in dice.sample(sorted(files), len(files)):
            head, *rows = files[name].strip().split("\n")
            mixed[name] = "\n".join([head, *dice.sample(rows, len(rows))])
        (tmp_path / str(seed)).mkdir()
        assert _snapshot(linked(tmp_path / str(seed), mixed)) == wanted


def test_the_order_in_which_tables_are_given_does_not_matter():
    raws = [
        table("a.csv", {"客户号": ["C1", "C2"], "手机号": ["15400000101", "95588"]}),
        table("b.csv", {"客户号": ["C1", "C3"], "代理机构": ["甲诚商务咨询", "乙信信息咨询"]}),
        table("c.csv", {"source_kind": ["x"], "source": ["1"], "target_kind": ["y"], "target": ["2"]}),
    ]
    one, other = link(raws), link(raws[::-1])
    assert _snapshot(one) == _snapshot(other)
    assert one.inputs == other.inputs
    assert one.issues.equals(other.issues)
