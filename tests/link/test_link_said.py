"""What the words of complaints say for the debtor, calls at night, and the ends of powers of attorney."""

from __future__ import annotations

import datetime as dt

import pytest
from link_case import dated, link, links, table


def complaint(text, **more):
    """The attributes of one complaint with this text."""
    columns = {"投诉编号": ["T1"], "客户号": ["C1"], "投诉日期": ["2026-05-01"], "投诉内容": [text], **more}
    graph = link([table("投诉.csv", columns)]).graph
    return graph.nodes.row(graph.find("complaint", "T1"), named=True)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("现申请按60期分期归还本金", 60),
        ("请与本人协商分期还款，期数不超过六十期", 60),
        ("希望分六十一期还清", 61),
        ("分期还款最长期限不超过五年", 60),
        ("申请分期，十年还清", 120),
        ("please let me pay in 48 monthly instalments", 48),
        ("我第12期账单逾期", None),
        ("去年五月开卡，分期费率太高", None),
    ],
)
def test_the_most_instalments_asked_for(text, months):
    assert complaint(text).get("ask_months") == months


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("本人仍有还款意愿", "says_willing"),
        ("要求查录音并道歉，钱会慢慢还", "says_willing"),
        ("没有还款意愿", None),
        ("我被咨询公司骗了三千元服务费，人已失联", "says_cheated"),
        ("中介威胁要把假材料交给银行", "says_cheated"),
        ("贵行委托的催收人员多次致电并言语威胁", None),
        ("外包公司晚上十点半打电话", "says_breach"),
        ("催收拨打我单位和邻居的电话", "says_breach"),
        ("上午十点打来电话", None),
    ],
)
def test_words_become_codes(text, said):
    facts = complaint(text)
    assert {name for name in ("says_willing", "says_cheated", "says_breach") if facts.get(name)} == {said} - {None}


def test_what_is_demanded_is_read_with_the_text():
    assert complaint("系统故障", 诉求=["分36期还款"]).get("ask_months") == 36


def test_the_callers_declared_relation_is_kept():
    assert complaint("系统故障", 与投诉人关系=["配偶"])["caller_relation"] == "配偶"


@pytest.mark.parametrize(
    ("time", "night"),
    [
        ("2026-05-01 21:59:59", False),
        ("2026-05-01 22:00:00", True),
        ("2026-05-01 23:40", True),
        ("2026-05-01 07:59:59", True),
        ("2026-05-01 08:00:00", False),
        ("2026-05-01", False),
        ("2026-05-01 00:00:00", False),
    ],
)
def test_a_call_at_night_is_a_link_of_its_own(time, night):
    calls = {"主叫号码": ["0755-26020001"], "被叫号码": ["15400000101"], "通话时间": [time], "通话时长": ["60"]}
    found = links(link([table("通话.csv", calls)]).graph)
    ends = ("phone:+8675526020001", "phone:+8615400000101")
    assert (ends[0], "called", ends[1]) in found
    assert ((ends[0], "called_at_night", ends[1]) in found) is night


def test_the_last_day_of_a_mandate_is_kept():
    powers = {
        "委托书编号": ["P1", "P2"],
        "客户号": ["C1", "C2"],
        "受托人电话": ["15400000901", "15400000901"],
        "签署日期": ["2026-05-01", "2026-05-02"],
        "有效期至": ["2026-08-01", "长期有效"],
    }
    found = [x for x in dated(link([table("委托.csv", powers)]).graph) if x[1] == "represented_until"]
    day = (dt.date(2026, 8, 1) - dt.date(1970, 1, 1)).days
    assert found == [("debtor:C1", "represented_until", "phone:+8615400000901", day, 1.0)]


@pytest.mark.parametrize(("time", "night"), [("2026-05-01 22:40:00", True), ("2026-05-01 10:40:00", False)])
def test_a_hotline_that_calls_at_night_is_marked(time, night):
    calls = {"主叫号码": ["95588"], "被叫号码": ["15400000101"], "通话时间": [time], "通话时长": ["60"]}
    own = {"客户号": ["C1"], "姓名": ["甲一"], "手机号": ["15400000101"]}
    found = links(link([table("通话.csv", calls), table("客户.csv", own)]).graph)
    assert (("phone:+8615400000101", "marked", "mark:hotline_at_night") in found) is night
