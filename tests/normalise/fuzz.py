"""Fuzzing the normalisers: python tests/normalise/fuzz.py --minutes 5 [--rule phone] [--seed 1].

Mutates known spellings and glues their fragments; every cell must obey the laws of :func:`check`.
"""

import argparse
import re
import sys
import time

import polars as pl
from spellings import DRESSINGS, EXTENSIONS, LISTS, MASKS, REMARKS, landline_cores, mobile_cores, seeded, wide

from ringfinder.normalise import LINKING, NORMALISERS, QUALITIES, Options, normalise_cell, normalise_column

#: Seconds of processor time that one cell of a few dozen characters may take.
SLOWEST = 0.5

#: Rule -> what its values look like.
SHAPES = {
    "phone": r"\+[0-9]{7,16}|[0-9]{3,20}",
    "own_phone": r"\+[0-9]{7,16}|[0-9]{3,20}",
    "identity": r"[0-9]{17}[0-9X]|[A-Z]{1,3}[0-9]{6,12}A?|[\u4e00-\u9fff]字第[0-9]{6,8}号",
    "company_code": r"[0-9A-HJ-NP-RTUW-Y]{18}|[0-9A-Z]{8}[0-9X]|[0-9]{15}",
    "card": r"[0-9]{12,19}",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "money": r"-?[0-9]+(?:\.[0-9]+)?%?",
    "name": r"\S(?:.*\S)?",
    "address": r"[^\s,;，。]+",
}

SEEDS = {
    "phone": mobile_cores("13912340567")[:40] + landline_cores("755", "26001234") + EXTENSIONS + REMARKS,
    "own_phone": ["妻子{}", "15900000901(父亲)", "本人{}配偶15812340568", "spouse {}", "{}/代理人:{}", "妻;{}", "{}"],
    "identity": ["11010519491231002X", "110105491231002", "E12345678", "A123456(7)", "军字第2001988号", "1.10105E+17"],
    "company_code": ["91350100M000100Y43", "M000100Y-4", "440301103097413", "信用代码：91110101MA00TE5T21(1-1)"],
    "card": [
        "6222021234567890128",
        "6222 0212 3456 7890 128",
        "622202*********0128",
        "6.22202E+18",
        "卡号6200000000000005",
    ],
    "account": ["6222021234567890128", "支付宝13912340567", "payee-12", "a@b.cn"],
    "organisation": ["甲诚商务咨询有限公司", "91350100M000100Y43", "甲诚(91350100M000100Y43)"],
    "date": [
        "2021-03-05 14:03:22",
        "二〇二一年三月五日",
        "2021年3月5日 下午2点半",
        "Mar 5, 2021",
        "44260.58567",
        "1614924202000",
        "20210305140322",
        "2021-03-05T14:03:22+08:00",
        "03/05/2021",
        "5-Mar-21",
    ],
    "money": [
        "1.2万",
        "￥1,234.50",
        "（1,200.00）",
        "壹万贰仟元整",
        "5个点",
        "百分之五",
        "-500",
        "M3+",
        "约1万",
        "1 234.50",
    ],
    "name": [
        "张 三",
        "阿不都·买买提",
        "欧阳锋先生",
        "张三(本人)",
        "Mr John Smith",
        "张*",
        "张三 13912340567",
        "张。三",
    ],
    "address": ["北京市朝阳区建国路88号3幢2单元501室", "地址：建国路一百二十号", "518000 深圳市", "12-3号", "XX路XX号"],
    "employer": ["甲诚 公司", "自由职业", "XX公司", "Example Works, Ltd."],
    "text": ["C-001", "2.02103E+17", "张*"],
}

_ODD = "0123456789+-*●xX#?./()（）'\"=EeOoIl年月日:：号弄栋幢室一二十百千万亿元角分%‰"
_ODD += " \t\n\u3000\u200b\ufeff\u00a0，、;|转张某无~&\\"


def mutate(rng, rule):
    """A cell: fragments of known spellings, glued, cut, dressed or made full-width."""
    text = rng.choice(SEEDS[rule]).replace("{}", rng.choice(["13912340567", "801", "0755-26001234"]))
    for _ in range(rng.randrange(4)):
        kind, at = rng.randrange(8), rng.randrange(len(text) + 1)
        if kind == 0:
            text = text[:at] + rng.choice(_ODD) * rng.choice([1, 1, 1, 2, 4]) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + rng.randrange(1, 4) :]
        elif kind == 2:
            other = rng.choice(SEEDS[rng.choice([rule, rule, "phone", "date"])])
            text = text + rng.choice(LISTS) + other.replace("{}", "15812340568")
        elif kind == 3:
            text = rng.choice(DRESSINGS).format(text)
        elif kind == 4:
            text = wide(text)
        elif kind == 5:
            text = text[:at] + rng.choice(MASKS) * rng.randrange(1, 5) + text[at + 4 :]
        elif kind == 6:
            text = (
                text[:at]
                + chr(rng.choice([rng.randrange(32, 0x2FF), rng.randrange(0x2000, 0xD7FF), 0x1F600]))
                + text[at:]
            )
        else:
            text = text[:at] + rng.choice(_ODD) + text[at + 1 :]
    return text


def check(rule, text, options, shapes=SHAPES):
    """The law that a cell breaks, or ""."""
    start = time.process_time()
    values = normalise_cell(rule, text, options)
    if time.process_time() - start > SLOWEST:
        return "slow"
    for value in values:
        if value.quality not in QUALITIES:
            return "quality"
        if (value.value is not None) != (value.quality in LINKING):
            return "a value if and only if the quality may link"
        if value.value is None:
            continue
        # "." is no line break: those may stand in texts.
        shape = shapes.get(rule)
        if shape and not re.fullmatch(shape, value.value):
            return f"shape of {value.value!r}"
        again = normalise_cell(rule, value.value, options)
        if [v.value for v in again] != [value.value]:
            return f"{value.value!r} gives {[v.value for v in again]}"
        if value.linkable and rule == "phone" and not again[0].linkable:
            return f"{value.value!r} links, its normal form does not"
    return ""


def run(rule, seed, count):
    """The failures among ``count`` cells: (text, broken law)."""
    rng = seeded(f"{rule}-{seed}")
    texts = [mutate(rng, rule) for _ in range(count)]
    options = [Options(country=rng.choice(["CN", "CN", "CN", "GB", "US"])) for _ in texts]
    failures = [(t, broken) for t, o in zip(texts, options, strict=True) if (broken := check(rule, t, o))]
    table = normalise_column(rule, pl.Series(texts, dtype=pl.String))
    cells = [(v.value, v.kind, v.quality, ";".join(v.issues), v.extra) for t in texts for v in normalise_cell(rule, t)]
    if [row[1:] for row in table.rows()] != cells:
        failures.append(("the column", "differs from its cells"))
    return failures


def main():
    """Fuzz until the time is over; print each failure, end with their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--rule", choices=sorted(NORMALISERS))
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    rules = [chosen.rule] if chosen.rule else sorted(NORMALISERS)
    end, seed, failures, cells = time.monotonic() + 60 * chosen.minutes, chosen.seed, 0, 0
    while time.monotonic() < end:
        for rule in rules:
            for text, broken in run(rule, seed, 400):
                failures += 1
                sys.stdout.write(f"{rule} {text!r}: {broken}\n")
            cells += 400
        seed += 1
    sys.stdout.write(f"{cells} cells, {failures} failures\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
