"""What reading forgives beyond the pollutions of tests/intake, and where it does not guess."""

from __future__ import annotations

import openpyxl
import pytest

from ringfinder.errors import DataError
from ringfinder.read import RawTable, ReadOptions, read_table, read_tables


@pytest.fixture
def read(tmp_path):
    def _read(content: str | bytes, **options: str) -> RawTable:
        path = tmp_path / "t.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (table,) = read_table(path, ReadOptions(**options))
        return table

    return _read


def reasons(table: RawTable) -> list[tuple[int, str, bool]]:
    return [(r["row"], r["reason"], r["lost"]) for r in table.issues.iter_rows(named=True)]


BODY = "".join(f"C{i},张三,1380000{i}\n" for i in range(1000, 1012))
HEAD = "客户号,姓名,手机号\n"


def test_western_text_is_not_read_as_chinese(read):
    table = read("id,name\n1,Zoë naïve\n2,Müller\n3,café\n".encode("cp1252"))
    assert table.encoding == "cp1252"
    assert table.cells["name"].to_list() == ["Zoë naïve", "Müller", "café"]
    for text in ("客户号,姓名\nA1,臺\nB2,陳\n", "客户号,地址\n1,A栋3号\n2,B座\n", "客户号,姓名\n1,䶮\n"):
        assert read(text.encode("gb18030")).encoding == "gb18030"


def test_few_nul_bytes_are_taken_out_and_told(read):
    table = read((HEAD + BODY).replace("姓名", "姓\0名").replace("C1003", "C\x001003"))
    assert table.cells.columns == ["客户号", "姓名", "手机号"]
    assert table.cells["客户号"][3] == "C1003"
    assert reasons(table) == [(1, "bad_byte", False), (5, "bad_byte", False)]
    assert "\0" not in "".join(table.issues["value"])
    with pytest.raises(DataError, match="0x00 at offset"):
        read(HEAD + BODY.replace("C", "\0\0"))


@pytest.mark.parametrize("blank", ["\x1c,\x1d,\x1e", "\x1f,,", " ,\u3000,\xa0", '"\x85",\u2028,'])
def test_a_row_of_any_white_space_is_blank(read, blank):
    table = read(HEAD + BODY + blank + "\n", delimiter=",")
    assert (table.cells.height, reasons(table)) == (12, [(14, "blank_row", True)])


def test_a_table_without_a_header_keeps_its_first_row(read, tmp_path):
    table = read("导出\n\n" + BODY)
    assert table.cells.columns == ["column 1", "column 2", "column 3"]
    assert table.rows.to_list() == list(range(3, 15))
    assert reasons(table) == [(0, "no_header", False), (1, "title_row", False)]
    assert reasons(read(HEAD + BODY)) == []
    book = openpyxl.Workbook()
    for line in BODY.splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "b.xlsx")
    (sheet,) = read_table(tmp_path / "b.xlsx")
    assert sheet.cells.rows() == table.cells.rows()
    assert sheet.rows.to_list() == list(range(1, 13))
    assert reasons(sheet) == [(0, "no_header", False)]


@pytest.mark.parametrize(
    "text",
    [
        "2024-01,2024-02\n1,2\n3,4\n5,6\n",  # months over figures
        "id,2019,2020\nA,10000,20000\nB,30000,40000\nC,30000,40000\n",
        "C1,张三,13800001000\nC2,李四,13800001001\n",  # two records cannot tell
    ],
)
def test_what_may_be_a_header_stays_one(read, text):
    assert read(text).cells.columns == text.split("\n")[0].split(",")


def test_cells_that_have_moved_are_rejected_and_others_kept(read):
    table = read(HEAD + BODY + "C1012王五,13800001012\nC1013,王五\nC1014,,王五,13800001014\nC1015,王五,13800001015,\n")
    assert reasons(table) == [
        (14, "ragged_row", True),
        (15, "ragged_row", False),
        (16, "ragged_row", True),
        (17, "ragged_row", False),
    ]
    assert table.cells.rows()[-2:] == [("C1013", "王五", None), ("C1015", "王五", "13800001015")]


def test_short_rows_are_no_news_where_the_writer_leaves_out_empty_cells(read):
    rows = "".join(f"C{i},张三\nC{i}0,张三,1380000{i}\n" for i in range(1000, 1012))
    table = read(HEAD + rows)
    assert table.cells.height == 24
    assert table.issues.is_empty()


