"""One key and one kind for one organisation, whatever a table knows of it."""

from __future__ import annotations

import pytest
from link_case import linked, links, nodes, reasons

CODE, OTHER, FIRM = "91110101MA00TE5T21", "91110101MA9Y001000", "31110000MD0123454X"


def test_a_name_with_exactly_one_code_elsewhere_takes_that_code(tmp_path):
    files = {
        "委托.csv": "客户号,代理机构\nC1,甲诚商务咨询",
        "机构.csv": f"企业名称,统一社会信用代码,注册电话\n甲诚商务咨询,{CODE},15400000990",
    }
    found = linked(tmp_path, files)
    assert ("debtor:C1", "represented_by", f"company:{CODE}") in links(found.graph)
    assert nodes(found.graph, "company") == {CODE: "甲诚商务咨询"}


def test_a_name_with_two_codes_stands_for_neither(tmp_path):
    files = {
        "委托.csv": "客户号,代理机构\nC1,甲诚商务咨询",
        "机构.csv": f"企业名称,统一社会信用代码\n甲诚商务咨询,{CODE}\n甲诚商务咨询,{OTHER}",
    }
    found = linked(tmp_path, files)
    assert ("debtor:C1", "represented_by", "company:甲诚商务咨询") in links(found.graph)
    assert set(nodes(found.graph, "company")) == {"甲诚商务咨询", CODE, OTHER}


def test_a_code_without_a_name_is_enough(tmp_path):
    found = linked(tmp_path, {"委托.csv": f"客户号,统一社会信用代码,受托人电话\nC1,{CODE},"})
    assert nodes(found.graph, "company") == {CODE: CODE}


def test_a_code_in_the_name_column_is_the_code(tmp_path):
    found = linked(tmp_path, {"委托.csv": f"客户号,代理机构\nC1,{CODE.lower()}"})
    assert set(nodes(found.graph, "company")) == {CODE}


@pytest.mark.parametrize(
    "name",
    [
        "正安律师事务所",
        "北京正安（上海）律师事务所",
        "北京正安律师事务所上海分所",
        "正安律师事务所（普通合伙）",
        "Smith & Jones LLP",
        "Jones Solicitors",
    ],
)
def test_law_firms_are_told_by_their_name(tmp_path, name):
    found = linked(tmp_path, {"委托.csv": f"客户号,代理机构\nC1,{name}"})
    assert found.graph.counts()["law_firm"] == 1


@pytest.mark.parametrize("name", ["正安律师事务所咨询有限公司", "律所通信息公司", "Philllp Trading"])
def test_companies_that_only_sound_like_law_firms_are_none(tmp_path, name):
    found = linked(tmp_path, {"委托.csv": f"客户号,代理机构\nC1,{name}"})
    assert found.graph.counts()["company"] == 1


def test_a_law_firm_is_told_by_its_code_whatever_its_name(tmp_path):
    found = linked(tmp_path, {"委托.csv": f"客户号,代理机构,统一社会信用代码\nC1,正安,{FIRM}\nC2,,{FIRM}\nC3,正安,"})
    assert nodes(found.graph, "law_firm") == {FIRM: "正安"}
    assert "company" not in found.graph.counts()


def test_a_companys_code_outweighs_a_law_firms_name(tmp_path):
    text = f"客户号,代理机构,统一社会信用代码\nC1,正安律师事务所,{CODE}\nC2,,{CODE}\nC3,正安律师事务所,"
    found = linked(tmp_path, {"委托.csv": text})
    assert nodes(found.graph, "company") == {CODE: "正安律师事务所"}
    assert "law_firm" not in found.graph.counts()


def test_names_with_separators_stay_whole(tmp_path):
    found = linked(tmp_path, {"委托.csv": '客户号,代理机构\nC1,"Redress, Smith"\nC2,"Redress, Jones"'})
    assert set(nodes(found.graph, "company")) == {"Redress, Smith", "Redress, Jones"}


def test_words_that_name_no_company_give_none(tmp_path):
    found = linked(tmp_path, {"委托.csv": "客户号,代理机构,受托人电话\nC1,某公司,15400000901\nC2,无,15400000901"})
    assert "company" not in found.graph.counts()
    assert reasons(found, lost=False) == {(2, "代理机构", "placeholder")}


def test_registered_contacts_and_people_of_an_organisation(tmp_path):
    text = f"""
企业名称,统一社会信用代码,法定代表人,实际控制人,注册电话,注册地址,成立日期,登记状态
甲诚商务咨询,{CODE},王五,赵六,15400000990,A市100路1号,2025-11-03,存续
,,王五,,15400000991,,,
"""
    found = linked(tmp_path, {"机构.csv": text})
    company = f"company:{CODE}"
    assert links(found.graph) == {
        (company, "reached_at", "phone:+8615400000990"),
        (company, "registered_at", "address:a市100路1号"),
        ("person:王五", "legal_rep_of", company),
        ("person:赵六", "controls", company),
    }
    row = found.graph.nodes.filter(kind="company").row(0, named=True)
    assert (row["registered_on"], row["status"]) == ("2025-11-03", "存续")
    assert reasons(found, lost=True) == {(3, "企业名称", "missing_key")}


def test_an_agency_in_the_agents_column_is_a_company_and_no_second_agent(tmp_path):
    powers = "委托书编号,客户号,受托人,受托人电话\nP1,C1,甲诚商务咨询,15400000901\nP2,C2,王小明,15400000902"
    graph = linked(tmp_path, {"委托.csv": powers}).graph
    assert set(nodes(graph, "company")) == {"甲诚商务咨询"}
    assert set(nodes(graph, "agent").values()) == {"王小明"}
