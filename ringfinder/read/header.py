"""Which row is the header, below titles; headers of two rows with merged cells; and names for the cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from statistics import median
from typing import NamedTuple

import polars as pl

__all__ = [
    "FOOTER",
    "NAME",
    "NOTHING",
    "SHAPE",
    "TOTAL",
    "WHITE",
    "Cells",
    "Head",
    "column_names",
    "contrasts",
    "filled",
    "find_head",
    "find_header",
    "is_label",
    "is_record",
    "shape",
    "shapes",
    "titles_above",
    "until_blank",
]

Cells = Sequence[str | None]

#: A header fills at least this share of the cells that the rows below it fill.
_SIMILAR = 0.7
_CANDIDATES = 10
_FOLLOWING = 20

_LONGEST_LABEL = 40
_DIGIT = re.compile(r"\d")

#: What Python takes for white space; Polars leaves four of these, U+001C to U+001F, at the ends of text.
WHITE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())

#: A shape is cut at so many characters.
SHAPE = 40
_WORD = re.compile(r"[^\W\d_]+")
#: Words that say that a cell holds nothing, and answers: no names of columns.
NOTHING = re.compile(
    r"(?i)(无|暂无|没有|不详|未知|未提供|未填|空|略|同上|n/?a|null|none|nil|是|否|男|女|yes|no|true|false)"
)

#: How the names of columns usually end.
NAME = re.compile(
    r"(?i)(号|码|名|名称|姓名|日期|时间|类型|类别|地址|金额|余额|手机|电话|代码|备注|内容|状态|原因|渠道|关系|机构"
    r"|\bids?|name|phone|mobile|date|time|type|code|number|no\.?|amount|status|address|e-?mail)\d?$"
)

#: What the first filled cell of a total row is.
TOTAL = (
    r"(?i)^(?:本页|本月|本日|累计)?"
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|总合计|grand\s+total|sub-?total|totals?)[:：]?$"
    r"|^(?:以上|本页|本表)?(?:合计|总计|小计|共计|共有|共)[:：]?\s*[\d,.]+\s*(?:条|户|人|笔|行|件|项|元|万元|个|名|家)?(?:记录|数据)?$"
    r"|^平均(?:值|数)?[:：]?$"
)

#: What every filled cell of a footer is: who made the sheet, and when.
FOOTER = r"^(?:制表|审核|复核|填表|填报|编制|打印|导出)(?:人|员|日期|时间|单位|部门)?\s*[:：]"


class Head(NamedTuple):
    """The header of a table: index of its (lower) row, its cells, and the two rows that it was joined from, if any.

    A table without a header has empty cells for one, and ``at`` is the index of the row above its first, or -1.
    """

    at: int
    header: list[str]
    twins: tuple[tuple[str, ...], ...] = ()
    named: bool = True

    @property
    def above(self) -> int:
        """Number of rows above the header."""
        return self.at - (1 if self.twins else 0) + (not self.named)


def find_head(rows: Sequence[Cells]) -> Head | None:
    """The header among the first rows, two rows of merged cells joined to one; None if all are blank.

    Two rows are a header together where the upper has gaps, the lower alone has empty or repeated cells, each cell
    has a name of its own once they are joined, and the rows below hold figures under it. The upper needs no gap, and a
    cell no name, where all of the lower end as names of columns do. Else an upper row is a title.
    """
    at = find_header(rows)
    if at is None:
        return None
    starts = [i for i, row in enumerate(rows[: at + 1]) if any(filled(row))][-_CANDIDATES:]
    for index in starts:
        if index + 1 < len(rows):
            below = until_blank(rows[index + 2 : index + 2 + _FOLLOWING])
            header = _joined(rows[index], rows[index + 1], below)
            if header is not None:
                twins = tuple(tuple(c or "" for c in row) for row in rows[index : index + 2])
                return Head(index + 1, header, twins)
    if is_record(rows[at], until_blank(rows[at + 1 :])):
        return Head(at - 1, [""] * len(rows[at]), named=False)
    return Head(at, [c or "" for c in rows[at]])


def is_record(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether the row that should be the header is a record like those below: a table without a header.

    It is if it has no gap, and a cell with five digits or more is written just like three of four cells below it;
    at least three records are needed to tell.
    """
    if len(below) < 2 or len(row) < 2 or not all(filled(row)):
        return False
    for i, cell in enumerate(row):
        cells = [c for c in (r[i] for r in below if i < len(r)) if c and c.strip()]
        alike = sum(shape(c) == shape(cell) for c in cells)
        if len(_DIGIT.findall(cell or "")) >= 5 and len(cells) * 2 >= len(below) and alike * 4 >= len(cells) * 3:
            return len(set(row)) == len(row)
    return False


def shape(cell: str | None) -> str:
    """How a cell is written: each digit as 9, words as one letter."""
    return _WORD.sub("a", _DIGIT.sub("9", (cell or "").strip()))[:SHAPE]


def shapes(column: pl.Series) -> set[str]:
    """The :func:`shape` of every filled cell of a String column."""
    text = column.drop_nulls().str.strip_chars(WHITE).str.replace_all(_DIGIT.pattern, "9")
    found = text.str.replace_all(_WORD.pattern, "a").str.slice(0, SHAPE).unique()
    return {s for s in found if s}


