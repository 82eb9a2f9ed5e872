"""Several tables in one file, headers of two rows, and the ways in which cells are quoted."""

from __future__ import annotations

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.errors import ConfigError
from ringfinder.read import RawTable, ReadOptions, read_table
from ringfinder.read.delimited import parse, parse_fast, parse_tolerant
from ringfinder.read.dialect import dialect_of, head_of
from ringfinder.read.header import find_head
from ringfinder.read.records import iter_records
from ringfinder.read.shape import assemble
from ringfinder.read.sniff import sniff
from ringfinder.read.source import Source


@pytest.fixture
def read(tmp_path):
    def _read(text: str, **options: str) -> tuple[RawTable, ...]:
        path = tmp_path / "t.csv"
        path.write_text(text, newline="")
        return read_table(path, ReadOptions(**options))

    return _read


def reasons(table: RawTable) -> list[tuple[int, str]]:
    return [(r["row"], r["reason"]) for r in table.issues.iter_rows(named=True)]


CUSTOMERS = "客户号,姓名,手机号\nC1,张三,13800000001\nC2,李四,13800000002\n"


def test_two_tables(read):
    first, second = read(CUSTOMERS + ",,\n\n投诉明细,,\n投诉编号,投诉日期,,\nT1,2024-01-02\nT2,2024-01-03,,\n合计,2\n")
    assert (first.file, second.file) == ("t.csv", "t.csv#2")
    assert first.cells.height == 2
    assert reasons(first) == [(4, "blank_row"), (5, "blank_row")]
    assert second.cells.columns == ["投诉编号", "投诉日期"]
    assert second.cells.rows() == [("T1", "2024-01-02"), ("T2", "2024-01-03")]
    assert second.rows.to_list() == [8, 9]
    assert second.titles == ((6, "投诉明细"),)
    assert reasons(second) == [(6, "title_row"), (10, "total_row")]
    assert (first.sha256, first.size) == (second.sha256, second.size)


def test_a_wider_and_an_equally_wide_table(read):
    wide = "\n客户号,企业名称,统一代码,日期,金额\nC1,甲公司,91110000X,2024-01-02,1.5\n"
    same = "\n投诉号,投诉人,日期\nT1,张三,2024-01-02\n"
    tables = read(CUSTOMERS + wide + same + "\n" + CUSTOMERS)
    assert [t.file for t in tables] == ["t.csv", "t.csv#2", "t.csv#3", "t.csv#4"]
    assert [t.cells.shape for t in tables] == [(2, 3), (1, 5), (1, 3), (2, 3)]
    assert [t.rows[0] for t in tables] == [2, 6, 9, 12]


@pytest.mark.parametrize(
    "more",
    [
        CUSTOMERS,  # the same header again
        "C3,王五,13800000003\n",
        "C3,王五,无\nC4,赵六,13800000003\n",
        "李四,北京,上海\n王五,上海,北京\n",
        "李四,无,暂无\nC4,1,13800000003\nC5,2,13800000003\n",
        "制表人,王五\n审核人,赵六\n日期,2024-01-02\n",
        "合计,2,\n",
        "备注\n",
        "投诉编号,投诉日期\n",  # a header without rows is no table
    ],
)
def test_what_is_no_new_table(read, more):
    (table,) = read(CUSTOMERS + "\n" + more)
    read_rows = table.cells.height + int(table.issues["lost"].sum())
    assert read_rows == (CUSTOMERS + "\n" + more).count("\n") - 1


def test_no_blank_row_no_new_table(read):
    (table,) = read(CUSTOMERS + "投诉单,投诉日期\nT1,2024-01-02\n")
    assert table.cells.height == 3
    assert reasons(table) == [(4, "ragged_row"), (5, "ragged_row")]


def test_two_tables_in_a_sheet(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["客户号", "手机"], ["C1", "138"], [], ["投诉"], ["编号", "日期", "金额"], ["T1", "2024-01-02", 3]):
        sheet.append(row)
    book.save(tmp_path / "b.xlsx")
    first, second = read_table(tmp_path / "b.xlsx")
    assert (first.file, second.file) == ("b.xlsx#Sheet", "b.xlsx#Sheet#2")
    assert first.cells.rows() == [("C1", "138")]
    assert second.cells.rows() == [("T1", "2024-01-02", "3")]
    assert (second.rows.to_list(), second.titles) == ([6], ((4, "投诉"),))


