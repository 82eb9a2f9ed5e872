"""Headers as people really write them, and other people's data that must never be loaded (P04, P05)."""

from __future__ import annotations

import pytest
from test_tables_synonyms import CASES

from ringfinder.config import Config, PrivacySettings
from ringfinder.pipeline import find_rings
from ringfinder.tables import TableOverride, clean_header, recognise
from ringfinder.tables.headers import load_words

TRADITIONAL = {pair[1]: pair[0] for pair in load_words()["traditional"]["pairs"].split()}


def field_of(header: str, table: str) -> str | None:
    return recognise([header], "x.csv", override=TableOverride(type=table)).columns[0].field


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


SPELLINGS = {
    "prefix": lambda h: f"客户-{h}",
    "required": lambda h: f"【必填】{h}",
    "star": lambda h: f"*{h}",
    "line break": lambda h: f"{h[:1]}\r\n{h[1:]}",
    "full width": lambda h: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in h),
    "upper": str.upper,
    "spaces": lambda h: h.replace("_", " ").title(),
    "camel": lambda h: camel(h) if h.isascii() else h,
    "pascal": lambda h: camel(h)[:1].upper() + camel(h)[1:] if h.isascii() else h,
    "hyphen": lambda h: h.replace("_", "-"),
    "traditional": lambda h: "".join(TRADITIONAL.get(c, c) for c in h),
    "hint": lambda h: f"{h}（如有）",
    "numbered": lambda h: f"1、{h}",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_synonym_in_every_spelling_gives_its_field(name: str) -> None:
    wrong = [
        (table, header, SPELLINGS[name](header))
        for table, field, headers in CASES
        for header in headers
        if not (name == "prefix" and table not in ("customers", "collection_cases"))
        if field_of(SPELLINGS[name](header), table) != field
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("header", "table", "field"),
    [
        ("手机号（本人）", "customers", "mobile"),
        ("(本人)手机号", "customers", "mobile"),
        ("电话（家庭）", "customers", "home_phone"),
        ("联系电话(单位)", "customers", "work_phone"),
        ("地址【家庭】", "customers", "home_address"),
        ("手机号(备用)", "customers", "mobile"),
        ("电话(2)", "customers", "mobile"),
        ("电话.1", "customers", "mobile"),
        ("电话_1", "customers", "mobile"),
        ("第二手机号", "customers", "mobile"),
        ("手机号码(11位)", "customers", "mobile"),
        ("身份证号(15-18位)", "customers", "id_number"),
        ("姓名(中文)", "customers", "name"),
        ("逾期金额(单位：万元)", "customers", "overdue_amount"),
        ("姓名/Name", "customers", "name"),
        ("客户编号 Customer No.", "customers", "customer_id"),
        ("Mobile 手机", "customers", "mobile"),
        ("客户号/ECIF号", "customers", "customer_id"),
        ("Mobile No.", "customers", "mobile"),
        ("Caller Phone", "complaints", "caller_phone"),
        ("身分證字號", "customers", "id_number"),
        ("行動電話", "customers", "mobile"),
        ("聯絡電話", "complaints", "caller_phone"),
        ("收款帳號", "payments", "payee_account"),
        # two names that differ, or one that is not known, are nobody's
        ("姓名/手机", "customers", None),
        ("紧急phone", "customers", None),
        ("手机号(新来的)", "customers", None),
    ],
)
def test_headers_as_people_write_them(header: str, table: str, field: str | None) -> None:
    assert field_of(header, table) == field


def test_traditional_pairs_are_plain() -> None:
    for pair in load_words()["traditional"]["pairs"].split():
        assert len(pair) == 2
        assert clean_header(pair[0]) == pair[1] == clean_header(pair[1])


def test_the_qualified_name_is_better_than_the_plain_one() -> None:
    for plain, qualified in (
        ("姓名", "客户姓名"),
        ("户名", "姓名"),
        ("name", "customer_name"),
        ("证件号", "欠款人证件号"),
    ):
        for headers in ([plain, qualified], [qualified, plain]):
            fields = {c.header: c.field for c in recognise(["客户号", *headers], "x.csv").columns}
            assert fields[qualified] is not None
            assert fields[plain] is None


