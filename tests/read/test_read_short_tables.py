"""A second table of one record, right below the first."""

from __future__ import annotations

import pytest

from ringfinder.read import read_table

FIRST = "客户号,姓名,手机号\n" + "".join(f"C{i},张三,1380000{i}\n" for i in range(1000, 1012))


def tables_of(tmp_path, text: str):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path)


@pytest.mark.parametrize(
    ("below", "columns"),
    [
        ("投诉编号,投诉日期\nT1,2026-05-03\n", 2),
        ("投诉编号,投诉日期,来电号码\nT1,2026-05-03,13800009999\n", 3),
        ("投诉编号,投诉日期,来电号码,投诉渠道\nT1,2026-05-03,13800009999,12378\n\n\n", 4),
    ],
)
@pytest.mark.parametrize("quoted", ["", '"C2","a\nb",1\n'], ids=["fast", "tolerant"])
def test_it_is_told_by_its_names(tmp_path, below, columns, quoted):
    first, second = tables_of(tmp_path, FIRST + quoted + below)
    assert (first.file, second.file) == ("t.csv", "t.csv#2")
    assert first.cells.height == 12 + bool(quoted)
    assert (second.cells.width, second.cells.height) == (columns, 1)
    assert second.cells.row(0)[:2] == ("T1", "2026-05-03")


def test_three_tables_of_one_record(tmp_path):
    complaint = "投诉编号,投诉日期,来电号码\nT1,2026-05-03,1380\n"
    found = tables_of(tmp_path, FIRST + complaint + "运单号,寄件日期,寄件人电话\nM1,2026-05-04,1381\n")
    assert [t.cells.rows() for t in found[1:]] == [[("T1", "2026-05-03", "1380")], [("M1", "2026-05-04", "1381")]]


@pytest.mark.parametrize(
    "below",
    [
        "投诉编号,投诉日期,来电号码\n",  # no record
        "C9,客户姓名,13800009999\n",
        "客户号,姓名,手机号\nC9,李四,13800009999\n",  # the header again
        "无编号,无姓名,备注内容\n待补,李四,无\n",  # no figures below
    ],
)
def test_what_is_no_table(tmp_path, below):
    assert len(tables_of(tmp_path, FIRST + below)) == 1
