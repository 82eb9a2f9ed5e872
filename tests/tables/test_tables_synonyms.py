"""Every synonym of the domain reference, typed from it, maps to its field in the table type it belongs to."""

from __future__ import annotations

import pytest

from ringfinder.tables import TABLES, clean_header, known_fields, recognise
from ringfinder.tables.mapping import TableOverride
from ringfinder.tables.synonyms import table_types

CUSTOMERS = {
    "customer_id": "客户号, 客户编号, 客户ID, 客户代码, ECIF号, ECIF客户号, "
    "用户编号, 会员号, 进件客户编号, cust_no, "
    "customer_id, customer_no, cust_no, cif, ecif_id, client_id, account_holder_id, user_id",
    "name": "姓名, 客户姓名, 客户名称, 持卡人姓名, 借款人, 借款人姓名, "
    "债务人, 债务人姓名, 户名, 主借人, 被催收人, "
    "name, full_name, customer_name, cardholder, borrower, debtor",
    "former_name": "曾用名, former_name, alias",
    "id_type": "证件类型, 证件种类, id_type",
    "id_number": "证件号码, 证件号, 身份证, 身份证号, 身份证号码, 公民身份号码, 欠款人证件号, 证件编号, "
    "id_number, id_no, national_id, certificate_no, identity_num",
    "mobile": "手机号, 手机, 手机号码, 移动电话, 移动电话1, 本人手机, "
    "本人电话, 发短信移动电话, 联系手机, 电话, "
    "mobile, mobile_no, cell, phone, self_phone_no, 联系电话",
    "phone_on_record": "预留手机号, 预留电话, 银行预留号码, 注册手机号, 绑定手机, phone_on_record, registered_mobile",
    "home_phone": "家庭电话, 住宅电话, 宅电, 家电, home_phone, home_phone_no",
    "work_phone": "单位电话, 公司电话, 办公电话, 单位电话分机, 公电, work_phone, office_phone, employer_phone_no",
    "employer": "单位名称, 工作单位, 公司名称, 就职单位, 单位, employer, employer_name, company",
    "home_address": "家庭住址, 家庭地址, 住址, 现住址, 居住地址, 常住地址, 家庭地址_街道单元, home_address, home_addr",
    "hukou_address": "户籍地址, 户籍所在地, 身份证地址, registered_residence",
    "work_address": "单位地址, 公司地址, 办公地址, work_address",
    "mailing_address": "通讯地址, 账单地址, 邮寄地址, mailing_address, bill_addr",
    "postcode": "邮编, postcode",
    "email": "电子邮箱, 邮箱, email",
    "wechat": "微信号, 微信, wechat_id",
    "lender": "银行, 发卡行, 机构名称, 放款机构, 债权人, 资方, lender, bank, creditor, principal_name",
    "card_no": "卡号, 信用卡号, 银行卡号, 主卡卡号, card_no, pan",
    "account_no": "账号, 账户, 还款账户, 贷款账号, account_no",
    "contract_no": "合同号, 合同编号, 借据号, 借据编号, 贷款合同号, contract_no, loan_no",
    "product": "产品, 产品名称, 业务品种, 贷款类型, product",
    "case_no": "案件编号, 案件号, 委案编号, case_no",
    "batch": "批次, 批次号, 委案批次, 操作批次号, batch",
    "overdue_days": "逾期天数, 现存逾期天数, 逾期日数, DPD, 逾期期数, 账龄, 手别, overdue_days, "
    "dpd, days_past_due, bucket",
    "overdue_amount": "逾期金额, 逾期总额, 欠款金额, 欠款余额, 尚欠本息, 委案金额, 当前应还, 透支本金, "
    "overdue_amount, balance_due, outstanding",
    "assigned_on": "委案日期, 委外日期, assigned_on",
    "collection_agency": "委外机构, 催收机构, 催收公司, collection_agency",
    "frozen_on": "冻结日期, 止付日期, frozen_on",
    "account_status": "账户状态, 卡状态, account_status",
}
COMPLAINTS = {
    "complaint_id": "投诉编号, 投诉单号, 工单号, 工单编号, 受理编号, 信访编号, 转办编号, 案件号, "
    "complaint_id, ticket_id, work_order_no, reference",
    "complaint_date": "投诉日期, 投诉时间, 受理时间, 受理日期, 登记日期, 来信日期, 诉求时间, "
    "complaint_date, submit_time, received_on, received",
    "channel": "投诉渠道, 来源, 渠道, 受理渠道, 诉求来源, 工单来源, 来件渠道, channel, source",
    "complainant": "投诉人, 投诉人姓名, 诉求人, 来电人, 信访人, 举报人, complainant, consumer_name",
    "caller_phone": "来电号码, 进线号码, 主叫号码, 联系电话, 投诉人电话, 回访电话, caller_phone, from_number, phone",
    "against": "投诉对象, 被投诉机构, 被投诉单位, 被投诉对象, 涉诉机构, against, firm, company",
    "text": "投诉内容, 诉求内容, 事由, 投诉事项, 反映问题, 投诉详情, 情况描述, complaint_text, narrative, description",
    "demand": "投诉诉求, 投诉要求, 请求事项, 诉求, demand, desired_resolution",
    "amount": "涉诉金额, 涉及金额, amount",
    "category": "投诉类型, 投诉分类, 业务类别, issue, category",
    "result": "处理结果, 办理结果, 处理状态, 办结情况, outcome, status",
    "closed_on": "办结日期, closed_on",
    "repeat_flag": "是否重复投诉, 重复件, 投诉次数, repeat",
    "attachments": "附件, 证明材料, 凭证, attachments",
    "agent_org": "representative, 受托机构, 受托方, 代理机构",
    "agent_phone": "rep_phone",
    "poa_id": "loa_ref",
    "poa_signed_on": "loa_signed",
}
POWERS = {
    "poa_id": "委托书编号, 授权书编号, 授权委托书号, 代理协议编号, poa_id, loa_id, authority_ref",
    "principal": "委托人, 授权人, 甲方, 当事人, principal, client",
    "agent_name": "受托人, 代理人, 被授权人, 经办人, 乙方, agent, representative, adviser",
    "agent_phone": "受托人电话, 代理人手机, 受托人联系方式, agent_phone",
    "agent_id": "受托人证件号, agent_id",
    "agent_org": "代理机构, 受托机构, 受托方, 代理公司, 乙方单位, 律所, agent_org, representative_firm",
    "poa_signed_on": "签署日期, 签订日期, 委托日期, signed_on",
    "valid_to": "有效期至, 代理期限, 委托期限, valid_to",
    "poa_scope": "代理权限, 委托权限, 授权范围, scope",
    "uscc": "统一社会信用代码",
}
ORGANISATIONS = {
    "org_name": "企业名称, 公司名称, 机构名称, 商户名称, org_name",
    "uscc": "统一社会信用代码, 社会信用代码, 信用代码, 组织机构代码, 营业执照号, 纳税人识别号, 税号, "
    "uscc, credit_code, company_no",
    "legal_rep": "法定代表人, 法人, 负责人, 经营者, legal_representative",
    "controller": "实际控制人, 股东, owner",
    "org_phone": "注册电话, 企业电话, 联系电话, org_phone",
    "org_address": "注册地址, 住所, 经营场所, org_address",
    "registered_on": "成立日期, 注册日期, registered_on",
    "business_scope": "经营范围, business_scope",
    "status": "登记状态, 经营状态, status",
}
CALLS = {
    "from_phone": "主叫号码, 主叫, 本机号码, from, caller",
    "to_phone": "被叫号码, 对方号码, 拨打号码, to, callee, peer_number",
    "start": "起始时间, 通话开始时间, 呼叫时间, 来电时间, start_time",
    "seconds": "通话时长, 时长(秒), 客户通话时长, duration",
    "direction": "呼叫类型, 呼入呼出, 通话类型, direction",
    "connected": "是否接通, connected",
}
MAIL = {
    "tracking_no": "运单号, 快递单号, 邮件号码, 挂号信号码, tracking_no",
    "sender": "寄件人, 发件人, sender",
    "sender_phone": "寄件人电话, sender_phone",
    "sender_address": "寄件地址, 寄件人地址, sender_address",
    "posted_on": "寄件时间, 揽收时间, 邮戳日期, posted_on",
    "office": "收寄局, 揽收网点, post_office",
}
PAYMENTS = {
    "payer": "付款人, payer",
    "payee": "收款人, 收款方, payee",
    "payee_account": "收款账号, 收款卡号, payee_account",
    "amount": "交易金额, 金额, 服务费, amount",
    "paid_on": "交易时间, 付款日期, paid_on",
    "memo": "摘要, 备注, memo",
}
COLLECTION = {
    "lender": "委托方, 委托机构, 委托单位",
    "collection_agency": "受托方, 受托机构, 委外机构, 催收公司",
    "employer": "单位, 单位名称",
    "id_number": "证件号, 欠款人证件号",
    "case_no": "案件编号, 案件号, 委案编号",
}
DOCUMENTS = {
    "doc_type": "材料类型, 证明名称, doc_type",
    "issuer": "出具单位, 医院, issuer",
    "verified": "核实结果, 核实情况, verification",
}
OTHERS = {
    "agreements": {
        "instalments": "分期期数, 期数, instalments",
        "waived": "减免金额, 减免利息, waived_amount",
    },
    "lawsuits": {"docket": "案号, docket_no", "court": "受理法院, court", "claims": "诉讼请求, claims"},
    "sessions": {
        "device": "设备号, 设备指纹, IMEI, device_id",
        "ip": "IP, 登录IP, ip",
        "login": "登录账号, login_id",
    },
}
ALL = {
    "customers": CUSTOMERS,
    "complaints": COMPLAINTS,
    "powers_of_attorney": POWERS,
    "organisations": ORGANISATIONS,
    "calls": CALLS,
    "mail": MAIL,
    "payments": PAYMENTS,
    "collection_cases": COLLECTION,
    "documents": DOCUMENTS,
    **OTHERS,
}
CASES = [
    (table, field, tuple(dict.fromkeys(headers.split(", "))))
    for table, fields in ALL.items()
    for field, headers in fields.items()
]


