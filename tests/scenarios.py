"""The end-to-end scenarios of the domain page as files, typed from it; all people and firms are invented."""

from __future__ import annotations

from pathlib import Path

CUSTOMERS = """客户号,姓名,手机号,单位电话,家庭住址,逾期天数,逾期金额
C001,甲一,15400000101,,A市1路1号,58,31200
C002,甲二,15400000102,95588,A市2路2号,61,18850.50
C003,甲三,15400000103,0755-26000000转301,B市3路3号,66,76000
C004,甲四,15400000104,,B市4路4号,70,42310
C005,甲五,15400000105,,C市5路5号,63,9800
C006,甲六,15400000106,,D市6路6号,59,25500
C007,甲七,15400000107,,E市7路7号,120,66000
C008,乙一,15400000108,95588,F市8路8号,33,5000
C009,乙二,15400000109,0755-26000000转302,F市8路8号,40,7000
C010,丙一,13800138000,0755-26000000转303,G市9路9号,20,1000
C011,丙二,13800138000,95588,G市10路1号,95,8000
C012,丙三,13800138000,95588,G市11路2号,10,900
C013,丙四,13800138000,0755-26000000转304,H市12路3号,200,15000
C014,丙五,13800138000,,H市13路4号,75,2100
"""

TEMPLATE = (
    "本人{}因{}无力偿还欠款{}元，贵行委托的催收人员多次致电并言语威胁，严重影响本人及家人生活。"
    "现要求立即停止催收，减免全部利息及违约金，按60期分期归还本金，并恢复征信记录。"
)
_SLOTS = {
    "T01": ("C001", "12378", "2026/5/6", "甲一", "失业", "31200"),
    "T02": ("C002", "12378", "2026/5/7", "甲二", "患病", "18850.50"),
    "T03": ("C003", "12363", "2026/5/9", "甲三", "经营失败", "76000"),
    "T04": ("C004", "12378", "2026/5/11", "甲四", "失业", "42310"),
    "T05": ("C005", "12378", "2026/5/12", "甲五", "家人住院", "9800"),
}


def complaints() -> str:
    """投诉.csv of S1."""
    lines = ["投诉编号,客户号,投诉渠道,投诉日期,来电号码,投诉内容,处理结果"]
    for number, (customer, channel, date, *slots) in _SLOTS.items():
        lines.append(f"{number},{customer},{channel},{date},15400000901,{TEMPLATE.format(*slots)},")
    lines.append(
        "T06,C006,12345,2026/5/14,15400000901,希望贵行重新核对我三月份的账单并寄送纸质对账单到新的通讯地址谢谢,"
    )
    lines.append(
        "T07,C008,银行客服,2026/5/8,15400000108,外包公司晚上十点半打单位电话，要求查录音并道歉，钱会慢慢还,投诉属实"
    )
    return "\n".join(lines) + "\n"


POWERS = """委托书编号,客户号,委托人,代理机构,统一社会信用代码,受托人电话,签署日期
P1,C001,甲一,甲诚商务咨询,91110101MA00TE5T21,15400000901,2026-05-03
P2,C002,甲二,甲诚商务咨询,91110101MA00TE5T21,15400000901,2026-05-03
P3,C003,甲三,甲诚商务咨询,91110101MA00TE5T21,15400000901,2026-05-04
P4,C004,甲四,甲诚商务咨询,91110101MA00TE5T21,15400000901,2026-05-05
P5,C005,甲五,乙信信息咨询,91110101MA9Y001000,15400000990,2026-05-04
P6,C006,甲六,乙信信息咨询,91110101MA9Y001000,15400000990,2026-05-05
P7,C007,甲七,乙信信息咨询,91110101MA9Y001000,15400000990,2026-05-05
"""

ORGANISATIONS = """企业名称,统一社会信用代码,法定代表人,注册电话,注册地址,成立日期
甲诚商务咨询,91110101MA00TE5T21,王某甲,15400000990,A市100路1号,2025-11-03
乙信信息咨询,91110101MA9Y001000,李某乙,15400000990,A市200路2号,2026-01-15
"""


