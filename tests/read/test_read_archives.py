"""ZIP archives and standard input."""

from __future__ import annotations

import gzip
import hashlib
import io
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from ringfinder.errors import DataError
from ringfinder.read import ReadOptions, find_inputs, read_table, read_tables
from ringfinder.read import source as source_module

TABLE = b"a,b\n1,2\n"


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["客户号", "手机"])
    book.active.append(["C1", "138"])
    book.save(out)
    return out.getvalue()


@pytest.fixture
def archive(tmp_path):
    def _archive(content: bytes, name: str = "x.zip"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return _archive


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members(archive, method):
    files = {
        "客户.csv": "客户号,姓名\nC1,张三\n".encode("gb18030"),
        "deep/er/a.tsv": b"a\tb\n1\t2\n",
        "deep/.hidden.csv": b"x",
        ".git/a.csv": b"x",
        "__MACOSX/客户.csv": b"x",
        "readme.md": b"x",
        "rejected.csv": b"x",
        "b.csv.gz": gzip.compress(TABLE),
        "book.xlsx": workbook(),
    }
    content = packed(files, method)
    tables = read_table(archive(content))
    assert [t.file for t in tables] == [
        "x.zip#b.csv.gz",
        "x.zip#book.xlsx#Sheet",
        "x.zip#deep/er/a.tsv",
        "x.zip#客户.csv",
    ]
    assert tables[-1].cells.rows() == [("C1", "张三")]
    assert {(t.sha256, t.size) for t in tables} == {(hashlib.sha256(content).hexdigest(), len(content))}


def test_names_in_gbk_without_the_flag(archive):
    for name in ("客户/投诉.csv", "䶮.csv", "联通.csv", "目录誠.csv"):
        place = name.encode("gb18030")
        stand_in = b"y" * (len(place) - 4) + b".csv"
        content = packed({stand_in.decode(): TABLE}).replace(stand_in, place)
        (table,) = read_table(archive(content))
        assert table.file == f"x.zip#{name}"
    plain = "客户.csv".encode()  # UTF-8 without the flag
    stand_in = b"y" * (len(plain) - 4) + b".csv"
    assert read_table(archive(packed({stand_in.decode(): TABLE}).replace(stand_in, plain)))[0].file == "x.zip#客户.csv"


def test_found_in_a_folder_with_its_fellows(archive, tmp_path):
    archive(packed({"a.csv": TABLE, "b.csv": TABLE}))
    archive(TABLE, "z.csv")
    assert [t.file for t in read_tables([tmp_path])] == ["x.zip#a.csv", "x.zip#b.csv", "z.csv"]


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "C:\\a.csv", "b/../../a.csv", "..\\a.csv"])
def test_path_tricks(archive, name):
    with pytest.raises(DataError, match=r"x\.zip#.*a\.csv: the name points outside"):
        read_table(archive(packed({name: TABLE})))


def test_links(archive):
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as stream:
        stream.writestr(info, "/etc/passwd")
    with pytest.raises(DataError, match=r"x\.zip#a\.csv: this is a link"):
        read_table(archive(out.getvalue()))


def test_passwords(archive):
    content = bytearray(packed({"a.csv": TABLE}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DataError, match=r"x\.zip#a\.csv: the file is protected by a password"):
        read_table(archive(bytes(content)))


def test_bombs(archive, monkeypatch):
    monkeypatch.setattr(source_module, "MAX_BYTES", 100_000)
    with pytest.raises(DataError, match=r"x\.zip#a\.csv: the file holds more than"):
        read_table(archive(packed({"a.csv": b"a,b\n" * 50_000})))
    half = b"a,b\n" * 15_000
    with pytest.raises(DataError, match=r"x\.zip#b\.csv: the file holds more than"):
        read_table(archive(packed({"a.csv": half, "b.csv": half})))
    with pytest.raises(DataError, match=r"x\.zip#c\.gz: the file holds more than"):
        read_table(archive(packed({"c.gz": gzip.compress(b"a,b\n" * 50_000)})))


LIMITED = """
import resource, sys
from ringfinder.errors import DataError
from ringfinder.read import read_table
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
for path in sys.argv[1:]:
    try:
        print(read_table(path)[0].cells.height)
    except DataError as error:
        print(error)
"""


def test_an_archive_that_asks_for_memory(tmp_path):
    """LZMA names the size of the window that it wants; four gigabytes are more than this process may take."""
    content = bytearray(packed({"a.csv": TABLE}, zipfile.ZIP_LZMA))
    (tmp_path / "whole.zip").write_bytes(content)
    at = content.index(b"\x05\x00\x5d") + 3
    content[at : at + 4] = b"\xff\xff\xff\xff"
    (tmp_path / "x.zip").write_bytes(content)
    command = [sys.executable, "-c", LIMITED, str(tmp_path / "whole.zip"), str(tmp_path / "x.zip")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    whole, refused = done.stdout.splitlines()
    assert whole.isdigit()
    assert refused.startswith("x.zip#a.csv: the ZIP archive is damaged")


def test_archives_that_cannot_be_read(archive):
    content = packed({"a.csv": TABLE * 100})
    damaged = bytearray(content)
    damaged[40] ^= 0xFF
    for bad, words in (
        (content[:-10], r"x\.zip: the ZIP archive is damaged"),
        (bytes(damaged), r"x\.zip#a\.csv: the ZIP archive is damaged"),
        (packed({"a.md": b"x"}), r"x\.zip: the archive holds no file"),
        (packed({}), r"x\.zip: the archive holds no file"),
        (packed({"y.zip": content}), r"x\.zip#y\.zip: this is an archive in an archive"),
        (packed({"a.csv": b""}), r"x\.zip#a\.csv: the file is empty"),
    ):
        with pytest.raises(DataError, match=words):
            read_table(archive(bad))


def test_keep_going_leaves_out_one_member(archive):
    path = archive(packed({"a.csv": b"", "b.csv": TABLE, "../c.csv": TABLE}))
    skipped: list[DataError] = []
    (table,) = read_tables([path], ReadOptions(keep_going=True), skipped.append)
    assert table.file == "x.zip#b.csv"
    assert sorted(e.where for e in skipped) == ["x.zip#../c.csv", "x.zip#a.csv"]


def test_a_column_named_pk(archive):
    assert read_table(archive(b"PK,b\n1,2\n", "t.csv"))[0].cells.columns == ["PK", "b"]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("客户号,姓名\nC1,张三\n".encode("gb18030"), ["stdin"]),
        (gzip.compress(TABLE), ["stdin"]),
        (packed({"a.csv": TABLE, "b.csv": TABLE}), ["stdin#a.csv", "stdin#b.csv"]),
        (workbook(), ["stdin#Sheet"]),
    ],
    ids=["gb18030", "gzip", "zip", "xlsx"],
)
def test_standard_input(tmp_path, monkeypatch, content, names):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    (tmp_path / "stdin").write_bytes(TABLE)
    found = find_inputs(["-", tmp_path / "stdin", "-"])
    assert len(found) == 2
    tables = read_tables(found)
    assert [t.file for t in tables if t.file.startswith("stdin")] == names
    mine = next(t for t in tables if t.file == names[0])
    assert (mine.sha256, mine.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_standard_input_that_is_not_there(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a,b\n1,张\n"))
    assert read_table("-")[0].cells.rows() == [("1", "张")]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(DataError, match="stdin: the file is empty"):
        read_table("-")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(DataError, match=r"stdin: .*no standard input"):
        read_table("-")