@pytest.mark.parametrize(("table", "field", "headers"), CASES)
def test_every_synonym_of_the_reference_gives_its_field(table: str, field: str, headers: tuple[str, ...]) -> None:
    assert field in known_fields(table)
    for header in headers:
        mapping = recognise([header], "x.csv", override=TableOverride(type=table))
        assert mapping.table == table
        assert mapping.headers_of(field) == (header,), mapping.columns


@pytest.mark.parametrize("spelling", ["{}", " {}\t", "\ufeff{}", "*{}", "{}：", "【必填】{}", "{}\u200b", "{}(必填)"])
def test_decorations_do_not_hide_a_header(spelling: str) -> None:
    for table, field, headers in CASES:
        header = headers[-1]
        name = spelling.format(header)
        assert recognise([name], "x.csv", override=TableOverride(type=table)).headers_of(field) == (name,)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  客户号 ", "客户号"),
        ("逾期金额（元）", "逾期金额"),
        ("逾期天数(天)", "逾期天数"),
        ("* 手机号：", "手机号"),
        ("客户-姓名", "姓名"),
        ("【必填】证件号码", "证件号码"),
        ("Customer ID", "customerid"),
        ("CUSTOMER_ID", "customer_id"),
        ("ＥＣＩＦ号", "ecif号"),
        ("\ufeff投诉\u200b编号", "投诉编号"),
        ("电话(家庭)", "电话(家庭)"),
        ("[姓名]", "姓名"),
        ("1. 姓名", "姓名"),
        ("", ""),
    ],
)
def test_clean_header(text: str, clean: str) -> None:
    assert clean_header(text) == clean