def write_s1(folder: Path) -> Path:
    """S1's four exports, all in GB18030."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "客户.csv": CUSTOMERS,
        "投诉.csv": complaints(),
        "委托.csv": POWERS,
        "机构.csv": ORGANISATIONS,
    }.items():
        (folder / name).write_bytes(text.encode("gb18030"))
    return folder


LAW_FIRM = ("31110000MD0123454X", "正安律师事务所", "15400000500")
MODEL_LETTER = (
    "本人{}，因{}暂时无法足额偿还{}的欠款。请贵行依规与本人协商分期还款，期数不超过六十期，"
    "并请第三方停止拨打本人单位电话。"
)
_REASONS = ("失业", "患病", "停工", "照护家人", "经营困难", "工资拖欠")


def write_s4(folder: Path) -> Path:
    """S4's exports: a law firm with twelve clients of three lenders over six months; all lawful."""
    folder.mkdir(parents=True, exist_ok=True)
    customers = ["客户号,姓名,手机号,单位电话,银行,家庭住址,紧急联系人,紧急联系人电话"]
    complaints = ["投诉编号,客户号,投诉渠道,投诉日期,来电号码,投诉对象,投诉内容,处理结果"]
    powers = ["委托书编号,客户号,委托人,代理机构,统一社会信用代码,受托人电话,签署日期"]
    payments = ["客户号,收款人,收款账号,付款日期,金额"]
    calls = ["主叫号码,被叫号码,通话时间,通话时长"]
    code, firm, phone = LAW_FIRM
    for i in range(1, 13):
        number, name, lender = f"L{i:03}", f"丁{'一二三四五六七八九十壬癸'[i - 1]}", f"{'甲乙丙'[i % 3]}银行"
        work = f"0755-26010000转{300 + i}" if i <= 6 else ""
        mother = "吴母,15400000600" if i <= 4 else ","
        month, day = (i - 1) // 2 + 1, 4 + 15 * ((i - 1) % 2)
        signed, filed = f"2026-{month:02}-{day:02}", f"2026-{month:02}-{day + 3:02}"
        result = "投诉属实,已整改" if i <= 5 else ""
        if i <= 5:  # the lender's own desk called late in the evening
            calls.append(f"0755-2602000{i % 3},154000002{i:02},2026-{month:02}-{day + 1:02} 22:40:00,75")
        customers.append(f"{number},{name},154000002{i:02},{work},{lender},K{i}市{i}路{i}号,{mother}")
        letter = MODEL_LETTER.format(name, _REASONS[i % 6], lender)
        complaints.append(f'S{i:02},{number},12378,{filed},{phone},{lender},{letter},"{result}"')
        powers.append(f"W{i:02},{number},{name},{firm},{code},{phone},{signed}")
    payments += ["L001,甲银行,6222020000000000011,2026-03-01,500", "L002,乙银行,6222020000000000029,2026-03-02,300"]
    tables = {"客户": customers, "投诉": complaints, "委托": powers, "付款": payments, "通话": calls}
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_bytes(("\n".join(lines) + "\n").encode("gb18030"))
    return folder


def write_s4_turned(folder: Path) -> Path:
    """S4 continued: in June eight new clients of the firm complain within ten days, with powers of attorney that nobody
    signed (copies, and the principals know nothing of them) and illness papers that the hospitals deny."""
    write_s4(folder)
    customers, complaints = ["客户号,姓名,手机号,家庭住址"], ["投诉编号,客户号,投诉渠道,投诉日期,来电号码,投诉内容"]
    powers = ["委托书编号,客户号,委托人,代理机构,统一社会信用代码,受托人电话,签署日期,委托书原件,委托回访结果,委托事项"]
    papers = ["客户号,材料类型,出具单位,提交日期,核实结果"]
    code, firm, phone = LAW_FIRM
    for i in range(1, 9):
        number, name = f"N{i:03}", f"戊{'一二三四五六七八'[i - 1]}"
        customers.append(f"{number},{name},154000007{i:02},H{i}市{i}巷{i}号")
        words = "春夏秋冬风花雪月"[i - 1] * 9
        complaints.append(f"V{i:02},{number},12378,2026-06-{10 + i:02},{phone},第{i}封信：{words}")
        powers.append(f"X{i:02},{number},{name},{firm},{code},{phone},2026-06-{1 + i:02},否,不知情,全权处理一切事务")
        papers.append(f"{number},重大疾病证明,丙市第一医院,2026-06-{11 + i:02},出具单位否认")
    for file, lines in (("新客户", customers), ("新投诉", complaints), ("新委托", powers), ("材料", papers)):
        (folder / f"{file}.csv").write_bytes(("\n".join(lines) + "\n").encode("gb18030"))
    return folder


