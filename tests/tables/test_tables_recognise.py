"""The table type, the words that flip their meaning, ambiguity and overrides."""

from __future__ import annotations

import tomllib

import pytest

from ringfinder.errors import ConfigError
from ringfinder.tables import TableMapping, TableOverride, mapping_rows, recognise


def fields(mapping: TableMapping) -> dict[str, str]:
    return {column.header: column.field for column in mapping.columns if column.field is not None}


WHOLE = {
    "客户号,姓名,手机号,单位电话,家庭住址,逾期天数,逾期金额": (
        "customers",
        "customer_id name mobile work_phone home_address overdue_days overdue_amount",
    ),
    "客户编号,客户名称,证件号码,移动电话1,移动电话2,工作单位,授信额度": (
        "customers",
        "customer_id name id_number mobile mobile employer credit_limit",
    ),
    "cust_no,full_name,mobile_no,home_addr,dpd,balance_due": (
        "customers",
        "customer_id name mobile home_address overdue_days overdue_amount",
    ),
    "姓名,电话": ("customers", "name mobile"),
    "投诉编号,客户号,投诉渠道,投诉日期,来电号码,投诉内容": (
        "complaints",
        "complaint_id customer_id channel complaint_date caller_phone text",
    ),
    "工单编号,客户号,姓名,手机号,证件号码,卡号,来源,受理时间,联系电话,诉求内容,诉求": (
        "complaints",
        "complaint_id customer_id name mobile id_number card_no channel complaint_date caller_phone text demand",
    ),
    "客户号,投诉内容": ("complaints", "customer_id text"),
    "complaint_id,complainant,phone,representative,rep_phone,loa_ref,loa_signed,against,received,narrative": (
        "complaints",
        "complaint_id complainant caller_phone agent_org agent_phone poa_id poa_signed_on against complaint_date text",
    ),
    "委托书编号,客户号,委托人,受托人,受托人电话,代理机构,统一社会信用代码,签署日期": (
        "powers_of_attorney",
        "poa_id customer_id principal agent_name agent_phone agent_org uscc poa_signed_on",
    ),
    "客户编号,代理人,代理人手机号,代理机构,委托日期": (
        "powers_of_attorney",
        "customer_id agent_name agent_phone agent_org poa_signed_on",
    ),
    "客户号,代理机构,代理机构统一社会信用代码,代理机构电话,代理人姓名,代理人联系电话": (
        "powers_of_attorney",
        "customer_id agent_org uscc org_phone agent_name agent_phone",
    ),
    "委托书编号,委托人,委托人手机号,受托机构,受托人,受托人联系方式,委托期限": (
        "powers_of_attorney",
        "poa_id principal mobile agent_org agent_name agent_phone valid_to",
    ),
    "poa_id,customer_id,agent_name,agent_phone,agent_org,uscc,signed_on": (
        "powers_of_attorney",
        "poa_id customer_id agent_name agent_phone agent_org uscc poa_signed_on",
    ),
    "企业名称,统一社会信用代码,法定代表人,联系电话,注册地址,成立日期": (
        "organisations",
        "org_name uscc legal_rep org_phone org_address registered_on",
    ),
    "公司名称,信用代码,负责人,企业电话,公司地址,注册日期,经营范围,经营状态": (
        "organisations",
        "org_name uscc legal_rep org_phone org_address registered_on business_scope status",
    ),
    "机构名称,统一社会信用代码,注册电话": ("organisations", "org_name uscc org_phone"),
    "名称,统一社会信用代码,电话,地址": ("organisations", "org_name uscc org_phone org_address"),
    "org_name,uscc,legal_representative,org_phone,registered_on": (
        "organisations",
        "org_name uscc legal_rep org_phone registered_on",
    ),
    "运单号,寄件人,寄件人电话,寄件地址,揽收时间,客户号": (
        "mail",
        "tracking_no sender sender_phone sender_address posted_on customer_id",
    ),
    "快递单号,发件人姓名,发件人手机,发件地址,寄件日期,投诉编号": (
        "mail",
        "tracking_no sender sender_phone sender_address posted_on complaint_id",
    ),
    "付款人,收款人,收款账号,交易金额,交易时间,客户号": (
        "payments",
        "payer payee payee_account amount paid_on customer_id",
    ),
    "客户号,收款方,收款账户,付款金额,付款时间,摘要": (
        "payments",
        "customer_id payee payee_account amount paid_on memo",
    ),
    "主叫号码,被叫号码,起始时间,通话时长": ("calls", "from_phone to_phone start seconds"),
    "caller,callee,start_time,duration": ("calls", "from_phone to_phone start seconds"),
    "案件编号,批次号,姓名,证件号,手机1,手机2,委案金额,逾期天数,委托方,受托机构": (
        "collection_cases",
        "case_no batch name id_number mobile mobile overdue_amount overdue_days lender collection_agency",
    ),
}


