"""What goes in as a clean table comes out equal, however it was written, packed or ordered, and by either reader."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pollute import POLLUTIONS, TABLES, Table, text_of

from ringfinder.read import RawTable, ReadOptions, delimited, read_table
from ringfinder.read.shape import assemble
from ringfinder.read.source import Source

NAMES = ["客户号", "手机号", "姓名", "备注", "Complaint text"]
WORDS = st.text(st.sampled_from(list("张三说要求 abc,;|\t\"'\n\\:=-^~19.")), max_size=12)


def _plain(cell: str) -> bool:
    return cell == cell.strip() and not cell.startswith("'")


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables with an identifier, a phone, and one to three columns of any text."""
    width = draw(st.integers(1, 3))
    rows = draw(st.lists(st.lists(WORDS.filter(_plain), min_size=width, max_size=width), min_size=3, max_size=9))
    return [NAMES[: width + 2], *[[f"C{i:03}", f"1381234{i:04}", *row] for i, row in enumerate(rows)]]


STYLES = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from([",", ";", "\t", "|"]),
        "every": st.booleans(),
        "end": st.sampled_from(["\n", "\r\n"]),
    }
)
CODECS = st.sampled_from(
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("gb18030", b""),
    ]
)
LAW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(path: Path, data: bytes) -> RawTable:
    path.write_bytes(data)
    (table,) = read_table(path, ReadOptions())
    return table


def equal(table: RawTable, clean: Table) -> None:
    assert table.cells.columns == clean[0]
    assert table.cells.rows() == [tuple(c or None for c in row) for row in clean[1:]]
    assert table.rows.to_list() == list(range(2, len(clean) + 1))
    assert table.issues.is_empty()


@LAW
@given(tables(), STYLES, CODECS)
def test_any_delimiter_quoting_line_end_and_encoding(tmp_path, table, style, codec):
    equal(read(tmp_path / "t.csv", codec[1] + text_of(table, **style).encode(codec[0])), table)


@LAW
@given(tables(), st.sampled_from(["^", "~", "\x01", "\x1f", "||", "|+|", "\t\t"]))
def test_rare_delimiters_if_all_cells_are_quoted(tmp_path, table, delimiter):
    equal(read(tmp_path / "t.csv", text_of(table, delimiter=delimiter, every=True).encode()), table)


@settings(LAW, max_examples=40)
@given(tables())
def test_packed_files_and_workbooks(tmp_path, table):
    data = text_of(table).encode()
    equal(read(tmp_path / "t.csv.gz", gzip.compress(data)), table)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("t.csv", data)
    equal(read(tmp_path / "t.zip", out.getvalue()), table)
    book, out = openpyxl.Workbook(), io.BytesIO()
    for i, row in enumerate(table, start=1):
        for j, cell in enumerate(row, start=1):
            book.active.cell(i, j, cell).data_type = "s"
    book.save(out)
    equal(read(tmp_path / "t.xlsx", out.getvalue()), table)


@LAW
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_rows_and_columns(tmp_path, table, random):
    rows, columns = table[1:], list(range(len(table[0])))
    random.shuffle(rows)
    random.shuffle(columns)
    moved = [[row[i] for i in columns] for row in [table[0], *rows]]
    equal(read(tmp_path / "t.csv", text_of(moved).encode()), moved)


def both(monkeypatch, path: Path) -> tuple[list[RawTable], bool]:
    """The tables by both readers, in this order, and whether the columnar one took the file."""
    taken: list[bool] = []
    real = delimited.parse_fast

    def spy(*arguments):
        grid = real(*arguments)
        taken.append(grid is not None)
        return grid

    monkeypatch.setattr(delimited, "parse_fast", spy)
    usual = list(read_table(path))
    monkeypatch.setattr(delimited, "parse_fast", lambda *_: None)
    tolerant = list(read_table(path))
    monkeypatch.undo()
    for one, other in zip(usual, tolerant, strict=True):
        assert one.cells.equals(other.cells)
        assert one.rows.equals(other.rows)
        assert one.issues.equals(other.issues)
        assert one.titles == other.titles
    return usual, taken[0]


@settings(LAW, max_examples=100, suppress_health_check=list(HealthCheck))
@given(tables(), STYLES, st.lists(st.sampled_from(["", ",,,", "合计,1", "注：,,,,", "x", "'a','b'", "C9,1,2,3,4,5,6"])))
def test_both_readers_on_clean_tables_and_dirty_ends(tmp_path, monkeypatch, table, style, lines):
    path = tmp_path / "t.csv"
    path.write_text(text_of(table, **style) + "\n".join(lines), newline="")
    _, taken = both(monkeypatch, path)
    if not lines and not any("\n" in c for row in table for c in row):
        assert taken


def test_both_readers_on_every_pollution(tmp_path, monkeypatch):
    path = tmp_path / "t.csv"
    taken = set()
    for name, make in POLLUTIONS.items():
        for table in TABLES.values():
            path.write_bytes(make([list(row) for row in table]).data)
            if both(monkeypatch, path)[1]:
                taken.add(name)
    assert {"clean", "all cells quoted", "semicolon", "two bars", "titles above, with all delimiters"} <= taken


def test_no_row_is_lost_without_an_issue():
    grids, delimiter = delimited.parse("a,b\n1,2\n1,2,3\n\n合计,1\n", None, "t")
    table = assemble(grids[0], "t", Source(b"", "", 0), "utf-8", delimiter)
    assert table.cells.height + int(table.issues["lost"].sum()) == grids[0].total - grids[0].header_row == 4
