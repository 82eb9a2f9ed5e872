"""Encoding and delimiter by file: which name a pattern fits, and what wins."""

from __future__ import annotations

import zipfile

import pytest

from ringfinder.config_file import parse_config
from ringfinder.errors import ConfigError
from ringfinder.read import ReadOptions, read_tables
from ringfinder.read.inputs import fits_file

BIG5 = "姓名;編號\n陳大文;1,2\n".encode("big5")


@pytest.mark.parametrize(
    ("name", "pattern", "fits"),
    [
        ("a.csv", "a.csv", True),
        ("june/a.csv", "a.csv", True),
        ("june/a.csv", "june/*.csv", True),
        ("june/a.csv", "e/a.csv", False),
        ("a.zip#june/b.csv", "b.csv", True),
        ("a.zip#june/b.csv", "a.zip", True),
        ("a.zip#june/b.csv", "a.zip#june/b.csv", True),
        ("a.csv", "*.txt", False),
        ("a[1].csv", "a[[]1].csv", True),
        ("a[1].csv", "a[1].csv", True),
    ],
)
def test_what_a_pattern_fits(name, pattern, fits):
    assert fits_file(name, pattern) is fits


def options(**entries: dict[str, str]) -> ReadOptions:
    return parse_config({"tables": [{"file": f, **given} for f, given in entries.items()]}).read


def test_an_entry_is_about_its_file_alone(tmp_path):
    (tmp_path / "a.csv").write_bytes(BIG5)
    (tmp_path / "b.csv").write_text("姓名,x\n张,1\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("d.csv", BIG5)
    read = options(**{"a.csv": {"encoding": "big5", "delimiter": ";"}, "d.csv": {"encoding": "big5"}})
    a, b, d = read_tables([tmp_path], read)
    assert (a.encoding, a.delimiter, a.cells.rows()) == ("big5", ";", [("陳大文", "1,2")])
    assert (b.encoding, b.cells.rows()) == ("utf-8", [("张", "1")])
    assert d.cells.rows() == a.cells.rows()


def test_a_name_wins_over_a_pattern_and_the_command_line_over_both():
    read = options(**{"*.csv": {"encoding": "gb18030", "delimiter": "|"}, "a.csv": {"encoding": "big5"}})
    assert (read.of("a.csv").encoding, read.of("a.csv").delimiter) == ("big5", "|")
    assert (read.of("b.csv").encoding, read.of("c.txt").encoding) == ("gb18030", None)
    named = read.with_named("utf-8", None)
    assert (named.of("a.csv").encoding, named.of("a.csv").delimiter) == ("utf-8", "|")
    assert read.with_named(None, ";").of("a.csv") == ReadOptions("big5", ";")


def test_what_cannot_be_is_told_with_the_entry():
    entries = [
        {"file": "a.csv", "encoding": "klingon"},
        {"file": "b.csv", "delimiter": "and"},
        {"file": "c.csv", "encoding": "big5"},
        {"file": "c.csv", "table": 2, "encoding": "gb18030"},
        {"file": "c.csv", "table": 3, "encoding": "big5"},
    ]
    with pytest.raises(ConfigError) as error:
        parse_config({"tables": entries, "read": {"files": []}})
    for part in (
        "[[tables]] entry 1: there is no text encoding named 'klingon'",
        "[[tables]] entry 2: 'and' cannot be a delimiter",
        "two [[tables]] entries give file = 'c.csv' another encoding",
        "unknown setting read.files",
    ):
        assert part in error.value.what


def test_that_a_table_has_no_header_is_no_news_where_its_columns_are_named(tmp_path):
    for name in ("a.csv", "b.csv"):
        rows = "".join(f"C{i},张三,1380000{i}\n" for i in range(1000, 1012))
        (tmp_path / name).write_text(rows, encoding="utf-8")
    entries = [
        {"file": "a.csv", "type": "customers", "columns": {"customer_id": "column 1", "mobile": "column 3"}},
        {"file": "b.csv", "type": "customers"},
    ]
    a, b = read_tables([tmp_path], parse_config({"tables": entries}).read)
    assert a.issues.is_empty()
    assert b.issues["reason"].to_list() == ["no_header"]
