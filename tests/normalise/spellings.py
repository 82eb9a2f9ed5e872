"""Spellings of known numbers: the same number as people, forms and spreadsheets write it. Seeded, no rules shared."""

import random

FULL = {ord(a): ord(a) + 0xFEE0 for a in "0123456789+-()*#:X"}

#: Marks that group digits.
SEPARATORS = [" ", "-", "  ", " - ", ".", "·", "_", "\u00a0", "\u3000", "\u2009", "—", "–", "−", "‐", "\u200b", "－"]

#: What a program, a spreadsheet or a hurried person puts around any cell.
DRESSINGS = [
    "{}",
    " {} ",
    "\t{}",
    "'{}",
    '="{}"',
    "\u200b{}\u200b",
    "\ufeff{}",
    "\u202a{}\u202c",
    '"{}"',
    "“{}”",
    "[{}]",
    "【{}】",
    "{}。",
    "{},",
    "{};",
    "{}\r\n",
    "\u00a0{}",
    "`{}",
]

#: Labels and remarks around a phone.
REMARKS = [
    "{}",
    "tel:{}",
    "Tel: {}",
    "TEL：{}",
    "电话：{}",
    "手机:{}",
    "联系电话：{}",
    "手机号码{}",
    "☎{}",
    "📱 {}",
    "Mobile {}",
    "{}(本人)",
    "{}（本人）",
    "{} 王先生",
    "王先生 {}",
    "王先生：{}",
    "{}微信同号",
    "{}（微信）",
    "{} Mr Wang",
    "{} (wife)",
    "T: {}",
    "{} 空号",
    "张三{}",
]

#: Remarks on papers and codes.
PAPER_REMARKS = ["{}", "{}(本人)", "{}（副本）", "号码：{}", "代码:{}"]

LISTS = [
    "/",
    "、",
    ",",
    "，",
    ";",
    "；",
    "|",
    "\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    " / ",
    "和",
    "或",
    "，或",
    "&",
    " and ",
    "\\",
    "~",
    "//",
    "<br>",
    "　",
]

EXTENSIONS = [
    "转{}",
    "转接{}",
    " 转 {}",
    "分机{}",
    " 分机：{}",
    "（转{}）",
    " ext {}",
    " ext.{}",
    "x{}",
    "#{}",
    "-{}",
    "({})",
    " {}",
    "内线{}",
    ";ext={}",
    " extension {}",
]

MASKS = ["*", "＊", "x", "X", "●", "•", "○", "#", "?", "？", "×", "■", "□"]


def group(digits, sizes, mark):
    """Digits in groups of the given sizes."""
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    return mark.join(p for p in parts if p)


def wide(text):
    """A text in full-width characters."""
    return text.translate(FULL)


def mobile_cores(number):
    """A mainland mobile number by prefix, grouping and number format."""
    groups = [(11,), (3, 4, 4), (3, 8), (4, 4, 3), (7, 4), (5, 6)]
    bodies = [group(number, sizes, mark) for sizes in groups for mark in SEPARATORS]
    bodies = list(dict.fromkeys(bodies))
    prefixes = ["+86", "0086", "86", "+86 ", "+86-", "0086-", "86-", "(86)", "(+86)", "+(86)", "0", "＋８６ ", "00 86 "]
    prefixed = [p + b for p in prefixes for b in bodies if "\u200b" not in b]
    formats = [
        number + ".0",
        number + ".00",
        f"{number[0]}.{number[1:].rstrip('0')}E+10" if number[-1] != "0" else number,
    ]
    return bodies + prefixed + formats + [wide(b) for b in bodies[:8]]


def landline_cores(area, local):
    """A landline with its area code."""
    bodies = [local, group(local, (len(local) - 4, 4), " "), group(local, (len(local) - 4, 4), "-")]
    heads = [
        f"0{area}-",
        f"(0{area})",
        f"（0{area}）",
        f"0{area} ",
        f"0{area}",
        f"(0{area}) ",
        f"0{area}—",
        f"+86-{area}-",
    ]
    heads += [f"+86 {area} ", f"+86 (0){area} ", f"0086-{area}-", f"+86 0{area} ", f"86-{area}-", f"86-0{area}-"]
    return [h + b for h in heads for b in bodies]


def dressed(cores, remarks, rng, count):
    """A sample of cores in remarks in dressings; every core, remark and dressing at least once."""
    found = (
        [(c, "{}", "{}") for c in cores]
        + [(cores[0], r, "{}") for r in remarks]
        + [(cores[0], "{}", d) for d in DRESSINGS]
    )
    found += [(rng.choice(cores), rng.choice(remarks), rng.choice(DRESSINGS)) for _ in range(count)]
    return list(dict.fromkeys(d.format(r.format(c)) for c, r, d in found))


def mobiles(rng, count, prefixes):
    """Mobile numbers that look like no placeholder."""
    return [
        rng.choice(prefixes) + f"{rng.randrange(10**4):04}" + rng.choice("13579") + f"0{rng.randrange(10, 90)}"
        for _ in range(count)
    ]


def hidden(text, start, stop, sign):
    """A text with a run of characters behind a mask sign."""
    return text[:start] + sign * (stop - start) + text[stop:]


def seeded(name):
    """A generator of its own for every test, the same in every run."""
    return random.Random(name)
