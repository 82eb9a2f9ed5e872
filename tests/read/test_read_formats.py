"""Encodings, compression, workbooks, Parquet, and what cannot be read."""

from __future__ import annotations

import codecs
import datetime as dt
import gzip
import hashlib
import os
import socket
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from ringfinder.errors import ConfigError, DataError
from ringfinder.read import ReadOptions, find_inputs, read_table, read_tables
from ringfinder.read import source as source_module

TEXT = "地区代码,地区名称\n110000,北京市\n" + "".join(f"{i},䶮城{i}号\n" for i in range(110001, 110400))

ENCODED = {
    "gb18030": (TEXT.encode("gb18030"), "gb18030"),
    "gbk": (TEXT.replace("䶮", "龙").encode("gbk"), "gb18030"),
    "gbk_tab": (TEXT.replace("䶮", "龙").replace(",", "\t").encode("gbk"), "gb18030"),
    "utf8": (TEXT.encode(), "utf-8"),
    "utf8_bom": (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
    "utf8_semicolon": (TEXT.replace(",", ";").encode(), "utf-8"),
    "utf16_le": (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
    "utf16_be": (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
}


def one(path, **options):
    (table,) = read_table(path, ReadOptions(**options))
    return table


@pytest.mark.parametrize("case", ENCODED)
def test_encodings(tmp_path, case):
    content, encoding = ENCODED[case]
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    table = one(path)
    assert table.encoding == encoding
    assert table.cells.columns == ["地区代码", "地区名称"]
    assert table.cells.row(0) == ("110000", "北京市")
    assert table.cells.height == 400
    assert table.cells.row(1)[1] in ("䶮城110001号", "龙城110001号")
    assert table.issues.is_empty()
    assert (table.sha256, table.size) == (hashlib.sha256(content).hexdigest(), len(content))


@pytest.mark.parametrize("codec", ["utf-16-be", "utf-16-le"])
def test_utf16_without_mark_names_the_option(tmp_path, codec):
    path = tmp_path / "r.csv"
    path.write_bytes(TEXT.encode(codec))
    with pytest.raises(DataError, match=rf"r\.csv: .*UTF-16.*--encoding {codec}"):
        read_table(path)
    assert one(path, encoding=codec).cells.row(0) == ("110000", "北京市")


def test_named_encoding(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes("姓名,x\n陳,1\n".encode("big5"))
    assert one(path, encoding="big5").cells.row(0) == ("陳", "1")
    for bad in ("klingon", "base64", "rot13", ""):
        with pytest.raises(ConfigError, match="--encoding"):
            read_table(path, ReadOptions(encoding=bad))


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        ("客户号,姓名\n1,张\n".encode("gb18030") + b"2,\x80x\n" * 4, "gb18030"),
        ("客户号,姓名\n1,张三李四陈五赵六周七吴八\n".encode() + b"2,\x80x\n" * 4, "utf-8"),
    ],
)
def test_many_bad_bytes_are_reported_and_replaced_on_consent(tmp_path, content, codec):
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    at = content.index(b"\x80x")
    with pytest.raises(DataError, match=rf"0x80 at byte offset {at}, line 3, .* {codec}"):
        read_table(path)
    table = one(path, encoding=codec)
    assert table.cells.row(1) == ("2", "\ufffdx")
    assert table.issues.rows()[0] == ("r.csv", 3, "姓名", "\ufffdx", "bad_byte", False)
    assert table.issues.height == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PK\x03\x04abc", "ZIP"),
        (b"\x7fELF\x02", "program"),
        (b"a,b\n1,2\n3,\x00\n", "0x00 at offset 10, line 3"),
        (bytes(range(128, 256)) * 5 + b"\x01\x02\n", "not text"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"\xff\xfe\x00", "does not fit utf-16-le"),
    ],
)
def test_binary(tmp_path, content, words):
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"r\.csv: .*{words}"):
        read_table(path)


def test_gzip(tmp_path, monkeypatch):
    path = tmp_path / "r.csv.gz"
    packed = gzip.compress(TEXT.encode())
    path.write_bytes(packed)
    table = one(path)
    assert table.cells.height == 400
    assert (table.size, table.sha256) == (len(packed), hashlib.sha256(packed).hexdigest())
    for damaged in (packed[:-20], packed[:100] + b"xx" + packed[102:], b"\x1f\x8bnonsense"):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match="gzip file is damaged"):
            read_table(path)
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(DataError, match="is empty"):
        read_table(path)
    path.write_bytes(gzip.compress(b"a,b\n" * 10_000))
    monkeypatch.setattr(source_module, "MAX_BYTES", 10_000)
    with pytest.raises(DataError, match="more than 10,000 bytes"):
        read_table(path)


def test_parquet(tmp_path):
    path = tmp_path / "r.parquet"
    pl.DataFrame(
        {
            "id": [15400000901, None, 3],
            "f": [15400000901.0, 1.5, None],
            "d": [dt.date(2024, 1, 2), None, dt.date(1999, 12, 31)],
            "t": [dt.datetime(2024, 1, 2, 3, 4, 5), dt.datetime(2024, 1, 2), None],
            "s": ["007", "", " x "],
            "b": [True, False, None],
            "l": [["a"], [], None],
            "x": [b"ab", b"\xff", None],
        }
    ).write_parquet(path)
    table = one(path)
    assert table.cells.rows() == [
        ("15400000901", "15400000901", "2024-01-02", "2024-01-02 03:04:05", "007", "true", "['a']", "ab"),
        (None, "1.5", None, "2024-01-02", None, "false", "[]", "\\xff"),
        ("3", None, "1999-12-31", None, " x ", None, None, None),
    ]
    assert table.rows.to_list() == [2, 3, 4]
    content = path.read_bytes()
    for damaged in (content[:-30], content[:40], b"PAR1", b"junk"):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"r\.parquet: the Parquet file is damaged"):
            read_table(path)


