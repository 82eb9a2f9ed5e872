"""Customers, complaints, powers of attorney, mail, payments and calls → links."""

from __future__ import annotations

import pytest
from link_case import counts, linked, links, nodes, reasons

from ringfinder.config import Config
from ringfinder.errors import DataError


# ---- customers ----
def test_customers_have_own_record_home_and_work_phones_address_employer_and_lender(tmp_path):
    text = """
客户号,姓名,手机号,预留手机号,家庭电话,单位电话,家庭住址,工作单位,银行,催收机构
C1,甲一,15400000101,15400000102,0755-26123456,0755-26000000转301,A市1路1号,甲厂机械有限公司,乙银行,丙催收
"""
    found = linked(tmp_path, {"客户.csv": text})
    assert links(found.graph) == {
        ("debtor:C1", "uses_phone", "phone:+8615400000101"),
        ("debtor:C1", "uses_record_phone", "phone:+8615400000102"),
        ("debtor:C1", "uses_home_phone", "phone:+8675526123456"),
        ("debtor:C1", "uses_work_phone", "phone:+8675526000000"),
        ("debtor:C1", "lives_at", "address:a市1路1号"),
        ("debtor:C1", "works_at", "employer:甲厂机械有限公司"),
        ("debtor:C1", "borrowed_from", "lender:乙银行"),
        ("debtor:C1", "assigned_to", "collection_agency:丙催收"),
    }
    assert nodes(found.graph, "debtor") == {"C1": "甲一"}


def test_customers_without_a_number_are_known_by_identity_number_else_by_name_and_phone(tmp_path):
    text = """
客户号,姓名,身份证号,手机号
C1,甲一,11010519491231002X,15400000101
,甲二,110105194912310038,15400000102
,甲三,,15400000103
,甲四,,
,,,15400000105
"""
    found = linked(tmp_path, {"客户.csv": text})
    assert set(nodes(found.graph, "debtor")) == {"C1", "甲三 +8615400000103", "id 110105194912310038"}
    assert counts(found) == [(5, 3, 2)]
    assert reasons(found, lost=True) == {(5, "客户号", "missing_key"), (6, "客户号", "missing_key")}


def test_a_name_goes_with_the_phone_of_record_when_there_is_no_mobile(tmp_path):
    found = linked(tmp_path, {"客户.csv": "客户号,姓名,手机号,预留手机号\n,甲一,,15400000101"})
    assert set(nodes(found.graph, "debtor")) == {"甲一 +8615400000101"}


def test_duplicate_customers_are_one_node_with_the_links_of_all_rows(tmp_path):
    text = "客户号,姓名,手机号,逾期天数\nC1,甲一,15400000101,50\nC1,甲一,15400000102,50\nC1,,15400000102,"
    found = linked(tmp_path, {"客户.csv": text})
    assert nodes(found.graph, "debtor") == {"C1": "甲一"}
    assert links(found.graph) == {("debtor:C1", "uses_phone", f"phone:+861540000010{i}") for i in (1, 2)}
    assert found.graph.n_links == 3  # provenance of every row is kept
    assert counts(found) == [(3, 3, 0)]


def test_several_phones_in_one_cell_all_link_and_bad_ones_are_told(tmp_path):
    text = '客户号,手机号\nC1,"15400000101、15400000102/154****0103"\nC2,13800138000、15400000104'
    found = linked(tmp_path, {"客户.csv": text})
    assert links(found.graph) == {
        ("debtor:C1", "uses_phone", "phone:+8615400000101"),
        ("debtor:C1", "uses_phone", "phone:+8615400000102"),
        ("debtor:C2", "uses_phone", "phone:+8615400000104"),
    }
    assert reasons(found, lost=False) == {(2, "手机号", "masked"), (3, "手机号", "placeholder")}
    assert found.excluded.rows() == [("phone", "13800138000", "placeholder", "C2", "")]


@pytest.mark.parametrize("spelling", ["13800138000", "+86 138-0013-8000", "8613800138000", "'13800138000"])
def test_a_placeholder_is_one_hub_however_it_is_spelt(tmp_path, spelling):
    found = linked(tmp_path, {"客户.csv": f"客户号,手机号\nC1,{spelling}"})
    assert found.excluded["key"].to_list() == ["13800138000"]


def test_numbered_sibling_columns_all_count(tmp_path):
    found = linked(tmp_path, {"客户.csv": "客户号,手机号1,手机号2,手机号3\nC1,15400000101,,15400000103"})
    assert {t for _, _, t in links(found.graph)} == {"phone:+8615400000101", "phone:+8615400000103"}


def test_work_phone_extensions_go_to_one_switchboard(tmp_path):
    text = "客户号,单位电话\nC1,0755-26000000转301\nC2,(0755)26000000-302\nC3,0755 26000000\nC4,15400000104"
    found = linked(tmp_path, {"客户.csv": text})
    numbers = {(s, t) for s, _, t in links(found.graph)}
    assert {(f"debtor:C{i}", "phone:+8675526000000") for i in (1, 2, 3)} < numbers
    carried = found.excluded.select("key", "reason", "who", "extra").rows()
    assert sorted(carried) == [
        ("+8675526000000", "work phone", f"C{i}", e) for i, e in ((1, "301"), (2, "302"), (3, ""))
    ]