def test_a_broken_row_is_joined_only_where_it_can_be_told(read):
    table = read(HEAD + BODY + "C1012,王\n五,13800001012\n" + BODY.replace("C1", "C2"))
    assert table.cells.row(12) == ("C1012", "王\n五", "13800001012")
    assert reasons(table) == [(14, "ragged_row", False), (15, "ragged_row", True)]
    # the second piece begins as a record does
    two = read(HEAD + BODY + "C1012,王五\nC1013,13800001012\n" + BODY.replace("C1", "C2"))
    assert two.cells.row(12) == ("C1012", "王五", None)
    assert "C1012" in two.cells["客户号"].to_list()


def test_a_narrower_table_right_below(tmp_path):
    (tmp_path / "t.csv").write_text(HEAD + BODY + "投诉编号,投诉日期\nT1,2024-01-02\nT2,2024-01-03\n")
    first, second = read_table(tmp_path / "t.csv")
    assert (first.cells.height, first.issues.height) == (12, 0)
    assert second.cells.columns == ["投诉编号", "投诉日期"]
    assert second.rows.to_list() == [15, 16]


def test_space_colon_and_the_like_are_no_delimiters_of_prose(read):
    assert read("full name\nJohn Smith\nMary Jones\n").cells.columns == ["full name"]
    assert read("备注: 内容\n说: 好\n答: 行\n").cells.width == 1
    assert read("time,n\n10:30:00,1\n11:30:00,2\n").cells.columns == ["time", "n"]


def test_backslashes_after_the_sample_are_seen(read):
    rows = "".join(f'C{i},"a, b",1380000{i}\n' for i in range(1000, 1100))
    table = read(HEAD + rows + 'C1100,"he said \\"yes, no\\"",138\n')
    assert table.cells["姓名"][-1] == 'he said "yes, no"'


def test_no_file_takes_the_run_down_if_others_can_be_read(tmp_path):
    (tmp_path / "good.csv").write_text(HEAD + BODY)
    bad = {
        "empty.csv": b"",
        "noise.csv": bytes(range(256)) * 40,
        "cut.csv.gz": b"\x1f\x8b\x08\0",
        "b.xlsx": b"PK\x03\x04",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError):
        read_tables([tmp_path])
    skipped: list[DataError] = []
    (table,) = read_tables([tmp_path], ReadOptions(keep_going=True), skipped.append)
    assert table.cells.height == 12
    assert {error.where for error in skipped} == set(bad)


def test_an_equally_wide_table_right_below(tmp_path):
    other = "投诉编号,投诉人,投诉日期\nT1,张三,2024-01-02\nT2,李四,2024-01-03\n"
    (tmp_path / "t.csv").write_text(HEAD + BODY + other)
    first, second = read_table(tmp_path / "t.csv")
    assert (first.cells.height, first.issues.height) == (12, 0)
    assert second.cells.columns == ["投诉编号", "投诉人", "投诉日期"]
    assert second.rows.to_list() == [15, 16]


@pytest.mark.parametrize("row", ["王五,北京某机构,未提供手机", "编号,姓名", "赵六,王五,李四", "客户号,姓名,手机号"])
def test_words_among_records_start_no_table(read, row):
    table = read(HEAD + BODY + row + "\n" + BODY.replace("C1", "D1"))
    assert table.cells.height + int(table.issues["lost"].sum()) == 25


@pytest.mark.parametrize("above", ["", "客户清单,2024年3月,,,\n", "客户清单,,,,\n"])
def test_empty_cells_at_the_end_of_a_header(read, above):
    records = "".join(f"C{i},张三,1380000{i},甲,{i}\n" for i in range(1000, 1009))
    table = read(above + "客户号,姓名,手机号,,\n" + records)
    assert table.cells.columns == ["客户号", "姓名", "手机号", "column 4", "column 5"]
    assert table.cells.height == 9
    full = read("客户清单,制表人,部门,,\n客户号,姓名,手机号,备注,金额\n" + records)
    assert full.cells.columns == ["客户号", "姓名", "手机号", "备注", "金额"]


@pytest.mark.parametrize(
    "end", ["总计：14,,", "共14条,,", "以上共计14户,,", "平均,,42", "制表人：张三,,审核：李四", "共 14 条记录,,"]
)
def test_totals_and_footers_are_no_records(read, end):
    table = read(HEAD + BODY + end + "\n")
    assert reasons(table) == [(14, "total_row", True)]
    kept = read(HEAD + BODY + "共14条街,张三,1\n制表人：张三,李四,1\n")
    assert kept.cells.height == 14
