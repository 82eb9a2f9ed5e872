"""One company, one key: by code, then by name and province; near-equal names are listed."""

from __future__ import annotations

import random

import polars as pl
import pytest
from link_case import link, linked, nodes, table
from test_link_same_people import chosen, told

from ringfinder.link import SameSettings
from ringfinder.link.company_names import near_names, plain_name, province_of_code, province_of_text

CODE, OTHER, SHENZHEN = "91110101MA00TE5T21", "91110101MA9Y001000", "92440300MA5XXXX06H"


def companies(found) -> set[str]:
    return set(nodes(found.graph, "company")) | set(nodes(found.graph, "law_firm"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲诚咨询有限公司", "甲诚咨询有限责任公司"),
        ("甲诚（北京）咨询有限公司", "甲诚(北京)咨询 有限公司"),
        ("北京甲诚咨询", "北京市甲诚咨询"),
        ("广东省深圳市甲诚咨询", "广东深圳甲诚咨询"),
        ("新疆维吾尔自治区甲诚", "新疆甲诚"),
        ("Example Redress Ltd", "EXAMPLE REDRESS LIMITED"),
        ("Example Redress Ltd.", "Ｅｘａｍｐｌｅ Redress, Ltd"),
        ("Redress Company Limited", "Redress Co., Ltd."),
    ],
)
def test_spellings_of_one_name_are_one_company(tmp_path, one, other):
    found = linked(tmp_path, {"委托.csv": f'客户号,代理机构\nC1,"{one}"\nC2,"{other}"'})
    assert len(companies(found)) == 1
    assert {(code, decision) for *_, code, decision in told(found)} == {("same_name", "merged")}
    assert "1 spelling of a company was joined by name and region (same.csv)" in found.notes


@pytest.mark.parametrize(
    ("one", "other"),
    [("甲诚咨询有限公司", "甲诚咨询股份有限公司"), ("北京甲诚咨询", "上海甲诚咨询"), ("Redress Ltd", "Redress LLP")],
)
def test_other_forms_and_places_are_other_companies(tmp_path, one, other):
    assert len(companies(linked(tmp_path, {"委托.csv": f"客户号,代理机构\nC1,{one}\nC2,{other}"}))) == 2


def test_another_spelling_of_the_only_name_of_a_code_takes_the_code(tmp_path):
    files = {
        "委托.csv": "客户号,代理机构\nC1,甲诚商务咨询有限责任公司\nC2,甲诚商务咨询有限公司",
        "机构.csv": f"企业名称,统一社会信用代码,注册电话\n甲诚商务咨询有限公司,{CODE},15400000990",
    }
    found = linked(tmp_path, files)
    assert companies(found) == {CODE}
    assert told(found) == {
        (CODE, "甲诚商务咨询有限公司", "only_code_of_name", "merged"),
        (CODE, "甲诚商务咨询有限责任公司", "same_name", "merged"),
        ("甲诚商务咨询有限公司", "甲诚商务咨询有限责任公司", "same_name", "merged"),
    }


def test_a_name_with_two_codes_is_two_companies_and_the_name_alone_is_left_to_the_user(tmp_path):
    files = {
        "委托.csv": "客户号,代理机构\nC1,甲诚商务咨询",
        "机构.csv": f"企业名称,统一社会信用代码\n甲诚商务咨询,{CODE}\n甲诚商务咨询,{OTHER}",
    }
    found = linked(tmp_path, files)
    assert companies(found) == {CODE, OTHER, "甲诚商务咨询"}
    assert told(found) == {(code, "甲诚商务咨询", "several_codes", "kept apart: decide") for code in (CODE, OTHER)}


def test_the_province_tells_which_of_two_codes_a_name_means(tmp_path):
    text = f"""
企业名称,统一社会信用代码,注册地址,注册电话
甲诚商务咨询,{CODE},,15400000990
甲诚商务咨询,{SHENZHEN},,15400000991
甲诚商务咨询,,深圳市南山区1路1号,15400000992
甲诚商务咨询,,成都市1路1号,15400000993
"""
    found = linked(tmp_path, {"机构.csv": text})
    assert companies(found) == {CODE, SHENZHEN, "甲诚商务咨询 / 四川"}
    assert (SHENZHEN, "甲诚商务咨询 / 广东", "same_name", "merged") in told(found)
    assert (CODE, "甲诚商务咨询 / 四川", "several_codes", "kept apart: decide") in told(found)


def test_one_name_in_two_provinces_is_two_companies(tmp_path):
    text = "企业名称,注册地址,注册电话\n甲诚,北京市1路1号,15400000990\n甲诚,深圳市1路1号,15400000991"
    found = linked(tmp_path, {"机构.csv": text})
    assert companies(found) == {"甲诚 / 北京", "甲诚 / 广东"}
    assert {code for *_, code, _ in told(found)} == {"several_regions"}


def test_an_organisation_code_is_part_of_the_company_code(tmp_path):
    text = f"企业名称,统一社会信用代码\n甲诚,{CODE}\n甲诚商务,{CODE[8:17]}"
    found = linked(tmp_path, {"机构.csv": text})
    assert companies(found) == {CODE}
    assert told(found) == {(CODE, CODE[8:17], "organisation_code", "merged")}


NEAR = "深圳甲诚商务信息咨询有限公司", "深圳甲城商务信息咨询有限公司"


