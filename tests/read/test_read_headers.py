"""Headers of two rows: the lower row names some columns only."""

from __future__ import annotations

import openpyxl
import pytest

from ringfinder.read import read_table
from ringfinder.tables import recognise

ROWS = "".join(f"C{i},1380000{i},T{i},2026-05-0{i % 9 + 1}\n" for i in range(1000, 1012))
FIELDS = ["customer_id", "mobile", "complaint_id", "complaint_date"]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("客户信息,,投诉信息,投诉日期\n客户号,手机,投诉编号,", FIELDS),
        ("客户信息,,投诉信息,投诉日期\n客户号,手机,,", [*FIELDS[:2], None, FIELDS[3]]),
        ("客户信息,手机,投诉编号,投诉日期\n客户号,,,", FIELDS),
        ("客户号,手机,投诉信息,\n,,编号,投诉日期", FIELDS),
        ("客户信息,,投诉编号,投诉日期\n,手机,,", [None, *FIELDS[1:]]),
        ("客户信息,,投诉信息,\n客户号,,投诉编号,", [FIELDS[0], None, FIELDS[2], None]),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", "quoted"])
def test_each_column_has_its_lower_name_or_else_its_upper_one(tmp_path, header, fields, suffix):
    text = f"{header}\n{ROWS}"
    path = tmp_path / ("t.xlsx" if suffix == ".xlsx" else "t.csv")
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for line in text.splitlines():
            book.active.append([c or None for c in line.split(",")])
        book.save(path)
    else:
        path.write_text(text + ('"C2000",1,"a\nb",2\n' if suffix == "quoted" else ""), encoding="utf-8")
    (table,) = read_table(path)
    assert table.cells.head(12).rows() == [tuple(line.split(",")) for line in ROWS.splitlines()]
    assert table.rows[0] == 3
    assert not table.issues["lost"].any()
    mapping = recognise(table.cells.columns, table.file)
    assert [c.field for c in mapping.columns] == fields


def test_the_upper_name_tells_whose_column_it_is(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("客户号,代理人信息,\n,姓名,手机\n" + "".join(f"C{i},甲,1380000{i}\n" for i in range(1000, 1005)))
    (table,) = read_table(path)
    assert table.cells.columns == ["客户号", "代理人信息 姓名", "代理人信息 手机"]
    mapping = recognise(table.cells.columns, table.file)
    assert [c.field for c in mapping.columns] == ["customer_id", "agent_name", "agent_phone"]


@pytest.mark.parametrize("second", ["张三,,,", "(必填),,,", "C999,,,", "客户号,手机,T1,"])
def test_a_sparse_record_is_no_part_of_the_header(tmp_path, second):
    path = tmp_path / "t.csv"
    path.write_text(f"客户号,手机,投诉编号,投诉日期\n{second}\n{ROWS}")
    (table,) = read_table(path)
    assert table.cells.columns == ["客户号", "手机", "投诉编号", "投诉日期"]
    assert table.cells.height == 13