def test_service_numbers_never_link_but_are_remembered_with_who_gave_them(tmp_path):
    found = linked(tmp_path, {"客户.csv": "客户号,手机号,单位电话\nC1,15400000101,95588\nC2,400-820-8888,95588"})
    assert links(found.graph) == {("debtor:C1", "uses_phone", "phone:+8615400000101")}
    assert sorted(found.excluded.select("key", "reason", "who").rows()) == [
        ("4008208888", "400/800 number", "C2"),
        ("95588", "service number", "C1"),
        ("95588", "service number", "C2"),
    ]


# ---- complaints ----
def test_complaints_link_filer_caller_channel_lender_and_representative(tmp_path):
    text = """
投诉编号,客户号,投诉渠道,投诉日期,来电号码,投诉对象,代理机构,受托人电话
T1,C1,12378,2026/5/6,15400000901,乙银行,甲诚商务咨询,15400000990
"""
    found = linked(tmp_path, {"投诉.csv": text})
    assert links(found.graph) == {
        ("debtor:C1", "filed", "complaint:T1"),
        ("complaint:T1", "complained_from", "phone:+8615400000901"),
        ("complaint:T1", "via", "channel:12378"),
        ("complaint:T1", "about", "lender:乙银行"),
        ("debtor:C1", "represented_by", "company:甲诚商务咨询"),
        ("debtor:C1", "represented_by", "phone:+8615400000990"),
    }


def test_complaints_without_number_are_known_by_their_place(tmp_path):
    text = "投诉编号,客户号,来电号码,投诉内容\n,C1,15400000901,甲\n,C1,15400000901,乙"
    found = linked(tmp_path, {"投诉.csv": text})
    assert set(nodes(found.graph, "complaint")) == {"投诉.csv:2", "投诉.csv:3"}
    assert counts(found) == [(2, 2, 0)]


def test_complaints_of_unknown_customers_still_link(tmp_path):
    files = {
        "客户.csv": "客户号,姓名,手机号\nC1,甲一,15400000101",
        "投诉.csv": "投诉编号,客户号,来电号码,投诉内容\nT1,C9,15400000901,甲",
    }
    found = linked(tmp_path, files)
    assert ("debtor:C9", "filed", "complaint:T1") in links(found.graph)
    assert nodes(found.graph, "debtor")["C9"] == "C9"


@pytest.mark.parametrize("name", ["投诉人", "姓名"])
@pytest.mark.parametrize("phone", ["来电号码", "手机号"])
def test_complainants_without_number_are_known_by_name_and_phone(tmp_path, name, phone):
    text = f"投诉编号,{name},{phone},投诉内容\nT1,甲一,15400000101,甲\nT2,甲一,,乙"
    found = linked(tmp_path, {"投诉.csv": text})
    assert nodes(found.graph, "debtor") == {"甲一 +8615400000101": "甲一"}
    assert counts(found) == [(2, 1, 1)]


def test_a_complainant_of_a_customers_identity_number_is_the_customer(tmp_path):
    files = {
        "客户.csv": "客户号,姓名,身份证号\nC1,甲一,11010519491231002X",
        "投诉.csv": "投诉编号,投诉人,身份证号,来电号码,投诉内容\nT1,甲一,11010519491231002X,15400000901,甲",
    }
    graph = linked(tmp_path, files).graph
    numbers = graph.nodes.filter(kind="debtor")["id_number"].to_list()
    assert numbers == ["11010519491231002X"]


# ---- powers of attorney ----
def test_a_power_of_attorney_with_only_an_agent_phone(tmp_path):
    found = linked(tmp_path, {"委托.csv": "客户号,受托人电话,签署日期\nC1,15400000901,2026-05-03"})
    assert links(found.graph) == {("debtor:C1", "represented_by", "phone:+8615400000901")}


def test_a_named_agent_is_known_within_phone_or_company_never_by_name_alone(tmp_path):
    text = """
客户号,受托人,受托人证件号,受托人电话,代理机构
C1,王五,,15400000901,
C2,王五,,,甲诚商务咨询
C3,王五,110105194912310038,15400000902,甲诚商务咨询
C4,王五,,,
"""
    found = linked(tmp_path, {"委托.csv": text})
    assert nodes(found.graph, "agent") == {
        "王五 @ +8615400000901": "王五",
        "王五 @ 甲诚商务咨询": "王五",
        "110105194912310038": "王五",
    }
    assert ("agent:王五 @ +8615400000901", "reached_at", "phone:+8615400000901") in links(found.graph)
    assert ("agent:110105194912310038", "works_for", "company:甲诚商务咨询") in links(found.graph)
    assert {s for s, _, _ in links(found.graph) if s.startswith("debtor")} == {"debtor:C1", "debtor:C2", "debtor:C3"}