def test_workbook(tmp_path):
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "客户"
    sheet.append(["投诉客户名单"])
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["客户号", "手机", "日期", "金额"])
    sheet.append(["007", 15400000901, dt.date(2024, 1, 2), 1.5])
    sheet.append([])
    sheet.append([110105194912310021, "1.38E+10", dt.datetime(2024, 1, 2, 3, 4, 5), None])
    sheet.append(["合计", None, None, 2])
    sheet.append([1, 2, 3, 4, "extra"])
    book.create_sheet("空")
    second = book.create_sheet("B")
    second["B3"], second["C3"], second["B4"], second["C4"] = "a", "b", True, "x"
    book.save(path)
    first, other = read_table(path)
    assert (first.file, other.file) == ("book.xlsx#客户", "book.xlsx#B")
    assert first.cells.row(0) == ("007", "15400000901", "2024-01-02", "1.5")
    assert first.cells.row(1)[1:] == ("1.38E+10", "2024-01-02 03:04:05", None)
    assert first.cells.row(1)[0].isdigit()
    assert first.rows.to_list() == [4, 6]
    assert first.titles == ((1, "投诉客户名单"),)
    assert [(r[0], r[1], r[4], r[5]) for r in first.issues.rows()] == [
        ("book.xlsx#客户", 1, "title_row", False),
        ("book.xlsx#客户", 5, "blank_row", True),
        ("book.xlsx#客户", 7, "total_row", True),
        ("book.xlsx#客户", 8, "ragged_row", True),
        ("book.xlsx#空", 0, "no_rows", False),
    ]
    assert other.rows.to_list() == [4]
    assert [r for r in other.cells.row(0) if r] == ["TRUE", "x"]
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], b"junk", content[:60]):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"book\.xlsx: "):
            read_table(path)


def test_workbook_without_cells(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(DataError, match="is empty"):
        read_table(path)
    monkeypatch.setattr(source_module, "MAX_BYTES", path.stat().st_size + 1)
    with pytest.raises(DataError, match="more than"):
        read_table(path)


def test_paths(tmp_path):
    (tmp_path / "file").write_text("a,b\n1,2\n")
    for bad, words in (
        (tmp_path / "none.csv", "no such file"),
        (tmp_path / "file" / "x.csv", "cannot be read"),
        ("a\0b", "cannot be read"),
        ("/dev/null", "neither a file nor a folder"),
    ):
        with pytest.raises(DataError, match=words):
            find_inputs([bad])
        with pytest.raises(DataError):
            read_table(bad)
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(DataError, match="is a folder, though"):
        find_inputs([tmp_path / "x.csv"])
    with pytest.raises(DataError, match=r"x\.csv: the file cannot be read"):
        read_table(tmp_path / "x.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no file"):
        find_inputs([tmp_path / "empty"])
    with pytest.raises(ConfigError, match="no input"):
        find_inputs([])


def test_a_file_without_permission_stops_unless_told_to_keep_going(tmp_path, monkeypatch):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n")
    real = Path.open

    def refuse(path, *arguments, **options):
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "access", lambda path, *_: Path(path).name != "a.csv")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataError, match=r"a\.csv: .*Permission denied"):
        read_tables([tmp_path])
    left_out = []
    tables = read_tables([tmp_path], ReadOptions(keep_going=True), left_out.append)
    assert [t.file for t in tables] == ["b.csv"]
    assert [e.message.split(" (")[0] for e in left_out] == ["a.csv: the file cannot be read"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_and_sockets_are_passed_over_in_folders_and_refused_by_name(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "pipe2.csv").symlink_to(tmp_path / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket.csv"))
        assert [p.name for p in find_inputs([tmp_path])] == ["a.csv"]
        for name in ("pipe.csv", "pipe2.csv", "socket.csv"):
            with pytest.raises(DataError, match=f"{name}: .*a pipe, socket or device"):
                find_inputs([tmp_path / name])
    assert find_inputs([tmp_path / "link.csv"]) == (tmp_path / "link.csv",)


def test_folder_order_and_names(tmp_path):
    for name in ("b.csv", "a.txt", ".hidden.csv", "notes.md", "rejected.csv", "~$x.xlsx", "sub/a.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a,b\n1,2\n")
    folder = tmp_path / "in"
    assert [p.name for p in find_inputs([folder, folder / "b.csv"])] == ["a.txt", "b.csv"]
    given = [folder, folder / "sub" / "a.txt"]
    names = [t.file for t in read_tables(given)]
    assert names == ["b.csv", "in/a.txt", "sub/a.txt"]
    assert [t.file for t in read_tables(given[::-1])] == names


def test_keep_going(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"a\.csv: the file is empty"):
        read_tables([tmp_path])
    skipped: list[DataError] = []
    (table,) = read_tables([tmp_path], ReadOptions(keep_going=True), skipped.append)
    assert table.file == "b.csv"
    assert [e.where for e in skipped] == ["a.csv"]
    with pytest.raises(DataError, match="is empty"):
        read_tables([tmp_path / "a.csv"], ReadOptions(keep_going=True))
