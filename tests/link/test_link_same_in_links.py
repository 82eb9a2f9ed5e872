"""Two spellings of a company in link tables: joined by name, or by phone and likeness; else listed for decision."""

from link_case import linked, links

from ringfinder.config import Config
from ringfinder.link import link_tables
from ringfinder.pipeline import map_tables, options_of
from ringfinder.read import read_tables

HEAD = "source_kind,source,target_kind,target,relation\n"
PHONE = "company,{},phone,15900000901,reached_at\n"
CLIENT = "debtor,{},company,{},represented_by\n"
LONG, NEAR = "甲诚商务咨询有限公司", "甲城商务咨询有限公司"


def companies(found):
    return set(found.graph.nodes.filter(kind="company")["key"].to_list())


def decisions(found):
    return found.decisions.select("left", "right", "decision").rows()


def test_a_nearly_equal_name_with_the_same_phone_is_one_company(tmp_path):
    text = HEAD + PHONE.format(LONG) + PHONE.format(NEAR) + CLIENT.format("C1", LONG) + CLIENT.format("C2", NEAR)
    found = linked(tmp_path, {"links.csv": text})
    assert len(companies(found)) == 1
    assert [d for _, _, d in decisions(found)] == ["merged"]


def test_without_the_phone_it_is_left_apart_until_the_user_decides(tmp_path):
    text = HEAD + CLIENT.format("C1", LONG) + CLIENT.format("C2", NEAR)
    found = linked(tmp_path, {"links.csv": text})
    assert companies(found) == {LONG, NEAR}
    assert decisions(found) == [(NEAR, LONG, "kept apart: decide")]
    raws = list(read_tables([tmp_path]))
    mapped = list(zip(raws, map_tables(raws, Config()), strict=True))
    decided = link_tables(mapped, kinds={}, relations={}, options=options_of(Config()), same=[(LONG, NEAR)])
    assert [d for _, _, d in decisions(decided)] == ["merged"]
    (key,) = companies(decided)
    assert {a for a, r, b in links(decided.graph) if b == f"company:{key}"} == {"debtor:C1", "debtor:C2"}


def test_a_name_in_a_link_table_is_the_company_of_the_other_tables(tmp_path):
    files = {
        "links.csv": HEAD + CLIENT.format("C1", LONG),
        "organisations.csv": f"统一社会信用代码,企业名称,注册电话\n91110101MA00TE5T21,{LONG},15900000901\n",
    }
    assert companies(linked(tmp_path, files)) == {"91110101MA00TE5T21"}


def test_opaque_keys_and_people_are_left_alone(tmp_path):
    text = HEAD + PHONE.format("company-12") + PHONE.format("company-13") + CLIENT.format("张三丰", "company-12")
    found = linked(tmp_path, {"links.csv": text})
    assert companies(found) == {"company-12", "company-13"}
    assert decisions(found) == []