def test_a_collection_and_a_complaint_export_with_the_same_words() -> None:
    words = ["委托方", "受托方", "联系人", "单位", "机构", "编号"]
    cases = recognise(["案件编号", "批次", "姓名", "手机号", *words], "x.csv")
    assert cases.table == "collection_cases"
    assert {c.header: c.field for c in cases.columns[4:]} == {
        "委托方": "lender",
        "受托方": "collection_agency",
        "联系人": None,
        "单位": "employer",
        "机构": None,  # the lender is given by 委托方
        "编号": None,  # the case number is given by 案件编号
    }
    complaints = recognise(["投诉编号", "客户号", "投诉内容", "被投诉机构", "代理机构", *words], "x.csv")
    assert complaints.table == "complaints"
    assert {c.header: c.field for c in complaints.columns[5:]} == {
        "委托方": None,
        "受托方": None,  # the agent's company is given by 代理机构
        "联系人": None,
        "单位": None,
        "机构": None,
        "编号": None,
    }


# ---- third parties, staff, notes (P04, P05) ----
@pytest.mark.parametrize(
    ("headers", "loaded"),
    [
        ("客户号,客户姓名,姓名,与本人关系,电话", "客户号 客户姓名"),
        ("客户号,姓名,关系,手机号", "客户号"),
        ("customer_id,name,relationship,phone", "customer_id"),
        ("客户号,姓名,手机号,联系人,关系,联系人电话", "客户号 姓名 手机号"),
        ("客户号,姓名,联系人,联系电话", "客户号 姓名"),
        ("客户号,姓名,手机号,紧急联系人,关系,电话,地址", "客户号 姓名 手机号"),
        ("客户号,姓名,手机号,配偶,电话1,电话2", "客户号 姓名 手机号"),
        ("客户号,姓名,联系人,联系人电话,联系电话", "客户号 姓名 联系电话"),
        ("客戶號,姓名,手機,緊急聯絡人,聯絡人電話,備註,經辦人", "客戶號 姓名 手機"),
        ("客户号,姓名,手机（配偶）,电话(父亲),电话（客户经理）,Mother Phone,同事手机", "客户号 姓名"),
    ],
)
def test_columns_that_may_be_a_contacts_are_left_out_with_the_reason(headers: str, loaded: str) -> None:
    mapping = recognise(headers.split(","), "x.csv")
    assert [c.header for c in mapping.columns if c.field is not None] == loaded.split()
    assert all("left out on purpose" in c.reason or "no field" in c.reason for c in mapping.columns if not c.field)


def test_nothing_of_staff_contacts_and_notes_reaches_the_graph(tmp_path) -> None:
    private = {
        "联系人": "赵联系",
        "联系人电话": "13911110001",
        "与本人关系": "表兄",
        "配偶手机号": "13911110002",
        "父亲电话": "13911110003",
        "客户经理": "钱经理",
        "客户经理电话": "13911110004",
        "经办人": "孙经办",
        "工号": "GH778899",
        "催记": "已联系其单位领导13911110005",
        "备注": "备注13911110006",
        "病情": "糖尿病",
        "序号": "4711",
        "宗教信仰": "某教",
        "手机（配偶）": "13911110007",
        "通讯录": "13911110008",
        "緊急聯絡人電話": "13911110009",
    }
    header = ["客户号", "姓名", "手机号", *private]
    rows = [[f"C{i:03}", f"{'甲乙丙丁戊'[i]}某", f"1390000{i:04}", *private.values()] for i in range(5)]
    (tmp_path / "客户.csv").write_text("\n".join(map(",".join, [header, *rows])), encoding="utf-8")
    result = find_rings([tmp_path], Config(privacy=PrivacySettings(reveal=True)))
    assert result.graph.counts()["debtor"] == 5
    text = result.graph.nodes.write_csv() + result.issues.write_csv() + str(result.run.rings)
    assert [value for value in private.values() if value in text] == []
    assert result.run.rings == ()
    reasons = {m["header"]: m["reason"] for m in result.run.mapping}
    assert all(h in reasons for h in private)


def test_a_remark_with_slashes_is_no_name_but_owners_are():
    assert field_of("家庭住址（省/市/区）", "customers") == field_of("家庭住址", "customers") == "home_address"
    assert clean_header("手机号（父/母）") == "手机号(父/母)"
