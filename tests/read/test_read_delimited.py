"""Delimited text: shapes, quotes, line ends, damage; and the law that both parsers give the same rows."""

from __future__ import annotations

import csv
import io
import time

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.errors import ConfigError, DataError
from ringfinder.model import ISSUE_SCHEMA
from ringfinder.read import RawTable, ReadOptions, read_table
from ringfinder.read.delimited import parse_fast, parse_tolerant
from ringfinder.read.grammar import Dialect
from ringfinder.read.header import Head
from ringfinder.read.records import iter_records
from ringfinder.read.shape import assemble
from ringfinder.read.sniff import sniff
from ringfinder.read.source import Source


@pytest.fixture
def read(tmp_path):
    def _read(content: str | bytes, name: str = "t.csv", **options: str) -> RawTable:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (table,) = read_table(path, ReadOptions(**options))
        assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
        assert table.issues.schema == pl.Schema(ISSUE_SCHEMA)
        assert all(t == pl.String for t in table.cells.dtypes)
        assert table.rows.dtype == pl.Int32
        assert len(table.rows) == table.cells.height
        return table

    return _read


def reasons(table: RawTable) -> list[tuple[int, str, bool]]:
    return [(r["row"], r["reason"], r["lost"]) for r in table.issues.iter_rows(named=True)]


# csv-spectrum 2.0.0 (BSD-2-Clause)
SPECTRUM = {
    "comma_in_quotes": (
        'first,last,address,city,zip\nJohn,Doe,120 any st.,"Anytown, WW",08123\n',
        [("John", "Doe", "120 any st.", "Anytown, WW", "08123")],
    ),
    "empty": ('a,b,c\n1,"",""\n2,3,4', [("1", None, None), ("2", "3", "4")]),
    "empty_crlf": ('a,b,c\r\n1,"",""\r\n2,3,4', [("1", None, None), ("2", "3", "4")]),
    "escaped_quotes": ('a,b\n1,"ha ""ha"" ha"\n3,4\n', [("1", 'ha "ha" ha'), ("3", "4")]),
    "json": (
        'key,val\n1,"{""type"": ""Point"", ""coordinates"": [102.0, 0.5]}"\n',
        [("1", '{"type": "Point", "coordinates": [102.0, 0.5]}')],
    ),
    "location": (
        "a,b,c\n2095257564,37\ufffd36'37.8\"N 121,Modesto",
        [("2095257564", "37\ufffd36'37.8\"N 121", "Modesto")],
    ),
    "newlines": (
        'a,b,c\n1,2,3\n"Once upon \na time",5,6\n7,8,9\n',
        [("1", "2", "3"), ("Once upon \na time", "5", "6"), ("7", "8", "9")],
    ),
    "newlines_crlf": (
        'a,b,c\r\n1,2,3\r\n"Once upon \r\na time",5,6\r\n7,8,9\r\n',
        [("1", "2", "3"), ("Once upon \r\na time", "5", "6"), ("7", "8", "9")],
    ),
    "quotes_and_newlines": ('a,b\n1,"ha \n""ha"" \nha"\n3,4\n', [("1", 'ha \n"ha" \nha'), ("3", "4")]),
    "simple": ("a,b,c\n1,2,3\n", [("1", "2", "3")]),
    "simple_crlf": ("a,b,c\r\n1,2,3\r\n", [("1", "2", "3")]),
    "utf8": ("a,b,c\n1,2,3\n4,5,ʤ", [("1", "2", "3"), ("4", "5", "ʤ")]),
}


@pytest.mark.parametrize("case", SPECTRUM)
def test_spectrum(read, case):
    text, rows = SPECTRUM[case]
    table = read(text)
    assert table.cells.rows() == rows
    assert table.rows.to_list() == list(range(2, 2 + len(rows)))
    assert table.issues.is_empty()


