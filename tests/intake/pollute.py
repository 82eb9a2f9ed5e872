"""Clean tables and what can happen to them on their way into a file: the bytes, and what a careful reader sees.

The kinds of pollution follow the Pollock benchmark (Vitagliano and others, VLDB 2023): of the file, of a table in it,
of a row, of a column, of a cell. No file of that benchmark is used.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field

Table = list[list[str]]

CUSTOMERS: Table = [
    ["客户号", "姓名", "手机号", "家庭住址", "逾期金额"],
    *[
        [f"C{i:03}", name, f"1380000{i:04}", f"杭州市西湖区文三路{i}号", f"{i},{i:03}.50"]
        for i, name in enumerate(
            [
                "张三",
                "李四",
                "王五",
                "赵六",
                "钱七",
                "孙八",
                "周九",
                "吴十",
                "郑一",
                "冯二",
                "陈三",
                "褚四",
                "卫五",
                "蒋六",
            ],
            start=101,
        )
    ],
]
COMPLAINTS: Table = [
    ["投诉编号", "投诉人", "投诉日期", "投诉内容", "处理结果"],
    *[
        [f"T{i:03}", f"C{i:03}", f"2026-05-{i - 90:02}", text, "已答复"]
        for i, text in enumerate(
            [
                "催收人员多次致电,言语威胁",
                '本人说"不要再打",对方不听',
                "第一行\n第二行,还有\n第三行",
                'a"b"c',
                'he said "yes, I do" and\n"no"',
                "'单引号', 也有",
                "路径 C:\\data\\x",
                "要求;停止|催收",
                "普通内容",
                '"全部在引号里"',
                '结尾有引号"',
                "长" * 5000,
            ],
            start=101,
        )
    ],
]
SALES: Table = [
    ["DATE", "TIME", "Qty", "PRODUCTID", "Price", "ProductType", "Comments"],
    *[
        [f"{i:02}/11/2025", f"{i % 24}:30", str(i), f"PID{1000 + i}", f"{i}.99", kind, f"{kind}, size {i}"]
        for i, kind in enumerate(
            ["Lamp", "Desk", "Chair", "Shelf", "Door", "Window", "Carpet", "Vase", "Bed"], start=10
        )
    ],
]
TABLES = {"customers": CUSTOMERS, "complaints": COMPLAINTS, "sales": SALES}


@dataclass(frozen=True)
class Polluted:
    """The bytes of a file and what reading must give: the clean rows without ``gone``, in order.

    ``rejected`` and ``told`` are the (row, reason) of the rows that are left out and of those that are only reported.
    """

    data: bytes
    header: list[str]
    rows: Table
    rejected: list[tuple[int, str]] = field(default_factory=list)
    told: list[tuple[int, str]] = field(default_factory=list)
    strip: bool = False
    names: bool = True


def cell(text: str, delimiter: str, quote: str, every: bool, escape: str) -> str:
    """A cell as a careful program writes it."""
    if not every and not any(c in text for c in (delimiter, quote, "\r", "\n")) and text == text.strip(" "):
        return text
    doubled = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return quote + (doubled if escape == "\\" else text.replace(quote, quote * 2)) + quote


def record(row: list[str], delimiter: str = ",", quote: str = '"', every: bool = False, escape: str = "") -> str:
    return delimiter.join(cell(c, delimiter, quote, every, escape) for c in row)


def text_of(table: Table, end: str = "\n", **style: str | bool) -> str:
    return "".join(record(row, **style) + end for row in table)  # type: ignore[arg-type]


POLLUTIONS: dict[str, Callable[[Table], Polluted]] = {}
_Maker = Callable[[Table], Polluted]


def pollution(name: str) -> Callable[[_Maker], _Maker]:
    def add(make: _Maker) -> _Maker:
        POLLUTIONS[name] = make
        return make

    return add


def _same(table: Table, text: str | bytes, strip: bool = False, **more: list[tuple[int, str]]) -> Polluted:
    return Polluted(text.encode() if isinstance(text, str) else text, table[0], table[1:], strip=strip, **more)


# --- the whole file

for _name, _style in {
    "clean": {},
    "all cells quoted": {"every": True},
    "semicolon": {"delimiter": ";"},
    "tab": {"delimiter": "\t"},
    "bar": {"delimiter": "|"},
    "caret": {"delimiter": "^"},
    "tilde": {"delimiter": "~"},
    "unit separator": {"delimiter": "\x1f"},
    "start of heading": {"delimiter": "\x01"},
    "two bars": {"delimiter": "||"},
    "bar plus bar": {"delimiter": "|+|"},
    "two tabs": {"delimiter": "\t\t"},
    "two colons": {"delimiter": "::"},
    "comma, space": {"delimiter": ", "},
    "semicolon, space": {"delimiter": "; "},
    "comma, space, all quoted": {"delimiter": ", ", "every": True},
    "space, all quoted": {"delimiter": " ", "every": True},
    "colon, all quoted": {"delimiter": ":", "every": True},
    "single quotes": {"quote": "'"},
    "single quotes around all": {"quote": "'", "every": True},
    "single quotes and semicolons": {"quote": "'", "delimiter": ";", "every": True},
    "backslash escapes": {"escape": "\\"},
    "backslash escapes, all quoted": {"escape": "\\", "every": True},
    "lines end with return": {"end": "\r"},
    "lines end with return and feed": {"end": "\r\n"},
}.items():

    def _make(table: Table, style: dict[str, str | bool] = _style) -> Polluted:
        return _same(table, text_of(table, **style))  # type: ignore[arg-type]

    POLLUTIONS[_name] = _make

for _codec, _mark in {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "gb18030": b"",
}.items():

    def _encode(table: Table, codec: str = _codec, mark: bytes = _mark) -> Polluted:
        return _same(table, mark + text_of(table, "\r\n").encode(codec))

    POLLUTIONS[f"encoding {_codec}"] = _encode


@pollution("no line end at the end")
def _(table: Table) -> Polluted:
    return _same(table, text_of(table)[:-1])


@pollution("blank lines at the end")
def _(table: Table) -> Polluted:
    number = len(table)
    return _same(table, text_of(table) + "\n\n", rejected=[(number + 1, "blank_row"), (number + 2, "blank_row")])


@pollution("old end-of-file mark")
def _(table: Table) -> Polluted:
    return _same(table, text_of(table) + "\x1a")


@pollution("mixed line ends")
def _(table: Table) -> Polluted:
    ends = ["\n", "\r\n", "\r"]
    return _same(table, "".join(record(row) + ends[i % 3] for i, row in enumerate(table)))


@pollution("sep= in the first line")
def _(table: Table) -> Polluted:
    return _same(table, "sep=^\n" + text_of(table, delimiter="^"), told=[(1, "title_row")])


@pollution("each line is one quoted cell")
def _(table: Table) -> Polluted:
    return _same(table, text_of([[record(row)] for row in table], every=True))


@pollution("no header")
def _(table: Table) -> Polluted:
    return Polluted(text_of(table[1:]).encode(), [], table[1:], names=False, told=[(0, "no_header")])


@pollution("NUL bytes")
def _(table: Table) -> Polluted:
    text = text_of(table)
    at = text.index(table[4][0]) + 1
    return _same(table, text[:at] + "\0" + text[at:], told=[(5, "bad_byte")])


# --- tables


@pollution("titles above")
def _(table: Table) -> Polluted:
    return _same(table, "催收报表\n制表日期,2026-05-12\n\n" + text_of(table), told=[(1, "title_row"), (2, "title_row")])


@pollution("titles above, with all delimiters")
def _(table: Table) -> Polluted:
    pad = "," * (len(table[0]) - 1)
    return _same(table, f"PREAMBLE{pad}\n" * 3 + text_of(table), told=[(i, "title_row") for i in (1, 2, 3)])


@pollution("notes below")
def _(table: Table) -> Polluted:
    number = len(table)
    notes = [(number + 1, "blank_row"), (number + 2, "total_row"), (number + 3, "total_row")]
    return _same(table, text_of(table) + "\n注：数据截至今日\nFOOTNOTE\n", rejected=notes)


@pollution("notes below, with all delimiters")
def _(table: Table) -> Polluted:
    pad, number = "," * (len(table[0]) - 1), len(table)
    return _same(table, text_of(table) + f"FOOTNOTE{pad}\n" * 2, rejected=[(number + i, "total_row") for i in (1, 2)])


@pollution("total below")
def _(table: Table) -> Polluted:
    return _same(table, text_of(table) + f"合计,{len(table)}\n", rejected=[(len(table) + 1, "total_row")])


@pollution("header again between pages")
def _(table: Table) -> Polluted:
    parts = [table[0], *table[1:6], table[0], *table[6:]]
    return _same(table, text_of(parts), rejected=[(7, "repeated_header")])


@pollution("header three times")
def _(table: Table) -> Polluted:
    return _same(
        table, text_of([table[0], table[0], *table]), rejected=[(2, "repeated_header"), (3, "repeated_header")]
    )


@pollution("file pasted behind itself, with its mark")
def _(table: Table) -> Polluted:
    text = "\ufeff" + text_of(table)
    return Polluted((text * 2).encode(), table[0], table[1:] * 2, [(len(table) + 1, "repeated_header")])


@pollution("blank lines between rows")
def _(table: Table) -> Polluted:
    text = record(table[0]) + "\n" + "".join(record(row) + "\n\n" for row in table[1:])
    return _same(table, text, rejected=[(2 * i + 1, "blank_row") for i in range(1, len(table))])


@pollution("delimiter at the end of every row")
def _(table: Table) -> Polluted:
    wide = [[*row, ""] for row in table]
    return Polluted(text_of(wide).encode(), [*table[0], f"column {len(wide[0])}"], wide[1:])


@pollution("header only")
def _(table: Table) -> Polluted:
    return Polluted(text_of(table[:1]).encode(), table[0], [], told=[(0, "no_rows")])


@pollution("one row")
def _(table: Table) -> Polluted:
    return Polluted(text_of(table[:2]).encode(), table[0], table[1:2])


# --- columns


@pollution("two columns of one name")
def _(table: Table) -> Polluted:
    header = [table[0][0], table[0][0], *table[0][2:]]
    return Polluted(text_of([header, *table[1:]]).encode(), [header[0], f"{header[0]} (2)", *header[2:]], table[1:])


@pollution("a column without a name")
def _(table: Table) -> Polluted:
    header = [*table[0][:1], "", *table[0][2:]]
    return Polluted(text_of([header, *table[1:]]).encode(), [header[0], "column 2", *header[2:]], table[1:])


@pollution("a name of 600,000 letters")
def _(table: Table) -> Polluted:
    header = [*table[0][:-1], "HEADER" * 100_000]
    return Polluted(text_of([header, *table[1:]]).encode(), header, table[1:])


@pollution("spaces around names")
def _(table: Table) -> Polluted:
    return _same(table, text_of([[f" {c}\u3000" for c in table[0]], *table[1:]]))


@pollution("300 more columns")
def _(table: Table) -> Polluted:
    wide = [row + [f"n{i}" if not at else "x" for i in range(300)] for at, row in enumerate(table)]
    return Polluted(text_of(wide).encode(), wide[0], wide[1:])


# --- rows (the row of index 5, which is row 6)


def _row(table: Table, line: str, **more: object) -> Polluted:
    """The table with its row of index 5 written otherwise; that row is dropped from what must come out on demand."""
    lines = [record(row) + "\n" for row in table]
    lines[5] = line
    rows = table[1:5] + table[6:] if more.pop("gone", False) else table[1:]
    return Polluted("".join(lines).encode(), table[0], rows, **more)  # type: ignore[arg-type]


@pollution("row: other line end")
def _(table: Table) -> Polluted:
    return _row(table, record(table[5]) + "\r\n")


@pollution("row: other delimiter")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [c.replace("\n", "") for c in table[5]], *table[6:]]
    return _row(changed, record(changed[5], delimiter=";", every=True) + "\n", told=[(6, "ragged_row")])


@pollution("row: single quotes around all")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [c.replace("\n", "") for c in table[5]], *table[6:]]
    told = [(6, "ragged_row")] if any("," in c for c in table[5]) else []
    return _row(changed, record(changed[5], quote="'", every=True) + "\n", told=told)


@pollution("row: all quoted")
def _(table: Table) -> Polluted:
    return _row(table, record(table[5], every=True) + "\n")


@pollution("row: quotes not escaped")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [*table[5][:3], 'he said "yes" and left', *table[5][4:]], *table[6:]]
    return _row(changed, record(changed[5], every=True).replace('""', '"') + "\n")


@pollution("row: quotes and delimiter not escaped")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [*table[5][:3], 'he said "yes, no", then left', *table[5][4:]], *table[6:]]
    return _row(changed, record(changed[5], every=True).replace('""', '"') + "\n")


@pollution("row: backslash before a quote")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [*table[5][:3], 'he said "yes", and left', *table[5][4:]], *table[6:]]
    return _row(changed, record(changed[5], every=True, escape="\\") + "\n")


@pollution("row: quote that never closes")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [*table[5][:1], '"x', *["y"] * (len(table[0]) - 2)], *table[6:]]
    return _row(changed, ",".join(changed[5]) + "\n", told=[(6, "open_quote")])


@pollution("row: cells missing at the end")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [*table[5][:2], *[""] * (len(table[0]) - 2)], *table[6:]]
    return _row(changed, ",".join(table[5][:2]) + "\n", told=[(6, "ragged_row")])


@pollution("row: empty cells too many at the end")
def _(table: Table) -> Polluted:
    return _row(table, record(table[5]) + ",,,\n", told=[(6, "ragged_row")])


@pollution("row: filled cells too many")
def _(table: Table) -> Polluted:
    return _row(table, record(table[5]) + ",x,y\n", gone=True, rejected=[(6, "ragged_row")])


@pollution("row: delimiter too many in the middle")
def _(table: Table) -> Polluted:
    line = record(table[5][:1]) + ",," + record(table[5][1:])
    return _row(table, line + "\n", gone=True, rejected=[(6, "ragged_row")])


@pollution("row: delimiter missing")
def _(table: Table) -> Polluted:
    line = record(table[5][:1]) + record(table[5][1:])
    return _row(table, line + "\n", gone=True, rejected=[(6, "ragged_row")])


@pollution("row: delimiter missing, all quoted")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [c.replace('"', "") for c in table[5]], *table[6:]]
    line = record(changed[5][:1], every=True) + record(changed[5][1:], every=True)
    return _row(changed, line + "\n", told=[(6, "ragged_row")])


@pollution("row: blank")
def _(table: Table) -> Polluted:
    return _row(table, "\n", gone=True, rejected=[(6, "blank_row")])


@pollution("row: only delimiters")
def _(table: Table) -> Polluted:
    return _row(table, "," * (len(table[0]) - 1) + "\n", gone=True, rejected=[(6, "blank_row")])


@pollution("row: line break without quotes")
def _(table: Table) -> Polluted:
    broken = [
        table[5][0],
        f"{table[5][1]}\nrest",
        *(c.replace(",", "").replace("\n", "").replace('"', "") for c in table[5][2:]),
    ]
    changed = [*table[:5], broken, *table[6:]]
    return _row(changed, ",".join(broken) + "\n", rejected=[(7, "ragged_row")], told=[(6, "ragged_row")])


# --- cells


@pollution("cells: outer spaces")
def _(table: Table) -> Polluted:
    return _same(table, text_of([table[0], *[[f"  {c} " for c in row] for row in table[1:]]]), strip=True)


@pollution("cells: space behind quotes")
def _(table: Table) -> Polluted:
    lines = [" ,".join(record([c], every=True) for c in row) + "\n" for row in table]
    return _same(table, "".join(lines), strip=True)


@pollution("cells: text marks of spreadsheets")
def _(table: Table) -> Polluted:
    marked = [[f"'{row[0]}", *row[1:]] if i % 2 else [f"\t{row[0]}", *row[1:]] for i, row in enumerate(table[1:])]
    return Polluted(text_of([table[0], *marked]).encode(), table[0], marked)


@pollution("cells: formulas that hold text")
def _(table: Table) -> Polluted:
    marked = [[f'="{row[0]}"', *row[1:]] for row in table[1:]]
    raw = "".join(f"{row[0]},{record(row[1:])}\n" for row in marked)
    return Polluted((record(table[0]) + "\n" + raw).encode(), table[0], marked)


@pollution("cells: a megabyte of text")
def _(table: Table) -> Polluted:
    changed = [*table[:5], [*table[5][:-1], "x," * 500_000], *table[6:]]
    return _same(changed, text_of(changed))