def test_a_company_that_stands_in_the_agents_column_too_is_no_second_node(tmp_path):
    found = linked(tmp_path, {"委托.csv": "客户号,受托人,代理机构\nC1,甲诚商务咨询,甲诚商务咨询"})
    assert links(found.graph) == {("debtor:C1", "represented_by", "company:甲诚商务咨询")}


def test_the_companys_own_phone_in_a_power_of_attorney_is_its_contact(tmp_path):
    found = linked(tmp_path, {"委托.csv": "客户号,代理机构,代理机构电话\nC1,甲诚商务咨询,15400000990"})
    assert ("company:甲诚商务咨询", "reached_at", "phone:+8615400000990") in links(found.graph)


# ---- mail, payments, calls ----
def test_mail_with_and_without_tracking_number(tmp_path):
    text = "运单号,客户号,寄件人电话,寄件地址,寄件时间\nE1,C1,15400000901,A市1路1号,2026-05-03\n,C2,15400000901,,"
    found = linked(tmp_path, {"邮寄.csv": text})
    assert links(found.graph) == {
        ("debtor:C1", "posted", "mail_item:E1"),
        ("mail_item:E1", "sent_by", "phone:+8615400000901"),
        ("mail_item:E1", "posted_from", "address:a市1路1号"),
        ("debtor:C2", "posted", "mail_item:邮寄.csv:3"),
        ("mail_item:邮寄.csv:3", "sent_by", "phone:+8615400000901"),
    }


def test_mail_that_names_no_customer_is_its_senders(tmp_path):
    found = linked(tmp_path, {"邮寄.csv": "运单号,寄件人,寄件人电话\nE1,甲一,15400000101\nE2,甲一,"})
    assert ("debtor:甲一 +8615400000101", "posted", "mail_item:E1") in links(found.graph)
    assert counts(found) == [(2, 1, 1)]


def test_payments_go_to_cards_and_to_wallets(tmp_path):
    text = """
客户号,收款人,收款账号,付款日期
C1,王五,6222 0200 0000 0000 011,2026-05-03
C2,王五,wxpay_abc123,2026-05-03
C3,王五,pay@wallet.example,2026-05-03
C4,王五,,2026-05-03
C5,王五,12345,2026-05-03
"""
    found = linked(tmp_path, {"付款.csv": text})
    assert links(found.graph) == {
        ("debtor:C1", "paid", "payee_account:6222020000000000011"),
        ("debtor:C2", "paid", "payee_account:wxpay_abc123"),
        ("debtor:C3", "paid", "payee_account:pay@wallet.example"),
    }
    assert set(nodes(found.graph, "payee_account").values()) == {"王五"}
    assert reasons(found, lost=True) == {(5, "收款账号", "missing_key"), (6, "收款账号", "missing_key")}


def test_calls_join_two_phones(tmp_path):
    text = """
主叫号码,被叫号码,通话时间
15400000101,15400000901,2026-05-03 10:00:00
154-0000-0101,15400000101,2026-05-03
95588,15400000102,2026-05-03
15400000101,,2026-05-03
"""
    found = linked(tmp_path, {"话单.csv": text})
    assert links(found.graph) == {("phone:+8615400000101", "called", "phone:+8615400000901")}
    assert reasons(found, lost=True) == {(3, "主叫号码", "self_link"), (4, "", "no_link"), (5, "", "no_link")}
    assert found.excluded.select("key", "reason", "who").rows() == [("95588", "service number", "+8615400000102")]


def test_ids_and_codes_of_other_countries_are_plain_texts(tmp_path):
    files = {
        "customers.csv": "name,national_id,mobile\nAda Ashe,QQ123456C,07700 900123",
        "orgs.csv": "company_name,company_number,company_phone\nExample Redress Ltd,01234567,020 7946 0958",
    }
    found = linked(tmp_path, files, Config(country="GB"))
    assert set(nodes(found.graph, "debtor")) == {"id QQ123456C"}
    assert nodes(found.graph, "company") == {"01234567": "Example Redress Ltd"}
    assert ("company:01234567", "reached_at", "phone:+442079460958") in links(found.graph)
    assert found.issues.is_empty()


# ---- third parties and unknown tables ----
def test_emergency_contacts_are_never_linked(tmp_path):
    text = "客户号,姓名,手机号,紧急联系人,紧急联系人电话\nC1,甲一,15400000101,吴母,15400000600"
    graph = linked(tmp_path, {"客户.csv": text}).graph
    assert graph.counts() == {"debtor": 1, "phone": 1}


def test_rows_of_an_unknown_table_are_all_rejected_with_that_reason(tmp_path):
    files = {"客户.csv": "客户号,手机号\nC1,15400000101", "天气.csv": "气温,湿度\n20,30\n21,31"}
    found = linked(tmp_path, files)
    assert counts(found) == [(2, 0, 2), (1, 1, 0)]
    assert {r for _, _, r in reasons(found, lost=True)} == {"unknown_table"}


def test_input_that_gives_nothing_says_so(tmp_path):
    with pytest.raises(DataError, match="no row of the input gave a link"):
        linked(tmp_path, {"天气.csv": "气温,湿度\n20,30"})
