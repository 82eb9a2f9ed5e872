"""A small planted case in which nearly every table type speaks, and what is needed to take rows out of exports."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Collection
from pathlib import Path

from ringfinder.model import Row

PHONE = "15400000901"
ACCOUNT = "6200000000000005"
CLIENTS = [f"C00{i}" for i in range(1, 8)]
_NAMES = ("欧阳秋月", "钟小满", "柳如眉", "白敬亭宇", "邵春江", "闵子夜", "Ann Quill")
_LETTER = (
    "本人{}因生活困难无力偿还欠款，贵行委托的人员多次致电威胁，严重影响本人及家人。"
    "现要求立即停止联系，减免全部利息及违约金，按60期归还本金，并恢复征信记录，请回电{}。"
)
_CLAIMS = "删除逾期记录;解除借款合同;退还利息及费用;赔偿精神损失;赔偿误工损失;书面道歉"


def own_phone(i: int) -> str:
    """The phone of client ``i`` (0..6)."""
    return f"1391111{i:02}{i:02}"


def write_planted(folder: Path) -> Path:
    """Seven clients of one agency, an agent, a payee, a device, mail, papers, suits, adverts and a reviewer's flags."""
    folder.mkdir(parents=True, exist_ok=True)
    each = list(enumerate(zip(CLIENTS, _NAMES, strict=True)))
    tables = {
        "客户": ["客户号,姓名,身份证号,手机号,单位名称,家庭住址,逾期天数,逾期金额"]
        + [f"{c},{n},,{own_phone(i)},南山隐雾厂,隐雾市{i}弄{i}号,{60 + i},{9000 + 1000 * i}" for i, (c, n) in each],
        "投诉": ["投诉编号,客户号,投诉渠道,投诉日期,来电号码,投诉对象,投诉内容,处理结果"]
        + [
            f"TSX{i:05},{c},12378,2026-05-{10 + i},{PHONE},甲银行,{_LETTER.format(n, own_phone(i))},"
            + ("投诉属实，已致电辛秘密13911118888" if i == 0 else "")
            for i, (c, n) in each
        ],
        "委托": ["委托书编号,客户号,委托人,受托人,代理机构,受托人电话,签署日期,签署地点,是否原件"]
        + [f"WTX{i:05},{c},{n},申屠无忌,甲诚商务咨询,{PHONE},2026-05-0{i + 1},某市秘密路9号,否" for i, (c, n) in each],
        "机构": [
            "企业名称,统一社会信用代码,法定代表人,注册电话,注册地址,成立日期",
            f"甲诚商务咨询,91110101MA00TE5T21,申屠无忌,{PHONE},秘密市100路1号,2026-01-03",
            f"乙信信息咨询,91110101MA9Y001000,申屠无忌,{PHONE},秘密市200路2号,2024-01-15",
        ],
        "付款": ["流水号,客户号,付款人,收款人,收款账号,交易金额,交易时间,摘要"]
        + [f"LSX{i:05},{c},{n},申屠无忌,{ACCOUNT},3000,2026-05-0{i + 2},转13911117777咨询费" for i, (c, n) in each[:6]],
        "邮寄": ["运单号,客户号,寄件人,寄件人电话,寄件地址,揽收时间"]
        + [f"EMX{i:05},{c},申屠无忌,{PHONE},秘密市邮路3号,2026-05-11" for i, (c, _) in each[:5]],
        "材料": ["客户号,材料类型,出具单位,材料编号,提交日期,核实结果"]
        + [f"{c},重大疾病证明,丙市第一医院,CLX778899,2026-05-1{i},出具单位否认" for i, (c, _) in each[:4]],
        "登录": ["客户号,设备号,登录时间"] + [f"{c},DVX90210,2026-05-0{i + 3}" for i, (c, _) in each[:4]],
        "诉讼": ["案号,客户号,受理法院,诉讼请求"] + [f"民初{i}7788号,{c},A区法院,{_CLAIMS}" for i, (c, _) in each[:3]],
        "广告": ["广告电话,投放渠道,广告采集日期", f"{PHONE},微信群,2026-04-01"],
        "离职": ["离职人员电话,离职日期", f"{PHONE},2025-12-31"],
        "标记": ["客户号,标记代码,判定人,判定日期,分组编号"]
        + [f"{c},{code},尉迟恭言,2026-06-01," for code in ("RF19", "RF36", "RF37") for c in CLIENTS[:4]],
    }
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def without(source: Path, target: Path, rows: Collection[Row]) -> Path:
    """A copy of the tables of ``source`` in which these rows are missing; records count as in a spreadsheet."""
    target.mkdir(parents=True)
    for file in tables_in(source):
        data, gone = file.read_bytes(), {r.row for r in rows if r.file == file.name}
        (target / file.name).write_bytes(_cut(data, gone, "\t" if file.suffix == ".tsv" else ",") if gone else data)
    return target


def tables_in(folder: Path) -> list[Path]:
    """The exports of a folder."""
    return sorted(f for f in folder.iterdir() if f.suffix in (".csv", ".tsv", ".gz"))


def _cut(data: bytes, gone: set[int], delimiter: str) -> bytes:
    packed = data[:2] == b"\x1f\x8b"
    data = gzip.decompress(data) if packed else data
    try:
        text, encoding = data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = data.decode("gb18030"), "gb18030"
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert max(gone) <= len(records)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows(record for number, record in enumerate(records, start=1) if number not in gone)
    written = out.getvalue().encode(encoding)
    return gzip.compress(written) if packed else written