@pytest.mark.parametrize(("headers", "answer"), WHOLE.items())
def test_whole_tables(headers: str, answer: tuple[str, str]) -> None:
    names = headers.split(",")
    for order in (names, names[::-1]):
        mapping = recognise(order, "data.csv")
        assert mapping.table == answer[0], mapping.reason
        assert fields(mapping) == dict(zip(names, answer[1].split(), strict=True))
        assert all(column.reason for column in mapping.columns)


@pytest.mark.parametrize(
    ("header", "meanings"),
    [
        ("委托人", {"powers_of_attorney": "principal", "complaints": "principal"}),
        ("委托方", {"collection_cases": "lender"}),
        (
            "受托机构",
            {
                "collection_cases": "collection_agency",
                "powers_of_attorney": "agent_org",
                "complaints": "agent_org",
            },
        ),
        (
            "受托方",
            {
                "collection_cases": "collection_agency",
                "powers_of_attorney": "agent_org",
                "complaints": "agent_org",
            },
        ),
        ("联系电话", {"complaints": "caller_phone", "organisations": "org_phone", "customers": "mobile"}),
        (
            "公司名称",
            {"customers": "employer", "organisations": "org_name", "powers_of_attorney": "agent_org"},
        ),
        ("机构名称", {"organisations": "org_name", "powers_of_attorney": "agent_org", "customers": "lender"}),
        ("单位", {"customers": "employer", "collection_cases": "employer", "organisations": "org_name"}),
        ("主叫号码", {"calls": "from_phone", "complaints": "caller_phone"}),
        ("案件号", {"collection_cases": "case_no", "complaints": "complaint_id"}),
        ("representative", {"complaints": "agent_org", "powers_of_attorney": "agent_name"}),
        ("company", {"customers": "employer", "complaints": "against", "organisations": "org_name"}),
        ("status", {"complaints": "result", "organisations": "status"}),
        ("备注", {"payments": "memo", "customers": None, "complaints": None}),
        ("经办人", {"powers_of_attorney": "agent_name", "complaints": None, "customers": None}),
    ],
)
def test_words_that_flip_their_meaning(header: str, meanings: dict[str, str | None]) -> None:
    for table, field in meanings.items():
        mapping = recognise([header], "x.csv", override=TableOverride(type=table))
        assert mapping.columns[0].field == field, table


@pytest.mark.parametrize(
    ("headers", "header", "choices"),
    [
        ("客户号,姓名,机构", "机构", {"lender", "collection_agency"}),
        ("投诉编号,投诉内容,机构名称", "机构名称", {"against", "agent_org"}),
        ("投诉编号,投诉内容,单位", "单位", {"against", "employer"}),
        ("委托书编号,委托人,代理机构,联系电话", "联系电话", {"agent_phone", "mobile"}),
        ("姓名,手机号,编号", "编号", {"customer_id", "case_no"}),
        ("客户号,姓名,联系方式", "联系方式", {"mobile", "wechat"}),
    ],
)
def test_ambiguous_headers_are_asked_with_lines_that_settle_them(headers: str, header: str, choices: set[str]) -> None:
    names, file = headers.split(","), "dir/数据 [1].csv"
    with pytest.raises(ConfigError) as caught:
        recognise(names, file)
    assert caught.value.where == file
    lines = str(caught.value).splitlines()
    entry = lines[lines.index("[[tables]]") : lines.index("# one of:")]
    options = [line for line in lines if line.endswith((f'= "{header}"', f'= ["{header}"]'))]
    assert len(options) == len(choices) + 1
    for option in options:
        settings = tomllib.loads("\n".join([*entry, option]))["tables"][0]
        override = TableOverride.from_toml(settings)
        assert override.matches(file)
        column = recognise(names, file, override=override).columns[names.index(header)]
        assert column.field in choices | {None}
        assert "ringfinder.toml" in column.reason


def test_neighbours_settle_what_they_can() -> None:
    both = recognise(["客户号", "姓名", "银行", "机构"], "x.csv")
    assert both.columns[3].field is None
    assert "could be lender or collection_agency" in both.columns[3].reason
    beside = ["客户号", "客户姓名", "身份证号", "手机号", "代理人", "代理机构", "代理电话"]
    poa = recognise(beside, "x.csv")
    assert list(fields(poa).values()) == [
        "customer_id",
        "name",
        "id_number",
        "mobile",
        "agent_name",
        "agent_org",
        "agent_phone",
    ]
    assert "beside" in poa.columns[2].reason
    with pytest.raises(ConfigError):
        recognise(["委托书编号", "代理人", "身份证号", "委托人"], "x.csv")
    poa = recognise(["委托书编号", "受托人", "受托人电话", "手机号"], "x.csv")
    assert poa.headers_of("mobile") == ("手机号",)
    cases = recognise(["案件编号", "批次", "证件号", "欠款人证件号"], "x.csv")
    assert cases.headers_of("id_number") == ("欠款人证件号",)