def _joined(upper: Cells, lower: Cells, below: Sequence[Cells]) -> list[str] | None:
    """The names of a header of two rows; None if the rows are not one."""
    width = max((i for row in (upper, lower) for i, c in enumerate(row, start=1) if c and c.strip()), default=0)
    over, under = ([(c or "").strip() for c in [*row, *[""] * width][:width]] for row in (upper, lower))
    named = [c for c in under if c]
    sure = bool(named) and all(map(NAME.search, named)) and _is_sparser(under, below)
    if ("" not in over and not sure) or not all(map(is_label, filter(None, [*over, *under]))):
        return None
    if len(named) == width == len(set(named)):
        return None
    names: list[str] = []
    group, groups = "", 0
    for i, (top, name) in enumerate(zip(over, under, strict=True)):
        if top:
            group = top if name else ""
            groups += bool(name) and i + 1 < width and not over[i + 1] and bool(under[i + 1])
        names.append(f"{group} {name}".strip() if name else top)
    given = [name for name in names if name]
    if len(set(given)) < len(given) or not contrasts(under, below):
        return None
    if not sure:
        return names if groups and len(given) == width else None
    reach = max(i for row in below for i, c in enumerate(row, start=1) if c and c.strip())
    return names + [""] * (min(reach, max(len(upper), len(lower))) - width)


def _is_sparser(row: Sequence[str], below: Sequence[Cells]) -> bool:
    """Whether at least three rows follow, and each holds more than this one."""
    number = sum(map(bool, row))
    return len(below) > 2 and all(sum(filled(other)) > number for other in below)


def filled(row: Cells) -> list[bool]:
    """For each cell whether it says anything."""
    return [bool(c and c.strip()) for c in row]


def until_blank(rows: Sequence[Cells]) -> list[Cells]:
    """The rows above the first blank one."""
    return list(takewhile(lambda row: any(filled(row)), rows))


def is_label(cell: str | None) -> bool:
    """Whether a cell can be the name of a column: a short text that is no figure, code or placeholder."""
    text = (cell or "").strip()
    short = len(text) <= _LONGEST_LABEL and len(_DIGIT.findall(text)) <= 2
    return short and any(c.isalpha() for c in text) and not NOTHING.fullmatch(text)


def contrasts(header: Cells, rows: Sequence[Cells]) -> int:
    """Number of columns with figures in at least three of four filled cells below a name that has none."""
    found = 0
    for i, name in enumerate(header):
        cells = [c for c in (row[i] for row in rows if i < len(row)) if c and c.strip()]
        figures = sum(bool(_DIGIT.search(c)) for c in cells)
        found += bool(name) and not _DIGIT.search(name or "") and bool(cells) and 4 * figures >= 3 * len(cells)
    return found


def find_header(rows: Sequence[Sequence[str | None]]) -> int | None:
    """Index of the header among the first rows; None if all are blank.

    It is the first of the first ten rows that hold anything, with two or more filled cells, whose number of
    cells is like that of the rows below. In a table of one column it is the first row that holds anything.
    """
    counts = [(i, sum(filled(row)), len(row)) for i, row in enumerate(rows)]
    counts = [f for f in counts if f[1]]
    if not counts:
        return None
    for position, (index, number, width) in enumerate(counts[:_CANDIDATES]):
        below = counts[position + 1 : position + 1 + _FOLLOWING]
        if number < 2:
            continue
        if not below:
            return index
        usual = median(w for _, _, w in below)
        if number < _SIMILAR * median(n for _, n, _ in below) or width < _SIMILAR * usual:
            if width == usual and _is_open(rows[index], [rows[i] for i, _, _ in below]):
                return index
            continue
        _, next_number, next_width = below[0]
        if next_width == usual and number < _SIMILAR * next_number and next_number >= _SIMILAR * next_width:
            continue  # a title of a few cells over a full header over sparse rows
        return index
    return next((i for i, n, _ in counts if n > 1), counts[0][0])


def _is_open(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether a row is a header without names for its last columns: different names, then only empty cells.

    Half of the columns or more have a name, figures stand below one of them, and the next row is no header itself.
    """
    names = [c.strip() for c in row if c and c.strip()]
    told = filled(row)
    plain = all(told[: len(names)]) and 2 * len(names) >= len(row) and len(set(names)) == len(names)
    records = [c for c in below[0] if c and c.strip()]
    return plain and all(map(is_label, names)) and not all(map(is_label, records)) and contrasts(row, below) > 0


def titles_above(rows: Sequence[Sequence[str | None]], first: int = 1) -> tuple[tuple[int, str], ...]:
    """Number and text of the rows that hold anything; ``first`` is the number of the first row."""
    texts = (" ".join(c.strip() for c in row if c and c.strip()) for row in rows)
    return tuple((number, text) for number, text in enumerate(texts, start=first) if text)


def column_names(header: Sequence[str | None]) -> list[str]:
    """Names from header cells: without byte-order mark and outer space, never empty, none twice."""
    cleaned = [(c or "").strip("\ufeff\u200b").strip().strip("\ufeff\u200b") for c in header]
    taken = {c for c in cleaned if c}
    names: list[str] = []
    seen: set[str] = set()
    for number, base in enumerate(cleaned, start=1):
        name = base or f"column {number}"
        again = 1
        while name in seen or (name in taken and name != base):
            again += 1
            name = f"{base or f'column {number}'} ({again})"
        seen.add(name)
        names.append(name)
    return names