@pytest.mark.parametrize(
    ("phones", "people", "code"),
    [
        (("15400000990", "15400000991"), ("王五", "赵六"), None),
        (("15400000990", "15400000990"), ("王五", "赵六"), "near_name_and_phone"),
        (("15400000990", "15400000991"), ("王五", "王五"), "near_name_and_representative"),
    ],
)
def test_near_equal_names_join_only_with_another_sign(tmp_path, phones, people, code):
    rows = "\n".join(",".join(row) for row in zip(NEAR, phones, people, strict=True))
    found = linked(tmp_path, {"机构.csv": f"企业名称,注册电话,法定代表人\n{rows}"})
    assert len(companies(found)) == (1 if code else 2)
    assert {(why, decision) for *_, why, decision in told(found)} == {
        (code, "merged") if code else ("near_name", "kept apart: decide")
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Example Redress Ltd", "Example Redress 2 Ltd"),
        ("深圳甲诚商务信息咨询有限公司", "深圳乙诚商务信息咨询有限公司"),
        ("深圳诚信商务信息咨询有限公司", "深圳新诚信商务信息咨询有限公司"),
    ],
)
def test_names_that_count_or_set_apart_are_not_joined_by_a_phone(tmp_path, one, other):
    text = f"企业名称,注册电话\n{one},15400000990\n{other},15400000990"
    found = linked(tmp_path, {"机构.csv": text})
    assert companies(found) == {one, other}
    assert {code for *_, code, _ in told(found)} == {"near_name"}


def test_two_codes_are_never_joined_by_a_name_between_them(tmp_path):
    text = f"""
企业名称,统一社会信用代码,注册电话
诚信商务信息咨询有限公司,{CODE},15400000990
诚信商务信息咨询有限公司司,,15400000990
诚信商务信息咨询有限公司司司,{OTHER},15400000990
"""
    found = linked(tmp_path, {"机构.csv": text})
    assert {CODE, OTHER} <= companies(found)
    assert len(companies(found)) == 3
    assert {(code, decision) for *_, code, decision in told(found)} == {("near_name", "kept apart: decide")}


def test_the_phone_of_a_registration_service_confirms_no_name(tmp_path):
    others = "".join(f"{c}公司,15400000990\n" for c in ("风", "花", "雪"))
    text = f"企业名称,注册电话\n{NEAR[0]},15400000990\n{NEAR[1]},15400000990\n{others}"
    assert len(companies(linked(tmp_path, {"机构.csv": text}))) == 5


def test_the_similarity_is_a_setting_and_the_user_decides():
    raw = table("委托.csv", {"客户号": ["C1", "C2"], "代理机构": list(NEAR)})
    assert told(chosen([raw], settings=SameSettings(name_ratio=0.95))) == set()
    assert len(companies(chosen([raw], same=[NEAR]))) == 1
    apart = chosen([raw], different=[NEAR])
    assert {decision for *_, decision in told(apart)} == {"kept apart: decided"}


def test_the_decisions_about_a_law_firm_carry_its_kind(tmp_path):
    found = linked(tmp_path, {"委托.csv": "客户号,代理机构\nC1,北京正安律师事务所\nC2,北京市正安律师事务所"})
    assert found.decisions["kind"].to_list() == ["law_firm"]


def test_the_order_of_rows_does_not_matter():
    rows = [
        ("甲诚商务信息咨询有限公司", CODE, "", "15400000990"),
        ("甲诚商务信息咨询有限责任公司", "", "北京市1路1号", "15400000991"),
        ("甲城商务信息咨询有限公司", "", "", "15400000990"),
        ("甲诚商务信息咨询有限公司", OTHER, "", ""),
        ("乙诚商务信息咨询有限公司", "", "深圳市1路1号", "15400000990"),
        ("乙诚商务信息咨询有限公司", "", "成都市1路1号", "15400000990"),
    ]
    heads = ("企业名称", "统一社会信用代码", "注册地址", "注册电话")

    def outcome(order):
        found = link([table("机构.csv", {h: [row[i] for row in order] for i, h in enumerate(heads)})])
        return found.graph.nodes.rows(), found.decisions.drop("row", "left_row").rows(), found.notes

    wanted = outcome(rows)
    for seed in range(5):
        assert outcome(random.Random(seed).sample(rows, len(rows))) == wanted


# ---- the parts ----
def test_provinces_of_codes_names_and_addresses():
    frame = pl.DataFrame(
        {"code": [CODE, SHENZHEN, "MA00TE5T2", "GB123"], "text": ["北京甲", "深圳市1路", "甲北京", None]}
    )
    got = frame.select(province_of_code("code"), province_of_text("text"))
    assert got["code"].to_list() == ["北京", "广东", None, None]
    assert got["text"].to_list() == ["北京", "广东", None, None]


def test_near_names_are_found_in_a_large_list():
    rng = random.Random(4)
    letters = [chr(0x4E00 + i) for i in range(2000)]
    names = ["".join(rng.sample(letters, 12)) for _ in range(20_000)]
    slips = [name[:k] + "兊" + name[k + 1 :] for k, name in zip((0, 3, 11), names[:3], strict=True)]
    got = near_names(pl.Series(names + slips), 0.9)
    assert {frozenset(pair) for pair in got.select("one", "other").iter_rows()} == {
        frozenset(pair) for pair in zip(names[:3], slips, strict=True)
    }


def test_the_plain_form_of_names():
    names = pl.DataFrame(
        {"name": ["北京市甲诚（北京）咨询有限责任公司", "Redress Company Limited", "市市", "上海市市"]}
    )
    plain = names.select(name=plain_name("name"))
    assert plain["name"].to_list() == ["北京甲诚北京咨询有限公司", "redresscoltd", "市市", "上海市"]