def test_samples_break_ties_and_nothing_more() -> None:
    names = ["客户号", "姓名", "联系方式"]
    phones = {"联系方式": ["13912345678", "+86 139 1234 5679", "", "010-62345678"]}
    assert recognise(names, "x.csv", phones).headers_of("mobile") == ("联系方式",)
    for values in (["abc", "def", "ghi"], ["13912345678"], []):
        with pytest.raises(ConfigError):
            recognise(names, "x.csv", {"联系方式": values})
    ids = {"id": ["11010519491231002X", "110105194912310038", "110105194912310054"]}
    assert recognise(["name", "mobile", "id"], "x.csv", ids).headers_of("id_number") == ("id",)
    # an exact synonym is not overruled, an unknown header is not guessed
    assert recognise(["客户号", "姓名", "foo"], "x.csv", {"foo": ["13912345678"] * 9}).columns[2].field is None


def test_numbered_siblings_are_one_field() -> None:
    mapping = recognise(["客户号", "移动电话1", "移动电话2", "移动电话3", "phone_4", "姓名", "姓名2"], "x.csv")
    assert mapping.headers_of("mobile") == ("移动电话1", "移动电话2", "移动电话3", "phone_4")
    assert mapping.headers_of("name") == ("姓名",)
    assert mapping.headers_of("nothing") == ()


def test_the_best_of_several_columns_is_taken_for_a_single_field() -> None:
    mapping = recognise(["受理时间", "投诉编号", "投诉日期", "投诉内容", "投诉内容"], "x.csv")
    assert mapping.headers_of("complaint_date") == ("投诉日期",)
    assert "投诉日期" in mapping.columns[0].reason
    assert [column.field for column in mapping.columns[3:]] == ["text", None]
    assert "twice" in mapping.columns[4].reason


def test_someone_elses_phone_is_not_the_customers() -> None:
    names = ["客户号", "姓名", "担保人手机号", "配偶电话", "客户经理电话", "最大逾期天数", "注册资本"]
    assert set(fields(recognise(names, "x.csv"))) == {"客户号", "姓名"}


def test_compounds_of_owner_and_noun() -> None:
    names = ["客户手机号", "本人联系电话", "备用手机号", "当前逾期天数", "借款人身份证号", "单位联系电话"]
    assert list(fields(recognise(names, "客户.csv")).values()) == [
        "mobile",
        "mobile",
        "mobile",
        "overdue_days",
        "id_number",
        "work_phone",
    ]


@pytest.mark.parametrize("headers", ["person_id,phone", "a,b,c", "", ",,", "name,value", "from,to", "from,to,date"])
def test_unknown_tables_say_what_was_seen(headers: str) -> None:
    names = headers.split(",") if headers else []
    mapping = recognise(names, "x.csv")
    assert mapping.table == "unknown"
    assert fields(mapping) == {}
    assert [column.header for column in mapping.columns] == names
    assert all(repr(name).strip("'") in mapping.reason for name in names)


def test_a_known_table_that_no_stage_takes_is_unknown() -> None:
    mapping = recognise(["客户号", "分期期数", "减免金额"], "x.csv")
    assert mapping.table == "unknown"
    assert "agreements" in mapping.reason
    forced = recognise(["客户号", "分期期数"], "x.csv", override=TableOverride(type="agreements"))
    assert forced.table == "agreements"


def test_the_file_name_decides_only_between_equals() -> None:
    equal = ["客户号", "付款人", "收款人", "主叫", "被叫"]
    calls, payments = recognise(equal, "通话.csv"), recognise(equal, "导出/付款2026.csv")
    assert (calls.table, payments.table) == ("calls", "payments")
    assert "name decides" in calls.reason
    with pytest.raises(ConfigError, match="equally"):
        recognise(equal, "x.csv")
    assert recognise(["投诉编号", "投诉内容", "投诉渠道"], "客户.csv").table == "complaints"


def test_mapping_rows() -> None:
    rows = mapping_rows([recognise(["客户号", "姓名", "备注"], "a.csv"), recognise([], "b.csv")])
    assert [row[:4] for row in rows] == [
        ("a.csv", "customers", "客户号", "customer_id"),
        ("a.csv", "customers", "姓名", "name"),
        ("a.csv", "customers", "备注", ""),
        ("b.csv", "unknown", "", ""),
    ]