def test_no_value_is_interpreted(read):
    table = read("id,n\n007,110105194912310021\n1.50,1e5\nNULL,NA\n true ,2024-01-01\n")
    assert table.cells.rows() == [
        ("007", "110105194912310021"),
        ("1.50", "1e5"),
        ("NULL", "NA"),
        (" true ", "2024-01-01"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(read, delimiter):
    rows = [["客户号", "电话", "备注"], ["C1", "138;139", "a,b|c"], ["C2", "", "x\ty;z"], ["C3", "1", "2"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    table = read(out.getvalue())
    assert table.delimiter == delimiter
    assert table.cells.rows() == [tuple(c or None for c in r) for r in rows[1:]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tb\n" + "1,2,3\t4\n" * 60, "\t"),
        ("a,b\n" + "1,138;139\n" * 60, ","),
        ("统计 2024;终\na,b,c\n" + "1,2,3\n" * 5, ","),
        ("phone\n138\n139\n", ","),
        ("phone\n138;139\n", ","),
        ("", ","),
    ],
)
def test_sniff(text, expected):
    assert sniff(text) == expected


def test_named_delimiter(read):
    assert read("a,b;c\n1,2;3\n", delimiter=";").cells.rows() == [("1,2", "3")]
    assert read("a^b\n1^2\n", delimiter="^").cells.rows() == [("1", "2")]
    assert read("a、b\n1、2\n", delimiter="、").cells.rows() == [("1", "2")]
    assert read("a\tb\n1\t2\n", delimiter="\\t").delimiter == "\t"
    assert read("a||b\n1||2|3\n4||\n", delimiter="||").cells.rows() == [("1", "2|3"), ("4", None)]
    for bad in ("", "|" * 9, '"', "\n", ',"'):
        with pytest.raises(ConfigError, match="delimiter"):
            read("a,b\n1,2\n", delimiter=bad)


def test_lone_returns_end_records(read):
    table = read('a,b\r1,"x\ry"\r\r2,z\r')
    assert table.cells.rows() == [("1", "x\ry"), ("2", "z")]
    assert table.rows.to_list() == [2, 4]


def test_single_column(read):
    table = read("手机号\n138\n\n139\n")
    assert table.cells.to_dict(as_series=False) == {"手机号": ["138", "139"]}
    assert table.rows.to_list() == [2, 4]
    assert reasons(table) == [(3, "blank_row", True)]


def test_titles_totals_and_repeated_headers(read):
    text = (
        "二零二四年投诉报表,,,\n制表人,张三,,\n\n客户号,姓名,手机,\n1,a,b,\n小计,1,,\n"
        "客户号,姓名,手机,\n2,c,,\n , \u3000,,\n,合 计：,2,\nTotal,,,\n3,合计,d,\n"
    )
    table = read(text)
    assert table.cells.columns == ["客户号", "姓名", "手机", "column 4"]
    assert table.cells.rows() == [("1", "a", "b", None), ("2", "c", None, None), ("3", "合计", "d", None)]
    assert table.rows.to_list() == [5, 8, 12]
    assert table.titles == ((1, "二零二四年投诉报表"), (2, "制表人 张三"))
    assert reasons(table) == [
        (1, "title_row", False),
        (2, "title_row", False),
        (6, "total_row", True),
        (7, "repeated_header", True),
        (9, "blank_row", True),
        (10, "total_row", True),
        (11, "total_row", True),
    ]
    assert table.issues["value"].to_list()[:3] == ["二零二四年投诉报表", "制表人 张三", "小计,1,,"]


def test_ragged_rows(read):
    table = read("a,b\n1\n1,2,,\n1,2,3\n4,5\n")
    assert table.cells.rows() == [("1", None), ("1", "2"), ("4", "5")]
    assert table.rows.to_list() == [2, 3, 5]
    assert table.issues.rows() == [("t.csv", 4, "", "1,2,3", "ragged_row", True)]


def test_header_names(read):
    assert read("a, a ,,a,a (2)\n1,2,3,4,5\n").cells.columns == ["a", "a (3)", "column 3", "a (4)", "a (2)"]
    assert read("\ufeff客户号,b\n1,2\n").cells.columns == ["客户号", "b"]


def test_header_only(read):
    for text in ("a,b\n", "a,b", "a,b\r\n\r\n"):
        table = read(text)
        assert table.cells.shape == (0, 2)
        assert table.issues.row(0) == ("t.csv", 0, "", "", "no_rows", False)


@pytest.mark.parametrize("content", ["", " \n\t\r\n", "\n" * 5000, ",,,\n" * 100])
def test_empty(read, content):
    with pytest.raises(DataError, match=r"t.csv: the file is empty"):
        read(content)


@pytest.mark.parametrize("line", ["\n", "\r\n", ",,,\n", "\r"])
def test_many_blank_rows(read, line):
    number = 200_000
    begin = time.perf_counter()
    end = "\r" if line == "\r" else "\n"
    table = read(f"a,b,c,d{end}1,2{end}" + line * number + f"3,4{end}")
    assert time.perf_counter() - begin < 15  # no more than linear, on a busy machine
    assert table.rows.to_list() == [2, number + 3]
    assert table.issues["reason"].unique().to_list() == ["blank_row"]
    assert table.issues.height == number


def test_many_blank_rows_above(read):
    assert read("\n" * 10_000 + "a,b\n1,2\n").rows.to_list() == [10_002]


def test_quote_that_never_closes(read):
    table = read('a,b,c\n1,2,3\n4,"5,6\n7,8,"9"\n10,11,12\n')
    assert table.cells.rows() == [("1", "2", "3"), ("4", '"5', "6"), ("7", "8", "9"), ("10", "11", "12")]
    assert table.issues.rows() == [("t.csv", 3, "b", '"5', "open_quote", False)]


def test_quote_that_swallows_rows(read):
    table = read('a,b,c\n4,"5,6\n7,8,9\n7,8,9\n10,11,"12"\n')
    assert table.cells.height == 4
    assert reasons(table) == [(2, "open_quote", False)]


def test_every_row_has_an_open_quote(read):
    table = read("a,b,c\n" + '1,"2,3\n' * 20_001)
    assert table.cells.height == 20_001
    assert table.cells.unique().rows() == [("1", '"2', "3")]


def test_legal_line_breaks_are_kept(read):
    text = 'a,b,c\n1,"a,b\nc,d",3\n2,"one\ntwo\nthree\nfour",3\n3,"x\nhe said "no" ok",3\n'
    assert read(text).cells["b"].to_list() == ["a,b\nc,d", "one\ntwo\nthree\nfour", 'x\nhe said "no" ok']


CELLS = st.text(
    st.one_of(st.sampled_from(list("\",;\n\r\t| '=0a中")), st.characters(blacklist_categories=("Cs",))),
    max_size=6,
)


def same(text: str, delimiter: str, header: list[str], at: int = 0, quote: str = '"') -> RawTable | None:
    """Both parsers on one text, compared; None where the fast one declines."""
    source = Source(text.encode(), "", 0)
    dialect, head = Dialect(delimiter, quote), Head(at, header)
    tables = [assemble(g, "t", source, "", delimiter) for g in parse_tolerant(text, dialect, head)]
    grid = parse_fast(text, dialect, head)
    if grid is None:
        return None
    (slow,) = tables
    fast = assemble(grid, "t", source, "", delimiter)
    assert fast.cells.rows() == slow.cells.rows()
    assert fast.cells.columns == slow.cells.columns
    assert fast.rows.to_list() == slow.rows.to_list()
    assert fast.issues.rows() == slow.issues.rows()
    return fast


@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(1, 4), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_law_fast_equals_tolerant_on_clean_tables(data, width, delimiter, end, quote_all):
    header = [f"h{i}" for i in range(width)]
    rows = data.draw(st.lists(st.lists(CELLS, min_size=0, max_size=width), max_size=8))
    out = io.StringIO(newline="")
    returns = any("\r" in cell for row in rows for cell in row)  # csv leaves a return bare, and it joins a line feed
    quoting = csv.QUOTE_ALL if quote_all or returns else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([header, *rows])
    table = same(out.getvalue(), delimiter, header)
    if table is not None:
        padded = [tuple([*(c or None for c in r), *[None] * width][:width]) for r in rows]
        assert set(table.cells.rows()) <= set(padded)


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from(list("\"',\n\r a1中;")), max_size=40), st.integers(1, 3), st.sampled_from("\"'"))
def test_law_fast_equals_tolerant_on_any_text(text, width, quote):
    header = [f"h{i}" for i in range(width)]
    same(",".join(header) + "\n" + text, ",", header, quote=quote)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(list('",\n\r a1')), max_size=60), st.integers(0, 4))
def test_law_no_text_is_lost(text, width):
    """Every character that is no quote, delimiter, line end or padding comes out again, in order."""
    out = "".join("".join(cells) for cells, _ in iter_records(text, Dialect(","), lambda: width))
    assert [c for c in out if c in "a1"] == [c for c in text if c in "a1"]


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tabs_behind_each_value_are_no_delimiters(delimiter, end):
    rows = [["客户号", "姓名", "手机号"], *([f"C{i}", "张三", f"1380000{i}"] for i in range(1000, 1012))]
    text = "".join(delimiter.join(f"{c}\t" for c in row) + end for row in rows)
    assert sniff(text) == delimiter
    assert sniff(text.replace("\t", "", 3)) == delimiter  # none in the header
    assert sniff(text.replace(f"\t{delimiter}", "\t")) == "\t"