_REDRESS_LETTER = (
    "I am {} and I was sold a credit agreement by your firm with a commission that was never disclosed to me. Under "
    "the consumer rules I require you to refund all {} in interest, remove every adverse entry from my credit file and "
    "answer through my representative within eight weeks, otherwise this goes to the ombudsman."
)
_OWN_WORDS = (
    "You charged me twice in March and nobody at the branch would look at my statements.",
    "My late husband's card was not closed although I sent the certificate in January.",
    "The car broke down a week after delivery, the dealer blames the lender and the lender blames the dealer.",
    "I asked for a payment holiday after losing my job and was put on hold for two hours.",
    "Please tell me why my direct debit moved from the first to the ninth of the month.",
    "The settlement figure on the phone was lower than the one in your letter of last week.",
)


def write_s5(folder: Path) -> Path:
    """S5's exports: nine complaints by one claims firm in six days, a twin firm, and six through a debt charity.

    Letters of authority are for all lenders, two are missing, one client has a second firm, two have no account.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = (
        "Ada Ashe",
        "Ben Birch",
        "Cleo Cade",
        "Dev Dorn",
        "Eve Elm",
        "Finn Fell",
        "Gia Gale",
        "Hal Hart",
        "Ivy Ives",
    )
    own = (
        "They added a fee that I never agreed to and the agent was rude when I rang about it.",
        "My balance is wrong since the system change in spring; please send a full history of the account.",
    )
    lines = ["complaint_id,complainant,phone,representative,rep_phone,loa_ref,loa_signed,against,received,narrative"]
    for i, name in enumerate(names):
        letter = _REDRESS_LETTER.format(name, 1200 + 137 * i) if i < 7 else own[i - 7]
        loa = f"K{i + 1},2026-02-0{i + 1}" if i < 7 else ","
        against = "Lender A" if i < 6 else "Lender B"
        received = f"2026-02-{10 + i * 5 // 8:02}"
        lines.append(
            f"Q{i + 1},{name},020 7946 010{i},Example Redress Ltd,+44 20 7946 0958,{loa},{against},{received},"
            f'"{letter}"'
        )
    for i, words in enumerate(_OWN_WORDS):
        lines.append(
            f"Q{i + 20},Jo Client{'ABCDEF'[i]},020 7946 020{i},Example Debt Charity,+44 20 7946 0321,M{i},"
            f'2026-0{i + 1}-03,Lender A,2026-0{i + 1}-09,"{words}"'
        )
    firms = (
        "company_name,registered_on,company_phone\n"
        "Example Redress Ltd,2021-04-01,020 7946 0958\n"
        "Example Redress 2 Ltd,2025-11-10,+44 (0)20 7946 0958\n"
    )
    (folder / "complaints.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "companies.csv").write_text(firms, encoding="utf-8")
    authorities = ["loa_ref,client_name,mobile,representative_firm,rep_phone,scope,loa_signed"]
    for i, name in enumerate(names[:7]):
        authorities.append(
            f"K{i + 1},{name},020 7946 010{i},Example Redress Ltd,+44 20 7946 0958,all lenders,2026-02-0{i + 1}"
        )
    authorities.append(f"Z1,{names[0]},020 7946 0100,Second Claims Ltd,020 7946 0777,one complaint,2026-01-20")
    accounts = ["full_name,mobile,lender"]
    for i, name in enumerate(names):
        if i not in (4, 8):  # two complainants have no account at the lender that they accuse
            accounts.append(f"{name},020 7946 010{i},{'Lender A' if i < 6 else 'Lender B'}")
    accounts += [f"Jo Client{'ABCDEF'[i]},020 7946 020{i},Lender A" for i in range(6)]
    accounts.append(f"{names[4]},020 7946 0104,Lender B")
    (folder / "loas.csv").write_text("\n".join(authorities) + "\n", encoding="utf-8")
    (folder / "customers.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    return folder