def test_no_header_is_claimed_twice_within_one_level() -> None:
    for kind in table_types().values():
        for level in (kind.own, kind.shared):
            assert {key for key, m in level.items() if m.reason == "synonym of several fields"} == set()


def test_tables_lists_what_is_loaded() -> None:
    assert set(TABLES) == {
        "customers",
        "complaints",
        "powers_of_attorney",
        "organisations",
        "mail",
        "payments",
        "calls",
        "collection_cases",
        "documents",
        "sessions",
        "phone_changes",
        "flags",
        "lawsuits",
        "adverts",
        "former_staff",
        "links",
    }


# headers that belong to someone else: never loaded
STAFF = "操作人, 经办人, 坐席, 工号, 处理人, 客户经理, 客户经理电话, 坐席工号, operator"
CONTACTS = (
    "联系人, 联系人姓名, 紧急联系人, 亲属姓名, 与本人关系, 关系, "
    "联系人电话, 紧急联系人电话, 亲属电话, 联系人1电话, "
    "联系人2姓名, 紧急联系人手机号, 配偶手机, contact_name, emergency_contact, contact_phone, reference_phone"
)
NOTES = "备注, 催记, 跟进内容, 备注2, remarks, notes"
HEALTH = "健康状况, 病史, 诊断结果, health_status"


@pytest.mark.parametrize("table", ["customers", "collection_cases", "complaints"])
@pytest.mark.parametrize(
    ("headers", "word"),
    [
        (STAFF, "staff"),
        (CONTACTS, "third parties"),
        (NOTES, "notes"),
        (HEALTH, "sensitive"),
        ("序号, No., #", "number"),
    ],
)
def test_columns_left_out_on_purpose(table: str, headers: str, word: str) -> None:
    names = headers.split(", ")
    for column in recognise(names, "x.csv", override=TableOverride(type=table)).columns:
        assert column.field is None, column
        assert word in column.reason
        assert column.reason.startswith("left out on purpose")


def test_staff_handling_a_power_of_attorney_are_its_agents() -> None:
    mapping = recognise(["委托书编号", "委托人", "经办人", "经办人电话"], "x.csv")
    assert mapping.headers_of("agent_name") == ("经办人",)
    assert mapping.headers_of("agent_phone") == ("经办人电话",)