@pytest.mark.parametrize(
    ("upper", "lower", "columns"),
    [
        ("申请人,,联系人,", "姓名,电话,姓名,电话", ["申请人 姓名", "申请人 电话", "联系人 姓名", "联系人 电话"]),
        ("客户号,姓名,联系方式,", ",,手机,座机", ["客户号", "姓名", "联系方式 手机", "联系方式 座机"]),
        ("客户号,联系方式,,日期", ",手机,座机,", ["客户号", "联系方式 手机", "联系方式 座机", "日期"]),
        (",联系方式,,", "客户号,手机,手机,座机", None),
        (",,联系方式,", "客户号,证件号,手机,座机", ["客户号", "证件号", "手机", "座机"]),
        ("投诉报表,,,", "客户号,证件号,手机,座机", ["客户号", "证件号", "手机", "座机"]),
        ("制表人,张三,,", "客户号,证件号,手机,", ["客户号", "证件号", "手机", "column 4"]),
    ],
)
def test_headers_of_two_rows(read, upper, lower, columns):
    body = "C1,110105194912310021,138,010-1\n" * 2
    (table,) = read(f"{upper}\n{lower}\n{body}\n{upper}\n{lower}\n{body}")
    if columns is not None:
        assert table.cells.columns == columns
    joined = columns is not None and any(" " in c for c in columns[:3])
    assert (reasons(table)[0] == (1, "title_row")) is not joined
    assert [r for r in table.rows if r < 5] == [3, 4]
    assert (table.titles == ()) is joined
    if joined:
        assert reasons(table) == [(5, "blank_row"), (6, "repeated_header"), (7, "repeated_header")]
        assert table.cells.height == 4


def test_a_row_of_words_is_no_lower_header(read):
    (table,) = read("a,,b\nx,y,\n张三,北京,\n")
    assert table.cells.rows() == [("x", "y", None), ("张三", "北京", None)]


def test_space_before_quotes(read):
    (table,) = read('id, name, city\n1, "Doe, J.", Bonn\n2, "Roe, ""R""", Rome\n3, "", x\n')
    assert table.cells.rows() == [("1", "Doe, J.", "Bonn"), ("2", 'Roe, "R"', "Rome"), ("3", None, "x")]
    (table,) = read('id, name\n1, "a"\n2, b "c"\n')
    assert table.cells["name"].to_list() == [' "a"', ' b "c"']
    (table,) = read('id; name; n\n1; "a;b"; 2\n2; "c"; 3\n')
    assert table.cells.rows() == [("1", "a;b", "2"), ("2", "c", "3")]


def test_single_quotes(read):
    text = "id,name\n1,'Doe, J.'\n2,'it''s'\n"
    assert read(text)[0].cells.rows() == [("1", "Doe, J."), ("2", "it's")]
    assert read(text, quote='"')[0].issues["reason"].to_list() == ["ragged_row"]
    (apostrophes,) = read("id,phone\n'1,'138\n'2,'139\n")
    assert apostrophes.cells.rows() == [("'1", "'138"), ("'2", "'139")]
    (table,) = read(text, quote="'")
    assert table.cells.rows() == [("1", "Doe, J."), ("2", "it's")]
    assert read("id,n\n'1,2\n3,'4'\n", quote="'")[0].issues["reason"].to_list() == ["open_quote"]
    for bad in ("", "x", '""'):
        with pytest.raises(ConfigError, match="quote"):
            read(text, quote=bad)


def test_backslash_escapes(read):
    (table,) = read('id,text,n\n1,"he said \\"yes, I do\\"",2\n2,"C:\\new\\\\",3\n3,a\\b,4\n')
    assert table.cells.rows() == [("1", 'he said "yes, I do"', "2"), ("2", "C:\\new\\", "3"), ("3", "a\\b", "4")]
    (table,) = read('id,folder\n1,"C:\\x\\"\n2,"D:\\"\n')
    assert table.cells["folder"].to_list() == ["C:\\x\\", "D:\\"]


LINES = st.sampled_from(
    [
        "客户号,姓名,手机号",
        "投诉编号,投诉日期",
        "编号,企业名称,代码,日期,金额",
        "申请人,,联系人",
        "姓名,电话,姓名",
        "C1,张三,138",
        "T1,2024-01-02",
        "1,甲公司,91,2024,5",
        "投诉明细,,",
        "合计,1",
        'C2,"李,四",139',
        'C3, "李,四", 139',
        'C4,"a\\"b",1',
        "C5,'x,y',2",
        'C6,"open',
        ",,",
        "",
        "",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=14), st.sampled_from(["\n", "\r\n"]), st.sampled_from("\"'"))
def test_law_both_parsers_agree_and_lose_no_row(lines, end, quote):
    text = "客户号,姓名,手机号" + end + end.join(lines) + end
    source = Source(text.encode(), "", 0)
    delimiter = sniff(text, quote)
    dialect = dialect_of(text, delimiter, quote)
    if not dialect.escaped:
        head = find_head(head_of(text, dialect))
        slow = parse_tolerant(text, dialect, head)
        fast = parse_fast(text, dialect, head)
        if fast is not None:
            assert len(slow) == 1
            one, other = (assemble(g, "t", source, "", delimiter) for g in (fast, slow[0]))
            assert one.cells.equals(other.cells)
            assert one.rows.equals(other.rows)
            assert one.issues.equals(other.issues)
        number = sum(1 for _ in iter_records(text, dialect, lambda: len(head.header)))
        assert slow[-1].total == number or len(slow) > 1
    grids, _ = parse(text, None, "t", quote)
    seen = grids[0].header_row
    for grid in grids:
        table = assemble(grid, "t", source, "", delimiter)
        titles = [row for row, _ in table.titles if row > seen]
        lost = table.issues.filter("lost")["row"].to_list()
        rows = sorted([*titles, *([grid.header_row] if grid is not grids[0] else []), *lost, *table.rows])
        assert rows == list(range(seen + 1, grid.total + 1))
        seen = grid.total
