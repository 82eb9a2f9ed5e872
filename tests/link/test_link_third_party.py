"""Relatives and agents in a customer's own phone cell are told and never loaded."""

from link_case import linked, links

from ringfinder.issues import count_reasons

CUSTOMERS = """
客户号,姓名,手机号,单位电话
C1,甲一,妻子15900000901,0755-26001234
C2,甲二,15900000902/15900000903(父亲),同事15900000905
C3,甲三,代理人15900000904,
C4,甲四,本人15900000906,
"""


def test_numbers_of_others_are_told_by_cell_and_not_loaded(tmp_path):
    found = linked(tmp_path, {"customers.csv": CUSTOMERS})
    phones = {(a, r, b) for a, r, b in links(found.graph) if b.startswith("phone:")}
    assert phones == {
        ("debtor:C1", "uses_work_phone", "phone:+8675526001234"),
        ("debtor:C2", "uses_phone", "phone:+8615900000902"),
        ("debtor:C4", "uses_phone", "phone:+8615900000906"),
    }
    told = found.issues.filter(reason="third_party").select("row", "column", "value", "lost").rows()
    assert told == [
        (2, "手机号", "妻子15900000901", False),
        (3, "单位电话", "同事15900000905", False),
        (3, "手机号", "15900000902/15900000903(父亲)", False),
        (4, "手机号", "代理人15900000904", False),
    ]
    assert not found.graph.nodes["key"].str.contains("1590000090[1345]").any()


def test_a_column_of_agents_or_callers_keeps_them(tmp_path):
    powers = "客户号,委托人,代理人,代理人电话\nC1,甲一,乙,代理人15900000904\n"
    complaints = "投诉编号,客户号,来电号码,投诉日期,投诉内容\nT1,C1,来电15900000907,2026-05-06,协商还款\n"
    found = linked(tmp_path, {"powers.csv": powers, "complaints.csv": complaints})
    assert ("debtor:C1", "represented_by", "phone:+8615900000904") in links(found.graph)
    assert ("complaint:T1", "complained_from", "phone:+8615900000907") in links(found.graph)
    assert "third_party" not in count_reasons(found.issues)
