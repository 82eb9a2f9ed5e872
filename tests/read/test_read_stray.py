"""Stray bytes: few are read on over, told with their place, and never link; many stop the run."""

from __future__ import annotations

import codecs

import pytest

from ringfinder.errors import DataError
from ringfinder.read import ReadOptions, read_table
from ringfinder.read.decode import decode
from ringfinder.read.stray import fewest_strays

HEAD = "客户号,姓名,手机号\n"
BODY = "".join(f"C{i},张三,1380000{i}\n" for i in range(1000, 1012))
ENCODINGS = ("utf-8", "gb18030", "utf-8-sig")


def only(tmp_path, content: bytes, **options):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    (table,) = read_table(path, ReadOptions(**options))
    return table


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("tail", ["", '"C2000","a\nb",1\n'], ids=["fast", "quoted"])
def test_few_stray_bytes_are_read_on_over_and_told_with_their_place(tmp_path, encoding, tail):
    content = (HEAD + BODY + tail).encode(encoding).replace(b"C1003", b"C1\xff003").replace(b"1007\n", b"1007\x80\n")
    table = only(tmp_path, content)
    assert table.encoding == encoding
    assert table.cells.height == 12 + bool(tail)
    assert table.cells.row(3) == ("C1\ufffd003", "张三", "13800001003")
    assert table.cells.row(7) == ("C1007", "张三", "13800001007\ufffd")
    first, second = content.index(b"\xff0"), content.index(b"\x80\n")
    assert table.issues.rows() == [
        ("t.csv", 5, f"客户号 (line 5, byte {first})", "C1\ufffd003", "stray_byte", False),
        ("t.csv", 9, f"手机号 (line 9, byte {second})", "13800001007\ufffd", "stray_byte", False),
    ]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_tolerant_reader_agrees_with_the_fast_one(tmp_path, encoding):
    content = (HEAD + BODY).encode(encoding).replace(b"C1003", b"C1\xff003").replace(b",", b"\x80,", 1)
    fast = only(tmp_path, content)
    tolerant = only(tmp_path, content + b'"C2000",x,1"2\n')
    assert tolerant.cells.head(12).rows() == fast.cells.rows()
    assert tolerant.issues.head(2).rows() == fast.issues.rows()
    assert fast.cells.columns[0] == "客户号\ufffd"


def test_the_number_of_bad_lines_decides(tmp_path):
    def dirty(rows: int, bad: int) -> bytes:
        lines = [HEAD.encode(), *(f"C{i},张三,1{i:010}\n".encode() for i in range(rows))]
        return b"".join(line.replace(b"C", b"\xff") if 0 < i <= bad else line for i, line in enumerate(lines))

    assert only(tmp_path, dirty(12, 3)).issues.height == 3
    with pytest.raises(DataError, match="0xff at byte offset 27, line 2, does not fit utf-8"):
        only(tmp_path, dirty(12, 4))
    assert only(tmp_path, dirty(5000, 5)).issues.height == 5
    with pytest.raises(DataError, match="does not fit utf-8"):
        only(tmp_path, dirty(5000, 6))
    with pytest.raises(DataError, match="does not fit"):
        only(tmp_path, dirty(3, 3))  # more than half of the lines


def test_a_named_encoding_is_consent_as_before(tmp_path):
    table = only(tmp_path, (HEAD + BODY).encode().replace(b"C1", b"\xff", 12), encoding="utf-8")
    assert set(table.issues["reason"]) == {"bad_byte"}
    assert table.issues.height == 12


def test_a_stray_byte_in_a_title_or_in_a_row_left_out_is_told(tmp_path):
    content = b"\x80\n" + (HEAD + BODY).encode() + b"a,b,c\xff,d\xff\n"
    table = only(tmp_path, content)
    told = table.issues.filter(table.issues["reason"] == "stray_byte")
    last = f"(line 15, byte {len(content) - 5} and {len(content) - 2})"
    assert told["column"].to_list() == ["(line 1, byte 0)", last]
    assert table.titles == ((1, "\ufffd"),)
    assert int(table.issues["lost"].sum()) == 1
    assert not [v for v in table.issues["value"] if any(ord(c) >= 0x100000 for c in v)]


def test_a_file_cut_within_a_character_is_read(tmp_path):
    table = only(tmp_path, (HEAD + BODY + "C2000,张").encode()[:-1])
    assert table.cells.row(12) == ("C2000", "\ufffd\ufffd", None)


def test_a_small_chinese_file_is_never_read_as_utf_8(tmp_path):
    table = only(tmp_path, "客户号,姓名\n1,张\n".encode("gb18030") + b"2,\x80x\n")
    assert (table.encoding, table.cells.row(1)) == ("gb18030", ("2", "\ufffdx"))


def test_western_text_with_a_byte_that_code_page_lacks_is_no_crash(tmp_path):
    rows = "".join(f"{i},Müller Zoë café\n" for i in range(20))
    table = only(tmp_path, ("id,name\n" + rows).encode("cp1252").replace(b"1,M", b"1,\x81M", 1))
    assert table.encoding == "cp1252"
    assert table.cells["name"][1] == "\ufffdMüller Zoë café"
    assert table.issues["reason"].to_list() == ["stray_byte"]


def test_a_file_with_such_characters_of_its_own_stops(tmp_path):
    assert fewest_strays("a\U00100000\nb\nc\nd\n".encode() + b"\xff\n", ["utf-8"]) is None


def test_offsets_count_the_byte_order_mark():
    content = codecs.BOM_UTF8 + b"a,b\n1,2\n" + b"3,\xff\n"
    found = decode(content, "t.csv")
    assert not found.text.startswith("\ufeff")
    assert [content[s.offset] for s in found.strays] == [0xFF]
    assert found.strays[0].line == 3
