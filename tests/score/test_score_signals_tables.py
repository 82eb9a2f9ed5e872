"""Indicators that rest on what papers, registers and reviewers say, from their tables to the flag."""

from __future__ import annotations

import pytest

from ringfinder.pipeline import find_rings

PHONE = "15400000901"
CLIENTS = [f"C00{i}" for i in range(1, 7)]


@pytest.fixture
def told(tmp_path, revealed):
    """The evidence of one indicator: six complaints from one phone and six powers of attorney, beside other tables."""

    def run(signal, more=None, powers=("", ""), number=6):
        header, cells = powers
        lines = [f"委托书编号,客户号,委托人,代理机构,受托人电话,签署日期{header}"]
        for i, c in enumerate(CLIENTS):
            extra = cells.replace("#", str(i)) if i < number else "," * header.count(",")
            lines.append(f"P{i},{c},甲{i},甲诚商务咨询,{PHONE},2026-05-0{i + 1}{extra}")
        filed = ["投诉编号,客户号,投诉渠道,投诉日期,来电号码"]
        filed += [f"T{i},{c},12378,2026-05-1{i},{PHONE}" for i, c in enumerate(CLIENTS)]
        tables = {"委托.csv": lines, "投诉.csv": filed, **(more or {})}
        for name, rows in tables.items():
            (tmp_path / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
        result = find_rings([tmp_path], revealed)
        assert all(i.rejected == 0 for i in result.run.inputs)
        (ring,) = result.run.rings
        return [e for e in ring.evidence if e.signal == signal]

    return run


def flagged(code, number, group=""):
    """A reviewer's table that notes one flag of so many clients."""
    rows = [f"{c},{code},王某,2026-06-01,{group}" for c in CLIENTS[:number]]
    return {"标记.csv": ["客户号,标记代码,判定人,判定日期,分组编号", *rows]}


@pytest.mark.parametrize(
    ("header", "cells", "number", "fires"),
    [
        (",委托权限,是否原件", ",全权代理一切事宜,否", 3, True),
        (",委托权限,是否原件", ",全权代理一切事宜,否", 2, False),
        (",委托权限,是否原件", ",全权代理一切事宜,是", 6, False),  # one kind of fault
        (",签署地点,签名图像编号", ",A市1路,S1", 3, True),
        (",签署地点,签名图像编号", ",A市#路,S#", 6, False),  # each at a place of its own
        (",委托权限,回访结果", ",协商分期还款,客户不知情", 6, False),
        (",委托权限,回访结果", ",全部银行,客户不知情", 3, True),
    ],
)
def test_two_kinds_of_faults_make_a_thin_power_of_attorney(told, header, cells, number, fires):
    found = told("RF11", powers=(header, cells), number=number)
    assert bool(found) is fires
    assert all((e.family, e.value) == ("", 3) for e in found)


@pytest.mark.parametrize(("ends", "fires"), [("2026-12-31", True), ("2026-04-01", False)])
def test_a_mandate_that_ended_before_is_no_second_one(told, ends, fires):
    other = ["委托书编号,客户号,委托人,代理机构,签署日期,有效期至", f"Z1,C001,甲0,丙和信息咨询,2026-03-01,{ends}"]
    assert bool(told("RF32", {"委托2.csv": other})) is fires


SEVEN = "删除逾期记录;解除借款合同;退还利息及费用;赔偿精神损失;赔偿误工损失;书面道歉"


@pytest.mark.parametrize(
    ("number", "claims", "fires"), [(3, SEVEN, True), (2, SEVEN, False), (6, "解除借款合同;书面道歉", False)]
)
def test_three_clients_sue_with_the_template_claims(told, number, claims, fires):
    suits = [
        "案号,客户号,受理法院,诉讼请求",
        *(f"民初{i}号,{c},A区法院,{claims}" for i, c in enumerate(CLIENTS[:number])),
    ]
    found = told("RF17", {"诉讼.csv": suits})
    assert bool(found) is fires
    assert all((e.family, len(e.rows), {r.file for r in e.rows}) == ("LEGAL", 3, {"诉讼.csv"}) for e in found)


@pytest.mark.parametrize(
    ("code", "least"), [("RF19", 3), ("RF29", 2), ("RF36", 2), ("RF37", 3), ("RF38", 3), ("RF35", 1)]
)
def test_a_reviewers_flag_needs_so_many_debtors(told, code, least):
    (found,) = told(code, flagged(code, least))
    assert (found.value, found.family, len(found.rows)) == (least, "", least)
    if least > 1:
        assert told(code, flagged(code, least - 1)) == []


def test_papers_of_different_hands_are_not_one(told):
    rows = flagged("RF38", 2, "G1")["标记.csv"] + flagged("RF38", 6, "G2")["标记.csv"][3:]
    (found,) = told("RF38", {"标记.csv": rows})
    assert found.value == 4


def test_the_phone_of_an_advert_is_the_agents(told):
    adverts = ["广告电话,投放渠道,广告采集日期", f"{PHONE},网站,2026-04-01"]
    (found,) = told("RF23", {"广告.csv": adverts})
    assert {r.file for r in found.rows} == {"广告.csv", "委托.csv", "投诉.csv"}
    assert told("RF23", {"广告.csv": [adverts[0], "15400000777,网站,2026-04-01"]}) == []


@pytest.mark.parametrize(("where", "victims", "fires"), [("微信群", 2, True), ("微信群", 1, False), ("网站", 2, False)])
def test_victims_of_a_lure_paid_and_nothing_was_filed(told, where, victims, fires):
    new = [f"D00{i}" for i in range(victims)]
    tables = {
        "广告.csv": ["广告电话,投放渠道,广告采集日期", f"{PHONE},{where},2026-04-01"],
        "委托3.csv": ["委托书编号,客户号,代理机构,受托人电话", *(f"V{d},{d},甲诚商务咨询,{PHONE}" for d in new)],
        "付款.csv": [
            "客户号,付款人,收款账号,交易金额,交易时间",
            *(f"{d},戊,6200000000000005,3000,2026-04-20" for d in [*new, "C001"]),
        ],
    }
    assert bool(told("RF34", tables)) is fires


def test_a_phone_of_somebody_who_left_the_collector(told):
    staff = ["离职人员电话,离职日期", f"{PHONE},2025-12-31"]
    (found,) = told("RF30", {"离职.csv": staff})
    assert found.value == 6
    assert told("RF30", {"离职.csv": [staff[0], "15400000777,2025-12-31"]}) == []


def test_what_marks_say_is_not_in_a_masked_run(tmp_path, told):
    from ringfinder import Config

    (found,) = told("RF11", powers=(",签署地点,是否原件", ",某市秘密路9号,否"))
    assert "秘密路" not in found.sentence
    result = find_rings([tmp_path], Config())
    assert "秘密路" not in str(result.run)
    assert "秘密路" not in result.graph.nodes.write_csv()
