"""Numbers that mean several things, and numbers that a program wrote as decimals."""

from __future__ import annotations

from link_case import linked, links


def test_complaint_numbers_that_one_file_counts_anew_are_kept_apart(tmp_path):
    rows = [f"{n},C{10 * k + n},2026-05-0{n}" for k in range(1, 4) for n in range(1, 4)]
    found = linked(tmp_path, {"投诉.csv": "投诉编号,客户号,投诉日期\n" + "\n".join(rows)})
    assert found.graph.counts()["complaint"] == 9
    assert any("stand there for different people" in note for note in found.notes)


def test_two_rows_of_one_complaint_of_one_person_are_one(tmp_path):
    rows = ["T1,C1,2026-05-01,15400000101", "T1,C1,2026-05-01,15400000102", "T2,C2,2026-05-02,15400000103"]
    text = "投诉编号,客户号,投诉日期,来电号码\n" + "\n".join(rows)
    assert linked(tmp_path, {"投诉.csv": text}).graph.counts()["complaint"] == 2


def test_customer_numbers_of_a_decimal_column_join_the_plain_ones(tmp_path):
    customers = "客户号,姓名,手机号\n" + "\n".join(f"{1010 + i}.0,甲{i},1540000010{i}" for i in range(1, 6))
    complaints = "投诉编号,客户号,投诉日期\n" + "\n".join(f"T{i},{1010 + i},2026-05-0{i}" for i in range(1, 6))
    graph = linked(tmp_path, {"客户.csv": customers, "投诉.csv": complaints}).graph
    assert graph.counts()["debtor"] == 5


def test_one_decimal_among_texts_stays_as_it_is(tmp_path):
    text = "客户号,姓名,手机号\n" + "\n".join(f"{n},甲,1540000010{i}" for i, n in enumerate(["A1", "A2", "1011.0"]))
    assert "1011.0" in linked(tmp_path, {"客户.csv": text}).graph.nodes["key"].to_list()


def test_words_for_nobody_are_no_agency(tmp_path):
    for word in ("个人", "自然人", "亲属", "无代理机构"):
        text = "客户号,代理机构,受托人,受托人电话,签署日期\n" + "\n".join(
            f"C{i},{word},乙{i},1540000020{i},2026-05-0{i}" for i in range(1, 6)
        )
        assert "company" not in linked(tmp_path, {"委托.csv": text}).graph.counts(), word


def test_a_payment_without_a_customer_is_rejected(tmp_path):
    payment = "付款人,收款人,收款账号,金额,付款日期\n甲,某店,6200000000000005,10,2026-05-01\n"
    found = linked(tmp_path, {"付款.csv": payment, "客户.csv": "客户号,姓名,手机号\nC1,甲,15400000101\n"})
    payments = next(i for i in found.inputs if i.table == "payments")
    assert (payments.used, payments.rejected) == (0, 1)
    assert not [e for e in links(found.graph) if e[1] == "paid"]
