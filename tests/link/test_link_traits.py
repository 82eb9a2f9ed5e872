"""What texts and papers say: demand codes, quoted rules, provinces, marks; and that no row is lost silently."""

from __future__ import annotations

import pytest

from ringfinder.errors import DataError
from ringfinder.pipeline import find_rings


@pytest.fixture
def result_of(tmp_path, revealed):
    def run(**tables):
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return find_rings([tmp_path], revealed)

    return run


def attribute(result, kind, name):
    """The attribute's values of all nodes of a kind, in key order."""
    return result.graph.nodes.filter(result.graph.nodes["kind"] == kind)[name].to_list()


HEADER = "投诉编号,客户号,投诉日期,投诉诉求,投诉内容\n"


@pytest.mark.parametrize(
    ("text", "demands"),
    [
        ("立即停止催收，减免全部利息及违约金", "stop_collection waive_interest waive_penalty"),
        ("按60期分期归还本金，并恢复征信记录", "instalments_60 delete_overdue_record"),
        ("解除合同并退还已付利息", "refund_interest_fees end_contract"),
        ("赔偿精神损失和误工费，书面道歉", "distress_damages cost_damages apology"),
        ("停息挂账", "suspend_interest"),
        ("请重新核对三月份的账单", None),
    ],
)
def test_demands_are_told_by_their_words(result_of, text, demands):
    result = result_of(投诉=HEADER + f"T1,C1,2026-05-01,,{text}\nT2,C2,2026-05-01,全额退保,\n")
    assert attribute(result, "complaint", "demands") == [demands, "full_surrender"]


def test_the_rules_that_a_text_quotes_are_counted_once_in_their_order(result_of):
    text = "依据《商业银行信用卡业务监督管理办法》第70条和《民法典》第70条"
    result = result_of(投诉=HEADER + f"T1,C1,2026-05-01,,{text}\n")
    assert attribute(result, "complaint", "law_terms") == [3]
    assert attribute(result, "complaint", "law_order") == ["《商业银行信用卡业务监督管理办法》 第70条 《民法典》"]


def test_customers_have_a_province_by_home_else_by_identity_number(result_of):
    rows = "客户号,身份证号,家庭住址\nC1,11010519491231002X,成都市1路1号\nC2,440106199001011235,1路2号\nC3,,1路3号\n"
    result = result_of(客户=rows)
    assert attribute(result, "debtor", "province") == ["四川", "广东", None]
    assert attribute(result, "debtor", "born") == [1949, 1990, None]
    assert attribute(result, "debtor", "customer") == [True, True, True]


def test_rows_of_flags_suits_adverts_and_staff_without_anything_are_told(result_of):
    result = result_of(
        客户="客户号,手机号\nC1,15400000101\n",
        标记="客户号,标记代码,判定日期\nC1,RF38,2026-01-01\n,RF38,2026-01-01\nC1,,2026-01-01\n",
        诉讼="案号,客户号,受理法院,诉讼请求\nA1,C1,甲院,书面道歉\nA2,,甲院,书面道歉\n",
        广告="广告电话,投放渠道,广告采集日期\n15400000901,群,2026-01-01\n,群,2026-01-01\n",
        离职="离职人员电话,离职日期\n15400000902,2026-01-01\n,2026-01-01\n",
    )
    used = {i.name: (i.table, i.used, i.rejected) for i in result.run.inputs}
    assert used == {
        "客户.csv": ("customers", 1, 0),
        "标记.csv": ("flags", 1, 2),
        "诉讼.csv": ("lawsuits", 1, 1),
        "广告.csv": ("adverts", 1, 1),
        "离职.csv": ("former_staff", 1, 1),
    }
    marks = result.graph.nodes.filter(result.graph.nodes["kind"] == "mark")["key"].to_list()
    assert marks == ["advert 群", "claim apology", "flag RF38", "former staff", "suit"]


def test_marks_join_nobody(result_of):
    flags = "客户号,标记代码,分组编号\n" + "".join(f"C{i},RF38,G1\n" for i in range(9))
    assert result_of(标记=flags).run.rings == ()


def test_a_table_of_flags_that_names_nobody_is_no_input(result_of):
    with pytest.raises(DataError):
        result_of(标记="客户号,标记代码\n,RF38\n")
